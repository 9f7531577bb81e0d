"""When a person last looked at a patient, and what others have recorded since."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from db import record
from db.tables import entry, milestone
from db.tables import look as table

ONE_LOOK = timedelta(minutes=30)  # a page opened again sooner is the same look: a reload does not wipe the news away
NOTED = timedelta(minutes=1)  # no write for every tap


def looked(ward: Connection, number: str, login: str) -> tuple[datetime | None, bool]:
    """Since when things are new to this person (None on the first look), and whether `note` is due."""
    row = ward.execute(select(table).where(table.c.patient == number, table.c.login == login)).first()
    moment = record.now()
    if row is None:
        return None, True
    return (row.at if moment - row.at > ONE_LOOK else row.since), moment - row.at > NOTED


def note(ward: Connection, number: str, login: str) -> None:
    """This person has the page open now. Needs `db.begin()`."""
    since, _ = looked(ward, number, login)
    insert = (postgresql if ward.dialect.name == "postgresql" else sqlite).insert
    seen = {"since": since or record.now(), "at": record.now()}
    row = insert(table).values(patient=number, login=login, **seen)
    ward.execute(row.on_conflict_do_update(index_elements=[table.c.patient, table.c.login], set_=seen))


def reported_since(ward: Connection, number: str, since: datetime, login: str) -> pd.DataFrame:
    """Milestones reported or withdrawn by others since then, oldest first: kind, state, at (of the entry), by."""
    asked = select(milestone.c.kind, milestone.c.state, entry.c.at, entry.c.by).join(entry, entry.c.id == milestone.c.entry)
    asked = asked.where(milestone.c.patient == number, entry.c.at > since, entry.c.by != login)
    rows = ward.execute(asked.order_by(milestone.c.entry, milestone.c.line)).all()
    return pd.DataFrame(rows, columns=["kind", "state", "at", "by"])
