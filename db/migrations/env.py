"""Alembic runs here on the app's own connection: its BEGIN, its transaction, its types."""

from __future__ import annotations

from alembic import context

from db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,  # of SQLite too: without it a migration that fails leaves half its tables
    compare_type=True,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
