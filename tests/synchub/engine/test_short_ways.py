"""The short ways through the merge come to what `merge` comes to, whatever the record, the agreement and the golden record hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from synchub.engine.absorb import Absorber
from synchub.engine.match import new_link
from synchub.engine.record_merge import RecordMerge
from synchub.engine.report import RunReport
from synchub.engine.safeguards import Safeguards
from synchub.engine.sighting import Sighting
from synchub.engine.world import Route, World
from synchub.errors import Problem
from synchub.model.provenance import Candidate, Origin
from synchub.model.values import ABSENT, UNKNOWN, RawValue, Unreadable
from synchub.store.rows import Golden, Link, LinkState
from synchub.testing.lab import Lab

MODEL = """
model: Partner
fields:
  code: {owner: crm}
  name: {required: yes, conflict: [erp, crm]}
  industry: {custom: yes, label: {zh: 行业, en: Industry}, type: text, conflict: review}
  phone: {conflict: newest}
  region: {type: choice, options: [华东, 华南], conflict: [crm, erp]}
  credit_limit: {currency: CNY, conflict: newest}
  website: {owner: erp}
  note: {conflict: most_complete}
  tags: {custom: yes, label: {zh: 标签, en: Tags}, type: list, conflict: newest}
  vip: {custom: yes, label: {zh: 重点, en: Key account}, type: bool, conflict: review}
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
  website: Web
  note: Note
  tags: {field: Tags, as: list}
  vip: Vip
"""
THEN, NOW = datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)
POOR: tuple[RawValue, ...] = (None, ABSENT, Unreadable(Problem("E301")), "?")
CELLS: dict[str, tuple[RawValue, ...]] = {
    "Phone": ("13800138000", "138 0013 8000", "13900139000"),
    "Region": ("East", "South"),
    "Credit": ("-5", "12.5", "12.50"),
    "Vip": ("yes", "no", True),
}
"""Few values a column, so that they often meet; the other columns take any text."""
TEXTS: tuple[RawValue, ...] = ("a", " a ", "x")
ORIGINS = (
    None,
    Origin("erp", "customer", "9", "r0", THEN),
    Origin("crm", "Account", "1", "run", NOW),
    Origin("erp", "customer", "9", "r0", THEN, (Candidate("sheet", "b", THEN, "7"),)),
)


@dataclass
class Case:
    """One look at one record: rows of raw values, and for each field what had been agreed."""

    shown: tuple[RawValue, ...]
    shown_before: tuple[RawValue, ...]
    held: tuple[RawValue, ...]
    """What the golden record holds, as the mapping would read it."""
    agreements: tuple[tuple[str, bool, bool, int], ...]
    """By field: what was sent (golden, unknown, other, none), was it seen, is it held, and which origin."""


def cases(route: Route) -> st.SearchStrategy[Case]:
    columns = route.mapping.row_columns
    row = st.tuples(*[st.sampled_from((*CELLS.get(name, TEXTS) * 2, *POOR)) for name in columns])
    agreement = st.tuples(
        st.sampled_from(["golden", "golden", "unknown", "other", "none"]),
        st.sampled_from([True, True, False]),
        st.sampled_from([False, False, False, True]),
        st.integers(0, len(ORIGINS) - 1),
    )
    return st.builds(Case, row, row, row, st.tuples(*[agreement] * len(route.mapping.fields)))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder: Path = tmp_path_factory.mktemp("lab")
    lab = Lab(folder, {"crm": MAPPING}, {"partner": MODEL}, systems=("crm", "erp", "sheet"))
    yield lab
    lab.close()


class Counted(RecordMerge):
    """Knows how many units went the long way."""

    asked = 0

    def _merge_unit(self, unit: tuple[int, ...]) -> None:
        self.asked += 1
        super()._merge_unit(unit)


def outcome(world: World, case: Case, *, quick: bool) -> tuple[dict[str, object], int]:
    """Everything a merge leaves behind (link, golden record, ledger, questions, counts), and how many units `merge` was asked about."""
    world = replace(world, reach={})
    [route] = world.routes
    model = route.model
    report = RunReport("run", "sync")
    with world.store.read() as tx:
        absorber = Absorber(tx, world, route, report, NOW)
        absorber.quick = absorber.quick and quick
        look = Sighting("1", "", case.shown, b"h", NOW, title="One")
        link = new_link(route, "g", "1", "", LinkState.LINKED)
        record = Golden("g", 1, [None] * len(model.fields))
        _remember(route, case, link, record)
        one = Counted(absorber, link, look, record, absorber.shown(link, look), {"crm"})
        one.run()
    left = {
        "link": asdict(link),
        "golden": asdict(record),
        "changes": one.changes,
        "taken": set(one.taken),
        "written": bool(one.changes or one.provenance_moved),
        "opened": absorber.batch.opened,
        "closed": absorber.batch.closed,
        "counts": report.counts,
        "questions": report.asked,
        "reach": world.reach,
    }
    return left, one.asked


def _remember(route: Route, case: Case, link: Link, record: Golden) -> None:
    mapping = route.mapping
    values = mapping.read("1", case.held)
    others = mapping.read("1", case.shown_before)
    images = mapping.image(case.shown_before)
    for index, (sent, seen, held, origin) in enumerate(case.agreements):
        mapped, value = mapping.fields[index], values[index]
        golden = value if isinstance(value, str | bool | list) else None
        other = others[index] if isinstance(others[index], str | bool | list) else None
        record.values[mapped.index] = golden
        link.sent[index] = {"golden": golden, "unknown": UNKNOWN, "other": other, "none": None}[sent]  # type: ignore[assignment]  # canonical or None
        link.seen[index] = images[index] if seen else UNKNOWN
        if held:
            link.holds[mapped.name] = f"conflict-{index}"
        if (one := ORIGINS[origin]) is not None:
            record.provenance[mapped.name] = one


def test_a_short_way_leaves_behind_what_the_merge_does(lab: Lab) -> None:
    spared = 0

    @settings(
        max_examples=600,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(case=cases(lab.world.routes[0]))
    def check(case: Case) -> None:
        nonlocal spared
        slow, asked = outcome(lab.world, case, quick=False)
        fast, fewer = outcome(lab.world, case, quick=True)
        assert fast == slow
        spared += asked - fewer

    check()
    assert spared > 20


@pytest.mark.parametrize("off", [one.name for one in fields(Safeguards)])
def test_with_a_safeguard_off_no_short_way_is_taken(lab: Lab, off: str) -> None:
    world = replace(lab.world, safeguards=replace(lab.world.safeguards, **{off: False}))
    with world.store.read() as tx:
        assert Absorber(tx, lab.world, lab.world.routes[0], RunReport("run", "sync"), NOW).quick
        assert not Absorber(tx, world, world.routes[0], RunReport("run", "sync"), NOW).quick
