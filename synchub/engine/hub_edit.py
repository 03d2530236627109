"""Edits that the hub itself makes in a golden record: decisions of people, undo, archiving. They travel like any other edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synchub.engine.absorb import Absorber
from synchub.engine.journal import raw_of
from synchub.mapping.compiled import OnGone
from synchub.model.provenance import Origin
from synchub.model.values import Canonical, Raw
from synchub.store.rows import Golden, LedgerRow, Link


def edit_golden(
    absorber: Absorber,
    record: Golden,
    values: Mapping[str, Canonical | None],
    origin: Origin,
    cause: Mapping[str, Raw],
) -> list[str]:
    """Give fields of a golden record these values; the names of those that were different. The caller flushes."""
    model = absorber.route.model
    changes: dict[str, dict[str, Raw]] = {}
    for name, value in values.items():
        index = model.position[name]
        before = record.values[index]
        if model.fields[index].kind.equal(before, value):
            continue
        record.values[index] = value
        record.provenance[name] = origin
        changes[name] = {"before": raw_of(before), "after": raw_of(value), "cause": dict(cause)}
    if changes:
        note_edit(absorber, record, changes, "update")
    return list(changes)


def note_edit(absorber: Absorber, record: Golden, changes: Mapping[str, Mapping[str, Raw]], op: str) -> None:
    """Write a changed golden record and its line of the ledger with the next flush."""
    batch, model = absorber.batch, absorber.route.model
    batch.expected.setdefault(record.id, record.rev)
    record.rev = batch.expected[record.id] + 1
    batch.changed_golden[record.id] = record
    absorber.note_keys(record)
    batch.ledger.append(
        LedgerRow(absorber.report.run, absorber.started, "hub", model.name, record.id, "", "", op, changes)
    )


def leave_scope(absorber: Absorber, links: Sequence[Link]) -> None:
    """Records that left the scope of a mapping that wants them archived."""
    route, report = absorber.route, absorber.report
    reaction = route.mapping.on_leave
    if reaction.kind is not OnGone.ARCHIVE or not links:
        return
    golden = absorber.tx.golden(route.model.name, sorted({one.entity_id for one in links}), lock=True)
    for link in links:
        record = golden.get(link.entity_id)
        if record is None or record.state != "live":
            continue
        mapping = route.mapping
        origin = Origin(mapping.system, mapping.object, link.external_id or "", report.run, absorber.started)
        cause: dict[str, Raw] = {
            "why": "left_scope",
            "system": mapping.system,
            "object": mapping.object,
            "record": link.external_id,
            "at": absorber.started.isoformat(),
        }
        if edit_golden(absorber, record, reaction.values, origin, cause):
            report.add(mapping.system, mapping.object, "archived")
    absorber.flush()
    absorber.world.touch("scope.archived")
