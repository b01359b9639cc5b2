"""How alembic meets the database: on the connection it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

# The last module of tables; it imports those before it.
from store.report_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
