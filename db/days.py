"""The values of a patient's days: what was typed or loaded, the newest of each cell, and its history.

A cell is (patient, on_date, variable, sampled_at); sampled_at null is the day's value, typed on the day sheet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, select

from db import people, record
from db.on_file import Patient
from db.patients import find, not_in_the_future
from db.people import Person
from db.readings import every, history, newest, reading_of, readings, readings_at, readings_of, shown
from db.tables import entry, value
from trial import schedule
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed
from trial.reading import KNOWN, Change, Reading, State
from trial.variables import Variable, variable

__all__ = ["history", "readings", "readings_at", "readings_of", "record_day", "record_values", "shown"]

DAYS_BEFORE_ARRIVAL = 30  # results of the ward before intensive care count for screening
Cell = tuple[str, datetime | None]


def record_day(
    ward: Connection, number: str, day: int, changes: Sequence[Change], *, by: Person, token: str | None = None
) -> int:
    """`record_values` of a study day. NotAllowed for a patient who is not included."""
    day_1 = find(ward, number, sees=by).day_1
    if day_1 is None:
        raise NotAllowed("The patient is not included: there is no day {day} yet.", day=day)
    return record_values(ward, number, schedule.date_of(day, day_1), changes, by=by, token=token)


def record_values(
    ward: Connection, number: str, on: date, changes: Sequence[Change], *, by: Person, token: str | None = None
) -> int:
    """Add what one person changed on a calendar day of the site; answers how many values were added.

    All or nothing. ChangedMeanwhile if a cell no longer holds what the person was shown (`Change.was`), unless it
    holds what they typed. The same token with the same changes is the same success.
    """
    token = record.token_of(token, [on, *changes])
    seen = record.already(ward, token)
    if seen is not None:
        return int(seen)
    known = find(ward, number, sees=by)
    must_be_a_day(known, on)
    stored = _stored(ward, known.number, on, changes)
    rows = []
    for change in changes:
        _must_fit(known, on, change)
        cell = (change.variable, change.sampled_at)
        if _meaning(stored.get(cell)) == _meaning(change.now):
            continue
        if _meaning(stored.get(cell)) != _meaning(change.was):
            raise _changed_meanwhile(ward, known.number, on, change)
        stored[cell] = change.now
        rows.append((value, _row(known.number, on, change)))
    if rows:
        record.add(ward, "record_values", rows, by=by, token=token, outcome=str(len(rows)))
    return len(rows)


def _meaning(reading: Reading | None) -> tuple[object, ...] | None:
    """A value entered in error reads as none."""
    return None if reading is None or reading.state == State.WITHDRAWN else reading.means()


def _stored(ward: Connection, number: str, on: date, changes: Sequence[Change]) -> dict[Cell, Reading]:
    named = {change.variable for change in changes}
    condition = and_(value.c.patient == number, value.c.on_date == on, value.c.variable.in_(sorted(named)))
    return {(row.variable, row.sampled_at): reading_of(row) for row in newest(ward, condition)}


def earliest_day(known: Patient) -> date:
    return known.arrived_on - timedelta(days=DAYS_BEFORE_ARRIVAL)


def must_be_a_day(known: Patient, on: date) -> None:
    if on > known.day_of(record.now()):
        raise Impossible("{day} has not come yet. Check the date.", day=on)
    if on < earliest_day(known):
        raise Impossible("{day} is too long before the arrival in intensive care. Check the date.", day=on)
    if known.died_at is not None and on > known.day_of(known.died_at):
        raise Impossible("{day} is after the death, {died}. Check the date.", day=on, died=known.died_at)


def _must_fit(known: Patient, on: date, change: Change) -> None:
    """Impossible for what cannot be, UnknownVariable for a code that is not in the catalogue."""
    asked = variable(change.variable)
    if change.sampled_at is not None:
        not_in_the_future(change.sampled_at)
        if known.day_of(change.sampled_at) != on:
            raise Impossible("The sample of {at} is not of {day}.", at=change.sampled_at, day=on)
    if change.now.state in KNOWN:
        _must_be_possible(asked, change.now)


def _must_be_possible(asked: Variable, now: Reading) -> None:
    if asked.kind == "choice":
        if now.choice not in asked.choices:
            raise Impossible("{variable} has no choice {value}.", variable=asked.code, value=now.choice or "")
        return
    if now.number is None or not math.isfinite(now.number):
        raise Impossible("{variable} needs a number.", variable=asked.code)
    if now.comparator != "=" and not asked.censored:
        raise Impossible("{variable} cannot be below or above a limit: give the number.", variable=asked.code)
    if asked.hard is not None and not asked.hard[0] <= now.number <= asked.hard[1]:
        raise Impossible(
            "{variable}: {value} {unit} cannot be ({low} to {high}). Check the value and its unit.",
            variable=asked.code, value=now.number, unit=asked.unit, low=asked.hard[0], high=asked.hard[1],
        )  # fmt: skip


def _changed_meanwhile(ward: Connection, number: str, on: date, change: Change) -> ChangedMeanwhile:
    condition = and_(value.c.patient == number, value.c.on_date == on, value.c.variable == change.variable)
    theirs = [row for row in every(ward, condition) if row.sampled_at == change.sampled_at]
    login = ward.scalar(select(entry.c.by).where(entry.c.id == theirs[-1].entry)) if theirs else None
    return ChangedMeanwhile(
        "{variable} of {day} was saved by {who} as {value} meanwhile. Look at it, then save again.",
        variable=change.variable,
        day=on,
        who=people.names(ward).get(login, login) if login else "–",
        value=_as_told(reading_of(theirs[-1])) if theirs else "–",
    )


def _as_told(reading: Reading) -> str:
    if reading.state not in KNOWN:
        return str(reading.state)
    if reading.choice is not None:
        return reading.choice
    typed = reading.typed or f"{reading.number:g}"
    sign = "" if reading.comparator == "=" or typed.startswith(reading.comparator) else f"{reading.comparator} "
    return f"{sign}{typed} {reading.unit}".strip()


def _row(number: str, on: date, change: Change) -> dict[str, object]:
    now = change.now
    return {
        "patient": number, "on_date": on, "variable": change.variable, "sampled_at": change.sampled_at,
        "state": str(now.state), "number": now.number, "choice": now.choice, "comparator": now.comparator,
        "typed": now.typed, "unit": now.unit, "assay": now.assay, "why": change.why,
    }  # fmt: skip
