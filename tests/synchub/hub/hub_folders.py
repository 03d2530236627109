"""A hub folder with two workbooks, small enough to be synced in a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import openpyxl

from synchub.engine.report import RunReport
from synchub.errors import UnapprovedPlanError
from synchub.hub.hub import Hub

HUB = """\
hub: tests
systems:
  one: {connector: excel, settings: {path: one.xlsx}}
  two: {connector: excel, settings: {path: two.xlsx}}
"""
ONE = """\
mapping: one
system: one
object: Partners
to: Partner
identity: {hub_id: Hub id, match: [[name]]}
create_there: yes
fields:
  name: Name
  phone: {field: Phone, as: phone}
  city: City
"""
TWO = ONE.replace(": one", ": two")
MODEL = "model: Partner\nfields:\n  city: {conflict: [one, two]}\n  phone: {conflict: [one, two]}\nvisibility:\n  phone: {viewer: hide, ops: full}\n"


@dataclass
class Folder:
    """A hub folder with two workbooks."""

    path: Path

    def write(self, name: str, text: str) -> None:
        file = self.path / "mappings" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def workbook(self, name: str, *rows: tuple[str | None, ...]) -> None:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "Partners"
        for row in (("Name", "Phone", "City", "Town", "Hub id"), *rows):
            sheet.append(row)
        book.save(self.path / f"{name}.xlsx")

    def rename_header(self, name: str, old: str, new: str) -> None:
        book = openpyxl.load_workbook(self.path / f"{name}.xlsx")
        for cell in book["Partners"][1]:
            if cell.value == old:
                cell.value = new
        book.save(self.path / f"{name}.xlsx")

    def cells(self, name: str) -> list[list[object]]:
        sheet = openpyxl.load_workbook(self.path / f"{name}.xlsx")["Partners"]
        return [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2)]

    def open(self) -> Hub:
        return Hub.open(self.path)

    def sync(self) -> RunReport:
        with self.open() as hub:
            try:
                return hub.sync()
            except UnapprovedPlanError as refused:
                return hub.sync(approve=refused.plan)

    def active(self) -> str:
        with self.open() as hub:
            return hub.versions.active


def two_workbooks(path: Path) -> Folder:
    """Two partners in one workbook, one of them in the other; never synced."""
    made = Folder(path)
    (path / "hub.yaml").write_text(HUB, encoding="utf-8")
    made.write("one.yaml", ONE)
    made.write("two.yaml", TWO)
    made.write("model/partner.yaml", MODEL)
    made.workbook(
        "one", ("Lianhong", "138-0013-8000", "上海", "浦东", None), ("Anda", None, "杭州", "西湖", None)
    )
    made.workbook("two", ("Lianhong", None, None, None, None))
    return made
