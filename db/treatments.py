"""Co-treatments: started, stopped, at another dose, corrected. The newest of a course counts; and what of the watch list
was put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, select

from db import people, record
from db.on_file import Patient
from db.patients import find, not_in_the_future, number_of
from db.people import Person
from db.tables import entry, watch_dismissal
from db.tables import treatment as table
from trial.errors import ChangedMeanwhile, Impossible
from trial.treatments import DRUGS, MOST_DOSE, ROUTES, UNITS, Course

COLUMNS = ("course", "drug", "started_at", "stopped_at", "dose", "unit", "route", "state", "by", "at", "why")


def treatments(ward: Connection, number: str) -> list[Course]:
    """The courses of a patient by their start; those entered in error are not there."""
    known = [course for course in _stored(ward, number_of(ward, number)).values() if course is not None]
    return sorted(known, key=lambda course: (course.started_at, course.key))


def treatments_of(ward: Connection, numbers: Sequence[str]) -> pd.DataFrame:
    """The courses of several patients, newest row of each: patient (screening number), course, drug, started_at, …"""
    rows = ward.execute(_asked().where(table.c.patient.in_(list(numbers)))).all()
    newest = {(row.patient, row.course): row for row in rows}
    kept = [newest[place] for place in sorted(newest) if newest[place].state == "reported"]
    return pd.DataFrame(kept, columns=["patient", *COLUMNS], dtype=object).drop(columns="state")


def history(ward: Connection, number: str, course: int) -> pd.DataFrame:
    """Everything that was charted of one course, oldest first."""
    asked = _asked().where(table.c.patient == number_of(ward, number), table.c.course == course)
    return pd.DataFrame(ward.execute(asked).all(), columns=["patient", *COLUMNS], dtype=object).drop(columns="patient")


def start_treatment(ward: Connection, number: str, course: Course, *, by: Person, token: str | None = None) -> int:
    """A course begins; answers its number within the patient. Impossible for what cannot be."""
    token = record.token_of(token, course)
    seen = record.already(ward, token)
    if seen is not None:
        return int(seen)
    known = find(ward, number, sees=by)
    _must_be_possible(known, course)
    key = max(_stored(ward, known.number), default=0) + 1
    rows = [(table, _row(known.number, replace(course, key=key)))]
    record.add(ward, "start_treatment", rows, by=by, token=token, outcome=str(key))
    return key


def stop_treatment(
    ward: Connection, number: str, was: Course, at: datetime, *, by: Person, token: str | None = None
) -> None:
    """The course ended. ChangedMeanwhile unless it is as `was`, or already so."""
    if record.already(ward, token := record.token_of(token, (was, at))) is not None:
        return
    known = find(ward, number, sees=by)
    now = replace(was, stopped_at=at)
    _must_be_possible(known, now)
    if _is_new(ward, known, was, now):
        record.add(ward, "stop_treatment", [(table, _row(known.number, now))], by=by, token=token)


def change_treatment(ward: Connection, number: str, was: Course, now: Course, *, by: Person, token: str | None = None) -> int:
    """From `now.started_at` on another dose or route: the course ends there and another begins; answers the new one's number."""
    token = record.token_of(token, (was, now))
    seen = record.already(ward, token)
    if seen is not None:
        return int(seen)
    known = find(ward, number, sees=by)
    if now.code != was.code:
        raise Impossible("Another drug is another treatment: stop this one and start that.")
    ended = replace(was, stopped_at=now.started_at)
    for course in (ended, now):
        _must_be_possible(known, course)
    _is_new(ward, known, was, ended)
    key = max(_stored(ward, known.number), default=0) + 1
    rows = [(table, _row(known.number, course)) for course in (ended, replace(now, key=key))]
    record.add(ward, "change_treatment", rows, by=by, token=token, outcome=str(key))
    return key


def correct_treatment(
    ward: Connection, number: str, was: Course, now: Course, *, why: str, by: Person, token: str | None = None
) -> None:
    """The course was charted otherwise than it was: `now` takes its place, the older row stays in the trail."""
    if record.already(ward, token := record.token_of(token, (was, now, why))) is not None:
        return
    known = find(ward, number, sees=by)
    now = replace(now, key=was.key)
    _must_have_a_reason(why)
    _must_be_possible(known, now)
    if _is_new(ward, known, was, now):
        record.add(ward, "correct_treatment", [(table, _row(known.number, now))], by=by, why=why, token=token)


