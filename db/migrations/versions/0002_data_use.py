"""What may be done with the data of a patient who refused or withdrew."""

from __future__ import annotations

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table

from db.migrations import append_only
from db.tables import Utc

revision = "0002"
down_revision = "0001"
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
Table("entry", metadata, Column("id", Integer, primary_key=True))  # what the new table refers to
Table("patient", metadata, Column("number", String(12), unique=True))
data_use = Table(
    "data_use",
    metadata,
    Column("entry", Integer, ForeignKey("entry.id"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("patient", String(12), ForeignKey("patient.number"), nullable=False, index=True),
    Column("choice", String(20), nullable=False),
    Column("said_at", Utc, nullable=False),
    CheckConstraint("choice in ('keep', 'stop', 'not_asked')", name="choice_is_known"),
)


def upgrade() -> None:
    data_use.create(op.get_bind())
    append_only.guard(op.get_bind(), data_use.name, *append_only.uniques(data_use))


def downgrade() -> None:
    raise RuntimeError("records are not taken back: restore the backup made before the migration")
