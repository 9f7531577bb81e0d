"""The store: SQLite for one unit, Postgres for the trial, the same tables and verbs on both."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from trial.errors import StoreUnreachable

if TYPE_CHECKING:
    from alembic.config import Config

DEFAULT = f"sqlite:///{Path(__file__).resolve().parent.parent / 'jakahdi.sqlite3'}"
WAIT_SECONDS = 10.0  # for another write to end
MIGRATING = 4_271_001  # advisory lock of Postgres

_engines: dict[str, Engine] = {}
_engine: Engine | None = None
_making = Lock()


def url() -> str:
    """The address of the store, from DATABASE_URL; a file in the project root without it."""
    return os.environ.get("DATABASE_URL", "").strip() or DEFAULT


def engine() -> Engine:
    """The one pooled engine of this process."""
    global _engine
    with _making:
        if _engine is None:
            _engine = _make(url())
        return _engine


def use(address: str) -> None:
    """Point this process to another store (tests, the demonstration)."""
    global _engine
    with _making:
        if _engine is not None:
            _engine.dispose()
        _engine = _make(address)


@contextmanager
def begin() -> Iterator[Connection]:
    """One write transaction: all of it is stored when the block ends well, nothing of it otherwise."""
    with _transaction({"write": True}) as ward:
        yield ward


@contextmanager
def look() -> Iterator[Connection]:
    """One read transaction: the store refuses writes in it."""
    with _transaction({"write": False, "postgresql_readonly": True}) as ward:
        yield ward


def migrate() -> None:
    """Bring the schema to the newest migration; processes that start together wait for each other."""
    from alembic import command

    steps = migrations()
    with _told(), engine().connect().execution_options(write=True) as ward:
        # A rebuild of a parent table on SQLite drops it: with foreign keys on, that fails. The switch
        # has no effect inside a transaction, so it is turned before.
        _foreign_keys(ward, "OFF")
        try:
            with ward.begin():
                if ward.dialect.name == "postgresql":
                    ward.exec_driver_sql("SET LOCAL lock_timeout = 0")
                    ward.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
                steps.attributes["connection"] = ward
                command.upgrade(steps, "head")
                _nothing_dangles(ward)
        finally:
            _foreign_keys(ward, "ON")


def migrations() -> Config:
    """Alembic's configuration; `attributes["connection"]` is for the one who uses it."""
    from alembic.config import Config

    steps = Config()
    steps.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    steps.set_main_option("path_separator", "os")
    return steps


@contextmanager
def _transaction(options: dict[str, Any]) -> Iterator[Connection]:
    with _told(), engine().connect().execution_options(**options) as ward, ward.begin():
        yield ward


def _make(address: str) -> Engine:
    parsed = make_url(address.replace("postgres://", "postgresql://", 1))
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(create_engine(parsed, connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False}))
    settings = f"-c timezone=UTC -c lock_timeout={int(WAIT_SECONDS * 1000)} -c idle_in_transaction_session_timeout=120s"
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=15,
        connect_args={"options": settings, "connect_timeout": 5},
    )


def _sqlite(made: Engine) -> Engine:
    @event.listens_for(made, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        for setting in (
            f"busy_timeout={int(WAIT_SECONDS * 1000)}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            "recursive_triggers=ON",  # without it INSERT OR REPLACE deletes past the triggers
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(made, "begin")
    def _on_begin(ward: Connection) -> None:
        write = ward.get_execution_options().get("write", False)
        ward.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        # IMMEDIATE: two writers wait at the door rather than fail half-way.
        ward.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return made


@contextmanager
def _told() -> Iterator[None]:
    """A store that does not answer becomes a sentence; any other database error stays a bug."""
    try:
        yield
    except DBAPIError as error:
        if not _unreachable(error):
            raise
        raise StoreUnreachable(
            "The database does not answer. Wait a minute, then save again: nothing is saved twice."
        ) from error


def _unreachable(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        text = str(cause)
        return any(word in text for word in ("locked", "unable to open", "disk I/O", "is full"))
    if isinstance(cause, sqlite3.DatabaseError):
        return "file is not a database" in str(cause)
    return isinstance(cause, psycopg.OperationalError) or error.connection_invalidated


def _foreign_keys(ward: Connection, state: str) -> None:
    if ward.dialect.name == "sqlite" and not ward.closed:
        ward.connection.cursor().execute(f"PRAGMA foreign_keys={state}")


def _nothing_dangles(ward: Connection) -> None:
    if ward.dialect.name == "sqlite":
        dangling = ward.exec_driver_sql("PRAGMA foreign_key_check").all()
        if dangling:
            raise RuntimeError(f"after the migration {len(dangling)} rows refer to nothing")
