"""What makes the store itself refuse to change or delete a row, on SQLite and on Postgres."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, UniqueConstraint

REFUSAL = "rows are added here, never changed"


def guard(ward: Connection, table: str, *uniques: Sequence[str]) -> None:
    """Refuse UPDATE and DELETE, on Postgres TRUNCATE too, on SQLite the INSERT OR REPLACE that deletes in silence.

    `uniques` are the column lists that no two rows share, the primary key among them.
    """
    if ward.dialect.name == "postgresql":
        _postgres(ward, table)
    else:
        _sqlite(ward, table, uniques)


def uniques(table: Table) -> list[list[str]]:
    """The column lists of a table that no two rows share."""
    keys = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    shared = [[column.name for column in key.columns] for key in (table.primary_key, *keys)]
    return sorted(shared)


def _postgres(ward: Connection, table: str) -> None:
    ward.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': {REFUSAL}'; END $$"
    )
    ward.exec_driver_sql(
        f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    ward.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only')


def _sqlite(ward: Connection, table: str, uniques: Sequence[Sequence[str]]) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table}: {REFUSAL}'); END"
    for change in ("update", "delete"):
        ward.exec_driver_sql(f'CREATE TRIGGER "{table}_no_{change}" BEFORE {change.upper()} ON "{table}" {refuse}')
    for columns in uniques:
        same = " AND ".join(f'"{name}" = NEW."{name}"' for name in columns)
        ward.exec_driver_sql(
            f'CREATE TRIGGER "{table}_no_replace_{"_".join(columns)}" BEFORE INSERT ON "{table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) {refuse}'
        )
