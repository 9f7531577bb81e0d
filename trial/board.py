"""The ward board: one row a patient, the most urgent first. Pure: values in, rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from trial import days, schedule, sofa
from trial.errors import sentence
from trial.reading import KNOWN

MARKERS = ("ferritin", "scd25", "fibrinogen", "platelets")
VARIABLES = tuple(dict.fromkeys((*sofa.INPUTS, *schedule.PANEL, *MARKERS)))
SPARK_DAYS = 14


class OnWard(Protocol):
    """What the board needs to know of a patient (db.patients.Patient has it)."""

    number: str
    name: str
    bed: str
    arrived_on: date
    included_at: datetime | None
    consent_route: str

    @property
    def day_1(self) -> date | None: ...


@dataclass(frozen=True)
class Marker:
    code: str
    number: float
    comparator: str
    before: float | None
    days_old: int


@dataclass(frozen=True)
class Sofa:
    low: int
    high: int

    @property
    def complete(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Row:
    patient: str
    name: str
    bed: str
    study_day: int | None
    icu_day: int
    sofa: Sofa | None  # of the newest day that has one
    sofa_days_old: int
    baseline: Sofa | None
    spark: tuple[tuple[int, float | None], ...]  # (day, complete total or the middle of the interval)
    markers: tuple[Marker, ...]
    doses: tuple[tuple[str, str], ...]  # (slot, state or "due") of today, while doses are planned
    due: tuple[schedule.Due, ...]
    owed: tuple[str, ...]  # sentences

    @property
    def urgency(self) -> tuple[int, ...]:
        """Smaller comes first: what is owed, visits, doses, then the sicker patient."""
        late = sum(due.state in ("due", "late") for due in self.due)
        open_doses = sum(state == "due" for _, state in self.doses)
        return (-len(self.owed), -late, -open_doses, -(self.sofa.high if self.sofa else 0), self.icu_day)


def rows(patients: Sequence[OnWard], readings: pd.DataFrame, doses: pd.DataFrame, today: date) -> list[Row]:
    """`readings` and `doses` as the store gives them, with a `patient` column, of these patients alone."""
    by_patient = dict(tuple(readings.groupby("patient"))) if len(readings) else {}
    scores = scored_days(readings)
    taken = dict(tuple(doses.groupby("patient"))) if len(doses) else {}
    made = [
        _row(patient, by_patient.get(patient.number), scores.get(patient.number), taken.get(patient.number), today)
        for patient in patients
    ]
    return sorted(made, key=lambda row: row.urgency)


def scored_days(readings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Per patient: SOFA low, high, total by date."""
    if readings.empty:
        return {}
    values = days.by_day(readings)
    scored = sofa.score(values)
    return {str(number): frame.droplevel("patient") for number, frame in scored.groupby(level="patient")}


def interval(scores: pd.DataFrame | None, on: date | None) -> Sofa | None:
    if scores is None or on is None or on not in scores.index:
        return None
    day = scores.loc[on]
    return Sofa(int(day["low"]), int(day["high"]))


def _row(patient: OnWard, readings: pd.DataFrame | None, scores: pd.DataFrame | None, doses: pd.DataFrame | None,
         today: date) -> Row:
    day_1 = patient.day_1 if patient.included_at else None
    study_day = schedule.study_day(today, day_1) if day_1 else None
    newest = max((on for on in scores.index if on <= today), default=None) if scores is not None else None
    on_file = set() if readings is None else set(zip(readings["on_date"], readings["variable"], strict=True))
    return Row(
        patient=patient.number,
        name=patient.name,
        bed=patient.bed,
        study_day=study_day,
        icu_day=schedule.study_day(today, patient.arrived_on),
        sofa=interval(scores, newest),
        sofa_days_old=(today - newest).days if newest else 0,
        baseline=interval(scores, day_1 or patient.arrived_on),
        spark=_spark(scores, today),
        markers=_markers(readings, today),
        doses=_doses(doses, study_day),
        due=tuple(_due(day_1, today, on_file)),
        owed=tuple(_owed(patient)),
    )


def _spark(scores: pd.DataFrame | None, today: date) -> tuple[tuple[int, float | None], ...]:
    if scores is None:
        return ()
    first = min(scores.index)
    middles = (scores["low"] + scores["high"]) / 2
    points = {schedule.study_day(on, first): float(middle) for on, middle in zip(scores.index, middles, strict=True)}
    last = schedule.study_day(today, first)
    return tuple(
        (day, points.get(day))
        for day in range(max(1, last - SPARK_DAYS + 1), last + 1)
    )


def _markers(readings: pd.DataFrame | None, today: date) -> tuple[Marker, ...]:
    if readings is None:
        return ()
    known = readings[readings["state"].isin([str(state) for state in KNOWN]) & readings["number"].notna()]
    markers = []
    for code in MARKERS:
        course = known[known["variable"] == code].sort_values(["on_date", "sampled_at"], na_position="last")
        if course.empty:
            continue
        last = course.iloc[-1]
        before = float(course["number"].iloc[-2]) if len(course) > 1 else None
        age = (today - last["on_date"]).days
        markers.append(Marker(code, float(last["number"]), last["comparator"], before, age))
    return tuple(markers)


def _doses(doses: pd.DataFrame | None, study_day: int | None) -> tuple[tuple[str, str], ...]:
    if study_day is None or not 1 <= study_day <= schedule.DAYS:
        return ()
    charted: Mapping[str, str] = {}
    if doses is not None:
        today = doses[doses["day"] == study_day]
        charted = dict(zip(today["slot"], today["state"], strict=True))
    return tuple((slot, charted.get(slot, "due")) for slot in ("morning", "evening"))


def _due(day_1: date | None, today: date, on_file: set[tuple[date, str]]) -> list[schedule.Due]:
    if day_1 is None:
        return []
    return [due for due in schedule.due(day_1, today, on_file, None) if due.state in ("due", "tomorrow", "late")]


def _owed(patient: OnWard) -> list[str]:
    owed = []
    if patient.included_at and patient.consent_route == "emergency":
        owed.append(sentence("Consent to continue is owed (emergency inclusion)"))
    return owed
