"""Golden records are found by their keys in every plan that PostgreSQL may make; links by golden record and mapping in one index instead of two.

Revision: 0006. In a table that is being filled, of which nothing is known yet, it took the primary key for the better index and read all keys of
one name for every page: a first load of 60,000 records waited 35 seconds for that, and four times as long for twice as many.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LIVE = "state NOT IN ('missing', 'released')"
_COLUMNS = ("entity", "name", "entity_id", "key")


def upgrade() -> None:
    _key_by("entity_id", "name", "entity")
    op.drop_index("ix_link_entity_id", "link")
    op.drop_index("uq_link_entity", "link")
    alike_while_live = sa.text(f"(CASE WHEN {_LIVE} THEN '' ELSE id END)")
    op.create_index("uq_link_entity", "link", ["entity_id", "mapping", alike_while_live], unique=True)


def downgrade() -> None:
    op.drop_index("uq_link_entity", "link")
    live: dict[str, Any] = {"sqlite_where": sa.text(_LIVE), "postgresql_where": sa.text(_LIVE)}
    op.create_index("uq_link_entity", "link", ["entity_id", "mapping"], unique=True, **live)
    op.create_index("ix_link_entity_id", "link", ["entity_id"])
    _key_by("entity", "name", "entity_id")


def _key_by(*key: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("golden_key_pkey", "golden_key")
        op.create_primary_key("golden_key_pkey", "golden_key", [*key])
        return
    # SQLite keeps the table as a tree in the order of its key, so it is made anew
    op.drop_index("ix_golden_key_key", "golden_key")
    op.rename_table("golden_key", "golden_key_before")
    columns = [sa.Column(name, sa.Text(), nullable=False) for name in _COLUMNS]
    op.create_table("golden_key", *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False)
    listed = ", ".join(_COLUMNS)
    op.execute(f"INSERT INTO golden_key ({listed}) SELECT {listed} FROM golden_key_before")
    op.drop_table("golden_key_before")
    op.create_index("ix_golden_key_key", "golden_key", ["entity", "name", "key"])