def withdraw_treatment(ward: Connection, number: str, was: Course, *, why: str, by: Person, token: str | None = None) -> None:
    """The course was charted in error: it reads as if it had not been."""
    if record.already(ward, token := record.token_of(token, (was, why))) is not None:
        return
    known = find(ward, number, sees=by)
    _must_have_a_reason(why)
    if _is_new(ward, known, was, None):
        row = _row(known.number, was) | {"state": "withdrawn"}
        record.add(ward, "withdraw_treatment", [(table, row)], by=by, why=why, token=token)


def dismiss(
    ward: Connection, number: str, item: str, decided: str, reason: str, *, by: Person, token: str | None = None
) -> None:
    """An item of the watch list is put aside, as long as the same value or drug decides it."""
    if record.already(ward, token := record.token_of(token, (item, decided, reason))) is not None:
        return
    known = find(ward, number, sees=by)
    _must_have_a_reason(reason)
    if (item, decided) not in dismissed(ward, known.number):
        row = {"patient": known.number, "item": item, "decided": decided, "reason": reason.strip()}
        record.add(ward, "dismiss", [(watch_dismissal, row)], by=by, why=reason, token=token)


def dismissed(ward: Connection, number: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(item, what decided it) to the reason and the login of who put it aside."""
    asked = (
        select(watch_dismissal, entry.c.by)
        .join(entry, entry.c.id == watch_dismissal.c.entry)
        .where(watch_dismissal.c.patient == number_of(ward, number))
        .order_by(watch_dismissal.c.entry)
    )
    return {(row.item, row.decided): (row.reason, row.by) for row in ward.execute(asked)}


def _asked() -> Any:
    told = (getattr(table.c, name) if name not in ("by", "at", "why") else entry.c[name] for name in COLUMNS)
    joined = table.join(entry, entry.c.id == table.c.entry)
    return select(table.c.patient, *told).select_from(joined).order_by(table.c.entry, table.c.line)


def _stored(ward: Connection, number: str) -> dict[int, Course | None]:
    """Each course as its newest row says; None where it was withdrawn."""
    rows = ward.execute(select(table).where(table.c.patient == number).order_by(table.c.entry, table.c.line))
    return {row.course: _course(row) for row in rows}


def _course(row: Row[Any]) -> Course | None:
    if row.state == "withdrawn":
        return None
    return Course(row.drug, row.started_at, row.stopped_at, row.dose, row.unit, row.route, row.course)


def _row(number: str, course: Course) -> dict[str, object]:
    return {
        "patient": number, "course": course.key, "drug": course.code, "started_at": course.started_at,
        "stopped_at": course.stopped_at, "dose": course.dose, "unit": course.unit, "route": course.route,
    }  # fmt: skip


def _must_be_possible(known: Patient, course: Course) -> None:
    if course.code not in DRUGS or course.route not in ROUTES or course.unit not in ("", *UNITS):
        raise Impossible("This drug, unit or route is not in the list.")
    if course.dose is not None and not (0 < course.dose <= MOST_DOSE and course.unit):
        raise Impossible("A dose of {dose} cannot be. Check the amount.", dose=course.dose)
    not_in_the_future(course.started_at)
    if course.stopped_at is not None:
        not_in_the_future(course.stopped_at)
        if course.stopped_at < course.started_at:
            raise Impossible("It stops at {stopped}, before its start at {started}. Check the times.",
                             stopped=course.stopped_at, started=course.started_at)  # fmt: skip
    if known.died_at is not None and course.started_at > known.died_at:
        raise Impossible("{at} is after the death, {died}.", at=course.started_at, died=known.died_at)


def _must_have_a_reason(why: str) -> None:
    if not why.strip():
        raise Impossible("Say why.")


def _is_new(ward: Connection, known: Patient, was: Course, now: Course | None) -> bool:
    """False where it is charted so already; ChangedMeanwhile where it is no longer as it was shown."""
    stored = _stored(ward, known.number).get(was.key)
    if stored == now:
        return False
    if stored != was:
        newest = history(ward, known.number, was.key)
        login = newest.iloc[-1]["by"] if len(newest) else None
        raise ChangedMeanwhile(
            "This treatment was changed by {who} meanwhile. Look at it, then save again.",
            who=people.names(ward).get(login, login) if login else "–",
        )
    return True
