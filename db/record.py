"""The one door for rows that stay: one `entry` a verb, its rows, and the chain over both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Column, Connection, Date, Double, Integer, Table, func, insert, select, text

from db.may import must_be_allowed
from db.tables import Utc, entry
from trial.errors import Impossible
from trial.version import APP, RULES

if TYPE_CHECKING:
    from db.people import Person

WRITING = 4_271_002  # advisory lock of Postgres; SQLite's BEGIN IMMEDIATE is the same door
Rows = Sequence[tuple[Table, Mapping[str, object]]]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def lock(ward: Connection) -> None:
    """From here to the end of the transaction nobody else adds: what is read now still holds at the commit."""
    if not ward.get_execution_options().get("write"):
        raise RuntimeError("a verb needs `with db.begin() as ward:`")
    if ward.dialect.name == "postgresql":
        ward.execute(text(f"SELECT pg_advisory_xact_lock({WRITING})"))


def already(ward: Connection, token: str | None) -> str | None:
    """What the verb answered when this token was saved, None if it was not. Takes the lock."""
    lock(ward)
    if not token:
        return None
    return ward.scalar(select(entry.c.outcome).where(entry.c.token == token))


def token_of(token: str | None, content: object) -> str | None:
    """The token of a form together with what the form said: a form that was saved, then changed before
    its confirmation came back, is another save, not a repetition."""
    return token and hashlib.sha256(f"{token} {content!r}".encode("utf-8", "replace")).hexdigest()


def add(
    ward: Connection,
    verb: str,
    rows: Rows,
    *,
    by: Person,
    why: str = "",
    token: str | None = None,
    outcome: str = "",
) -> str:
    """Add one entry and its rows; answers `outcome`, or the stored one where the token is known.

    NotAllowed if the role may not, Impossible if a text is longer than its column.
    """
    seen = already(ward, token)
    if seen is not None:
        return seen
    must_be_allowed(by.role, verb)
    newest = ward.execute(select(entry.c.id, entry.c.chain).order_by(entry.c.id.desc()).limit(1)).first()
    number, before = (newest.id + 1, newest.chain) if newest else (1, "")
    head = _whole(
        entry,
        {
            "id": number, "verb": verb, "by": by.login, "role": by.role, "at": now(), "why": why,
            "app": APP, "rules": RULES, "token": token or None, "outcome": outcome,
        },
    )  # fmt: skip
    lines = [(table, _whole(table, {**row, "entry": number, "line": at})) for at, (table, row) in enumerate(rows, 1)]
    head["chain"] = chain(before, head, [(table.name, row) for table, row in lines])
    ward.execute(insert(entry), [head])
    _insert(ward, lines)
    return outcome


def chain(before: str, head: Mapping[str, Any], lines: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """SHA-256, in hex, over the chain before, the entry and its rows in their order.

    Empty places are left out, so that a column added later (it must be nullable) breaks no older chain.
    """
    told = [
        {name: fact for name, fact in head.items() if fact is not None and name != "chain"},
        [[name, {key: fact for key, fact in row.items() if fact is not None}] for name, row in lines],
    ]
    return hashlib.sha256(f"{before}{as_json(told)}".encode()).hexdigest()


def _insert(ward: Connection, lines: list[tuple[Table, dict[str, Any]]]) -> None:
    """Runs of one table go in together; the order stays, since a bed refers to its patient."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or lines[end][0] is not lines[start][0]:
            ward.execute(insert(lines[start][0]), [row for _, row in lines[start:end]])
            start = end


def _whole(table: Table, row: Mapping[str, object]) -> dict[str, Any]:
    """The row with every column, each as the store will give it back."""
    columns = _columns(table)
    unknown = row.keys() - {column.name for column, _ in columns}
    if unknown:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    return {column.name: _kept(column, row.get(column.name, default)) for column, default in columns}


@cache
def _columns(table: Table) -> tuple[tuple[Column[Any], Any], ...]:
    return tuple((column, getattr(column.server_default, "arg", None)) for column in table.columns)


def _kept(column: Column[Any], fact: Any) -> Any:
    if fact is None:
        return None
    kind = column.type
    if isinstance(kind, Double):
        return float(fact) + 0.0  # -0.0 comes back as 0.0 from SQLite
    if isinstance(kind, Integer):
        return int(fact)
    if isinstance(kind, Utc):
        if fact.tzinfo is None:
            raise ValueError(f"{column.name}: a moment without a time zone")
        return fact.astimezone(UTC)
    if isinstance(kind, Date):
        return fact.date() if isinstance(fact, datetime) else fact
    return _text(column, str(fact))


def _text(column: Column[Any], words: str) -> str:
    words = words.replace("\x00", "").encode("utf-8", "replace").decode()  # Postgres stores neither
    most = getattr(column.type, "length", None)
    if most and len(words) > most:
        raise Impossible("“{text}” is too long: {most} characters at most.", text=words[:most], most=most)
    return words


def as_json(told: object) -> str:
    """The one way of writing something down: keys in order, floats by repr, moments in UTC with microseconds."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_said)


def plain(fact: Any) -> Any:
    """What was looked at, as JSON can say it: a value that is not there is null."""
    if is_dataclass(fact) and not isinstance(fact, type):
        fact = asdict(fact)
    if isinstance(fact, Mapping):
        return {str(name): plain(part) for name, part in fact.items()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [plain(part) for part in fact]
    if isinstance(fact, str):
        return fact.replace("\x00", "")  # which Postgres takes for no JSON
    if isinstance(fact, np.generic):
        fact = fact.item()
    return None if pd.isna(fact) else fact


def _said(fact: object) -> object:
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(fact, date):
        return fact.isoformat()
    if is_dataclass(fact) and not isinstance(fact, type):
        return asdict(fact)
    raise TypeError(f"{type(fact).__name__} has no place in a record")


def count(ward: Connection) -> int:
    """How many entries the store holds."""
    return ward.scalar(select(func.count()).select_from(entry)) or 0
