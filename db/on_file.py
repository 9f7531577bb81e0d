"""The patients on file: one row of each that was screened, with what the other tables say of it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from db import sites as places
from db.people import Person
from db.tables import bed, consent, data_use, description, dose, inclusion, milestone, patient
from trial import schedule
from trial.consent import TAKEN_BACK
from trial.dosing import TAKEN

Numbers = Sequence[str] | Select[tuple[str]]
MANY = 500  # patients asked for by number


@dataclass(frozen=True)
class Patient:
    number: str
    site: str
    sex: str
    birth_year: int | None
    arrived_on: date
    origin: str
    time_zone: str
    salt: str
    study_number: str | None = None
    included_at: datetime | None = None
    planned_day_1: date | None = None
    first_dose_at: datetime | None = None
    bed: str = ""
    consent_route: str = ""
    consent_at: datetime | None = None
    data_use: str = ""  # of a refusal or a withdrawal: keep, stop, not_asked
    died_at: datetime | None = None
    icu_discharge_at: datetime | None = None
    hospital_discharge_at: datetime | None = None
    left_ward_at: datetime | None = None
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None
    last_known_alive_at: datetime | None = None
    care_limited_at: datetime | None = None

    @property
    def name(self) -> str:
        """The number that the ward uses."""
        return self.study_number or self.number

    @property
    def day_1(self) -> date | None:
        """The day of the first dose at the site; the planned one before it; None before inclusion."""
        if self.first_dose_at is None:
            return self.planned_day_1
        return self.day_of(self.first_dose_at)

    def day_of(self, moment: datetime) -> date:
        """The calendar day of a moment at the site."""
        return schedule.ward_date(moment, self.time_zone)


FIELD_OF = {  # milestone → field of Patient
    "death": "died_at",
    "icu_discharge": "icu_discharge_at",
    "hospital_discharge": "hospital_discharge_at",
    "left_ward": "left_ward_at",
    "withdrawal": "withdrawn_at",
    "lost": "lost_at",
    "last_known_alive": "last_known_alive_at",
    "care_limited": "care_limited_at",
}


def patients_where(ward: Connection, condition: ColumnElement[bool], sees: Person) -> list[Patient]:
    """The patients of a condition on `patient` whom this person may see; some ten queries, however many they are."""
    if sees.site:
        condition = condition & (patient.c.site == sees.site)
    rows = ward.execute(select(patient).where(condition)).all()
    if not rows:
        return []
    # Named one by one, a few are found by index whatever the planner of Postgres believes of a fresh table.
    numbers = [row.number for row in rows] if len(rows) <= MANY else select(patient.c.number).where(condition)
    told = _told(ward, numbers)
    zones = {one.code: one for one in places.sites(ward)}
    return [_patient(row, told[row.number], zones.get(row.site, places.Site(row.site, row.site))) for row in rows]


def _patient(row: Any, told: dict[str, Any], place: places.Site) -> Patient:
    described = {"sex": row.sex, "birth_year": row.birth_year, "arrived_on": row.arrived_on}
    return Patient(
        number=row.number,
        site=row.site,
        origin=row.origin,
        time_zone=place.time_zone,
        salt=place.norepinephrine_salt,
        **(described | told),
    )


def _told(ward: Connection, numbers: Numbers) -> dict[str, dict[str, Any]]:
    """What the other tables say, per patient, by field of Patient."""
    told: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in _of(ward, inclusion, numbers):
        told[row.patient] |= {
            "study_number": row.number, "included_at": row.included_at, "planned_day_1": row.planned_day_1,
        }  # fmt: skip
    for row in _of(ward, description, numbers):
        told[row.patient] |= {"sex": row.sex, "birth_year": row.birth_year, "arrived_on": row.arrived_on}
    for row in _of(ward, bed, numbers):
        told[row.patient]["bed"] = row.bed
    for row in _of(ward, consent, numbers):
        told[row.patient] |= {"consent_route": row.route, "consent_at": row.signed_at}
    for row in _of(ward, data_use, numbers):
        if told[row.patient].get("consent_route") in TAKEN_BACK:  # consented again: the choice went with the refusal
            told[row.patient]["data_use"] = row.choice
    for row in _of(ward, milestone, numbers):
        told[row.patient][FIELD_OF[row.kind]] = row.at if row.state == "reported" else None
    for number, at in first_doses(ward, numbers).items():
        told[number]["first_dose_at"] = at
    return told


def _of(ward: Connection, table: Table, numbers: Numbers) -> Any:
    """The rows of these patients, oldest first."""
    return ward.execute(select(table).where(table.c.patient.in_(numbers)).order_by(table.c.entry, table.c.line))


def first_doses(ward: Connection, numbers: Numbers) -> dict[str, datetime]:
    """When each of these patients got the first dose; who got none is not there."""
    age = func.row_number().over(
        partition_by=(dose.c.patient, dose.c.day, dose.c.slot), order_by=(dose.c.entry.desc(), dose.c.line.desc())
    )
    newest = select(dose, age.label("age")).where(dose.c.patient.in_(numbers)).subquery()
    first = (
        select(newest.c.patient, func.min(newest.c.given_at))
        .where(newest.c.age == 1, newest.c.state.in_(TAKEN))
        .group_by(newest.c.patient)
    )
    return {row[0]: row[1] for row in ward.execute(first)}
