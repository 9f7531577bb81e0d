"""The ward board: one row a patient, the most urgent first. Pure: values in, rows out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from trial import days, schedule, sofa
from trial.dosing import SLOTS
from trial.reading import KNOWN, State

MARKERS = ("ferritin", "scd25", "fibrinogen", "platelets")
VARIABLES = tuple(dict.fromkeys((*sofa.INPUTS, *schedule.PANEL, *MARKERS)))
SPARK_DAYS = 14
NOTHING_KNOWN = 24  # the width of a SOFA of which no organ is known


class OnWard(Protocol):
    """What the board needs to know of a patient (db.patients.Patient has it)."""

    number: str
    name: str
    bed: str
    arrived_on: date
    included_at: datetime | None
    consent_route: str
    time_zone: str
    first_dose_at: datetime | None

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
    baseline: Sofa | None  # None also while day 1 is the newest
    spark: tuple[tuple[int, Sofa | None], ...]  # by study day, the last two weeks
    markers: tuple[Marker, ...]
    doses: tuple[tuple[str, str], ...]  # (slot, state or "due") of today, while doses are planned
    due: tuple[schedule.Due, ...]
    consent_owed_since: datetime | None  # of an emergency inclusion, until it is filed
    time_zone: str

    @property
    def urgency(self) -> tuple[int, ...]:
        """Smaller comes first: what is owed, visits, doses, the included, then the sicker patient."""
        late = sum(due.state in ("due", "late") for due in self.due)
        open_doses = sum(state == "due" for _, state in self.doses)
        sick = self.sofa.low if self.sofa else 0
        return (self.consent_owed_since is None, -late, -open_doses, self.study_day is None, -sick, self.icu_day)


def rows(patients: Sequence[OnWard], readings: pd.DataFrame, doses: pd.DataFrame, today: date) -> list[Row]:
    """`readings` and `doses` as the store gives them, with a `patient` column, of these patients alone."""
    sofa_of, markers, on_file = sofa_by_day(readings), _markers(readings, today), _on_file(readings)
    drawn_after = _drawn_after_first_dose(patients, readings)
    baseline_of = sofa_by_day(readings[~drawn_after]) if drawn_after.any() else sofa_of
    charted = {(row[0], row[1], row[2]): row[3] for row in doses[["patient", "day", "slot", "state"]].itertuples(index=False)}
    made = []
    for patient in patients:
        number = patient.number
        known = markers.get(number, ()), on_file.get(number, set())
        made.append(_row(patient, sofa_of.get(number, {}), baseline_of.get(number, {}), *known, charted, today))
    return sorted(made, key=lambda row: row.urgency)


def sofa_by_day(readings: pd.DataFrame) -> dict[str, dict[date, Sofa]]:
    """Patient to date to the interval of the SOFA; days of which no organ is known are left out."""
    found: dict[str, dict[date, Sofa]] = defaultdict(dict)
    if readings.empty:
        return found
    scored = sofa.score(days.by_day(readings))
    for (number, on), low, high in zip(scored.index, scored["low"].tolist(), scored["high"].tolist(), strict=True):
        if high - low < NOTHING_KNOWN:
            found[number][on] = Sofa(low, high)
    return found


def _drawn_after_first_dose(patients: Sequence[OnWard], readings: pd.DataFrame) -> pd.Series[bool]:
    """Samples of day 1 that do not belong to the baseline (trial.schedule.is_baseline)."""
    first_dose = readings["patient"].map({patient.number: patient.first_dose_at for patient in patients})
    on_day_1 = readings["on_date"] == readings["patient"].map({patient.number: patient.day_1 for patient in patients})
    sampled_at = pd.to_datetime(readings["sampled_at"], utc=True)
    return on_day_1 & (sampled_at >= pd.to_datetime(first_dose, utc=True))


def _row(patient: OnWard, sofa_of: Mapping[date, Sofa], baseline_of: Mapping[date, Sofa], markers: tuple[Marker, ...],
         on_file: set[tuple[date, str]], charted: Mapping[tuple[str, int, str], str], today: date) -> Row:
    day_1 = patient.day_1 if patient.included_at else None
    study_day = schedule.study_day(today, day_1) if day_1 else None
    first = day_1 or patient.arrived_on
    newest = max((on for on in sofa_of if on <= today), default=None)
    return Row(
        patient=patient.number,
        name=patient.name,
        bed=patient.bed,
        study_day=study_day,
        icu_day=schedule.study_day(today, patient.arrived_on),
        sofa=sofa_of[newest] if newest else None,
        sofa_days_old=(today - newest).days if newest else 0,
        baseline=baseline_of.get(first) if newest != first else None,
        spark=_spark(sofa_of, first, today),
        markers=markers,
        doses=_doses(patient.number, charted, study_day),
        due=tuple(_due(day_1, today, on_file)),
        consent_owed_since=patient.included_at if patient.consent_route == "emergency" else None,
        time_zone=patient.time_zone,
    )


def _spark(sofa_of: Mapping[date, Sofa], first: date, today: date) -> tuple[tuple[int, Sofa | None], ...]:
    last = schedule.study_day(today, first)
    return tuple((day, sofa_of.get(schedule.date_of(day, first))) for day in range(max(1, last - SPARK_DAYS + 1), last + 1))


def _markers(readings: pd.DataFrame, today: date) -> dict[str, tuple[Marker, ...]]:
    """Patient to the newest known value of each marker, with the one before it."""
    known = readings[readings["variable"].isin(MARKERS) & readings["state"].isin([str(state) for state in KNOWN])]
    known = known[known["number"].notna()].sort_values(["on_date", "sampled_at"], na_position="last")
    courses: dict[tuple[str, str], list[tuple[date, float, str]]] = defaultdict(list)
    columns = ["patient", "variable", "on_date", "number", "comparator"]
    for number, code, day, result, sign in known[columns].itertuples(index=False, name=None):
        courses[number, code].append((day, result, sign))
    found: dict[str, list[Marker]] = defaultdict(list)
    for (number, code), course in sorted(courses.items(), key=lambda item: MARKERS.index(item[0][1])):
        on, value, comparator = course[-1]
        found[number].append(Marker(code, value, comparator, course[-2][1] if len(course) > 1 else None, (today - on).days))
    return {number: tuple(markers) for number, markers in found.items()}


def _on_file(readings: pd.DataFrame) -> dict[str, set[tuple[date, str]]]:
    """Patient to the (date, variable) that need no further asking; what is pending does."""
    answered = readings[readings["state"] != str(State.PENDING)]
    found: dict[str, set[tuple[date, str]]] = defaultdict(set)
    for number, on, code in answered[["patient", "on_date", "variable"]].itertuples(index=False, name=None):
        found[number].add((on, code))
    return found


def _doses(number: str, charted: Mapping[tuple[str, int, str], str], study_day: int | None) -> tuple[tuple[str, str], ...]:
    if study_day is None or not 1 <= study_day <= schedule.DAYS:
        return ()
    return tuple((slot, charted.get((number, study_day, slot), "due")) for slot in SLOTS)


def _due(day_1: date | None, today: date, on_file: set[tuple[date, str]]) -> list[schedule.Due]:
    if day_1 is None:
        return []
    return [due for due in schedule.due(day_1, today, on_file, None) if due.state in ("due", "tomorrow", "late")]
