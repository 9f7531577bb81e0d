"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations import append_only
from db.tables import Utc
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A table that batch_alter_table rebuilds on SQLite loses its triggers: call append_only.guard for it again.
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("records are not taken back: restore the backup made before the migration")
