"""By hand, with every row the hub keeps: golden records, links with both sides of their agreement, match keys and a ledger, by way of a waiting room.

A program for this one job alone, in the hub's own tables and as set-based as they allow, which asks nothing it need not ask here: one system, nothing
that waits, is owned, held, grouped, referred to, governed or unlike what was expected. What it takes is what the rows themselves cost in Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import requests
import xxhash

from synchub.store import upgrade_database
from tests.benchmarks.bench_reference import (
    ASKED,
    COLUMNS,
    Cells,
    Postgres,
    Row,
    Sqlite,
    mapped,
    pages,
    validated,
)

FIELDS: Final = COLUMNS[1:]
_ASKED: Final = ASKED.split(", ")[1:]
_ADDRESS: Final = _ASKED.index("BillingAddress")
BEFORE, BEHIND = tuple(_ASKED[:_ADDRESS]), tuple(_ASKED[_ADDRESS + 1 :])
PARTS: Final = ("state", "city", "street")
CUSTOM: Final = ("fax", "email", "industry", "employees")
TYPED: Final = tuple(name for name in FIELDS if name not in CUSTOM)
MOVING: Final = ("rev", "updated_at", "custom", "provenance", *TYPED)
NEW: Final = ("state", "credit_limit_currency", "created_at", "id")
LINK_NEW: Final = (
    *("mapping", "system", "object", "external_id", "part", "entity", "entity_id", "state", "version"),
    *("etag", "fingerprint", "holds", "waiting"),
)
AGREEMENT: Final = ("hash", "modified", "settled_rev", "seen", "sent", "id")
WAITING: Final = (
    *("mapping", "external_id", "part", "version", "modified", "etag", "fingerprint"),
    *("provisional", "title", "hub_id", "keys", "image"),
)
LEDGER: Final = ("run", "at", "place", "entity", "entity_id", "object", "external_id", "op", "changes")
MATCHED: Final = ("code", "tax_id")
CHUNK: Final = 2000
_PLACE: Final = {name: index for index, name in enumerate(FIELDS)}
_ALL_FIRST: Final = msgspec.json.encode(dict.fromkeys(FIELDS, 0)).decode()
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Keeper:
    """The program, on one database."""

    def __init__(self, address: str, place: str, folder: Path) -> None:
        upgrade_database(place)
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False
        self._cursor = folder / "cursor"
        self._postgres = "://" in place
        self._text = "::text" if self._postgres else ""
        self._database = (Postgres if self._postgres else Sqlite)(place)
        self._connection: Any = self._database.connection

    def run(self) -> None:
        """Bring over what changed since the last time, or everything."""
        since = self._cursor.read_text() if self._cursor.exists() else ""
        bound, anybody_waits = "", False
        for rows, asked in pages(self._session, self._address, since):
            bound = bound or asked
            anybody_waits |= self._take(rows)
            self._database.commit()
        self._cursor.write_text(bound)
        if anybody_waits:
            self._match()
            self._found()
            self._database.commit()

    def forget(self) -> None:
        """Read everything the next time."""
        self._cursor.unlink()

    def _take(self, rows: Sequence[Row]) -> bool:
        """Update what is linked and has changed, let the rest wait; does any row wait?"""
        known = {
            external_id: (bytes(digest), link_id, golden_id)
            for external_id, digest, link_id, golden_id in self._rows(
                "SELECT external_id, hash, id, entity_id FROM link WHERE mapping = 'crm' AND external_id {among}",
                self._list([row["Id"] for row in rows]),
            )
        }
        waiting, keys, changed = [], [], []
        for row in rows:
            key, image = row["Id"], _seen(row)
            text = _encode(image)
            digest = xxhash.xxh3_128_digest(text)
            if key in known:
                if known[key][0] != digest:
                    changed.append((row, image, digest, *known[key][1:]))
                continue
            cells = validated(mapped(row))[1:]
            own = [(0, cells[_PLACE["code"]].casefold()), (1, cells[_PLACE["tax_id"]])]
            about = ("crm", key, "", "v1", row["SystemModstamp"], "", "", False, cells[1], "")
            waiting.append((*about, _encode(own).decode(), text.decode()))
            keys += [("crm", key, "", rule, one) for rule, one in own]
        self._insert("unlinked", WAITING, waiting)
        self._insert("row_key", ("mapping", "external_id", "part", "rule", "key"), keys)
        if changed:
            self._update(changed)
        return bool(waiting)

    def _match(self) -> None:
        """Nobody may be known already, and no two may share a key: else a person would have to be asked."""
        for rule, name in enumerate(MATCHED):
            twins = (
                "SELECT key FROM row_key WHERE mapping = 'crm' AND rule = ? GROUP BY key HAVING COUNT(*) > 1"
            )
            known = (
                "SELECT r.external_id FROM row_key r JOIN golden_key k ON k.key = r.key"
                " WHERE k.entity = 'Partner' AND k.name = ? AND r.mapping = 'crm' AND r.rule = ?"
            )
            if self._rows(twins, rule) or self._rows(known, name, rule):
                raise ValueError(name)

    def _found(self) -> None:
        """A golden record, a link, two keys and a line of the ledger for each row that waits."""
        after, now = "", datetime.now(UTC).isoformat()
        while rows := self._rows(
            f"SELECT external_id, modified, keys{self._text}, image{self._text} FROM unlinked"
            f" WHERE mapping = 'crm' AND external_id > ? ORDER BY external_id LIMIT {CHUNK}",
            after,
        ):
            after = rows[-1][0]
            golden, links, golden_keys, ledger = [], [], [], []
            for key, stamp, keys, image in rows:
                cells, modified = _canonical(mapped(_row(key, _decode(image)))), str(stamp)
                golden_id = _id("golden", key)
                provenance = (
                    f'{{"fields":{_ALL_FIRST},"origins":[["crm","Account","{key}","r1","{modified}"]]}}'
                )
                golden.append((*_moving(1, now, cells, provenance), "live", "CNY", now, golden_id))
                place = ("crm", "crm", "Account", key, "", "Partner", golden_id, "linked", "v1")
                digest = xxhash.xxh3_128_digest(image.encode())
                agreed = (digest, modified, 1, image, _encode(cells).decode(), _id("link", key))
                links.append((*place, "", "", "{}", "{}", *agreed))
                golden_keys += [("Partner", MATCHED[rule], golden_id, one) for rule, one in _decode(keys)]
                changes: dict[str, dict[str, Any]] = {
                    name: {"after": value}
                    for name, value in zip(FIELDS, cells, strict=True)
                    if value is not None
                }
                changes["code"]["cause"] = _cause(key, modified)
                ledger.append(_line("r1", now, golden_id, key, "create", changes))
            golden.sort(key=_last)
            links.sort(key=_last)
            self._insert("partner", (*MOVING, *NEW), golden)
            self._insert("link", (*LINK_NEW, *AGREEMENT), links)
            self._insert("golden_key", ("entity", "name", "entity_id", "key"), sorted(golden_keys))
            self._insert("ledger", LEDGER, ledger)
            for table in ("row_key", "unlinked"):
                self._run(
                    f"DELETE FROM {table} WHERE mapping = 'crm' AND part = '' AND external_id {{among}}",
                    self._list([row[0] for row in rows]),
                )

    def _update(self, changed: Sequence[tuple[Row, list[Any], bytes, str, str]]) -> None:
        """Take what differs from what was seen last, field by field."""
        now = datetime.now(UTC).isoformat()
        sent = dict(
            self._rows(
                f"SELECT id, sent{self._text} FROM link WHERE id {{among}}",
                self._list([one[3] for one in changed]),
            )
        )
        held = {
            golden_id: (rev, provenance)
            for golden_id, rev, provenance in self._rows(
                f"SELECT id, rev, provenance{self._text} FROM partner WHERE id {{among}}",
                self._list([one[4] for one in changed]),
            )
        }
        golden, links, ledger = [], [], []
        for row, image, digest, link_id, golden_id in changed:
            cells, before = _canonical(validated(mapped(row))), _decode(sent[link_id])
            rev, key, modified = held[golden_id][0] + 1, row["Id"], row["SystemModstamp"]
            moved = [place for place, value in enumerate(cells) if value != before[place]]
            provenance = _decode(held[golden_id][1])
            provenance["origins"].append(["crm", "Account", key, "r2", modified])
            for place in moved:
                provenance["fields"][FIELDS[place]] = len(provenance["origins"]) - 1
            golden.append((*_moving(rev, now, cells, _encode(provenance).decode()), golden_id, rev - 1))
            links.append((digest, modified, rev, _encode(image).decode(), _encode(cells).decode(), link_id))
            cause = _cause(key, modified)
            changes = {
                FIELDS[place]: {"before": before[place], "after": cells[place], "cause": cause}
                for place in moved
            }
            ledger.append(_line("r2", now, golden_id, key, "update", changes))
        self._set("partner", MOVING, ("id", "rev"), golden)
        self._set("link", AGREEMENT[:-1], ("id",), links)
        self._insert("ledger", LEDGER, ledger)

    def _own(self, sql: str) -> str:
        if self._postgres:
            return sql.replace("{among}", "= ANY(?)").replace("?", "%s")
        return sql.replace("{among}", "IN (SELECT value FROM json_each(?))")

    def _list(self, values: Collection[str]) -> Any:
        return [*values] if self._postgres else _encode([*values]).decode()

    def _run(self, sql: str, *parameters: Any) -> Any:
        return self._connection.cursor().execute(self._own(sql), parameters)

    def _rows(self, sql: str, *parameters: Any) -> list[Any]:
        return list(self._run(sql, *parameters))

    def _insert(self, table: str, columns: Sequence[str], rows: Sequence[Cells]) -> None:
        named = f"{table} ({', '.join(columns)})"
        if self._postgres and rows:
            with self._connection.cursor().copy(f"COPY {named} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            values = ", ".join("?" * len(columns))
            self._connection.executemany(f"INSERT INTO {named} VALUES ({values})", rows) if rows else None

    def _set(self, table: str, columns: Sequence[str], key: Sequence[str], rows: Sequence[Cells]) -> None:
        values = ", ".join(f"{name} = ?" for name in columns)
        where = " AND ".join(f"{name} = ?" for name in key)
        self._connection.cursor().executemany(
            self._own(f"UPDATE {table} SET {values} WHERE {where}"), [*rows]
        )


def _seen(row: Row) -> list[Any]:
    """What the system shows of each field."""
    address = row["BillingAddress"] or {}
    return [
        *[row[name] for name in BEFORE],
        *[address.get(name) for name in PARTS],
        *[row[name] for name in BEHIND],
    ]


def _row(key: str, seen: Sequence[Any]) -> Row:
    """The row of which that was seen."""
    address = dict(zip(PARTS, seen[_ADDRESS:], strict=False))
    row = dict(zip(BEFORE, seen, strict=False))
    row.update(zip(BEHIND, seen[_ADDRESS + len(PARTS) :], strict=True))
    return {**row, "Id": key, "BillingAddress": address}


def _canonical(cells: Cells) -> list[Any]:
    """The values of FIELDS as the hub holds them: all of them texts."""
    values = [*cells[1:]]
    amount, employees = values[_PLACE["credit_limit"]], values[_PLACE["employees"]]
    values[_PLACE["credit_limit"]] = None if amount is None else f"{amount:.2f} CNY"
    values[_PLACE["employees"]] = None if employees is None else str(employees)
    return values


def _moving(rev: int, now: str, cells: Sequence[Any], provenance: str) -> Cells:
    """The cells of MOVING."""
    custom = {name: value for name in CUSTOM if (value := cells[_PLACE[name]]) is not None}
    return (rev, now, _encode(custom).decode(), provenance, *[_cell(name, cells) for name in TYPED])


def _cell(name: str, cells: Sequence[Any]) -> Any:
    value = cells[_PLACE[name]]
    return value[:-4] if name == "credit_limit" and value is not None else value


def _cause(key: str, modified: str) -> dict[str, str]:
    return {"why": "edit", "system": "crm", "object": "Account", "record": key, "at": modified}


def _line(run: str, now: str, golden_id: str, key: str, op: str, changes: dict[str, Any]) -> Cells:
    return (run, now, "hub", "Partner", golden_id, "Account", key, op, _encode(changes).decode())


def _id(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _last(row: Cells) -> str:
    return str(row[-1])
