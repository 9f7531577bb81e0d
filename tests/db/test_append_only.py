"""The store itself refuses to change a record."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from db import begin, look, patients, record, store
from db.migrations.append_only import REFUSAL
from db.tables import APPEND_ONLY, bed, metadata
from tests.db.cast import KARIM, screened


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ['UPDATE "{}" SET {} = {}', 'DELETE FROM "{}"'])
def test_no_record_can_be_changed_or_deleted(store: str, table: str, statement: str) -> None:
    _one_row(table)
    key = metadata.tables[table].primary_key.columns.keys()[0]
    with pytest.raises(DBAPIError, match=REFUSAL), begin() as ward:
        ward.execute(text(statement.format(table, key, key)))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_record_table_can_be_emptied_on_postgres(store: str, table: str) -> None:
    if store == "sqlite":  # has no TRUNCATE: what it has instead is INSERT OR REPLACE
        _one_row(table)
        with pytest.raises(DBAPIError, match=REFUSAL), begin() as ward:
            ward.execute(text(f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"'))
    else:
        with pytest.raises(DBAPIError, match=REFUSAL), begin() as ward:
            ward.execute(text(f'TRUNCATE "{table}" CASCADE'))


def test_a_sqlite_replace_from_outside_the_app_is_refused_too(store: str) -> None:
    if store == "sqlite":
        _one_row("site")
        outside = sqlite3.connect(store_file())
        with pytest.raises(sqlite3.IntegrityError, match=REFUSAL):
            outside.execute("INSERT OR REPLACE INTO site SELECT * FROM site")
        outside.close()
    else:
        _one_row("site")
        with pytest.raises(DBAPIError, match=REFUSAL), begin() as ward:
            ward.execute(text("SET LOCAL session_replication_role = replica"))
            ward.execute(text("DELETE FROM site"))


def test_a_bed_of_no_patient_is_refused(store: str) -> None:
    with pytest.raises(DBAPIError), begin() as ward:
        record.add(ward, "move_bed", [(bed, {"patient": "001-S0001", "bed": "1"})], by=KARIM)
    with look() as ward:
        assert record.count(ward) == 0


def test_a_look_cannot_write(ward: str) -> None:
    number = screened()
    with pytest.raises(RuntimeError), look() as seen:
        patients.move_bed(seen, number, "3", by=KARIM)
    with pytest.raises(DBAPIError), look() as seen:
        seen.execute(text("DELETE FROM draft"))


def store_file() -> str:
    return str(store.engine().url.database)


def _one_row(table: str) -> None:
    """A row in any table: what it says does not matter here, the store's own checks aside."""
    rows = {
        "entry": {"id": 1, "verb": "v", "by": "b", "role": "r", "at": record.now(), "app": "a", "rules": "r", "chain": "c"},
        "site": {"code": "001", "name": "A", "time_zone": "UTC", "norepinephrine_salt": "base"},
        "patient": {"number": "p", "site": "001", "sex": "f", "arrived_on": record.now().date(), "origin": "o"},
        "description": {"patient": "p", "sex": "f", "arrived_on": record.now().date()},
        "bed": {"patient": "p", "bed": "1"},
        "value": {"patient": "p", "on_date": record.now().date(), "variable": "map", "state": "pending"},
        "answer": {"patient": "p", "attempt": 1, "criterion": "c", "answer": "yes"},
        "decision": {"patient": "p", "attempt": 1, "decision": "included", "frozen": "{}"},
        "inclusion": {
            "patient": "p", "number": "001-0001", "included_at": record.now(), "planned_day_1": record.now().date(),
        },
        "consent": {"patient": "p", "route": "patient", "signed_at": record.now()},
        "data_use": {"patient": "p", "choice": "keep", "said_at": record.now()},
        "dose": {"patient": "p", "day": 1, "slot": "morning", "state": "held"},
        "treatment": {"patient": "p", "course": 1, "drug": "etoposide", "started_at": record.now(), "route": "iv"},
        "watch_dismissal": {"patient": "p", "item": "rrt", "decided": "d", "reason": "r"},
        "milestone": {"patient": "p", "kind": "death", "at": record.now()},
        "load": {"file": "f", "sha256": "s", "read": 0, "accepted": 0, "refused": 0, "unknown": 0},
        "load_row": {"file_line": 1, "text": "t", "reason": "r"},
        "account": {"login": "l", "name": "n", "role": "nurse", "active": 1},
    }  # fmt: skip
    with begin() as ward:
        ward.execute(insert(metadata.tables["entry"]).values(rows["entry"]))
        for line, name in enumerate(("patient", table) if table != "patient" else ("patient",), 1):
            if name != "entry":
                ward.execute(insert(metadata.tables[name]).values(**rows[name], entry=1, line=line))
