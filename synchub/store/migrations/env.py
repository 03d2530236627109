"""How Alembic runs our revisions: on the connection it is given, inside the transaction that is open there."""

from __future__ import annotations

from alembic import context

from synchub.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
