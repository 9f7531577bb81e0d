"""An invented cohort in intensive care, for the demonstration, the bench and tests. Nothing here comes from a person.

Nine patients are on the ward today, at different days of their study; the others lie in the past. Some have a fate that
tests and demonstrations call by name (FATES). How their values go stands in trial.courses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from trial import courses, protocol, schedule
from trial.dosing import REASONS, Dose
from trial.eligibility import asked
from trial.reading import Change, Reading, State
from trial.treatments import Course

ZONE = protocol.TIME_ZONE
SEED = 6244862
NEVER = 10_000  # a study day nobody reaches
EVERY_SHEET = 400  # so many of the latest have a sheet for each day; of the others only those of the visits are kept
Consent = tuple[str, datetime]  # route, signed at


COURSES: tuple[tuple[tuple[str, float, str, str], float, int, int], ...] = (  # share of patients, first day, days
    (("dexamethasone", 20.0, "mg/d", "iv"), 0.6, 0, 13),
    (("dexamethasone", 10.0, "mg/d", "iv"), 0.3, 14, 14),
    (("etoposide", 150.0, "mg/m²", "iv"), 0.4, 0, 0),
    (("ivig", 0.5, "g/kg", "iv"), 0.25, 1, 1),
    (("anakinra", 200.0, "mg/d", "sc"), 0.2, 1, 9),
    (("hydrocortisone", 200.0, "mg/d", "iv"), 0.4, 0, 5),
    (("fluconazole", 400.0, "mg/d", "iv"), 0.25, 2, 10),
    (("voriconazole", 400.0, "mg/d", "iv"), 0.2, 4, 14),
    (("cotrimoxazole", 800.0, "mg/d", "oral"), 0.3, 3, 25),
)


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    norepinephrine_salt: str
    time_zone: str = ZONE


PLACES = (Place("001", "Hôpital A", "base"), Place("002", "Hôpital B", "tartrate"))


@dataclass(frozen=True)
class Stay:
    """The bones of one course. Days are study days; screening is day 0, and day 1 is planned for the day after."""

    fate: str
    day_1: date
    pace: float  # share of the way to health a day
    severity: float  # 0 to 1
    leaves_icu: int = NEVER
    goes_home: int = NEVER
    dies: int = NEVER
    lost: int = NEVER
    withdraws: int = NEVER
    has_bilirubin: bool = True
    every_sheet: bool = True


@dataclass(frozen=True)
class Turned:
    """Screened and not included: the criteria answered otherwise, and the values that decided."""

    fate: str
    days_ago: int
    answers: Mapping[str, str]
    values: Mapping[str, float | str] = field(default_factory=dict)
    only: tuple[str, ...] | None = None  # the variables on file; None: all of the day


@dataclass(frozen=True)
class Milestone:
    kind: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Invented:
    """One patient but for the values, which are the rows of `Cohort.values` under `key`."""

    key: int
    fate: str
    site: str
    sex: str
    birth_year: int
    bed: str
    arrived_on: date
    screened_on: date
    answers: Mapping[str, str]  # by criterion; empty: nothing answered yet
    day_1: date | None = None  # None: not included
    included_at: datetime | None = None
    declined: tuple[str, ...] = ()  # why not
    consents: tuple[Consent, ...] = ()
    doses: tuple[Dose, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    courses: tuple[Course, ...] = ()  # co-treatments


@dataclass(frozen=True)
class Cohort:
    now: datetime
    patients: tuple[Invented, ...]  # in the order of their screening
    values: pd.DataFrame  # trial.courses.COLUMNS, with Invented.key under `patient`

    def fate(self, name: str) -> Invented:
        return next(patient for patient in self.patients if patient.fate == name)

    def changes(self) -> dict[int, dict[date, list[Change]]]:
        """What was typed: by patient and day, as the day sheet hands it over."""
        found: dict[int, dict[date, list[Change]]] = {}
        row: Any
        for row in self.values.itertuples(index=False):
            of_day = found.setdefault(row.patient, {}).setdefault(row.on_date, [])
            of_day.append(Change(row.variable, None, reading(row)))
        return found


def reading(row: Any) -> Reading:
    """A row of `Cohort.values` as a reading."""
    number = None if pd.isna(row.number) else float(row.number)
    return Reading(State(row.state), number, row.choice or None, row.comparator, row.typed, row.unit, row.assay)


WARD_TODAY = (  # fate, study day of today
    ("first_dose_today", 1), ("consent_owed", 2), ("", 3), ("day_7_tomorrow", 6), ("no_bilirubin", 9), ("", 14),
    ("", 21),
)  # fmt: skip
PAST_FATES = ("responder", "dies_on_day_5", "discharged_on_day_6", "lost_at_day_28", "withdraws_on_day_10")

_HSCORE_199: dict[str, float | str] = {
    "temperature": 38.9, "splenomegaly": "yes", "hepatomegaly": "no", "immunosuppression": "no",
    "hemophagocytosis": "no", "nk_activity_low": "no",
    "hemoglobin": 8.5, "white_cells": 6.0, "neutrophils": 3.1, "platelets": 140.0,
    "triglycerides": 3.0, "fibrinogen": 2.4, "ferritin": 9000.0, "ast": 80.0, "scd25": 2100.0,
}  # fmt: skip
_SOFA_3: dict[str, float | str] = {
    "pao2": 85.0, "fio2": 0.21, "ventilation": "none", "ecmo": "no", "platelets": 60.0, "bilirubin": 15.0, "map": 82.0,
    "norepinephrine": 0.0, "epinephrine": 0.0, "dopamine": 0.0, "dobutamine": 0.0, "vasopressin": 0.0, "gcs": 15.0,
    "gcs_kind": "measured", "creatinine": 120.0, "urine_output": 1900.0, "rrt": "no",
}  # fmt: skip
_OPEN: dict[str, float | str] = {
    "temperature": 38.9, "splenomegaly": "no", "hepatomegaly": "no", "immunosuppression": "no",
    "hemophagocytosis": "not_done", "nk_activity_low": "not_done",
    "hemoglobin": 8.4, "white_cells": 3.1, "neutrophils": 1.4, "platelets": 62.0,
    "triglycerides": "pending", "fibrinogen": 2.2, "ferritin": 5400.0, "ast": 95.0, "scd25": "pending",
}  # fmt: skip
_PENDING: dict[str, float | str] = dict.fromkeys(
    ("platelets", "hemoglobin", "white_cells", "neutrophils", "bilirubin", "creatinine", "ast", "ferritin", "scd25",
     "triglycerides", "fibrinogen", "hemophagocytosis", "nk_activity_low"), "pending",
)  # fmt: skip

TURNED = (  # screened, days ago; what was answered otherwise, what was measured otherwise
    Turned("everything_pending", 0, {}, _PENDING, only=()),
    Turned("not_decided", 1, {"in_icu": "yes", "moribund": "no", "lactose_intolerance": "no"}, _OPEN),
    Turned("lactose_intolerance", 71, {"lactose_intolerance": "yes"}),
    Turned("moribund", 103, {"moribund": "yes"}),
    Turned("hscore_199", 88, {}, _HSCORE_199),
    Turned("sofa_3", 140, {}, _SOFA_3),
    Turned("pregnant", 175, {"pregnant_or_lactating": "yes"}),
    Turned("care_limited", 230, {"care_limited": "yes"}),
    Turned("consent_refused", 265, {"consent": "no"}),
    Turned("other_research", 310, {"other_research": "yes"}),
)
DECLINED_FOR = {
    "hscore_199": "acquired_hs", "sofa_3": "sofa", "pregnant": "pregnant_or_lactating", "consent_refused": "consent",
}  # fmt: skip
UNDECIDED = ("everything_pending", "not_decided")

DOSE_HOURS = {"morning": time(8, 0), "evening": time(20, 0)}


def cohort(now: datetime, patients: int = protocol.TARGET, seed: int = SEED) -> Cohort:
    """`patients` included ones and those of TURNED, as they stand at `now` (aware).

    The same arguments give the same cohort. ValueError for fewer patients than there are fates.
    """
    if patients < len(WARD_TODAY) + len(PAST_FATES):
        raise ValueError(f"at least {len(WARD_TODAY) + len(PAST_FATES)} patients: each fate needs one")
    rng = np.random.default_rng(seed)
    today = schedule.ward_date(now, ZONE)
    screened: list[Stay | Turned] = [*_stays(rng, today, patients), *TURNED]
    screened.sort(key=lambda one: _screened_on(one, today))
    values = _values(rng, screened, today)
    return Cohort(now, tuple(_invented(rng, key, one, now) for key, one in enumerate(screened)), values)


def _screened_on(one: Stay | Turned, today: date) -> date:
    return today - timedelta(days=one.days_ago) if isinstance(one, Turned) else schedule.date_of(0, one.day_1)


def _stays(rng: np.random.Generator, today: date, patients: int) -> list[Stay]:
    stays = []
    for fate, day in WARD_TODAY:
        pace = 0.1 if fate == "day_7_tomorrow" else float(rng.uniform(0.02, 0.06))
        stays.append(Stay(fate, schedule.date_of(2 - day, today), pace, 0.55, has_bilirubin=fate != "no_bilirubin"))
    stays += [_with_fate(fate, today - timedelta(days=95 + 35 * place)) for place, fate in enumerate(PAST_FATES)]
    others = patients - len(stays)
    apart = 13.0 if others < 100 else 2400 / others  # days between two inclusions
    for place in range(others):
        ago = round(72 + apart * (place + rng.uniform(0, 0.9)))
        stays.append(replace(_any_stay(rng, today - timedelta(days=ago)), every_sheet=place < EVERY_SHEET))
    return stays


def _with_fate(fate: str, day_1: date) -> Stay:
    usual = Stay(fate, day_1, pace=0.11, severity=0.55, leaves_icu=16, goes_home=26)
    return {
        "responder": usual,
        "dies_on_day_5": replace(usual, pace=-0.04, severity=0.9, dies=5, leaves_icu=NEVER, goes_home=NEVER),
        "discharged_on_day_6": replace(usual, pace=0.2, severity=0.2, leaves_icu=6, goes_home=13),
        "lost_at_day_28": replace(usual, lost=28),
        "withdraws_on_day_10": replace(usual, pace=0.05, withdraws=10, leaves_icu=20),
    }[fate]


def _any_stay(rng: np.random.Generator, day_1: date) -> Stay:
    """Half respond, the others are slow or refractory; about a third die within 28 days."""
    kind = str(rng.choice(("responds", "slow", "refractory"), p=(0.45, 0.22, 0.33)))
    courses_of: dict[str, tuple[float, int, float, int]] = {  # pace, leaves the ICU, share that dies, on which day
        "responds": (rng.uniform(0.06, 0.13), int(rng.integers(8, 21)), 0.12, int(rng.integers(15, 120))),
        "slow": (rng.uniform(0.025, 0.06), int(rng.integers(17, 38)), 0.5, int(rng.integers(9, 60))),
        "refractory": (rng.uniform(-0.04, 0.01), int(rng.integers(28, 50)), 0.85, int(2 + rng.geometric(0.1))),
    }
    pace, leaves, deadly, death = courses_of[kind]
    dies = int(death) if rng.random() < deadly else NEVER
    leaves_icu = int(leaves) if leaves < dies else NEVER
    home = int(leaves + rng.integers(4, 20))
    goes_home = home if leaves_icu < NEVER and home < dies else NEVER
    return Stay("", day_1, float(pace), float(rng.beta(2, 2)), leaves_icu, goes_home, dies)


def _values(rng: np.random.Generator, screened: list[Stay | Turned], today: date) -> pd.DataFrame:
    stays = [one if isinstance(one, Stay) else _one_day(_screened_on(one, today)) for one in screened]
    people = pd.DataFrame(
        {
            "pace": [stay.pace for stay in stays],
            "severity": [stay.severity for stay in stays],
            "has_bilirubin": [stay.has_bilirubin for stay in stays],
            "other_site": [_place(key).code == "002" for key in range(len(stays))],
        }
    )
    days = [
        (
            key,
            day,
            schedule.date_of(day, stay.day_1),
            day <= stay.leaves_icu,
            stay.dies - day if stay.dies < NEVER else np.inf,
        )
        for key, stay in enumerate(stays)
        for day in _days(stay, today)
    ]
    frame = pd.DataFrame(days, columns=["patient", "day", "on_date", "in_icu", "to_death"])
    return _turned_values(courses.values(rng, people, frame, today), screened, today)


def _one_day(on: date) -> Stay:
    """Of who was not included: the day of screening alone."""
    return Stay("", on + timedelta(days=1), pace=0, severity=0.5, withdraws=1)


def _days(stay: Stay, today: date) -> list[int]:
    """The study days on which a sheet was filled: in intensive care each, afterwards the visits."""
    last = min(protocol.DAYS, schedule.study_day(today, stay.day_1), stay.dies, stay.lost - 1, stay.withdraws - 1)
    visits = (0, *protocol.VISIT_DAYS)
    return [day for day in range(last + 1) if day in visits or (stay.every_sheet and day <= stay.leaves_icu)]


def _turned_values(values: pd.DataFrame, screened: list[Stay | Turned], today: date) -> pd.DataFrame:
    typed = []
    for key, one in enumerate(screened):
        if not isinstance(one, Turned):
            continue
        own = values["patient"] == key
        values = values[~(own & (values["variable"].isin(list(one.values)) if one.only is None else own))]
        typed += [courses.typed_row(key, _screened_on(one, today), code, found) for code, found in one.values.items()]
    return pd.concat([values, pd.DataFrame(typed, columns=list(courses.COLUMNS))], ignore_index=True)


def _place(key: int) -> Place:
    return PLACES[0] if key % 5 < 3 else PLACES[1]


def _invented(rng: np.random.Generator, key: int, one: Stay | Turned, now: datetime) -> Invented:
    screened_on = _screened_on(one, schedule.ward_date(now, ZONE))
    fate = one.fate
    sex = "f" if fate == "pregnant" or rng.random() < 0.42 else "m"
    age = 31 if fate == "pregnant" else int(np.clip(rng.normal(55, 15), 20, 86))
    birth_year = screened_on.year - age
    answers = {line.code: line.wanted for line in asked(sex=sex, birth_year=birth_year, year=screened_on.year)}
    patient = Invented(key, fate, _place(key).code, sex, birth_year, f"{'AB'[key % 2]}{key // 2 % 12 + 1:02}",
                       screened_on - timedelta(days=int(rng.integers(0, 4)) if fate != "everything_pending" else 0),
                       screened_on, answers)  # fmt: skip
    if isinstance(one, Turned):
        told = dict(one.answers) if fate in UNDECIDED else answers | dict(one.answers)
        why = () if fate in UNDECIDED else (DECLINED_FOR.get(fate, fate),)
        return replace(patient, answers=told, declined=why)
    included_at = _moment(screened_on, time(15 + int(rng.integers(0, 4)), int(rng.integers(0, 60))))
    return replace(
        patient,
        day_1=one.day_1,
        included_at=included_at,
        consents=_consents(rng, one, included_at, now),
        doses=tuple(_doses(rng, one, now)),
        milestones=tuple(mark for mark in _milestones(rng, one) if mark.at <= now),
        courses=tuple(_courses(key, one, now)),
    )


def _consents(rng: np.random.Generator, stay: Stay, included_at: datetime, now: datetime) -> tuple[Consent, ...]:
    drawn = str(rng.choice(("relative", "patient", "emergency"), p=(0.6, 0.25, 0.15)))
    route = "emergency" if stay.fate == "consent_owed" else drawn
    given = [(route, included_at - timedelta(minutes=int(rng.integers(20, 180))))]
    if route == "emergency" and stay.fate != "consent_owed":
        later = included_at + timedelta(hours=int(rng.integers(30, 90)))
        given.append(("patient" if stay.dies == NEVER else "relative", later))
    if stay.withdraws < NEVER:
        given.append(("withdrawn", _moment(schedule.date_of(stay.withdraws, stay.day_1), time(10, 30))))
    return tuple((route, at) for route, at in given if at <= now)


def _milestones(rng: np.random.Generator, stay: Stay) -> list[Milestone]:
    planned = (
        ("icu_discharge", stay.leaves_icu, time(14, 0)),
        ("hospital_discharge", stay.goes_home, time(11, 0)),
        ("death", stay.dies, time(int(rng.integers(0, 24)), int(rng.integers(0, 60)))),
        ("withdrawal", stay.withdraws, time(10, 30)),
        ("lost", stay.lost, time(12, 0)),
        ("last_known_alive", schedule.SIX_MONTHS, time(10, 0)),
    )
    ends = min(stay.dies, stay.lost, stay.withdraws)
    return [
        Milestone(kind, _moment(schedule.date_of(day, stay.day_1), at)) for kind, day, at in planned if day < NEVER and day <= ends
    ]


def _doses(rng: np.random.Generator, stay: Stay, now: datetime) -> list[Dose]:
    """As charted until `now`; a dose that is not due yet, or comes after the end of the course, has no row."""
    doses: list[Dose] = []
    held_from, held_for = (int(rng.integers(4, 20)), int(rng.integers(2, 5))) if rng.random() < 0.15 else (NEVER, 0)
    reason = str(rng.choice(REASONS["held"]))
    last = min(protocol.DAYS, stay.dies - 1, stay.lost - 1, stay.withdraws - 1)
    for day in range(1, last + 1):
        for slot, hour in DOSE_HOURS.items():
            planned = _moment(schedule.date_of(day, stay.day_1), hour)
            if planned > now - timedelta(minutes=30):
                return doses
            if held_from <= day < held_from + held_for:
                doses.append(Dose(day, slot, "held", reason=reason))
                continue
            chance = 1.0 if not doses else float(rng.random())
            route = "tube" if stay.severity > 0.45 and day < min(stay.leaves_icu, 12) else "oral"
            doses.append(_dose(day, slot, planned, route, chance, now))
    return doses


def _dose(day: int, slot: str, planned: datetime, route: str, chance: float, now: datetime) -> Dose:
    if chance < 0.012:
        return Dose(day, slot, "missed", reason=str(REASONS["missed"][0]))
    late = planned + timedelta(hours=3, minutes=40)
    if chance < 0.05 and late <= now:
        return Dose(day, slot, "late", late, route, float(protocol.DOSE_MG), str(REASONS["late"][0]))
    state = "vomited" if chance < 0.055 and route == "oral" else "given"
    return Dose(day, slot, state, planned + timedelta(minutes=int(chance * 28)), route, float(protocol.DOSE_MG))


def _courses(key: int, stay: Stay, now: datetime) -> list[Course]:
    """Co-treatments as charted until `now`; drawn apart, so that nothing else of the cohort moves with them."""
    rng = np.random.default_rng((SEED, key))
    last = min(protocol.DAYS, stay.dies - 1, stay.lost - 1, stay.withdraws - 1, stay.leaves_icu)
    courses = []
    for (code, dose, unit, route), share, first, length in COURSES:
        start = _moment(schedule.date_of(first, stay.day_1), time(9))
        stop = _moment(schedule.date_of(min(first + length, last), stay.day_1), time(18))
        if rng.random() < share and first <= last and start < now:
            courses.append(Course(code, start, stop if stop <= now else None, dose, unit, route))
    return courses


def _moment(on: date, at: time) -> datetime:
    return datetime.combine(on, at, ZoneInfo(ZONE))
