"""What a good programmer would write by hand for this one job: pull, map, upsert by key. Beside it the same with what a hub cannot do without.

The *minimum of a hub* adds to each record: validation, a hash that spares unchanged records the write, and a row that keeps what was last seen.
There is no golden record that several systems share, no agreement, no ledger, no conflict and no way back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
import requests
import xxhash

from synchub.model.kinds.company import check_character

OVERLAP = timedelta(minutes=10)
"""As the connector does it, for transactions that become visible late."""
PAGE = 2000
LEVELS = {"Gold": "金牌", "Silver": "银牌", "Registered": "注册"}
REGIONS = {"East": "华东", "South": "华南", "North": "华北", "Southwest": "西南"}
STAGES = {"Prospect": "意向", "Talks": "洽谈", "Signed": "签约", "Running": "运营"}
COLUMNS = (
    *(
        "id",
        "code",
        "name",
        "tax_id",
        "level",
        "region",
        "province",
        "city",
        "address",
        "phone",
        "fax",
        "email",
    ),
    *(
        "website",
        "credit_limit",
        "status",
        "stage",
        "signed_on",
        "expires_on",
        "industry",
        "employees",
        "note",
    ),
)
ASKED = ", ".join(
    (
        *("Id", "PartnerCode__c", "Name", "TaxId__c", "Level__c", "Region__c", "BillingAddress", "Phone"),
        *("Fax", "Email__c", "Website", "Credit_Limit__c", "Active__c", "Stage__c", "Contract_Date__c"),
        *("Expiry_Date__c", "Industry", "NumberOfEmployees", "Description"),
    )
)
"""Salesforce gives FIELDS(ALL) for two hundred rows at most, so whoever reads more names the columns."""
Row = dict[str, Any]
Cells = tuple[Any, ...]
_NO_DIGIT = re.compile(r"[^\d+]")
_PHONE = re.compile(r"\+86(?:1[3-9]\d{9}|[1-9]\d{8,10})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def pages(session: requests.Session, address: str, since: str) -> Iterator[tuple[list[Row], str]]:
    """Pages, each with the server's time before its request."""
    url = f"{address}/services/data/v62.0/query"
    after = ""
    while True:
        where = f" WHERE SystemModstamp >= {since}" if since else f" WHERE Id > '{after}'" if after else ""
        order = "SystemModstamp, Id" if since else f"Id LIMIT {PAGE}"
        query = f"SELECT {ASKED} FROM Account{where} ORDER BY {order}"
        reply = session.get(url, params={"q": query}, timeout=60)
        reply.raise_for_status()
        rows: list[Row] = _decode(reply.content)["records"]
        asked = parsedate_to_datetime(reply.headers["Date"]) - reply.elapsed - timedelta(seconds=1)
        yield rows, (asked - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if since or len(rows) < PAGE:
            return
        after = rows[-1]["Id"]


def mapped(row: Row) -> Cells:
    """The cells of COLUMNS."""
    address = row["BillingAddress"] or {}
    return (
        row["Id"],
        row["PartnerCode__c"],
        row["Name"].strip(),
        row["TaxId__c"],
        LEVELS[row["Level__c"]],
        REGIONS[row["Region__c"]],
        address.get("state"),
        address.get("city"),
        address.get("street"),
        phone(row["Phone"]),
        phone(row["Fax"]),
        row["Email__c"],
        row["Website"],
        row["Credit_Limit__c"],
        "active" if row["Active__c"] == "Yes" else "inactive",
        STAGES[row["Stage__c"]],
        row["Contract_Date__c"],
        row["Expiry_Date__c"],
        row["Industry"],
        row["NumberOfEmployees"],
        row["Description"].strip(),
    )


def phone(text: str | None) -> str | None:
    if not text:
        return None
    digits = _NO_DIGIT.sub("", text)
    return digits if digits.startswith("+") else "+86" + digits.removeprefix("0")


def validated(cells: Cells) -> Cells:
    """Raises ValueError for a record nobody may have."""
    _, code, name, tax_id, *_ = cells
    if not code or len(code) > 40 or not name or len(name) > 120:
        raise ValueError("code or name")
    if tax_id and (not _USCC.fullmatch(tax_id) or check_character(tax_id[:17]) != tax_id[17]):
        raise ValueError("tax_id")
    for number in cells[9:11]:
        if number and not _PHONE.fullmatch(number):
            raise ValueError("phone")
    if cells[11] and not _EMAIL.fullmatch(cells[11]):
        raise ValueError("email")
    for day in cells[16:18]:
        if day:
            date.fromisoformat(day)
    return cells


class Sqlite:
    """A file, a transaction a page."""

    def __init__(self, place: str) -> None:
        import sqlite3

        self.connection = sqlite3.connect(place)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.json = "TEXT"

    def create(self, text: str) -> None:
        self.connection.execute(text)

    def hashes(self, ids: Sequence[str]) -> dict[str, bytes]:
        listed = json.dumps(ids)
        query = "SELECT id, hash FROM snapshot WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self.connection.execute(query, (listed,)))

    def upsert(self, table: str, columns: Sequence[str], rows: Sequence[Cells]) -> None:
        settings = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        self.connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT (id) DO UPDATE SET {settings}",
            rows,
        )

    def commit(self) -> None:
        self.connection.commit()


