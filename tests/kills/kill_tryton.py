"""A company with a real Tryton on PostgreSQL and a workbook, whose hub keeps its store on PostgreSQL too, as the kills see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from synchub.engine.report import RunReport
from synchub.hub import Hub
from synchub.sdk import Raw
from tests.connectors.tryton.tryton_server import (
    TrytonServer,
    load,
    on_postgresql,
    prepare_postgresql,
)
from tests.connectors.tryton.tryton_stage import TrytonStage, line, party
from tests.kills.kill_session import Content
from tests.kills.kill_work import Deed, Trade, Who
from tests.throwaway_postgres import PostgresServer, binaries

SHEET_COLUMNS: Final[Mapping[str, str]] = {
    "code": "编码",
    "name": "名称",
    "city": "城市",
    "phone": "电话",
    "website": "网址",
}
TRADE: Final = Trade(
    fields={
        "name": ("tryton", "workbook"),
        "city": ("tryton", "workbook"),
        "phone": ("tryton", "workbook"),
        "website": ("tryton", "workbook"),
    },
    ordered=("name",),
    uncoded=("workbook",),
    systems=("tryton", "workbook"),
)
_GENERATED: Final = re.compile(r"P\d+")


@contextmanager
def tryton_server(postgres: PostgresServer, place: Path, databases: int) -> Iterator[TrytonServer]:
    """A real Tryton that serves so many companies. Raises UnreachableError where it cannot be installed."""
    home = binaries()
    assert home is not None
    dump = prepare_postgresql(postgres.folder, home / "bin", postgres.create)
    names = [postgres.create() for _ in range(databases)]
    for name in names:
        load(dump, postgres.folder, home / "bin", name)
    server = on_postgresql(place, postgres.folder, names[0])
    server.databases = names
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass
class TrytonCompany:
    """See `Company`."""

    stage: TrytonStage
    trade: Trade = TRADE

    @classmethod
    def agreed(cls, place: Path, server: TrytonServer, database: str, store: str) -> TrytonCompany:
        """Four partners on both sides, first contact behind them; `store` is the address of an empty database for the hub."""
        stage = TrytonStage.build(place, server, database)
        (stage.folder / "secrets" / "database").write_text(store + "\n", "utf-8")
        hub_yaml = stage.folder / "hub.yaml"
        text = hub_yaml.read_text("utf-8")
        hub_yaml.write_text(
            text.replace("systems:", "database: {file: secrets/database}\nsystems:", 1), "utf-8"
        )
        stage.hub.database.upgrade()
        stage.people.create("party.party", *(party(number) for number in range(1, 4)))
        stage.sheet.write([line(number) for number in range(2, 5)])
        assert not stage.sync().failures
        return cls(stage)

    def people(self) -> list[Who]:
        return [Who(f"KH{number:04}", "") for number in range(1, 5)]

    @property
    def folder(self) -> Path:
        return self.stage.folder

    @property
    def hub(self) -> Hub:
        return self.stage.hub

    def sync(self) -> RunReport:
        return self.hub.sync()

    def close_hub(self) -> None:
        self.stage.close()

    # --- people at work

    def do(self, deed: Deed) -> None:
        """Somebody types this."""
        if deed.system == "workbook":
            self._in_workbook(deed)
        else:
            self._in_tryton(deed)

    def _in_workbook(self, deed: Deed) -> None:
        who = deed.who
        if not deed.field:
            row = {"名称": who.name, "是否合作": "是", **({"编码": who.code} if who.code else {})}
            self.stage.sheet.edit({who.code: row})
        else:
            self.stage.sheet.change(*_where(who), {SHEET_COLUMNS[deed.field]: deed.value})

    def _in_tryton(self, deed: Deed) -> None:
        people, who = self.stage.people, deed.who
        if not deed.field:
            people.create("party.party", {"name": who.name, "code": who.code})
            return
        held = self._party(who)
        model = {
            "city": "party.address",
            "phone": "party.contact_mechanism",
            "website": "party.contact_mechanism",
        }
        if deed.field == "name":
            people.write("party.party", held["id"], name=deed.value)
            return
        related = model[deed.field]
        owner: list[Any] = [["party", "=", held["id"]]]
        if deed.field == "city":
            found, values = people.rows(related, owner, ["id"]), {"city": deed.value}
        else:
            found = people.rows(related, [*owner, ["type", "=", deed.field]], ["id"])
            values = {"value": deed.value}
        if found:
            people.write(related, found[0]["id"], **values)
        else:
            kind = {} if deed.field == "city" else {"type": deed.field}
            people.create(related, {"party": held["id"], **kind, **values})

    # --- what the systems hold

    def says(self, system: str, who: Who, field: str) -> str:
        if system == "workbook":
            column, value = _where(who)
            found = [row for row in self.stage.sheet.all_rows() if row[column] == value]
            assert len(found) == 1, (system, who, found)
            return _told(field, found[0][SHEET_COLUMNS[field]])
        held = self._party(who)
        if field == "city":
            cities = [one["city"] for one in held["addresses."]]
            assert len(cities) == 1, (who, cities)
            return _told(field, cities[0])
        return _told(field, held[field])

    def _party(self, who: Who) -> dict[str, Any]:
        plain = ("code", "name", "active", "phone", "website", "addresses.city", "addresses.street")
        domain = [["code", "=", who.code]] if who.code else [["name", "=", who.name]]
        found = self.stage.people.rows("party.party", domain, plain)
        assert len(found) == 1, (who, found)
        return found[0]

    def content(self) -> Content:
        people = self.stage.people
        fields = ("code", "name", "active", "phone", "website")
        parts = ("addresses.street", "addresses.city", "contact_mechanisms.type", "contact_mechanisms.value")
        parties = people.rows("party.party", [], (*fields, *parts))
        rows = self.stage.sheet.all_rows()
        ids = [row.pop("系统编号") for row in rows]
        assert None not in ids
        assert len(ids) == len({*ids})
        return {"parties": _plain(parties), "rows": _plain(rows)}


def _where(who: Who) -> tuple[str, str]:
    return ("编码", who.code) if who.code else ("名称", who.name)


def _told(field: str, value: object) -> str:
    """A telephone number as its last digits, however a system writes it."""
    return re.sub(r"\D", "", str(value))[-11:] if field == "phone" else str(value)


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Raw]]:
    """In an order of their own, without what the system made up."""
    return sorted((_without(row) for row in rows), key=repr)


def _without(row: Mapping[str, Any]) -> dict[str, Raw]:
    return {column: _value(value) for column, value in sorted(row.items()) if column != "id"}


def _value(value: Any) -> Raw:
    if isinstance(value, list):
        rows: list[Raw] = [*_plain(value)]
        return rows
    told: Raw = "(made by the hub)" if isinstance(value, str) and _GENERATED.fullmatch(value) else value
    return told
