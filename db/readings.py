"""Questions about values: the newest of each cell as a long frame, a day's typed cells, the history of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, select

from db.patients import number_of
from db.tables import entry, value
from trial.reading import Reading, State

COLUMNS = (
    "on_date", "variable", "sampled_at", "state", "number", "choice", "comparator",
    "typed", "unit", "assay", "by", "at", "why", "source",
)  # fmt: skip
_SAID = ("state", "number", "choice", "comparator", "typed", "unit", "assay", "why", "source")
_CELL_COLUMNS = (value.c.patient, value.c.on_date, value.c.variable, value.c.sampled_at)
_ASKED = (*_CELL_COLUMNS, *(value.c[name] for name in _SAID), value.c.entry)
_NAMES = tuple(column.name for column in _ASKED)
_cell, _state = itemgetter(0, 1, 2, 3), itemgetter(4)
_WITHDRAWN = str(State.WITHDRAWN)
MANY = 500  # entries asked for by number


def readings(ward: Connection, number: str) -> pd.DataFrame:
    """The newest of every cell of a patient, by day, variable and sample time; a value entered in error is not there.

    Columns on_date (date), variable, sampled_at (UTC, NaT for the day's value), state, number (canonical unit),
    choice, comparator, typed, unit, assay, by (login), at, why, source.
    """
    return _frame(ward, newest(ward, value.c.patient == number_of(ward, number)), COLUMNS)


def readings_at(ward: Connection, number: str, moment: datetime) -> pd.DataFrame:
    """The same as `readings`, as they were known at a moment."""
    last = ward.scalar(select(entry.c.id).where(entry.c.at <= moment).order_by(entry.c.id.desc()).limit(1)) or 0
    condition = (value.c.patient == number_of(ward, number)) & (value.c.entry <= last)
    return _frame(ward, newest(ward, condition), COLUMNS)


def readings_of(ward: Connection, numbers: Sequence[str], since: date, variables: Collection[str]) -> pd.DataFrame:
    """The same of several patients from a day on, with `patient` (screening number) as first column."""
    condition = (
        value.c.patient.in_(list(numbers)) & (value.c.on_date >= since) & value.c.variable.in_(sorted(variables))
    )
    return _frame(ward, newest(ward, condition), ("patient", *COLUMNS))


def shown(ward: Connection, number: str, on: date) -> dict[str, Reading]:
    """What the day sheet of a date shows: variable → the newest typed value; samples are not on it."""
    condition = (value.c.patient == number_of(ward, number)) & (value.c.on_date == on) & value.c.sampled_at.is_(None)
    return {row.variable: reading_of(row) for row in newest(ward, condition)}


def history(ward: Connection, number: str, on: date, variable: str) -> pd.DataFrame:
    """Every row of a cell, its samples too, oldest first, those entered in error and withdrawn as well."""
    condition = (
        (value.c.patient == number_of(ward, number)) & (value.c.on_date == on) & (value.c.variable == variable)
    )
    return _frame(ward, every(ward, condition), COLUMNS)


def newest(ward: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    """The newest row of each cell that a condition on `value` leaves, by patient, day, variable and sample time.

    The rows come by cell and age, so the last of a cell is its newest: a window function says the same in SQL,
    at three times the cost on SQLite.
    """
    asked = select(*_ASKED).where(condition)
    order = (*_CELL_COLUMNS[:3], value.c.sampled_at.nulls_first(), value.c.entry, value.c.line)
    rows = ward.execute(asked.order_by(*order)).all()
    kept = dict(zip(map(_cell, rows), rows, strict=True))
    return [row for row in kept.values() if _state(row) != _WITHDRAWN]


def every(ward: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    """Every row that a condition leaves, oldest first."""
    return list(ward.execute(select(*_ASKED).where(condition).order_by(value.c.entry, value.c.line)))


def reading_of(row: Any) -> Reading:
    return Reading(State(row.state), row.number, row.choice, row.comparator, row.typed, row.unit, row.assay)


def _frame(ward: Connection, rows: Sequence[Row[Any]], columns: Sequence[str]) -> pd.DataFrame:
    empty: Any = ((),) * len(_NAMES)
    told: dict[str, Any] = dict(zip(_NAMES, zip(*rows, strict=True) if rows else empty, strict=True))
    told["by"], told["at"] = _by_and_at(ward, told["entry"])
    index = pd.RangeIndex(len(rows))  # one for all: pandas compares the columns' own ones otherwise
    made = {name: pd.Series(told[name], index=index, dtype=_dtype(name)) for name in columns}
    return pd.DataFrame(made, index=index, copy=False)


def _by_and_at(ward: Connection, numbers: Sequence[int]) -> tuple[list[str], Any]:
    """Who and when, for each of these entries; the few moments are made once each."""
    known = set(numbers)
    few = len(known) <= MANY
    which = entry.c.id.in_(known) if few else entry.c.id.between(min(known), max(known))
    entries = ward.execute(select(entry.c.id, entry.c.by, entry.c.at).where(which)).all()
    place = {row.id: place for place, row in enumerate(entries)}
    places = [place[number] for number in numbers]
    moments = pd.array([row.at for row in entries], dtype=_dtype("at"))
    return [entries[place].by for place in places], moments.take(places)


def _dtype(name: str) -> Any:
    if name in ("at", "sampled_at"):
        return "datetime64[us, UTC]"
    return "float64" if name == "number" else "object"
