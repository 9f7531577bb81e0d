"""Scores a second: a million patient-days, those of the invented cohort over and over; and the same SOFA in plain pandas
and in SQL (DuckDB), each on one core in the same run. The two beside are what is usually written: a missing organ is 0."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd

from scoring import hlh2004, hscore, sofa, sofa2
from trial import days, simulate

ROWS = 1_000_000
REPEATS = 3
ONE_ROW_REPEATS = 300

SQL = """
select
  case when pao2 / fio2 < 100 and ventilation in ('niv', 'cpap', 'invasive') then 4
       when pao2 / fio2 < 200 and ventilation in ('niv', 'cpap', 'invasive') then 3
       when pao2 / fio2 < 300 then 2 when pao2 / fio2 < 400 then 1 else 0 end
+ case when platelets < 20 then 4 when platelets < 50 then 3 when platelets < 100 then 2 when platelets < 150 then 1 else 0 end
+ case when bilirubin > 204 then 4 when bilirubin >= 102 then 3 when bilirubin >= 33 then 2 when bilirubin >= 20 then 1 else 0 end
+ case when norepinephrine > 0.1 or epinephrine > 0.1 or dopamine > 15 then 4
       when norepinephrine > 0 or epinephrine > 0 or dopamine > 5 then 3
       when dopamine > 0 or dobutamine > 0 then 2 when map < 70 then 1 else 0 end
+ case when gcs < 6 then 4 when gcs < 10 then 3 when gcs < 13 then 2 when gcs < 15 then 1 else 0 end
+ case when rrt = 'yes' or creatinine > 440 or urine_output < 200 then 4 when creatinine >= 300 or urine_output < 500 then 3
       when creatinine >= 171 then 2 when creatinine >= 110 then 1 else 0 end as total
from rows
"""


@dataclass(frozen=True)
class Speed:
    """Rows a second; the most memory that the score took, as a multiple of its input; ms of a frame of one row."""

    rows_a_second: float
    memory: float
    one_row_ms: float


def speeds() -> dict[str, Speed]:
    rows = _rows()
    return {
        "sofa": _speed(sofa.score, rows), "hscore": _speed(hscore.score, rows), "hlh2004": _speed(hlh2004.score, rows),
        "sofa2": _speed(sofa2.score, rows), "sofa, pandas": _speed(in_pandas, rows), "sofa, DuckDB": _speed(in_duckdb, rows),
    }  # fmt: skip


def _speed(score: Callable[[pd.DataFrame], object], rows: pd.DataFrame) -> Speed:
    seconds = statistics.median(_seconds(score, rows) for _ in range(REPEATS))
    one = rows.iloc[[0]]
    of_one = statistics.median(_seconds(score, one) for _ in range(ONE_ROW_REPEATS))
    return Speed(len(rows) / seconds, _memory(score, rows), of_one * 1000)


def _seconds(score: Callable[[pd.DataFrame], object], rows: pd.DataFrame) -> float:
    begun = time.perf_counter()
    score(rows)
    return time.perf_counter() - begun


def _memory(score: Callable[[pd.DataFrame], object], rows: pd.DataFrame) -> float:
    tracemalloc.start()
    score(rows)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / float(rows.memory_usage(deep=False).sum())


def in_pandas(rows: pd.DataFrame) -> pd.Series:
    ratio = rows["pao2"] / rows["fio2"]
    helped = rows["ventilation"].isin(["niv", "cpap", "invasive"])
    organs = (
        ([(ratio < 100) & helped, (ratio < 200) & helped, ratio < 300, ratio < 400], [4, 3, 2, 1]),
        ([rows["platelets"] < cut for cut in (20, 50, 100, 150)], [4, 3, 2, 1]),
        ([rows["bilirubin"] > 204, rows["bilirubin"] >= 102, rows["bilirubin"] >= 33, rows["bilirubin"] >= 20], [4, 3, 2, 1]),
        ([(rows["norepinephrine"] > 0.1) | (rows["epinephrine"] > 0.1) | (rows["dopamine"] > 15),
          (rows["norepinephrine"] > 0) | (rows["epinephrine"] > 0) | (rows["dopamine"] > 5),
          (rows["dopamine"] > 0) | (rows["dobutamine"] > 0), rows["map"] < 70], [4, 3, 2, 1]),
        ([rows["gcs"] < cut for cut in (6, 10, 13, 15)], [4, 3, 2, 1]),
        ([(rows["rrt"] == "yes") | (rows["creatinine"] > 440) | (rows["urine_output"] < 200),
          (rows["creatinine"] >= 300) | (rows["urine_output"] < 500), rows["creatinine"] >= 171, rows["creatinine"] >= 110],
         [4, 3, 2, 1]),
    )  # fmt: skip
    return pd.Series(sum(np.select(conditions, points, 0) for conditions, points in organs), index=rows.index)


def in_duckdb(rows: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", rows)
        return connection.execute(SQL).df()


def _rows() -> pd.DataFrame:
    values = simulate.cohort(datetime.now(UTC)).values
    by_day = days.by_day(values.assign(sampled_at=None, choice=values["choice"].replace("", None)))
    places = np.resize(np.arange(len(by_day)), ROWS)
    return by_day.reset_index(drop=True).take(places).reset_index(drop=True)
