"""Co-treatments, and what was put aside of the watch list."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, String, Text

from db.migrations import added
from db.tables import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

treatment = added.of_a_patient(
    "treatment",
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
    indexed=False,
)
watch_dismissal = added.of_a_patient(
    "watch_dismissal",
    Column("item", String(40), nullable=False),
    Column("decided", Text, nullable=False),
    Column("reason", Text, nullable=False),
)


def upgrade() -> None:
    added.create(op.get_bind(), treatment, watch_dismissal)


def downgrade() -> None:
    raise RuntimeError("records are not taken back: restore the backup made before the migration")
