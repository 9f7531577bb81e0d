"""Co-treatments, and what was put aside of the watch list."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, MetaData, String, Table, Text

from db.migrations import append_only
from db.tables import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Table("entry", metadata, Column("id", Integer, primary_key=True))  # what the new tables refer to
Table("patient", metadata, Column("number", String(12), unique=True))
treatment = Table(
    "treatment",
    metadata,
    Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False),
    Column("course", Integer, nullable=False),
    Column("drug", String(30), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("stopped_at", Utc),
    Column("dose", Double),
    Column("unit", String(10), nullable=False, server_default=""),
    Column("route", String(10), nullable=False),
    Column("state", String(10), nullable=False, server_default="reported"),
    CheckConstraint("state in ('reported', 'withdrawn')", name="state_is_known"),
    CheckConstraint("stopped_at is null or stopped_at >= started_at", name="stops_after_its_start"),
    CheckConstraint("dose is null or dose > 0", name="dose_is_positive"),
    Index("ix_treatment_patient_course", "patient", "course"),
)
watch_dismissal = Table(
    "watch_dismissal",
    metadata,
    Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("item", String(40), nullable=False),
    Column("decided", Text, nullable=False),
    Column("reason", Text, nullable=False),
)


def upgrade() -> None:
    for table in (treatment, watch_dismissal):
        table.create(op.get_bind())
        append_only.guard(op.get_bind(), table.name, *append_only.uniques(table))


def downgrade() -> None:
    raise RuntimeError("records are not taken back: restore the backup made before the migration")
