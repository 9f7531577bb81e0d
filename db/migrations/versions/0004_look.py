"""When a person last opened a patient's page: what is new since then is told. Not a record; it may change and go."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, MetaData, String, Table

from db.tables import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

look = Table(
    "look",
    MetaData(naming_convention={"pk": "pk_%(table_name)s"}),
    Column("patient", String(12), primary_key=True),
    Column("login", String(60), primary_key=True),
    Column("since", Utc, nullable=False),
    Column("at", Utc, nullable=False),
)


def upgrade() -> None:
    look.create(op.get_bind())


def downgrade() -> None:
    look.drop(op.get_bind())