class Postgres:
    """COPY into a table of the moment, then one INSERT … ON CONFLICT."""

    def __init__(self, place: str) -> None:
        import psycopg

        self.connection = psycopg.connect(place.replace("+psycopg", ""))
        self.json = "JSON"

    def create(self, text: str) -> None:
        self.connection.execute(text.replace("BLOB", "BYTEA").encode())

    def hashes(self, ids: Sequence[str]) -> dict[str, bytes]:
        return dict(self.connection.execute("SELECT id, hash FROM snapshot WHERE id = ANY(%s)", (list(ids),)))

    def upsert(self, table: str, columns: Sequence[str], rows: Sequence[Cells]) -> None:
        cursor = self.connection.cursor()
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS arriving_{table} (LIKE {table}) ON COMMIT DELETE ROWS".encode()
        )
        with cursor.copy(f"COPY arriving_{table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
        settings = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM arriving_{table} ON CONFLICT (id) DO UPDATE SET {settings}".encode()
        )

    def commit(self) -> None:
        self.connection.commit()


class Program:
    """One of the two programs, on one database."""

    def __init__(self, address: str, place: str, folder: Path, *, minimum: bool) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False
        self._cursor = folder / "cursor"
        self._database = (Postgres if "://" in place else Sqlite)(place)
        self._write: Callable[[list[Row]], None] = self._guarded if minimum else self._plain
        columns = ", ".join(
            f"{name} TEXT" for name in COLUMNS[1:] if name not in {"credit_limit", "employees"}
        )
        numbers = "credit_limit NUMERIC, employees INTEGER"
        self._database.create(
            f"CREATE TABLE IF NOT EXISTS partner (id TEXT PRIMARY KEY, {columns}, {numbers})"
        )
        if minimum:
            self._database.create(
                "CREATE TABLE IF NOT EXISTS snapshot (id TEXT PRIMARY KEY, hash BLOB, seen_at TEXT,"
                f" image {self._database.json})"
            )
        self._database.commit()
        self._columns = (
            *[one for one in COLUMNS if one not in {"credit_limit", "employees"}],
            "credit_limit",
            "employees",
        )
        self._places = [COLUMNS.index(name) for name in self._columns]

    def run(self) -> None:
        """Bring over what changed since the last time, or everything."""
        since = self._cursor.read_text() if self._cursor.exists() else ""
        bound = ""
        for rows, asked in pages(self._session, self._address, since):
            bound = bound or asked
            self._write(rows)
            self._database.commit()
        self._cursor.write_text(bound)

    def forget(self) -> None:
        """Read everything the next time."""
        self._cursor.unlink()

    def _plain(self, rows: list[Row]) -> None:
        self._database.upsert("partner", self._columns, [self._ordered(mapped(row)) for row in rows])

    def _ordered(self, cells: Cells) -> Cells:
        return tuple(map(cells.__getitem__, self._places))

    def _guarded(self, rows: list[Row]) -> None:
        known = self._database.hashes([row["Id"] for row in rows])
        now = datetime.now(UTC).isoformat()
        kept, seen = [], []
        for row in rows:
            image = _encode(row)
            digest = xxhash.xxh3_128_digest(image)
            if known.get(row["Id"]) == digest:
                continue
            kept.append(self._ordered(validated(mapped(row))))
            seen.append((row["Id"], digest, now, image.decode()))
        self._database.upsert("partner", self._columns, kept)
        self._database.upsert("snapshot", ("id", "hash", "seen_at", "image"), seen)
