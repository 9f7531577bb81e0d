"""PaO₂ and the FiO₂ it was drawn under, paired by time; and FiO₂ estimated from a flow of oxygen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

import pandas as pd

from scoring.bands import Band, counted, scale
from scoring.columns import numbers
from scoring.inputs import read

WINDOW = timedelta(hours=4)  # how long an FiO₂ stands for the gases after it

# FiO₂ of low-flow oxygen by litres a minute; the points of a band are percent. The two published sets differ at the same
# flow (4 L: 36 % and 30 %), and a flow that a set does not print has no estimate.
LOW_FLOW: dict[str, tuple[Band, ...]] = {
    "A": scale("oxygen_flow", {
        24: "> 0 ≤ 1", 28: "> 1 ≤ 2", 32: "> 2 ≤ 3", 36: "> 3 ≤ 4", 40: "> 4 ≤ 5", 44: "> 5 ≤ 6", 50: "> 6",
    }),
    "B": counted("oxygen_flow", {21: (0, 0), 25: (2, 2), 30: (4, 4), 40: (6, 8), 50: (9, 10)}),  # 0: room air
}  # fmt: skip
LOW_FLOW_SOURCES = {
    "A": "clifpy, dev/docs/sofa2.md, imputation of fio2_set for a nasal cannula",
    "B": "MSD Manual, modified Marshall score, estimated FiO₂ of patients not on a ventilator",
}


class Estimate(NamedTuple):
    fio2: float  # NaN: the table does not say
    estimated: bool


def estimated_fio2(litres: float, table: Literal["A", "B"] = "A") -> Estimate:
    """FiO₂ of `litres` a minute of low-flow oxygen by one of the tables. BadColumn for text or a negative flow."""
    (flow,) = numbers(pd.DataFrame({"oxygen_flow": [litres]}), "oxygen_flow")
    percent = [band.points for band in LOW_FLOW[table] if band.holds(flow)]
    return Estimate(percent[0] / 100, True) if percent else Estimate(math.nan, False)


def paired(oxygen: pd.DataFrame, inspired: pd.DataFrame, within: timedelta | None = WINDOW) -> pd.DataFrame:
    """Each PaO₂ with its FiO₂: `pao2`, `fio2`, `at`, `fio2_at` and `ratio` on the index of `oxygen`, missing without one.

    `oxygen` (mmHg), `inspired` (fraction): columns `at` (UTC) and `value`; any other column is a group (a patient, a
    day), the same in both, and pairs stay within it. The FiO₂ is the one of the same moment, else the newest of the time
    `within` before it, its end included; never a later one.
    BadColumn for an FiO₂ that is no fraction (21 to 100 is percent: convert it first); ValueError for other groups.
    """
    if set(oxygen.columns) != set(inspired.columns):
        raise ValueError(f"not the same columns: {', '.join(map(str, oxygen))} and {', '.join(map(str, inspired))}")
    groups = [column for column in oxygen.columns if column not in ("at", "value")]
    gases = newest(_read(oxygen, "pao2"), _read(inspired, "fio2"), "fio2", groups, within).rename(columns={"value": "pao2"})
    gases["ratio"] = gases["pao2"] / gases["fio2"]
    return gases[[*groups, "pao2", "fio2", "at", "fio2_at", "ratio"]]


def newest(
    readings: pd.DataFrame, others: pd.DataFrame, name: str, by: Sequence[Any] = (), within: timedelta | None = None
) -> pd.DataFrame:
    """`readings`, each with the newest of `others` at or before its time: the value as `name`, its time as `name`_at, and
    any other column of `others` as `name`_column.

    Both have `at` (UTC) and the columns `by`, within which they are matched; `others` has `value`. A missing value is no
    reading; of two at one moment the later row counts.
    """
    groups, place = list(by), range(len(readings))
    left = readings[groups].assign(at=_utc(readings), place=place).dropna().sort_values("at", kind="stable")
    more = {column: f"{name}_{column}" for column in others.columns if column not in ("at", "value", *groups)}
    right = others.rename(columns={"value": name, **more}).assign(**{"at": _utc(others), f"{name}_at": _utc(others)})
    right = right.dropna(subset=["at", name, *groups]).sort_values("at", kind="stable")
    found = pd.merge_asof(left, right, on="at", by=groups or None, tolerance=within).set_index("place").reindex(place)
    return readings.assign(**{column: found[column].array for column in (name, f"{name}_at", *more.values())})


def _read(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    """The frame, its values read as those of `code` and its times as UTC."""
    return frame.assign(value=read(pd.DataFrame({code: frame["value"]}), code), at=_utc(frame))


def _utc(frame: pd.DataFrame) -> pd.Series[Any]:
    return pd.to_datetime(frame["at"], utc=True).dt.as_unit("ns")  # one resolution, whatever the store's
