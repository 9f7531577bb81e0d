"""What a person has typed and not saved: it outlives the page, and tells others that someone is at the same sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from db import people, record
from db.tables import draft as table

AT_IT = timedelta(minutes=30)  # an older draft no longer means that someone is typing
KEPT = timedelta(days=30)


def keep(ward: Connection, form: str, login: str, boxes: Mapping[str, str]) -> None:
    """Keep the boxes of a form as they stand; no boxes, no draft."""
    if not boxes:
        drop(ward, form, login)
        return
    insert = (postgresql if ward.dialect.name == "postgresql" else sqlite).insert
    typed = {"boxes": json.dumps(dict(boxes), ensure_ascii=True), "at": record.now()}
    row = insert(table).values(form=form, login=login, **typed)
    ward.execute(row.on_conflict_do_update(index_elements=[table.c.form, table.c.login], set_=typed))


def draft(ward: Connection, form: str, login: str) -> dict[str, str]:
    """The boxes as this person left them; empty if nothing is kept."""
    kept = ward.scalar(select(table.c.boxes).where(table.c.form == form, table.c.login == login))
    return dict(json.loads(kept)) if kept else {}


def others(ward: Connection, form: str, login: str, within: timedelta = AT_IT) -> list[tuple[str, datetime]]:
    """(name, moment) of the others who typed into this form lately, the latest first."""
    rows = ward.execute(
        select(table.c.login, table.c.at)
        .where(table.c.form == form, table.c.login != login, table.c.at > record.now() - within)
        .order_by(table.c.at.desc())
    ).all()
    if not rows:
        return []
    named = people.names(ward)
    return [(named.get(row.login, row.login), row.at) for row in rows]


def drop(ward: Connection, form: str, login: str) -> None:
    """The form was saved or given up. Drafts that nobody came back to in a month go too."""
    ward.execute(delete(table).where(table.c.form == form, table.c.login == login))
    ward.execute(delete(table).where(table.c.at < record.now() - KEPT))
