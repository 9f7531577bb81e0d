"""What may be done with the data of a patient who refused or withdrew."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, String

from db.migrations import added
from db.tables import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

data_use = added.of_a_patient(
    "data_use",
    Column("choice", String(20), nullable=False),
    Column("said_at", Utc, nullable=False),
    CheckConstraint("choice in ('keep', 'stop', 'not_asked')", name="choice_is_known"),
)


def upgrade() -> None:
    added.create(op.get_bind(), data_use)


def downgrade() -> None:
    raise RuntimeError("records are not taken back: restore the backup made before the migration")
