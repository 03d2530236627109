"""Every table of the hub's database. Migrations under `migrations/` build exactly this; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from synchub.store.columns import Storage, columns_of, instant_type
from synchub.store.standard import STANDARD, table_name

metadata: Final = MetaData()

LIVE_LINK: Final = "state NOT IN ('missing', 'released')"
"""The links of which a golden record has at most one per mapping. A row that vanished, or was let go, does not bar its successor."""
_ALIKE_WHILE_LIVE: Final = f"(CASE WHEN {LIVE_LINK} THEN '' ELSE id END)"
"""The same for all live links and no other: so one index allows one of them, and finds all links of a golden record."""


def _name(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _key(name: str) -> Column[Any]:
    return Column(name, Text, primary_key=True)


def _number(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, instant_type(), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON, nullable=nullable)


def custom_type() -> TypeEngine[Any]:
    """Custom fields are indexed and queried on PostgreSQL, hence JSONB."""
    return JSON().with_variant(JSONB(), "postgresql")


def _narrow(name: str, *columns: Column[Any] | Index) -> Table:
    """A table that is all key: SQLite keeps it as one tree."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _entity_table(entity: str, fields: Mapping[str, Storage]) -> Table:
    name = table_name(entity)
    columns = [column for field, storage in fields.items() for column in columns_of(field, storage)]
    return Table(
        name,
        metadata,
        _key("id"),
        _number("rev"),
        _name("state"),
        Column("merged_into", Text),
        _instant("created_at"),
        _instant("updated_at"),
        *columns,
        Column("custom", custom_type(), nullable=False),
        _json("exact", nullable=True),
        _json("provenance"),
        Index(f"ix_{name}_merged_into", "merged_into", **_where("merged_into IS NOT NULL")),
    )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


ENTITIES: Final[Mapping[str, Table]] = {
    entity: _entity_table(entity, fields) for entity, fields in STANDARD.items()
}
"""Entity -> its table."""

link = Table(
    "link",
    metadata,
    _key("id"),
    _name("mapping"),
    _name("system"),
    _name("object"),
    Column("external_id", Text),
    _name("part"),
    _name("entity"),
    _name("entity_id"),
    _name("state"),
    _name("version"),
    Column("hash", LargeBinary, nullable=False),
    _name("etag"),
    _name("fingerprint"),
    _instant("modified", nullable=True),
    _number("settled_rev"),
    _json("holds"),
    _json("waiting"),
    _json("seen"),
    _json("sent"),
    Index("uq_link_external", "mapping", "external_id", "part", unique=True),
    Index("uq_link_entity", "entity_id", "mapping", text(_ALIKE_WHILE_LIVE), unique=True),
    Index("ix_link_system", "system", "entity", "external_id", **_where("part = ''")),
)

due = _narrow("due", _key("mapping"), _key("entity"), _key("link_id"), Index("ix_due_link_id", "link_id"))
"""Links that may need a push: a superset, so that finding them never scans `link`."""

gap_watch = _narrow("gap_watch", _key("mapping"), _key("entity"))
"""Mappings that ask for golden records they hold no link to."""

gap = _narrow("gap", _key("mapping"), _key("entity"), _key("entity_id"))
"""For those mappings, the golden records that may have no link there: a superset."""

waiting_ref = _narrow(
    "waiting_ref",
    _key("entity"),
    _key("key"),
    _key("link_id"),
    _key("field"),
    Index("ix_waiting_ref_link_id", "link_id"),
)
"""References not yet translated: to which entity, by which raw key, in which field of which link."""

unlinked = Table(
    "unlinked",
    metadata,
    _key("mapping"),
    _key("external_id"),
    _key("part"),
    _name("version"),
    _instant("modified", nullable=True),
    _name("etag"),
    _name("fingerprint"),
    Column("provisional", Boolean, nullable=False),
    _name("title"),
    _name("hub_id"),
    _json("keys"),
    _json("image"),
)

row_key = _narrow(
    "row_key",
    _key("mapping"),
    _key("external_id"),
    _key("part"),
    Column("rule", Integer, primary_key=True, autoincrement=False),
    _name("key"),
    Index("ix_row_key_key", "mapping", "rule", "key"),
)
"""Match keys of unlinked rows."""

golden_key = _narrow(
    "golden_key",
    _key("entity_id"),
    _key("name"),
    _key("entity"),
    _name("key"),
    Index("ix_golden_key_key", "entity", "name", "key"),
)
"""Match keys of golden records; `name` names the fields it is made of.

The primary key begins with the record: else PostgreSQL, which knows nothing of a table that is being filled, looks for a key in there, through
all keys of that name.
"""

