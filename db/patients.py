"""Patients: numbers, beds, milestones, and who is on the ward. No names: a site number, a birth year, a sex."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, Table, or_, select, true

from db import record
from db import sites as places
from db.on_file import FIELD_OF, Patient, patients_where
from db.people import Person
from db.tables import bed as bed_table
from db.tables import description, inclusion, milestone, patient
from trial import schedule
from trial.errors import Impossible, NoSuchPatient, NotAllowed

ON_WARD_DAYS = 60
OFF_WARD = ("death", "icu_discharge", "hospital_discharge", "left_ward", "lost")
CLOCKS_APART = timedelta(minutes=5)  # between the browser's clock and the server's


def find(ward: Connection, number: str, *, sees: Person) -> Patient:
    """The patient of a screening or a study number; NoSuchPatient also for one of another site."""
    number = number.strip()
    found = patients_where(ward, patient.c.number == number_of(ward, number), sees)
    if not found:
        raise NoSuchPatient("There is no patient {number} whom you may see. Check the number.", number=number)
    return found[0]


def on_ward(ward: Connection, today: date, *, sees: Person) -> list[Patient]:
    """Who arrived within 60 days and has not died or left, by bed; costs the ward, not the file."""
    lately = (today - timedelta(days=ON_WARD_DAYS), today)
    corrected = ward.scalars(select(description.c.patient).where(description.c.arrived_on.between(*lately))).all()
    found = patients_where(ward, or_(patient.c.arrived_on.between(*lately), patient.c.number.in_(corrected)), sees)
    here = [one for one in found if lately[0] <= one.arrived_on <= today and _is_here(one)]
    return sorted(here, key=lambda one: (one.bed, one.name))


def all_patients(ward: Connection, *, sees: Person) -> pd.DataFrame:
    """One row a patient, by screening number: the fields of Patient, with `name` and `day_1`."""
    columns = [field.name for field in fields(Patient)] + ["name", "day_1"]
    rows = [{**asdict(one), "name": one.name, "day_1": one.day_1} for one in patients_where(ward, true(), sees)]
    return pd.DataFrame(rows, columns=columns).sort_values("number", ignore_index=True)


def screen(
    ward: Connection,
    *,
    site: str,
    sex: str,
    birth_year: int | None,
    arrived_on: date,
    bed: str = "",
    by: Person,
    token: str | None = None,
) -> str:
    """A patient comes into the screening log; answers the screening number, 001-S0001."""
    if (seen := record.already(ward, token)) is not None:
        return seen
    _own_site(by, site)
    place = places.site_of(ward, site)
    _check_description(sex, birth_year, arrived_on, place.time_zone)
    number = next_number(ward, site)
    rows: list[tuple[Table, dict[str, object]]] = [
        (
            patient,
            {
                "number": number, "site": site, "sex": sex, "birth_year": birth_year,
                "arrived_on": arrived_on, "origin": f"screened:{number}",
            },
        )
    ]  # fmt: skip
    if bed.strip():
        rows.append((bed_table, {"patient": number, "bed": bed.strip()}))
    return record.add(ward, "screen", rows, by=by, token=token, outcome=number)


def next_number(ward: Connection, site: str) -> str:
    """The next free screening number of a site; free until the commit, for the lock is held."""
    record.lock(ward)
    head = f"{site}-S"
    taken = ward.scalars(select(patient.c.number).where(patient.c.site == site, patient.c.number.startswith(head)))
    return f"{head}{max((int(one.removeprefix(head)) for one in taken), default=0) + 1:04d}"


def correct_patient(
    ward: Connection,
    number: str,
    *,
    sex: str,
    birth_year: int | None,
    arrived_on: date,
    why: str,
    by: Person,
    token: str | None = None,
) -> None:
    """State anew what the screening said of the patient."""
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    _check_description(sex, birth_year, arrived_on, known.time_zone)
    row = {"patient": known.number, "sex": sex, "birth_year": birth_year, "arrived_on": arrived_on}
    record.add(ward, "correct_patient", [(description, row)], by=by, why=why, token=token)


def move_bed(ward: Connection, number: str, bed: str, *, by: Person, token: str | None = None) -> None:
    """The patient lies in this bed from now on."""
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    if known.bed != bed.strip():
        record.add(ward, "move_bed", [(bed_table, {"patient": known.number, "bed": bed.strip()})], by=by, token=token)


def report_milestone(
    ward: Connection,
    number: str,
    kind: str,
    at: datetime,
    *,
    detail: str = "",
    by: Person,
    token: str | None = None,
) -> None:
    """Death, a discharge, …: the newest of a kind counts, an earlier one stays in the trail."""
    token = record.token_of(token, [kind, at, detail])
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    if kind not in FIELD_OF:
        raise Impossible("There is no milestone {kind}.", kind=kind)
    not_in_the_future(at)
    if known.day_of(at) < known.arrived_on:
        raise Impossible("{at} is before the arrival in intensive care, {arrived}.", at=at, arrived=known.arrived_on)
    if getattr(known, FIELD_OF[kind]) == at and not detail:
        return
    row = {"patient": known.number, "kind": kind, "at": at, "detail": detail}
    record.add(ward, "report_milestone", [(milestone, row)], by=by, token=token)


def withdraw_milestone(
    ward: Connection, number: str, kind: str, *, why: str, by: Person, token: str | None = None
) -> None:
    """The milestone was reported in error: it reads as if it had not been."""
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    at = getattr(known, FIELD_OF.get(kind, ""), None)
    if at is None:
        return
    row = {"patient": known.number, "kind": kind, "at": at, "state": "withdrawn", "detail": why}
    record.add(ward, "withdraw_milestone", [(milestone, row)], by=by, why=why, token=token)


def number_of(ward: Connection, number: str) -> str:
    """The screening number, under which everything is kept, of either number; unknown ones come back as they are."""
    return ward.scalar(select(inclusion.c.patient).where(inclusion.c.number == number)) or number


def not_in_the_future(at: datetime) -> None:
    """Impossible for a moment that has not come yet."""
    if at > record.now() + CLOCKS_APART:
        raise Impossible("{at} has not come yet. Check the date and the time.", at=at)


def _own_site(by: Person, site: str) -> None:
    if by.site and by.site != site:
        raise NotAllowed("Your account is for site {site} alone.", site=by.site)


def _check_description(sex: str, birth_year: int | None, arrived_on: date, zone: str) -> None:
    today = schedule.ward_date(record.now(), zone)
    if sex not in ("f", "m", "u"):
        raise Impossible("Sex is f, m or u.")
    if arrived_on > today:
        raise Impossible("{day} has not come yet. Check the date of arrival.", day=arrived_on)
    if birth_year is not None and not 1900 <= birth_year <= arrived_on.year:
        raise Impossible("A birth year of {year} cannot be.", year=birth_year)


def _is_here(one: Patient) -> bool:
    return all(getattr(one, FIELD_OF[kind]) is None for kind in OFF_WARD)
