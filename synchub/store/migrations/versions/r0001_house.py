"""The tables of the first synchub: partners, contacts, employees, and all that keeps them in agreement.

Revision: 0001. Written out in full: a revision never follows later changes of the code.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def _integer(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _long(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _flag(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=null)


def _json(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
    return sa.Column(name, kind, nullable=null)


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _entity(name: str, *fields: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _text("id"),
        _long("rev"),
        _text("state"),
        _text("merged_into", null=True),
        _time("created_at"),
        _time("updated_at"),
        *fields,
        sa.Column("custom", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        _json("exact", null=True),
        _json("provenance"),
        _key("id"),
    )
    op.create_index(f"ix_{name}_merged_into", name, ["merged_into"], **_where("merged_into IS NOT NULL"))


def _narrow(name: str, *columns: sa.Column[Any], key: tuple[str, ...]) -> None:
    op.create_table(name, *columns, _key(*key), sqlite_with_rowid=False)


def upgrade() -> None:
    _entities()
    _links()
    _queues()
    _matching()
    _writing()
    _deciding()
    _history()


def _entities() -> None:
    number = sa.Text().with_variant(sa.Numeric(20, 6), "postgresql")
    texts = ("code", "name", "tax_id", "level", "region", "province", "city", "address", "phone", "website")
    _entity(
        "partner",
        *(_text(field, null=True) for field in texts),
        sa.Column("credit_limit", number, nullable=True),
        *(_text(field, null=True) for field in ("credit_limit_currency", "status", "stage")),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        _text("manager", null=True),
        _text("note", null=True),
    )
    _entity(
        "contact",
        *(_text(field, null=True) for field in ("partner", "name", "title", "phone", "email")),
        _flag("is_primary", null=True),
        _text("note", null=True),
    )
    _entity(
        "employee",
        *(_text(field, null=True) for field in ("code", "name", "email", "phone")),
        _flag("active", null=True),
    )


def _links() -> None:
    op.create_table(
        "link",
        *(_text(name) for name in ("id", "mapping", "system", "object")),
        _text("external_id", null=True),
        *(_text(name) for name in ("part", "entity", "entity_id", "state", "version")),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        _text("etag"),
        _text("fingerprint"),
        _time("modified", null=True),
        _long("settled_rev"),
        *(_json(name) for name in ("holds", "waiting", "seen", "sent")),
        _key("id"),
    )
    op.create_index("uq_link_external", "link", ["mapping", "external_id", "part"], unique=True)
    live = _where("state <> 'missing'")
    op.create_index("uq_link_entity", "link", ["entity_id", "mapping"], unique=True, **live)
    op.create_index("ix_link_entity_id", "link", ["entity_id"])


def _queues() -> None:
    _narrow("due", _text("mapping"), _text("entity"), _text("link_id"), key=("mapping", "entity", "link_id"))
    op.create_index("ix_due_link_id", "due", ["link_id"])
    _narrow("gap_watch", _text("mapping"), _text("entity"), key=("mapping", "entity"))
    _narrow(
        "gap", _text("mapping"), _text("entity"), _text("entity_id"), key=("mapping", "entity", "entity_id")
    )
    waiting = ("entity", "key", "link_id", "field")
    _narrow("waiting_ref", *(_text(name) for name in waiting), key=waiting)
    op.create_index("ix_waiting_ref_link_id", "waiting_ref", ["link_id"])
    op.create_table(
        "suspect",
        _text("link_id"),
        _text("run"),
        _time("first_seen"),
        _time("modified", null=True),
        _json("image"),
        _key("link_id"),
    )
    op.create_table(
        "tombstone",
        _text("link_id"),
        _text("reason"),
        _text("run"),
        _time("at"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        _key("link_id"),
    )


def _matching() -> None:
    op.create_table(
        "unlinked",
        *(_text(name) for name in ("mapping", "external_id", "part", "version")),
        _time("modified", null=True),
        _text("etag"),
        _text("fingerprint"),
        _flag("provisional"),
        _text("title"),
        _text("hub_id"),
        _json("keys"),
        _json("image"),
        _key("mapping", "external_id", "part"),
    )
    _narrow(
        "row_key",
        *(_text(name) for name in ("mapping", "external_id", "part")),
        _integer("rule"),
        _text("key"),
        key=("mapping", "external_id", "part", "rule"),
    )
    op.create_index("ix_row_key_key", "row_key", ["mapping", "rule", "key"])
    _narrow(
        "golden_key",
        *(_text(name) for name in ("entity", "name", "entity_id", "key")),
        key=("entity", "name", "entity_id"),
    )
    op.create_index("ix_golden_key_key", "golden_key", ["entity", "name", "key"])


def _writing() -> None:
    op.create_table(
        "intent",
        *(_text(name) for name in ("id", "run", "link_id", "system", "mapping", "op", "external_id")),
        _text("entity"),
        _text("entity_id"),
        _long("rev"),
        _text("state"),
        _integer("attempts"),
        _text("detail"),
        *(_json(name) for name in ("cells", "fields", "causes")),
        _key("id"),
    )
    op.create_index(
        "ix_intent_open", "intent", ["system"], **_where("state IN ('ready', 'in_flight', 'unknown')")
    )
    op.create_table(
        "cursor",
        _text("system"),
        _text("object"),
        _text("cursor", null=True),
        _text("resume", null=True),
        _text("scope"),
        _flag("complete"),
        _key("system", "object"),
    )
    op.create_table(
        "lease",
        *(_text(name) for name in ("system", "object", "direction", "holder")),
        _long("epoch"),
        _time("until"),
        _key("system", "object", "direction"),
    )
    op.create_table("counter", _text("name"), _long("next"), _key("name"))


def _deciding() -> None:
    op.create_table(
        "conflict",
        *(_text(name) for name in ("id", "kind", "run")),
        _time("opened"),
        *(_text(name) for name in ("entity", "entity_id", "mapping", "system", "external_id", "part")),
        _text("field"),
        _text("code"),
        _json("detail"),
        _time("closed", null=True),
        _text("closed_run", null=True),
        _text("how", null=True),
        _key("id"),
    )
    op.create_index("ix_conflict_open", "conflict", ["system", "kind"], **_where("closed IS NULL"))
    op.create_table(
        "quarantine",
        *(_text(name) for name in ("mapping", "external_id", "stage", "system", "object", "place", "code")),
        _json("params"),
        _json("image"),
        _text("run"),
        _time("first_at"),
        _time("at"),
        _integer("attempts"),
        _key("mapping", "external_id", "stage"),
    )
    op.create_table(
        "plan",
        _text("id"),
        _text("run"),
        _time("at"),
        _text("digest"),
        _json("summary"),
        _time("approved_at", null=True),
        _text("approved_by"),
        _key("id"),
    )


def _history() -> None:
    op.create_table(
        "ledger",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        _text("run"),
        _time("at"),
        *(_text(name) for name in ("place", "entity", "entity_id", "object", "external_id", "op")),
        _json("changes"),
        _key("id"),
    )
    op.create_index("ix_ledger_entity_id", "ledger", ["entity_id", "id"])
    op.create_index("ix_ledger_run", "ledger", ["run", "id"])
    op.create_table(
        "run",
        _text("id"),
        _text("kind"),
        _text("state"),
        _time("started"),
        _time("finished", null=True),
        _json("detail"),
        _json("counts"),
        _key("id"),
    )
    op.create_index("ix_run_started", "run", ["started"])
    op.create_table(
        "mapping_version", _text("version"), _text("mapping"), _json("fields"), _time("at"), _key("version")
    )
    op.create_table("view_definition", _text("name"), _text("definition"), _key("name"))


def downgrade() -> None:
    raise NotImplementedError("the first revision has nothing before it")
