"""How alembic meets the database: on the connection it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from store import (  # noqa: F401 (the metadata holds their tables)
    import_lines,
    list_schema,
    phrasebook_schema,
    report_schema,
)
from store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
