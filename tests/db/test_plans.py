"""What is looked at often is found by index: the ward costs the same with 42 patients on file and with 42,000."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from db import days, doses, look, patients, record, screening, store
from db.tables import metadata
from tests.db import cast
from tests.db.cast import ANNE, days_ago, included, today
from tests.stores import sqlite_url

SMALL = {"site", "account"}  # one row a hospital, one a colleague

QUESTIONS: dict[str, Callable[[Connection, str], object]] = {
    "the ward board": lambda ward, number: patients.on_ward(ward, today(), sees=ANNE),
    "a patient": lambda ward, number: patients.find(ward, number, sees=ANNE),
    "a patient by study number": lambda ward, number: patients.find(ward, "001-0001", sees=ANNE),
    "the readings of a patient": lambda ward, number: days.readings(ward, number),
    "the readings of the ward": lambda ward, number: days.readings_of(ward, [number], days_ago(7), ["map"]),
    "a day sheet": lambda ward, number: days.shown(ward, number, today()),
    "the history of a value": lambda ward, number: days.history(ward, number, today(), "map"),
    "the doses": lambda ward, number: doses.doses(ward, number),
    "the declared criteria": lambda ward, number: screening.answers(ward, number),
}


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[str]:
    store.use(sqlite_url(tmp_path))
    cast.open_sites()
    yield included()
    store.engine().dispose()


@contextmanager
def overheard(ward: Connection) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(ward, "before_cursor_execute", hear)
    yield asked
    event.remove(ward, "before_cursor_execute", hear)


def _reads_a_whole_table(step: str) -> bool:
    return step.startswith("SCAN ") and step.split()[1] in {table.name for table in metadata.sorted_tables} - SMALL


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_is_read_from_end_to_end_for(patient: str, name: str) -> None:
    with look() as ward:
        with overheard(ward) as asked:
            QUESTIONS[name](ward, patient)
        assert asked
        for statement, parameters in asked:
            for step in ward.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all():
                assert not _reads_a_whole_table(step.detail), f"{step.detail}: {statement}"


def test_the_board_asks_as_many_questions_for_one_patient_as_for_many(patient: str) -> None:
    def questions() -> int:
        with look() as ward, overheard(ward) as asked:
            patients.on_ward(ward, today(), sees=ANNE)
        return len(asked)

    before = questions()
    for _ in range(5):
        included()
    assert questions() == before


def test_a_verb_reads_the_newest_entry_alone(patient: str) -> None:
    with store.begin() as ward:
        with overheard(ward) as asked:
            record.add(ward, "move_bed", [], by=ANNE)
        plans = [
            step.detail
            for statement, parameters in asked
            if statement.startswith("SELECT")
            for step in ward.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        ]
        assert all("TEMP B-TREE" not in plan for plan in plans)
