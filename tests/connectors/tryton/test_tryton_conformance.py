"""Tryton keeps the connector contract, against a real server whose clock the tests turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from synchub.sdk import Raw
from synchub.testing import Columns, ConnectorTests
from synchub.testing.conformance.harness import Cell, Row
from tests.connectors.tryton.tryton_harness import TrytonHarness
from tests.connectors.tryton.tryton_server import BARE, TrytonServer

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(900)]


class PartyHarness(TrytonHarness):
    """Parties. People edit addresses and telephone numbers where they are, past the party."""

    object = "party.party"
    database = BARE
    names = BARE
    columns = Columns(
        text="name",
        other_text="address.city",
        key="code",
        long_text="address.street",
        decimal="",
        integer="",
        date="",
        datetime="",
        boolean="active",
        list="",
        masked="",
    )
    bad: ClassVar[Mapping[str, Raw]] = {"identifier.eu_vat": "BE12"}

    def row(self, number: int) -> Row:
        return {
            "name": f"渠道 {number}",
            "code": f"P{number:04}",
            "active": True,
            "address.city": f"城市 {number}",
            "address.street": f"文三路 {number} 号\n二楼",
            "phone": f"+86 571 8800 {number:04}",
        }

    def create(self, values: Mapping[str, Raw]) -> str:
        made: dict[str, Any] = {name: values[name] for name in ("name", "code", "active") if name in values}
        address = {key[8:]: value for key, value in values.items() if key.startswith("address.")}
        made["addresses"] = [["create", [address]]]
        made["contact_mechanisms"] = [["create", [{"type": "phone", "value": values["phone"]}]]]
        (id,) = self.person.create("party.party", made)
        return str(id)

    def edit(self, id: str, changes: Mapping[str, Raw]) -> None:
        (party,) = self.person.rows("party.party", [["id", "=", int(id)]], ["addresses"])
        for name, value in changes.items():
            head, _, field = name.partition(".")
            if head == "address":
                self.person.write("party.address", party["addresses"][0], **{field: value})
            else:
                self.person.write("party.party", int(id), **{name: value})

    def held(self) -> dict[str, Row]:
        fields = ("name", "code", "active", "addresses.city", "addresses.street")
        numbers = ("contact_mechanisms.type", "contact_mechanisms.value", "identifiers.code")
        return {
            str(one["id"]): self._row(one) for one in self.person.rows("party.party", [], (*fields, *numbers))
        }

    def _row(self, one: Row) -> Row:
        address: Row = next(iter(rows_of(one, "addresses.")), {})
        phones = [each["value"] for each in rows_of(one, "contact_mechanisms.") if each["type"] == "phone"]
        return {
            "name": one["name"],
            "code": one["code"],
            "active": bool(one["active"]),
            "address.city": address.get("city"),
            "address.street": address.get("street"),
            "phone": next(iter(phones), None),
            **{"identifier.eu_vat": each["code"] for each in rows_of(one, "identifiers.")},
        }

    def logged(self, resource: str, fields: str) -> set[Cell]:
        model, _, id = resource.partition(",")
        if model == "party.party":
            return {(id, name) for name in fields.split(",") if name not in {"addresses", "contact_mechanisms"}}
        if model == "party.address":
            (address,) = self.person.rows(model, [["id", "=", int(id)]], ["party"])
            return {(str(address["party"]), f"address.{name}") for name in fields.split(",")}
        return {(resource, fields)}


def rows_of(row: Row, relation: str) -> list[Row]:
    value = row[relation]
    assert isinstance(value, list)
    return [one for one in value if isinstance(one, dict)]


class TestParties(ConnectorTests):
    harness_type = PartyHarness

    @pytest.fixture(autouse=True)
    def _served(self, tryton: TrytonServer) -> None:
        TrytonHarness.server = tryton
