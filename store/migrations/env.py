"""How alembic meets the database: on the connection it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from store import list_schema, rejected_lines, report_schema  # noqa: F401 (the metadata holds their tables)
from store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
