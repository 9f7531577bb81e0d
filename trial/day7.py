"""The day-7 endpoint of patients from their readings: what both ends lack, and what can still be drawn.

The rules stand in trial.endpoints. Both ends are scored by trial.sofa from measured values: of day 1 those drawn before
the first dose, of day 7 all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import pandas as pd

from trial import days, endpoints, protocol, schedule, sofa
from trial.endpoints import Day7, SofaPoints
from trial.reading import State


class InTrial(Protocol):
    """What must be known of a patient (db.patients.Patient has it)."""

    @property
    def number(self) -> str: ...
    @property
    def included_at(self) -> datetime | None: ...
    @property
    def first_dose_at(self) -> datetime | None: ...
    @property
    def day_1(self) -> date | None: ...
    @property
    def died_at(self) -> datetime | None: ...
    @property
    def icu_discharge_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def lost_at(self) -> datetime | None: ...
    @property
    def care_limited_at(self) -> datetime | None: ...
    def day_of(self, moment: datetime) -> date: ...


@dataclass(frozen=True)
class End:
    """One end of the difference; `lacks` are the values that its missing organs are read from."""

    points: SofaPoints | None
    lacks: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()  # of these: drawn, the result is pending


@dataclass(frozen=True)
class Judged:
    found: Day7
    on: date  # day 7
    baseline: End
    day_7: End
    is_today: bool

    @property
    def enough(self) -> int | None:
        """The highest SOFA of day 7 that achieves the endpoint whatever is missing of the baseline; None without one."""
        points = self.baseline.points
        return points.low - protocol.RESPONSE_DROP if points and points.missing != tuple(endpoints.ORGANS) else None


def judged(patients: Iterable[InTrial], readings: pd.DataFrame, today: date) -> dict[str, Judged]:
    """Screening number to the state of the endpoint, of the included. `readings` as the store gives them, with `patient`."""
    included = [one for one in patients if one.included_at is not None and one.day_1 is not None]
    first = {one.number: one.day_1 for one in included if one.day_1}
    limit = {number: schedule.date_of(protocol.RESPONSE_DAY, day_1) for number, day_1 in first.items()}
    before = _on(readings, first) & ~drawn_after_first_dose(included, readings)
    after = _on(readings, limit) | _on(readings, limit, days_before=1)  # the FiO₂ may be of the evening before
    baseline, day_7 = _ends(readings[before | after], first, limit)  # days that do not touch: scored at once
    return {one.number: _judged(one, baseline[one.number], day_7[one.number], limit[one.number], today) for one in included}


def drawn_after_first_dose(patients: Iterable[InTrial], readings: pd.DataFrame) -> pd.Series[bool]:
    """Samples of day 1 that do not belong to the baseline (trial.schedule.is_baseline)."""
    known = list(patients)
    sampled_at = pd.to_datetime(readings["sampled_at"], utc=True)
    first_dose = readings["patient"].map({one.number: one.first_dose_at for one in known})
    on_day_1 = readings["on_date"] == readings["patient"].map({one.number: one.day_1 for one in known})
    return on_day_1 & (sampled_at >= pd.to_datetime(first_dose, utc=True))


def _on(readings: pd.DataFrame, dates: Mapping[str, date], days_before: int = 0) -> pd.Series[bool]:
    wanted = {number: on - timedelta(days=days_before) for number, on in dates.items()}
    return readings["on_date"] == readings["patient"].map(wanted)


def _ends(readings: pd.DataFrame, *dates: Mapping[str, date]) -> list[dict[str, End]]:
    measured = days.by_day(readings, measured_only=True) if len(readings) else pd.DataFrame(index=pd.Index([]))
    scores = sofa.score(measured) if len(measured) else measured
    pending = readings[readings["state"] == str(State.PENDING)]
    awaited = set(pending[["patient", "on_date", "variable"]].itertuples(index=False, name=None))
    return [{number: _end(measured, scores, (number, on), awaited) for number, on in each.items()} for each in dates]


def _end(measured: pd.DataFrame, scores: pd.DataFrame, at: Any, awaited: set[Any]) -> End:
    if at not in measured.index:
        return _told(None, {}, at, awaited)
    values = measured.loc[at]
    return _told(SofaPoints.of(scores.loc[at], values.get("gcs_kind")), values, at, awaited)


def _told(points: SofaPoints | None, values: Mapping[str, Any] | pd.Series, at: tuple[str, date], awaited: set[Any]) -> End:
    organs = points.missing if points else tuple(endpoints.ORGANS)
    lacks = lacking(organs, values)
    return End(points, lacks, tuple(code for code in lacks if (*at, code) in awaited))


def lacking(organs: Sequence[str], values: Mapping[str, Any] | pd.Series) -> tuple[str, ...]:
    """What a visit asks for of these organs and has no value."""
    read = (code for organ in organs for code in sofa.TABLE[organ].variables if code in schedule.SOFA_INPUTS)
    return tuple(dict.fromkeys(code for code in read if pd.isna(values.get(code))))


def _judged(one: InTrial, baseline: End, day_7: End, limit: date, today: date) -> Judged:
    def on(moment: datetime | None) -> date | None:
        return one.day_of(moment) if moment else None

    assert one.day_1 is not None
    found = endpoints.day7(
        baseline.points, day_7.points, day_1=one.day_1, today=today,
        died_on=on(one.died_at), discharged_on=on(one.icu_discharge_at), withdrawn_on=on(one.withdrawn_at),
        lost_on=on(one.lost_at), care_limited_on=on(one.care_limited_at),
    )  # fmt: skip
    return Judged(found, limit, baseline, day_7, today == limit)
