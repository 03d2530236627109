"""Which id belongs to a name: customer groups, departments, employees, provinces, cities and districts.

Saves take references as ids or codes while people and mappings speak names, so a written name is looked up here. A name
that is unknown or ambiguous is refused; nothing is guessed and nothing is created. Places are found without 省, 市 and the like too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from synchub.sdk import Clock, RejectedError

from .client import XingchenClient, fields_of
from .listing import read_list
from .schema_sales import MATERIAL
from .schema_shapes import EVERYTHING

LISTS = {
    "group": "/jdy/v2/bd/customer_group",
    "sale_dept": "/jdy/v2/bd/department",
    "department": "/jdy/v2/bd/department",
    "saler": "/jdy/v2/bd/emp",
}
DIVISIONS = "/jdy/v2/sys/division_load"
_KIND_OF_PLACE = re.compile(
    "(特别行政区|(壮族|回族|维吾尔)?自治区|自治州|自治县|自治旗|地区|盟|省|市|区|县|旗)$"
)
LEVELS = ("province", "city", "district")


@dataclass(frozen=True, slots=True)
class _Place:
    id: str
    name: str
    level: str
    parent: str


class Names:
    """Looks names up, each directory once a push. `label` is what people call the reference."""

    def __init__(self, client: XingchenClient, clock: Clock, system: str) -> None:
        self._client = client
        self._clock = clock
        self._system = system
        self._lists: dict[str, list[tuple[str, str]]] = {}
        self._places: list[_Place] | None = None
        self._units: dict[str, str] = {}

    def knows(self, stem: str) -> bool:
        """Is there a directory for this kind of reference?"""
        return stem in LISTS or _level(stem) is not None

    def id_of(self, stem: str, name: str, label: str, parent: str = "") -> str:
        """The id; `parent` narrows a city to its province. Raises RejectedError."""
        level = _level(stem)
        if level is None:
            ids = [id for id, called in self._directory(LISTS[stem]) if called == name]
        else:
            places = [
                place for place in self._all_places() if place.level == level and parent in {"", place.parent}
            ]
            ids = [place.id for place in places if place.name == name]
            # 杭州 and 杭州市 are one place to people and to most other systems.
            ids = ids or [place.id for place in places if _short(place.name) == _short(name)]
        if len(ids) == 1:
            return ids[0]
        if not ids:
            raise RejectedError("KX113", system=self._system, value=name, label=label)
        raise RejectedError("KX114", system=self._system, value=name, label=label, count=len(ids))

    def unit_of(self, number: str) -> str:
        """The unit that a product is sold in, by its code: a new line must have one. Raises RejectedError for a code nobody knows."""
        if number not in self._units:
            detail = fields_of(self._client.get(MATERIAL.detail_path, {"number": number}))
            self._units[number] = str(detail.get("sale_unit_id") or detail.get("base_unit_id") or "")
        return self._units[number]

    def _directory(self, path: str) -> list[tuple[str, str]]:
        if path not in self._lists:
            rows = read_list(self._client, path, EVERYTHING, clock=self._clock, system=self._system).rows
            self._lists[path] = [(id, str(row.get("name") or "")) for id, row in rows.items()]
        return self._lists[path]

    def _all_places(self) -> list[_Place]:
        if self._places is None:
            rows = fields_of(self._client.get(DIVISIONS, {})).get("rows")
            self._places = list(_places(rows, 0, ""))
        return self._places


def _short(name: str) -> str:
    """A place without the word for what it is."""
    return _KIND_OF_PLACE.sub("", name) or name


def _level(stem: str) -> str | None:
    found = stem.removeprefix("contact_")
    return found if found in LEVELS else None


def _places(rows: object, depth: int, parent: str) -> Iterator[_Place]:
    """The tree of divisions, level by level; deeper ones (streets) have no column in a customer."""
    if not isinstance(rows, list) or depth >= len(LEVELS):
        return
    for row in rows:
        if isinstance(row, Mapping) and row.get("id"):
            id = str(row["id"])
            yield _Place(id, str(row.get("name") or ""), LEVELS[depth], parent)
            yield from _places(row.get("son_nodes"), depth + 1, id)
