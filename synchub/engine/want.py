"""Want: golden records that a system should have and has not become links without an external id; codes it must receive are made now.

A golden record that a row still waiting for a person may well be is not wanted: creating it would make a third record of a pair of duplicates.
"""

from __future__ import annotations

from datetime import datetime

from synchub.engine.absorb import Absorber
from synchub.engine.identity import key_name, key_text
from synchub.engine.match import new_link
from synchub.engine.report import RunReport
from synchub.engine.waiting_room import CHUNK
from synchub.engine.world import Route, World
from synchub.model.entity import FieldSpec
from synchub.model.provenance import Origin
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import Golden, LedgerRow, LinkState


def want_route(world: World, route: Route, report: RunReport, started: datetime) -> None:
    """For a mapping with `create_there`: one wanted link for each live golden record without any link here."""
    if not route.mapping.create_there:
        return
    after = ""
    while True:
        with world.store.begin() as tx:
            records = tx.golden_without_link(route.name, route.model.name, CHUNK, after)
            if not records:
                return
            after = records[-1].id
            maybe_there = _maybe_there(tx, route)
            if maybe_there:
                world.touch("want.maybe_there")
                records = [one for one in records if one.id not in maybe_there]
            _generate_codes(tx, world, route, records, report, started)
            tx.insert_links([new_link(route, one.id, None, "", LinkState.WANTED) for one in records])
            world.touch("want.created")


def _maybe_there(tx: Transaction, route: Route) -> set[str]:
    """Golden records that an unlinked record of this system meets by a match rule, so that a person must decide first."""
    found: set[str] = set()
    for number, names in enumerate(route.mapping.match):
        for hit in tx.match(route.name, route.model.name, number, key_name(names)):
            found.update(hit.golden_ids)
    return found


def _generate_codes(
    tx: Transaction, world: World, route: Route, records: list[Golden], report: RunReport, started: datetime
) -> None:
    """A record that goes where a code is needed gets it here, so that a lost reply can be found again by the code."""
    for spec in route.model.fields:
        if spec.generate is None or spec.name not in route.position:
            continue
        index = route.model.position[spec.name]
        blank = [one for one in records if one.values[index] is None]
        if not blank:
            continue
        absorber = Absorber(tx, world, route, report, started)
        for record, code in zip(blank, _free_codes(tx, route, spec, len(blank)), strict=True):
            absorber.batch.expected[record.id] = record.rev
            record.values[index] = code
            record.rev += 1
            record.provenance[spec.name] = Origin("hub", "", "", report.run, started)
            absorber.batch.changed_golden[record.id] = record
            absorber.note_keys(record)
            cause: dict[str, Raw] = {"why": "generated", "system": "hub", "for": route.mapping.system}
            changes: dict[str, dict[str, Raw]] = {spec.name: {"before": None, "after": code, "cause": cause}}
            absorber.batch.ledger.append(
                LedgerRow(report.run, started, "hub", route.model.name, record.id, "", "", "update", changes)
            )
        absorber.flush()


def _free_codes(tx: Transaction, route: Route, spec: FieldSpec, count: int) -> list[str]:
    """The next codes of the pattern that nobody uses."""
    assert spec.generate is not None
    codes: list[str] = []
    while len(codes) < count:
        missing = count - len(codes)
        first = tx.next_number(f"{route.model.name}.{spec.name}", missing)
        made = [spec.generate.format(number=first + step) for step in range(missing)]
        used = tx.by_field(route.model.name, spec.name, [key_text(spec.kind, code) for code in made])
        codes.extend(code for code in made if key_text(spec.kind, code) not in used)
    return codes
