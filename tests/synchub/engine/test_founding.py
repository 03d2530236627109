"""Founding at once comes to what the merge comes to, whatever the rows of a first contact hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from synchub.engine.absorb import Absorber
from synchub.engine.looks import take_records
from synchub.engine.match import match_route
from synchub.engine.report import RunReport
from synchub.engine.safeguards import Safeguards
from synchub.errors import Problem
from synchub.model.schema import RawRecord
from synchub.model.values import ABSENT, RawValue, Unreadable
from synchub.testing.lab import Lab

MODEL = """
model: Partner
fields:
  name: {required: yes}
  phone: {unique: yes}
  industry: {custom: yes, label: {zh: 行业, en: Industry}, type: text, conflict: review}
  region: {type: choice, options: [华东, 华南]}
  credit_limit: {currency: CNY}
  tags: {custom: yes, label: {zh: 标签, en: Tags}, type: list}
  vip: {custom: yes, label: {zh: 重点, en: Key account}, type: bool}
groups:
  address: [province, city]
rules:
  - {name: 额度不能为负, check: credit_limit >= 0, on_fail: review}
  - {name: 重点要有备注, check: vip = false or note != "x", on_fail: warn}
"""
MAPPING = """
mapping: crm
system: crm
object: Account
to: Partner
identity: {match: [[code]]}
fields:
  code: Code
  name: Name
  industry: {field: Industry, flow: hub_writes}
  phone: {field: Phone, as: phone}
  region: {field: Region, values: {East: 华东, South: 华南}}
  province: {field: Province, flow: hub_reads}
  city: {field: City, flow: hub_reads}
  credit_limit: {field: Credit, as: money}
  note: Note
  tags: {field: Tags, as: list}
  vip: Vip
  parent: {field: Parent, ref: Partner, by: code}
"""
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
POOR: tuple[RawValue, ...] = (None, None, ABSENT, Unreadable(Problem("E301")), "?")
CELLS: Mapping[str, tuple[RawValue, ...]] = {
    "Code": tuple("123456789"),
    "Phone": (*(f"1380013800{number}" for number in range(8)), "138 0013 8000"),
    "Region": ("East", "South"),
    "Credit": ("-5", "12.5"),
    "Tags": ("a;b", "a"),
    "Vip": ("yes", "no", True),
    "Parent": (None, None, "P", "nobody"),
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            name: st.sampled_from((*CELLS.get(name, ("a", " b ", "x")) * 40, *[None] * 20, *POOR))
            for name in ("Code", "Name", "Industry", "Phone", "Region", "Province", "City", "Credit", "Note", "Tags", "Vip", "Parent")
        }
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@pytest.fixture
def lab(tmp_path: Path, fresh_database: Callable[[], str]) -> Iterator[Lab]:
    lab = Lab(tmp_path, {"crm": MAPPING}, {"partner": MODEL}, database=fresh_database())
    yield lab
    lab.close()


def left_behind(lab: Lab, rows: Sequence[Mapping[str, RawValue]]) -> tuple[dict[str, object], int]:
    """Everything that a first contact with these rows leaves in the store and in its report, and how many were founded at once."""
    with lab.store.rehearsal() as store:
        world = replace(lab.world, store=store, reach={})
        [route] = world.routes
        columns = route.mapping.columns
        records = [
            RawRecord(
                f"id-{number}", tuple(row[name] for name in columns), NOW if number % 2 else None, title="One"
            )
            for number, row in enumerate(rows)
        ]
        parent = RawRecord("parent", tuple({"Code": "P", "Name": "Parent"}.get(name) for name in columns))
        first, report = RunReport("first", "sync"), RunReport("run", "sync")
        for one, some in ((first, [parent]), (report, records)):
            with store.begin() as tx:
                take_records(Absorber(tx, world, route, one, NOW), columns, some)
            arrivals = match_route(world, route, one, NOW)
        with store.read() as tx:
            links = tx.every_link()
            written: dict[str, object] = {
                "golden": tx.golden("Partner", [one.entity_id for one in links]),
                "links": links,
                "ledger": sorted(tx.run_ledger("run"), key=lambda one: one.entity_id),
                "keys": tx.by_field("Partner", "code", CELLS["Code"]),  # type: ignore[arg-type]  # texts
                "pending": tx.pending("crm", "Partner", 100),
                "conflicts": tx.conflicts(),
                "quarantined": tx.quarantined(),
                "waiting for a match": tx.unlinked("crm", 100),
                "waiting for a reference": sorted(tx.waiting_keys()),
                "counts": report.counts,
                "decided": report.decided,
                "arrivals": arrivals,
            }
        return written, world.reach.get("found.at_once", 0)


def test_founding_at_once_leaves_behind_what_the_merge_does(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    spared = asked = 0

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(rows=ROWS)
    def check(rows: list[dict[str, RawValue]]) -> None:
        nonlocal spared, asked
        fast, founded = left_behind(lab, rows)
        with monkeypatch.context() as merging:
            merging.setattr("synchub.engine.match.found_at_once", lambda *_: set())
            slow, none = left_behind(lab, rows)
        assert none == 0
        for name, value in slow.items():
            assert fast[name] == value, name
        spared += founded
        asked += len(fast["golden"]) - founded  # type: ignore[arg-type]  # a dictionary

    check()
    assert spared > 20
    assert asked > 20


@pytest.mark.parametrize("off", [one.name for one in fields(Safeguards)])
def test_with_a_safeguard_off_nothing_is_founded_at_once(lab: Lab, off: str) -> None:
    [route] = lab.world.routes
    world = replace(lab.world, safeguards=replace(lab.world.safeguards, **{off: False}))
    report = RunReport("run", "sync")
    cells = {"Code": "1", "Name": "One"}
    values = tuple(cells.get(name) for name in route.mapping.columns)
    with lab.store.begin() as tx:
        take_records(
            Absorber(tx, world, route, report, NOW), route.mapping.columns, [RawRecord("1", values, NOW)]
        )
    match_route(world, route, report, NOW)
    assert report.total("created_in_hub") == 1
    assert "found.at_once" not in world.reach
