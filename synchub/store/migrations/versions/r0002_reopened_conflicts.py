"""Count how often a conflict was opened, and find by index what a system's reference means.

Revision: 0002. Translating references asked for every link of a system; conflicts that come back were not told from new ones.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conflict", sa.Column("openings", sa.Integer(), nullable=False, server_default="1"))
    whole_records = sa.text("part = ''")
    op.create_index(
        "ix_link_system",
        "link",
        ["system", "entity", "external_id"],
        sqlite_where=whole_records,
        postgresql_where=whole_records,
    )


def downgrade() -> None:
    op.drop_index("ix_link_system", "link")
    op.drop_column("conflict", "openings")
