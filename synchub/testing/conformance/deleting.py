"""Deleting records: exactly those that were named, told truly, and refused where nothing of the kind is declared."""

from __future__ import annotations

from synchub.sdk import ConditionalWrite, Op, OutcomeKind, Write
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs


def _delete(id: str, etag: str = "") -> Write:
    """As the engine writes it."""
    return Write(f"delete-{id}", Op.DELETE, {}, id=id, etag=etag)


class DeleteTests:
    """Deletions by the hub."""

    @needs(lambda harness: harness.facts().deletes)
    def test_exactly_the_named_records_are_deleted(self, harness: Harness) -> None:
        ids = harness.creates(4)
        before = harness.held()
        outcomes = harness.push(harness.connector(), _delete(ids[2]), _delete(ids[0]))
        assert [(one.kind, one.id) for one in outcomes] == [("ok", ids[2]), ("ok", ids[0])], outcomes
        assert harness.held() == {id: before[id] for id in (ids[1], ids[3])}
        found = harness.fetch(harness.connector(), ids)
        assert {id for id, record in found.items() if not record.deleted} == {ids[1], ids[3]}

    @needs(lambda harness: harness.facts().deletes)
    def test_a_delete_travels_with_other_writes_in_their_order(self, harness: Harness) -> None:
        ids = harness.creates(3)
        text = harness.columns.text
        outcomes = harness.push(
            harness.connector(), harness.update(ids[0], {text: "kept"}), _delete(ids[1]), harness.new(9)
        )
        assert [one.kind for one in outcomes] == ["ok", "ok", "ok"], outcomes
        held = harness.held()
        assert held.keys() == {ids[0], ids[2], outcomes[2].id}
        assert held[ids[0]][text] == "kept"

    @needs(lambda harness: harness.facts().deletes)
    def test_what_is_gone_already_is_told_as_gone_and_hurts_no_neighbour(self, harness: Harness) -> None:
        ids = harness.creates(3)
        harness.delete(ids[0])
        outcomes = harness.push(
            harness.connector(), _delete(ids[0]), _delete(harness.unknown_id(1)), _delete(ids[1])
        )
        assert [one.kind for one in outcomes] == ["gone", "gone", "ok"], outcomes
        assert harness.held().keys() == {ids[2]}

    @needs(lambda harness: harness.facts().deletes and harness.can("lose_reply"))
    def test_a_delete_whose_reply_is_lost_is_unknown_and_may_be_repeated(self, harness: Harness) -> None:
        ids = harness.creates(2)
        harness.lose_reply(Op.DELETE)
        (lost,) = harness.push(harness.connector(), _delete(ids[0]))
        assert lost.kind is OutcomeKind.UNKNOWN
        (again,) = harness.push(harness.connector(), _delete(ids[0]))
        assert again.kind is OutcomeKind.GONE
        assert harness.held().keys() == {ids[1]}

    @needs(
        lambda harness: harness.facts().deletes and harness.facts().conditional_write is ConditionalWrite.ETAG
    )
    def test_a_record_that_changed_since_it_was_read_is_not_deleted(self, harness: Harness) -> None:
        ids = harness.creates(2)
        connector = harness.connector()
        read = harness.fetch(connector, ids)
        harness.clock.tick(1)
        harness.edit(ids[0], {harness.columns.text: "a person's"})
        outcomes = harness.push(connector, *(_delete(id, read[id].etag) for id in ids))
        assert [one.kind for one in outcomes] == [OutcomeKind.STALE, OutcomeKind.OK]
        assert harness.held().keys() == {ids[0]}

    @needs(lambda harness: not harness.facts().deletes)
    def test_a_delete_is_refused_where_records_cannot_be_deleted(self, harness: Harness) -> None:
        ids = harness.creates(2)
        before = harness.held()
        (outcome,) = harness.push(harness.connector(), _delete(ids[0]))
        assert (outcome.kind, outcome.id) == (OutcomeKind.REJECTED, ids[0])
        assert str(outcome.error)
        assert harness.held() == before
