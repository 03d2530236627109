"""Sweeps, suspects, tombstones and pauses: what the whole algorithm has to remember.

Revision: 0004. `suspect` and `tombstone` were made before anything was written to them, so they are made anew.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    _one_link_each("state NOT IN ('missing', 'released')")
    op.add_column("cursor", _time("swept", null=True))
    op.add_column("cursor", sa.Column("sweep_scope", sa.Text(), nullable=True))
    op.add_column("intent", _time("at", null=True))
    op.drop_table("suspect")
    op.create_table(
        "suspect",
        _text("link_id"),
        _text("mapping"),
        _text("external_id"),
        _text("run"),
        _time("first_seen"),
        _time("modified", null=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.drop_table("tombstone")
    op.create_table(
        "tombstone",
        _text("link_id"),
        _text("mapping"),
        _text("system"),
        _text("entity"),
        _text("entity_id"),
        _text("external_id"),
        _text("part"),
        _text("reason"),
        _text("run"),
        _time("at"),
        _time("due"),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        _text("state"),
        _text("approval"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_id"),
    )
    waiting = sa.text("state NOT IN ('done', 'void')")
    op.create_index(
        "ix_tombstone_open", "tombstone", ["mapping"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "pause",
        _text("system"),
        _text("object"),
        _text("field"),
        _time("at"),
        _text("by"),
        _text("reason"),
        sa.PrimaryKeyConstraint("system", "object", "field"),
    )


def _one_link_each(condition: str) -> None:
    op.drop_index("uq_link_entity", "link")
    where = sa.text(condition)
    op.create_index(
        "uq_link_entity",
        "link",
        ["entity_id", "mapping"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    _one_link_each("state <> 'missing'")
    op.drop_table("pause")
    op.drop_table("tombstone")
    op.create_table(
        "tombstone",
        _text("link_id"),
        _text("reason"),
        _text("run"),
        _time("at"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.drop_table("suspect")
    op.create_table(
        "suspect",
        _text("link_id"),
        _text("run"),
        _time("first_seen"),
        _time("modified", null=True),
        sa.Column("image", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.drop_column("intent", "at")
    op.drop_column("cursor", "sweep_scope")
    op.drop_column("cursor", "swept")
