"""Foundation: the tables as they were on the first day, and the store's own refusal to change a record.

A copy, not an import: db/tables.py goes on changing, this migration does not.
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from db.migrations import append_only
from db.tables import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def clinical(name: str, *columns: Any) -> None:
    Table(
        name,
        metadata,
        Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
        Column("line", Integer, primary_key=True),
        *columns,
        info={"append_only": True},
    )


def one_of(column: str, *words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(word) for word in words)})", name=f"{column}_is_known")


Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("verb", String(40), nullable=False),
    Column("by", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("app", String(20), nullable=False),
    Column("rules", String(20), nullable=False),
    Column("token", String(64), unique=True),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("chain", String(64), nullable=False),
    info={"append_only": True},
)
clinical(
    "site",
    Column("code", String(3), nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", String(40), nullable=False),
    Column("norepinephrine_salt", String(20), nullable=False),
    one_of("norepinephrine_salt", "base", "tartrate"),
)
clinical(
    "patient",
    Column("number", String(12), nullable=False, unique=True),
    Column("site", String(3), nullable=False, index=True),
    Column("sex", String(1), nullable=False),
    Column("birth_year", Integer),
    Column("arrived_on", Date, nullable=False, index=True),
    Column("origin", String(80), nullable=False, unique=True),
    one_of("sex", "f", "m", "u"),
    CheckConstraint("birth_year is null or birth_year between 1900 and 2100", name="birth_year_is_plausible"),
)
clinical(
    "description",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("sex", String(1), nullable=False),
    Column("birth_year", Integer),
    Column("arrived_on", Date, nullable=False, index=True),
    one_of("sex", "f", "m", "u"),
    CheckConstraint("birth_year is null or birth_year between 1900 and 2100", name="birth_year_is_plausible"),
)
clinical(
    "bed",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("bed", String(12), nullable=False),
)
clinical(
    "value",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("variable", String(30), nullable=False),
    Column("sampled_at", Utc),
    Column("state", String(20), nullable=False),
    Column("number", Double),
    Column("choice", String(30)),
    Column("comparator", String(1), nullable=False, server_default="="),
    Column("typed", Text, nullable=False, server_default=""),
    Column("unit", String(30), nullable=False, server_default=""),
    Column("assay", String(60), nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
    Column("source", String(80), nullable=False, server_default="typed"),
    one_of("state", "measured", "carried", "not_done", "pending", "not_applicable", "withdrawn"),
    one_of("comparator", "<", "=", ">"),
    CheckConstraint(
        "state not in ('measured', 'carried') or number is not null or choice is not null", name="known_has_a_value"
    ),
    Index("ix_value_patient_on_date", "patient", "on_date"),
    Index("ix_value_patient_variable_on_date", "patient", "variable", "on_date"),
)
clinical(
    "answer",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("criterion", String(40), nullable=False),
    Column("answer", String(20), nullable=False),
    one_of("answer", "yes", "no", "unknown", "not_applicable"),
)
clinical(
    "decision",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("reasons", Text, nullable=False, server_default=""),
    Column("frozen", Text, nullable=False),
    one_of("decision", "included", "not_included"),
    CheckConstraint("attempt > 0", name="attempt_is_counted"),
    UniqueConstraint("patient", "attempt"),
)
clinical(
    "inclusion",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, unique=True),
    Column("number", String(8), nullable=False, unique=True),
    Column("included_at", Utc, nullable=False),
    Column("planned_day_1", Date, nullable=False),
)
clinical(
    "consent",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("route", String(20), nullable=False),
    Column("signed_at", Utc, nullable=False),
    one_of("route", "patient", "relative", "emergency", "refused", "withdrawn"),
)
clinical(
    "dose",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("day", Integer, nullable=False),
    Column("slot", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("given_at", Utc),
    Column("route", String(10)),
    Column("mg", Double),
    Column("reason", Text, nullable=False, server_default=""),
    one_of("slot", "morning", "evening"),
    one_of("state", "given", "late", "held", "missed", "vomited", "withdrawn"),
    CheckConstraint("day between 1 and 28", name="day_is_planned"),
    CheckConstraint("state not in ('given', 'late', 'vomited') or (given_at is not null and mg is not null)",
                    name="given_has_time_and_amount"),
    Index("ix_dose_patient_day", "patient", "day"),
)
clinical(
    "milestone",
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("at", Utc, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("state", String(10), nullable=False, server_default="reported"),
    one_of("state", "reported", "withdrawn"),
    one_of("kind", "death", "icu_discharge", "hospital_discharge", "withdrawal", "lost", "last_known_alive",
           "care_limited", "left_ward"),
)
clinical(
    "load",
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("read", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
)
clinical(
    "load_row",
    Column("file_line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
clinical(
    "account",
    Column("login", String(60), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("site", String(3), nullable=False, server_default=""),
    Column("active", Integer, nullable=False),
    one_of("role", "nurse", "investigator", "pi", "monitor", "administrator"),
    CheckConstraint("active in (0, 1)", name="active_is_yes_or_no"),
)

Table(
    "password",
    metadata,
    Column("login", String(60), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at", Utc, nullable=False),
)
Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("login", String(60), nullable=False, index=True),
    Column("language", String(2), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("closed_at", Utc),
)
Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(60), nullable=False),
    Column("address", String(60), nullable=False),
    Column("at", Utc, nullable=False),
    Column("succeeded", Integer, nullable=False),
    Index("ix_attempt_login_at", "login", "at"),
    Index("ix_attempt_address_at", "address", "at"),
)
Table(
    "draft",
    metadata,
    Column("form", String(80), primary_key=True),
    Column("login", String(60), primary_key=True),
    Column("boxes", Text, nullable=False),
    Column("at", Utc, nullable=False),
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    for table in metadata.sorted_tables:
        if table.info.get("append_only"):
            append_only.guard(op.get_bind(), table.name, *append_only.uniques(table))


def downgrade() -> None:
    raise RuntimeError("records are not taken back: restore the backup made before the migration")
