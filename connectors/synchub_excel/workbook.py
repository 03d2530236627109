"""A workbook's parts by their meaning: worksheets, styles, tables, the date system."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .formats import Styles, read_styles
from .package import Package
from .refs import Area, parse_area


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name on the tab, its entry in the package."""

    name: str
    part: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table on a worksheet; `totals` is how many total rows it ends with."""

    name: str
    part: str
    area: Area
    totals: int = 0


class Workbook:
    """What the package says about itself."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), None)
        part = main or package.find("xl/workbook.xml")
        if part is None:
            raise package.place.fault("XL107")
        if not part.lower().endswith(".xml"):
            raise package.place.fault("XL106")
        self._part = part
        self._root = package.tree(part)
        self._relations = package.relations(part)

    @cached_property
    def date1904(self) -> bool:
        """Does the workbook count days from 1904 (old Macs)?"""
        node = self._root.find("{*}workbookPr")
        return node is not None and node.get("date1904") in {"1", "true", "on"}

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The worksheets in the order of their tabs; charts and macro sheets are none."""
        found = []
        for node in self._root.iterfind("{*}sheets/{*}sheet"):
            ids = [value for name, value in node.attrib.items() if name.endswith("}id")]
            kind, part = self._relations.get(ids[0] if ids else "", ("", ""))
            if kind == "worksheet":
                found.append(SheetPart(node.get("name", ""), part, node.get("state", "visible") != "visible"))
        return tuple(found)

    @cached_property
    def styles(self) -> Styles:
        part = next((part for kind, part in self._relations.values() if kind == "styles"), None)
        return read_styles(self.package.tree(part)) if part is not None else Styles()

    def prove_sizes(self) -> None:
        """Unpack what calamine will: our unpacking stops at the size that was declared and counted, calamine's does not.

        Raises ProtocolError for a part that is larger than it says.
        """
        for kind, part in self._relations.values():
            if kind in {"sharedStrings", "styles"}:
                self.package.read(part)

    def tables(self, sheet: SheetPart) -> list[Table]:
        found = []
        for kind, part in self.package.relations(sheet.part).values():
            if kind != "table":
                continue
            root = self.package.tree(part)
            area = parse_area(root.get("ref", ""))
            totals = root.get("totalsRowCount", "0")
            if area is not None:
                name = root.get("displayName") or root.get("name") or part
                found.append(Table(name, part, area, int(totals) if totals.isdigit() else 0))
        return found
