"""Tables that a later migration adds: their columns are copied there, what every record has in common is here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, String, Table

from db.migrations import append_only

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def of_a_patient(name: str, *columns: Any, indexed: bool = True) -> Table:
    """An append-only table: an entry's lines about one patient. `indexed`: by the patient alone."""
    metadata = MetaData(naming_convention=NAMES)
    Table("entry", metadata, Column("id", Integer, primary_key=True))  # what the new table refers to
    Table("patient", metadata, Column("number", String(12), unique=True))
    return Table(
        name,
        metadata,
        Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=indexed),
        *columns,
    )


def create(ward: Connection, *tables: Table) -> None:
    """Make them, and have the store refuse to change or delete their rows."""
    for table in tables:
        table.create(ward)
        append_only.guard(ward, table.name, *append_only.uniques(table))
