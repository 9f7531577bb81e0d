"""One schema: what the migrations make is what db/tables.py says, on both stores."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.schema import CreateTable

from db import begin, look, store
from db.tables import APPEND_ONLY, metadata
from tests.stores import empty_postgres_url
from trial.errors import StoreUnreachable


def test_the_migrations_make_the_schema_that_the_tables_say(store: str) -> None:
    with look() as ward:
        context = MigrationContext.configure(ward, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_every_check_and_default_that_the_tables_have(tmp_path: Path) -> None:
    store.use(f"sqlite:///{tmp_path / 'made.sqlite3'}")
    store.migrate()
    with look() as ward:
        made = dict(ward.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
        for table in metadata.sorted_tables:
            said = str(CreateTable(table).compile(ward.engine))
            assert " ".join(made[table.name].split()) == " ".join(said.split())


def test_every_append_only_table_has_its_trigger(store: str) -> None:
    question = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgres": "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'A'",
    }[store]
    with look() as ward:
        assert set(ward.scalars(text(question))) == set(APPEND_ONLY)


def test_migrating_again_changes_nothing(store: str) -> None:
    from db.store import migrate

    migrate()
    with begin() as ward:
        assert ward.scalar(text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_processes_that_start_together_migrate_once(kind: str, tmp_path: Path) -> None:
    store.use(f"sqlite:///{tmp_path / 'two.sqlite3'}" if kind == "sqlite" else empty_postgres_url())
    failed: list[BaseException] = []

    def start() -> None:
        try:
            store.migrate()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with look() as ward:
        assert ward.scalar(text("SELECT count(*) FROM entry")) == 0


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "half.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as ward:
        ward.execute(text("CREATE TABLE patient (number TEXT)"))  # in the way of the first migration
    store.use(f"sqlite:///{file}")
    with pytest.raises(Exception, match="already exists"):
        store.migrate()
    with engine.connect() as ward:
        left = set(ward.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    assert left <= {"patient", "alembic_version"}


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.sqlite3", "postgresql://nobody@127.0.0.1:9/none", "postgres://[::1]:9/none"]
)
def test_a_store_that_does_not_answer_is_a_sentence(address: str) -> None:
    store.use(address)
    with pytest.raises(StoreUnreachable, match="does not answer"), look():
        pass