intent = Table(
    "intent",
    metadata,
    _key("id"),
    _name("run"),
    _name("link_id"),
    _name("system"),
    _name("mapping"),
    _name("op"),
    _name("external_id"),
    _name("entity"),
    _name("entity_id"),
    _number("rev"),
    _name("state"),
    Column("attempts", Integer, nullable=False),
    _name("detail"),
    _json("cells"),
    _json("fields"),
    _json("causes"),
    _instant("at", nullable=True),
    Index("ix_intent_open", "system", **_where("state IN ('ready', 'in_flight', 'unknown')")),
)

cursor = Table(
    "cursor",
    metadata,
    _key("system"),
    _key("object"),
    Column("cursor", Text),
    Column("resume", Text),
    _name("scope"),
    Column("complete", Boolean, nullable=False),
    _instant("swept", nullable=True),
    Column("sweep_scope", Text),
)

suspect = Table(
    "suspect",
    metadata,
    _key("link_id"),
    _name("mapping"),
    _name("external_id"),
    _name("run"),
    _instant("first_seen"),
    _instant("modified", nullable=True),
    Column("hash", LargeBinary, nullable=False),
)

tombstone = Table(
    "tombstone",
    metadata,
    _key("link_id"),
    _name("mapping"),
    _name("system"),
    _name("entity"),
    _name("entity_id"),
    _name("external_id"),
    _name("part"),
    _name("reason"),
    _name("run"),
    _instant("at"),
    _instant("due"),
    _number("rev"),
    _name("state"),
    _name("approval"),
    Column("hash", LargeBinary, nullable=False),
    Index("ix_tombstone_open", "mapping", **_where("state NOT IN ('done', 'void')")),
)

pause = Table(
    "pause",
    metadata,
    _key("system"),
    _key("object"),
    _key("field"),
    _instant("at"),
    _name("by"),
    _name("reason"),
)
"""What a person has stopped; an object or field of "" means all of them."""

conflict = Table(
    "conflict",
    metadata,
    _key("id"),
    _name("kind"),
    _name("run"),
    _instant("opened"),
    _name("entity"),
    _name("entity_id"),
    _name("mapping"),
    _name("system"),
    _name("external_id"),
    _name("part"),
    _name("field"),
    _name("code"),
    _json("detail"),
    Column("openings", Integer, nullable=False, server_default="1"),
    _instant("closed", nullable=True),
    Column("closed_run", Text),
    Column("how", Text),
    Index("ix_conflict_open", "system", "kind", **_where("closed IS NULL")),
)

quarantine = Table(
    "quarantine",
    metadata,
    _key("mapping"),
    _key("external_id"),
    _key("stage"),
    _name("system"),
    _name("object"),
    _name("place"),
    _name("code"),
    _json("params"),
    _json("image"),
    _name("run"),
    _instant("first_at"),
    _instant("at"),
    Column("attempts", Integer, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _name("run"),
    _instant("at"),
    _name("place"),
    _name("entity"),
    _name("entity_id"),
    _name("object"),
    _name("external_id"),
    _name("op"),
    _json("changes"),
    Index("ix_ledger_entity_id", "entity_id", "id"),
    Index("ix_ledger_run", "run", "id"),
)

run = Table(
    "run",
    metadata,
    _key("id"),
    _name("kind"),
    _name("state"),
    _instant("started"),
    _instant("finished", nullable=True),
    _json("detail"),
    _json("counts"),
    Index("ix_run_started", "started"),
)

lease = Table(
    "lease",
    metadata,
    _key("system"),
    _key("object"),
    _key("direction"),
    _name("holder"),
    _number("epoch"),
    _instant("until"),
)

mapping_version = Table(
    "mapping_version", metadata, _key("version"), _name("mapping"), _json("fields"), _instant("at")
)

counter = Table("counter", metadata, _key("name"), _number("next"))

fact = Table("fact", metadata, _key("name"), _json("value"), _instant("at"))
"""What the hub must remember about itself, by name."""

plan = Table(
    "plan",
    metadata,
    _key("id"),
    _name("run"),
    _instant("at"),
    _name("digest"),
    _json("summary"),
    _instant("approved_at", nullable=True),
    _name("approved_by"),
)

view_definition = Table("view_definition", metadata, _key("name"), _name("definition"))
"""What the generated views were made from, so that they are made again only when that changed."""
