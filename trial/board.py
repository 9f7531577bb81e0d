"""The ward board: one row a patient, the most urgent first. Pure: values in, rows out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from trial import day7, days, owed, schedule, sofa
from trial.day7 import Judged
from trial.dosing import SLOTS, STATES
from trial.errors import sentence
from trial.reading import KNOWN, State

MARKERS = ("ferritin", "scd25", "fibrinogen", "platelets")
VARIABLES = tuple(dict.fromkeys((*sofa.INPUTS, *schedule.PANEL, *MARKERS)))
SPARK_DAYS = 14
Cell = tuple[date, str]  # a day and a variable
NOTHING_KNOWN = 24  # the width of a SOFA of which no organ is known
FLAGS = {
    "withdrawn": sentence("Consent withdrawn"),
    "care_limited": sentence("Care limited"),
    "no_first_dose": sentence("First dose planned, not charted"),
}


class OnWard(day7.InTrial, schedule.Followed, Protocol):
    """What the board needs to know of a patient (db.patients.Patient has it)."""

    @property
    def name(self) -> str: ...
    @property
    def bed(self) -> str: ...
    @property
    def arrived_on(self) -> date: ...
    @property
    def consent_route(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


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
    due: tuple[schedule.Due, ...]  # of the visits, those that still ask for something
    consent_owed_since: datetime | None  # of an emergency inclusion, until it is filed
    time_zone: str
    visits: tuple[schedule.Due, ...] = ()  # all five, once included
    day_7: Judged | None = None
    charted: tuple[tuple[str, int], ...] = ()  # state of a dose: how many until now, in the order of trial.dosing
    planned: int = 0  # doses until now; today's count once they are charted
    flags: tuple[str, ...] = ()  # codes of FLAGS

    @property
    def uncharted(self) -> int:
        """Doses of the days before of which nothing is known."""
        return self.planned - sum(count for _state, count in self.charted)

    @property
    def next_visit(self) -> schedule.Due | None:
        """The first that is late, today or ahead."""
        return next((one for one in self.visits if one.state in (*schedule.ASKING, "to_come")), None)

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
    drawn_after = day7.drawn_after_first_dose(patients, readings)
    of_those = readings["patient"].isin(readings.loc[drawn_after, "patient"])
    baseline_of = {**sofa_of, **sofa_by_day(readings[of_those & ~drawn_after])}
    awaited, day_7 = _on_file(readings, pending=True), day7.judged(patients, readings, today)
    charted: dict[str, dict[tuple[int, str], str]] = defaultdict(dict)
    for number, day, slot, state in doses[["patient", "day", "slot", "state"]].itertuples(index=False, name=None):
        charted[number][day, slot] = state
    made = []
    for patient in patients:
        number = patient.number
        asked = _visits(patient, today, on_file.get(number, set()), awaited.get(number, set()))
        known = markers.get(number, ()), asked, day_7.get(number), charted.get(number, {})
        made.append(_row(patient, sofa_of.get(number, {}), baseline_of.get(number, {}), *known, today))
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


def _row(patient: OnWard, sofa_of: Mapping[date, Sofa], baseline_of: Mapping[date, Sofa], markers: tuple[Marker, ...],
         visits: tuple[schedule.Due, ...], day_7: Judged | None, charted: Mapping[tuple[int, str], str], today: date) -> Row:
    day_1 = patient.day_1 if patient.included_at else None
    study_day = schedule.study_day(today, day_1) if day_1 else None
    first = day_1 or patient.arrived_on
    newest = max((on for on in sofa_of if on <= today), default=None)
    told = Counter(state for (day, _slot), state in charted.items() if study_day and day <= study_day)
    of_today = _doses(charted, study_day) if schedule.left(patient).ended_on is None else ()
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
        doses=of_today,
        due=tuple(one for one in visits if one.state in schedule.ASKING),
        consent_owed_since=_owed_since(patient),
        time_zone=patient.time_zone,
        visits=visits,
        day_7=day_7,
        charted=tuple((state, told[state]) for state in STATES if told[state]),
        planned=_planned(study_day, charted),
        flags=tuple(_flags(patient, today)),
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


def _on_file(readings: pd.DataFrame, *, pending: bool = False) -> dict[str, set[Cell]]:
    """Patient to the (date, variable) that need no further asking; or to those whose result is pending."""
    answered = readings[(readings["state"] == str(State.PENDING)) == pending]
    found: dict[str, set[Cell]] = defaultdict(set)
    for number, on, code in answered[["patient", "on_date", "variable"]].itertuples(index=False, name=None):
        found[number].add((on, code))
    return found


def _doses(charted: Mapping[tuple[int, str], str], study_day: int | None) -> tuple[tuple[str, str], ...]:
    if study_day is None or not 1 <= study_day <= schedule.DAYS:
        return ()
    return tuple((slot, charted.get((study_day, slot), "due")) for slot in SLOTS)


def _planned(study_day: int | None, charted: Mapping[tuple[int, str], str]) -> int:
    if study_day is None or study_day < 1:
        return 0
    days_over = min(study_day - 1, schedule.DAYS)
    return len(SLOTS) * days_over + sum((study_day, slot) in charted for slot in SLOTS)


def _visits(patient: OnWard, today: date, on_file: set[Cell], awaited: set[Cell]) -> tuple[schedule.Due, ...]:
    if patient.included_at is None or patient.day_1 is None:
        return ()
    known = on_file | schedule.vital_status(patient)
    return tuple(schedule.plan(patient.day_1, today, known, schedule.left(patient), awaited=awaited))


def _owed_since(patient: OnWard) -> datetime | None:
    return patient.included_at if owed.is_owed(patient) and owed.can_be_asked(patient) else None


def _flags(patient: OnWard, today: date) -> Iterator[str]:
    if patient.withdrawn_at:
        yield "withdrawn"
    if patient.care_limited_at:
        yield "care_limited"
    is_late = patient.included_at and patient.first_dose_at is None and patient.day_1 and patient.day_1 < today
    if is_late and not patient.withdrawn_at:
        yield "no_first_dose"
