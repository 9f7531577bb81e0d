"""Questions about values: the newest of each cell as a long frame, a day's typed cells, the history of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from db.patients import number_of
from db.tables import entry, value
from trial.reading import Reading, State

COLUMNS = (
    "on_date", "variable", "sampled_at", "state", "number", "choice", "comparator",
    "typed", "unit", "assay", "by", "at", "why", "source",
)  # fmt: skip
_TOLD = (
    value.c.on_date, value.c.variable, value.c.sampled_at, value.c.state, value.c.number, value.c.choice,
    value.c.comparator, value.c.typed, value.c.unit, value.c.assay, entry.c.by, entry.c.at, value.c.why, value.c.source,
)  # fmt: skip
_SAID = value.join(entry, entry.c.id == value.c.entry)


def readings(ward: Connection, number: str) -> pd.DataFrame:
    """The newest of every cell of a patient, by day, variable and sample time; a value entered in error is not there.

    Columns on_date (date), variable, sampled_at (UTC, NaT for the day's value), state, number (canonical unit),
    choice, comparator, typed, unit, assay, by (login), at, why, source.
    """
    return _frame(ward, newest(value.c.patient == number_of(ward, number)), COLUMNS)


def readings_of(ward: Connection, numbers: Sequence[str], since: date, variables: Collection[str]) -> pd.DataFrame:
    """The same of several patients from a day on, with `patient` (screening number) as first column."""
    condition = (
        value.c.patient.in_(list(numbers)) & (value.c.on_date >= since) & value.c.variable.in_(sorted(variables))
    )
    return _frame(ward, newest(condition, patient=True), ("patient", *COLUMNS))


def shown(ward: Connection, number: str, on: date) -> dict[str, Reading]:
    """What the day sheet of a date shows: variable → the newest typed value; samples are not on it."""
    condition = (value.c.patient == number_of(ward, number)) & (value.c.on_date == on) & value.c.sampled_at.is_(None)
    return {row.variable: reading_of(row) for row in ward.execute(newest(condition))}


def history(ward: Connection, number: str, on: date, variable: str) -> pd.DataFrame:
    """Every row of a cell, its samples too, oldest first, those entered in error and withdrawn as well."""
    condition = (
        (value.c.patient == number_of(ward, number)) & (value.c.on_date == on) & (value.c.variable == variable)
    )
    return _frame(ward, by_variable(condition), COLUMNS)


def newest(condition: ColumnElement[bool], *, patient: bool = False) -> Select[Any]:
    """The newest row of each cell that a condition on `value` leaves."""
    cell = (value.c.patient, value.c.on_date, value.c.variable, value.c.sampled_at)
    age = func.row_number().over(partition_by=cell, order_by=(value.c.entry.desc(), value.c.line.desc()))
    told = (*((value.c.patient,) if patient else ()), *_TOLD)
    aged = select(*told, age.label("age")).select_from(_SAID).where(condition).subquery()
    kept = [column for column in aged.c if column.name != "age"]
    order = (aged.c.on_date, aged.c.variable, aged.c.sampled_at.nulls_first())
    return select(*kept).where(aged.c.age == 1, aged.c.state != str(State.WITHDRAWN)).order_by(*order)


def by_variable(condition: ColumnElement[bool]) -> Select[Any]:
    """Every row that a condition leaves, oldest first."""
    return select(*_TOLD).select_from(_SAID).where(condition).order_by(value.c.entry, value.c.line)


def reading_of(row: Any) -> Reading:
    return Reading(State(row.state), row.number, row.choice, row.comparator, row.typed, row.unit, row.assay)


def _frame(ward: Connection, asked: Select[Any], columns: Sequence[str]) -> pd.DataFrame:
    rows = ward.execute(asked).all()
    listed = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(columns, ())
    return pd.DataFrame({name: pd.Series(list(told), dtype=_dtype(name)) for name, told in listed.items()})


def _dtype(name: str) -> Any:
    if name in ("at", "sampled_at"):
        return "datetime64[us, UTC]"
    return "float64" if name == "number" else "object"
