"""What others have recorded of a patient since somebody last looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from trial.schedule import REGISTRY_EIGHT, SOFA_INPUTS
from trial.variables import VARIABLES

FIRST = tuple(dict.fromkeys(("platelets", "ferritin", *REGISTRY_EIGHT, *SOFA_INPUTS)))
ORDER = {code: place for place, code in enumerate(dict.fromkeys((*FIRST, *VARIABLES)))}
MEANING = ("state", "number", "choice", "comparator", "assay")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """The newest value of a variable, and the one known before it: the earlier version of the same cell, or the last one
    of an earlier time. `now` None: entered in error and withdrawn."""

    code: str
    on: date
    was: Row | None
    now: Row | None
    by: str = ""

    @property
    def same(self) -> bool:
        return bool(self.was and self.now) and _means(self.was) == _means(self.now)


@dataclass(frozen=True)
class News:
    since: datetime
    values: tuple[Changed, ...]  # the trial's markers and the inputs of the SOFA first
    doses: Mapping[str, int]  # state: how many
    milestones: tuple[tuple[str, str], ...] = ()  # kind, state

    def __bool__(self) -> bool:
        return bool(self.values or self.doses or self.milestones)


def anything(readings: pd.DataFrame, since: datetime, login: str) -> bool:
    """Whether it is worth asking what was known then."""
    return len(readings) > 0 and bool(((readings["at"] > since) & (readings["by"] != login)).any())


def news(readings: pd.DataFrame, then: pd.DataFrame, doses: pd.DataFrame, since: datetime, login: str,
         milestones: pd.DataFrame | None = None) -> News:  # fmt: skip
    """`readings`: now, `then`: as known at `since`; both the newest of each cell, as db.days gives them."""
    by_others = readings[(readings["at"] > since) & (readings["by"] != login)]
    changed = [_changed(code, rows, then) for code, rows in by_others.groupby("variable", sort=False)]
    found = sorted([*changed, *_withdrawn(readings, then)], key=lambda one: (one.same, ORDER.get(one.code, len(ORDER))))
    charted = doses[(doses["at"] > since) & (doses["by"] != login)] if len(doses) else doses
    told = () if milestones is None else tuple(zip(milestones["kind"], milestones["state"], strict=True))
    return News(since, tuple(found), dict(Counter(charted["state"])), told)


def _changed(code: object, rows: pd.DataFrame, then: pd.DataFrame) -> Changed:
    now = _in_time(rows).iloc[-1]
    before = then[(then["variable"] == code) & (then["on_date"] <= now["on_date"])]
    drawn = before["sampled_at"]
    same_sample = drawn.isna() if pd.isna(now["sampled_at"]) else drawn == now["sampled_at"]
    cell = before[same_sample & (before["on_date"] == now["on_date"])]
    was = cell if len(cell) else _in_time(before)
    return Changed(str(code), now["on_date"], _row(was.iloc[-1]) if len(was) else None, _row(now), str(now["by"]))


def _in_time(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["on_date", "sampled_at"], na_position="first", kind="stable")


def _withdrawn(readings: pd.DataFrame, then: pd.DataFrame) -> list[Changed]:
    """Cells that were known and are no longer there."""
    left = set(zip(readings["on_date"], readings["variable"], readings["sampled_at"].astype(str), strict=True))
    cells = zip(then["on_date"], then["variable"], then["sampled_at"].astype(str), strict=True)
    gone = [place for place, cell in enumerate(cells) if cell not in left]
    return [Changed(row["variable"], row["on_date"], _row(row), None) for _, row in then.iloc[gone].iterrows()]


def _row(row: pd.Series) -> Row:
    return {str(name): fact for name, fact in row.items()}


def _means(row: Row | None) -> tuple[object, ...]:
    return tuple(None if row is None or pd.isna(row[name]) else row[name] for name in MEANING)
