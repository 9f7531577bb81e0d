"""The 56 doses: given, late, held, missed or vomited. The newest of a (day, slot) counts; the first taken makes day 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from db import people, record
from db.on_file import Patient
from db.patients import find, not_in_the_future, number_of
from db.people import Person
from db.tables import dose as table
from db.tables import entry
from trial import schedule
from trial.dosing import SLOTS, TAKEN, Dose
from trial.errors import ChangedMeanwhile, Impossible, NotAllowed
from trial.protocol import DAYS

STATES = (*TAKEN, "held", "missed", "withdrawn")
NOON = 12  # until then a dose of the evening before may still be given
MOST_MG = 100.0

Slot = tuple[int, str]


def chart_dose(
    ward: Connection, number: str, dose: Dose, *, was: Dose | None, by: Person, token: str | None = None
) -> None:
    """Chart one planned dose; a dose of state "withdrawn" was charted in error and reads as if it had not been.

    ChangedMeanwhile unless the slot holds `was`, or already this very dose. NotAllowed and Impossible for what cannot
    be: before inclusion, in the future, after death, on another day than its own, or out of order.
    """
    token = record.token_of(token, dose)
    if record.already(ward, token) is not None:
        return
    known = find(ward, number, sees=by)
    if known.included_at is None:
        raise NotAllowed("The patient is not included: no dose can be charted yet.")
    _must_be_whole(dose)
    chart = _chart(ward, known.number)
    theirs = chart.get((dose.day, dose.slot))
    if theirs == dose or (theirs is None and dose.state == "withdrawn"):
        return
    if theirs != was:
        raise _changed_meanwhile(ward, known, dose)
    chart[dose.day, dose.slot] = dose
    _must_fit(known, chart, dose)
    row = {field.name: getattr(dose, field.name) for field in fields(dose)}
    record.add(ward, "chart_dose", [(table, {"patient": known.number, **row})], by=by, why=dose.reason, token=token)


COLUMNS = ("day", "slot", "state", "given_at", "route", "mg", "reason", "by", "at")


def doses(ward: Connection, number: str) -> pd.DataFrame:
    """The newest of each (day, slot), by day, morning first: day, slot, state, given_at, route, mg, reason, by, at."""
    return doses_of(ward, [number_of(ward, number)]).drop(columns="patient")


def doses_of(ward: Connection, numbers: Sequence[str]) -> pd.DataFrame:
    """The same of several patients, with `patient` (screening number) as first column."""
    rows = ward.execute(_newest(numbers)).all()
    frame = pd.DataFrame(rows, columns=["patient", *COLUMNS], dtype=object)
    kinds = {"day": "int64", "mg": "float64", "given_at": "datetime64[us, UTC]", "at": "datetime64[us, UTC]"}
    return frame.astype(kinds)


def history(ward: Connection, number: str, day: int, slot: str) -> pd.DataFrame:
    """Everything that was charted of one dose, oldest first."""
    asked = _every([number_of(ward, number)]).where(table.c.day == day, table.c.slot == slot)
    rows = ward.execute(asked.order_by(table.c.entry, table.c.line)).all()
    return pd.DataFrame(rows, columns=["patient", *COLUMNS], dtype=object).drop(columns="patient")


def _every(numbers: Sequence[str], *more: Any) -> Select[Any]:
    told = (getattr(table.c, name) if name not in ("by", "at") else entry.c[name] for name in COLUMNS)
    joined = table.join(entry, entry.c.id == table.c.entry)
    return select(table.c.patient, *told, *more).select_from(joined).where(table.c.patient.in_(list(numbers)))


def _newest(numbers: Sequence[str]) -> Select[Any]:
    age = func.row_number().over(
        partition_by=(table.c.patient, table.c.day, table.c.slot),
        order_by=(table.c.entry.desc(), table.c.line.desc()),
    )
    aged = _every(numbers, age.label("age")).subquery()
    kept = [column for column in aged.c if column.name != "age"]
    return (
        select(*kept)
        .where(aged.c.age == 1, aged.c.state != "withdrawn")
        .order_by(aged.c.patient, aged.c.day, aged.c.slot.desc())
    )


def _chart(ward: Connection, number: str) -> dict[Slot, Dose]:
    rows = ward.execute(_newest([number]))
    names = [field.name for field in fields(Dose)]
    return {(row.day, row.slot): Dose(**{name: getattr(row, name) for name in names}) for row in rows}


def _must_be_whole(dose: Dose) -> None:
    if not 1 <= dose.day <= DAYS or dose.slot not in SLOTS or dose.state not in STATES:
        raise Impossible("There is no such dose: day {day}, {slot}, {state}.", **_named(dose))
    if not dose.taken:
        if not dose.reason.strip():
            raise Impossible("Say why the dose was not given.")
        return
    if dose.given_at is None or dose.mg is None:
        raise Impossible("A dose that was given needs its time and its amount.")
    if not 0 < dose.mg <= MOST_MG:
        raise Impossible("A dose of {mg} mg cannot be. Check the amount.", mg=dose.mg)
    not_in_the_future(dose.given_at)


def _named(dose: Dose) -> dict[str, object]:
    return {"day": dose.day, "slot": dose.slot, "state": dose.state}


def _must_fit(known: Patient, chart: Mapping[Slot, Dose], dose: Dose) -> None:
    """The whole chart must hold with this dose on it: a correction of the first dose moves day 1, and all days with it."""
    if dose.taken and dose.given_at is not None:
        _must_be_in_the_trial(known, dose.given_at)
    taken = sorted((one for one in chart.values() if one.taken), key=_place)
    if not taken:
        _before_the_first(known, dose)
        return
    day_1 = _first_day(known, taken)
    for one in chart.values():
        _must_be_of_its_day(known, one, day_1, moved=one is not dose)
    for earlier, later in pairwise(taken):
        if _given(earlier) >= _given(later):
            raise Impossible(
                "The dose before was given at {before}, the one after at {after}: check the times.",
                before=earlier.given_at, after=later.given_at,
            )  # fmt: skip


def _must_be_in_the_trial(known: Patient, at: datetime) -> None:
    if known.included_at is not None and at < known.included_at:
        raise NotAllowed("{at} is before the inclusion, {included}.", at=at, included=known.included_at)
    if known.died_at is not None and at > known.died_at:
        raise Impossible("{at} is after the death, {died}.", at=at, died=known.died_at)


def _before_the_first(known: Patient, dose: Dose) -> None:
    """As long as none was taken there is only a planned day 1."""
    if dose.day != 1:
        raise NotAllowed("The first dose is a dose of day 1: chart that one first.")
    if dose.state != "withdrawn" and known.planned_day_1 and known.planned_day_1 > known.day_of(record.now()):
        raise Impossible("{day} has not come yet. Check the date and the time.", day=known.planned_day_1)


def _first_day(known: Patient, taken: Sequence[Dose]) -> date:
    first = min(taken, key=_given)
    if first.day != 1:
        raise NotAllowed("The first dose is a dose of day 1: chart that one first.")
    return known.day_of(_given(first))


def _must_be_of_its_day(known: Patient, one: Dose, day_1: date, *, moved: bool) -> None:
    on = schedule.date_of(one.day, day_1)
    if one.state == "withdrawn" or (one.taken and _is_of(known, _given(one), on)):
        return
    if not one.taken and on <= known.day_of(record.now()):
        return
    if moved:
        raise NotAllowed("Day 1 would be {day}, and the dose of day {moved} would not fit.", day=day_1, moved=one.day)
    if not one.taken:
        raise Impossible("{day} has not come yet. Check the date and the time.", day=on)
    raise Impossible("A dose of day {day} is given on {on} or in the night after. Check the day and the time.",
                     day=one.day, on=on)  # fmt: skip


def _is_of(known: Patient, at: datetime, on: date) -> bool:
    local = at.astimezone(ZoneInfo(known.time_zone))
    return local.date() == on or (local.date() == on + timedelta(days=1) and local.hour < NOON)


def _given(dose: Dose) -> datetime:
    assert dose.given_at is not None  # a dose that was taken has its time: checked, and by the store too
    return dose.given_at


def _place(dose: Dose) -> tuple[int, int]:
    return dose.day, SLOTS.index(dose.slot)


def _changed_meanwhile(ward: Connection, known: Patient, dose: Dose) -> ChangedMeanwhile:
    newest = history(ward, known.number, dose.day, dose.slot)
    theirs = newest.iloc[-1] if len(newest) else None
    return ChangedMeanwhile(
        "The {slot} dose of day {day} was saved by {who} as {value} meanwhile. Look at it, then save again.",
        slot=dose.slot,
        day=dose.day,
        who="–" if theirs is None else people.names(ward).get(theirs["by"], theirs["by"]),
        value="–" if theirs is None else theirs["state"],
    )
