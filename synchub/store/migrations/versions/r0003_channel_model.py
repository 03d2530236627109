"""The rest of the channel model: goods, prices, policies, sales, payments, follow-up, after-sales; partners get a tier and a parent.

Revision: 0003. Written out in full: a revision never follows later changes of the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENTITIES = (
    "ticket", "activity", "payment", "order_line", "order", "opportunity", "promotion", "channel_policy",
    "price_level", "product",
)  # fmt: skip


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=True)


def _texts(names: str) -> Iterator[sa.Column[Any]]:
    return (_text(name) for name in names.split())


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text().with_variant(sa.Numeric(20, 6), "postgresql"), nullable=True)


def _money(name: str) -> Iterator[sa.Column[Any]]:
    yield _number(name)
    yield _text(f"{name}_currency")


def _date(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def _time(name: str, *, null: bool = True) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=True)


def _entity(name: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _text("merged_into"),
        _time("created_at", null=False),
        _time("updated_at", null=False),
        *fields,
        sa.Column("custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("exact", sa.JSON(), nullable=True),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    joined = sa.text("merged_into IS NOT NULL")
    op.create_index(
        f"ix_{name}_merged_into", name, ["merged_into"], sqlite_where=joined, postgresql_where=joined
    )


def upgrade() -> None:
    op.add_column("partner", _text("tier"))
    op.add_column("partner", _text("parent"))
    _goods()
    _sales()
    _service()


def _goods() -> None:
    _entity(
        "product",
        *_texts("code name barcode category brand spec unit"),
        *_money("list_price"),
        _number("tax_rate"),
        _flag("active"),
        _date("launched_on"),
        _text("note"),
    )
    _entity(
        "price_level",
        *_texts("code name level product"),
        *_money("price"),
        _number("discount"),
        _number("min_quantity"),
        _date("starts_on"),
        _date("ends_on"),
        _flag("active"),
        _text("note"),
    )
    _entity(
        "channel_policy",
        *_texts("code name kind level region"),
        _number("rebate_rate"),
        _date("starts_on"),
        _date("ends_on"),
        *_texts("status owner content note"),
    )
    _entity(
        "promotion",
        *_texts("code name kind product policy region"),
        _number("discount"),
        *_money("budget"),
        _date("starts_on"),
        _date("ends_on"),
        *_texts("status owner content note"),
    )


def _sales() -> None:
    _entity(
        "opportunity",
        *_texts("code name partner contact end_customer product stage source"),
        *_money("amount"),
        _number("probability"),
        _date("expected_on"),
        *_texts("owner lost_reason note"),
    )
    _entity(
        "order",
        *_texts("code partner opportunity promotion"),
        _date("ordered_on"),
        _date("deliver_on"),
        _text("status"),
        *_money("amount"),
        *_texts("owner receiver receiver_phone delivery_address note"),
    )
    _entity(
        "order_line",
        _text("order"),
        _number("line_no"),
        _text("product"),
        _number("quantity"),
        _text("unit"),
        *_money("price"),
        _number("discount"),
        *_money("amount"),
        _date("deliver_on"),
        _text("note"),
    )
    _entity(
        "payment",
        *_texts("code partner order"),
        _date("paid_on"),
        *_money("amount"),
        *_texts("method status payer owner note"),
    )


def _service() -> None:
    _entity(
        "activity",
        *_texts("code subject kind partner contact opportunity owner"),
        _time("happened_at"),
        *_texts("content next_step"),
        _date("next_on"),
    )
    _entity(
        "ticket",
        *_texts("code subject kind priority status partner contact product serial_no order owner"),
        _time("opened_at"),
        _time("closed_at"),
        *_texts("description resolution"),
    )


def downgrade() -> None:
    for name in ENTITIES:
        op.drop_table(name)
    op.drop_column("partner", "parent")
    op.drop_column("partner", "tier")
