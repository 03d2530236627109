"""Mapping edits: what somebody changes in a mapping file between two syncs, and takes back another day (I23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Remap:
    """One entry of one mapping file, as it is and as it becomes."""

    stem: str
    """The file."""
    mapping: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.mapping}: {self.before.strip()} becomes {self.after.strip() or 'nothing'}"

    def applies(self, files: Mapping[str, str]) -> bool:
        return self.before in files.get(self.stem, "")


REMAPS = (
    Remap("sheet", "台账", "note", "  备注: 备注\n", ""),
    Remap("crm", "crm-account", "phone", "  phone: {field: Phone, as: phone}\n", ""),
    Remap("erp", "erp-customer", "note", "  note: remark\n", ""),
    Remap("crm", "crm-account", "region", "North: 华北}}", "North: 华北}, also_read: {Mars: 华南}}"),
    Remap("erp", "erp-customer", "region", "N: 华北}}", "N: 华北}, also_read: {火星: 华南}}"),
    Remap("sheet", "台账", "region", "华北区: 华北}}", "华北区: 华北}, 另收: {火星: 华南}}"),
    Remap("crm", "crm-account", "note", "  note: Note\n", "  note: {field: Note, flow: hub_reads}\n"),
    Remap(
        "erp",
        "erp-customer",
        "status",
        "0: inactive}, otherwise: error}",
        "0: inactive}, also_read: {9: inactive}}",
    ),
)
"""A field that is mapped no more (and, taken back, one that is added), values that mean something now, a direction that ends."""


def edited(files: Mapping[str, str], remaps: frozenset[int]) -> dict[str, str]:
    """The files with these entries changed."""
    found = dict(files)
    for number in sorted(remaps):
        one = REMAPS[number]
        found[one.stem] = found[one.stem].replace(one.before, one.after)
    return found
