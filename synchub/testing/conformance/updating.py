"""Changing records: exactly the named columns, one outcome each, nobody's edit overwritten."""

from __future__ import annotations

from synchub.sdk import ConditionalWrite, OutcomeKind, Raw, RawRecord, Unreadable
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs, needs_column
from synchub.testing.conformance.paging import NOWHERE
from synchub.testing.conformance.sameness import same


class UpdateTests:
    """Updates."""

    def test_an_update_changes_exactly_the_named_columns(self, harness: Harness) -> None:
        ids = harness.creates(3)
        before = harness.held()
        harness.mark()
        changes: dict[str, Raw] = {harness.columns.text: "changed", harness.columns.other_text: None}
        (outcome,) = harness.push(harness.connector(), harness.update(ids[1], changes))
        assert (outcome.kind, outcome.id) == (OutcomeKind.OK, ids[1]), outcome.error
        assert harness.written() == {(ids[1], column) for column in changes}
        after = harness.held()
        assert harness.differences(ids[1], changes) == {}
        assert {id: after[id] for id in (ids[0], ids[2])} == {id: before[id] for id in (ids[0], ids[2])}
        for column in harness.columns.all():
            assert column in changes or same(after[ids[1]].get(column), before[ids[1]].get(column)), column

    def test_outcomes_come_in_the_order_of_the_writes(self, harness: Harness) -> None:
        ids = harness.creates(3)
        text = harness.columns.text
        writes = [
            harness.update(ids[2], {text: "third"}),
            harness.new(20),
            harness.update(ids[0], {text: "first"}),
            harness.new(21),
        ]
        outcomes = harness.push(harness.connector(), *writes)
        assert {one.kind for one in outcomes} == {OutcomeKind.OK}, outcomes
        held = harness.held()
        assert [outcomes[0].id, outcomes[2].id] == [ids[2], ids[0]]
        assert [held[one.id][text] for one in outcomes] == [
            "third",
            harness.row(20)[text],
            "first",
            harness.row(21)[text],
        ]

    def test_as_many_writes_as_declared_are_taken_at_once(self, harness: Harness) -> None:
        size = harness.facts().write_batch
        connector = harness.connector()
        outcomes = connector.push(harness.request(), [harness.new(number) for number in range(1, size + 1)])
        assert {one.kind for one in outcomes} == {OutcomeKind.OK}
        held = harness.held()
        assert len(held) == size
        texts = [held[one.id][harness.columns.text] for one in outcomes]
        assert texts == [harness.row(number)[harness.columns.text] for number in range(1, size + 1)]

    def test_a_refused_record_is_told_in_the_systems_words(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        before = harness.held()[id]
        (outcome,) = harness.push(harness.connector(), harness.update(id, harness.bad))
        assert (outcome.kind, outcome.id) == (OutcomeKind.REJECTED, id)
        assert outcome.error is not None
        assert str(outcome.error)
        assert harness.differences(id, before) == {}

    @needs(lambda harness: not harness.facts().atomic_batch)
    def test_a_refused_record_does_not_hurt_its_neighbours(self, harness: Harness) -> None:
        ids = harness.creates(4)
        text = harness.columns.text
        outcomes = harness.push(
            harness.connector(),
            harness.update(ids[0], {text: "good"}),
            harness.update(ids[1], harness.bad),
            harness.new(30),
            harness.update(ids[2], {text: "good too"}),
        )
        assert [one.kind for one in outcomes] == ["ok", "rejected", "ok", "ok"]
        held = harness.held()
        assert [held[id][text] for id in (ids[0], ids[2])] == ["good", "good too"]
        assert outcomes[2].id in held

    @needs(lambda harness: harness.facts().atomic_batch)
    def test_a_refused_record_takes_the_whole_batch_back(self, harness: Harness) -> None:
        ids = harness.creates(2)
        before = harness.held()
        outcomes = harness.push(
            harness.connector(),
            harness.update(ids[0], {harness.columns.text: "good"}),
            harness.update(ids[1], harness.bad),
        )
        assert OutcomeKind.OK not in {one.kind for one in outcomes}
        assert harness.held() == before

    def test_a_record_that_is_gone_is_told_and_not_made_again(self, harness: Harness) -> None:
        ids = harness.creates(2)
        harness.delete(ids[0])
        writes = [
            harness.update(id, {harness.columns.text: "x"}) for id in (ids[0], harness.unknown_id(1), ids[1])
        ]
        outcomes = harness.push(harness.connector(), *writes)
        assert [one.kind for one in outcomes] == ["gone", "gone", "ok"]
        assert harness.held().keys() == {ids[1]}

    def test_an_unknown_column_is_never_dropped_silently(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        harness.mark()
        (outcome,) = harness.push(harness.connector(), harness.update(id, {NOWHERE: "x"}))
        assert outcome.kind in {OutcomeKind.REJECTED, OutcomeKind.BLOCKED}
        assert NOWHERE in str(outcome.error)
        assert harness.written() == set()

    @needs(lambda harness: harness.facts().write_returns_record)
    def test_an_outcome_has_the_record_as_it_is_stored(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        connector = harness.connector()
        outcomes = harness.push(
            connector, harness.update(id, {harness.columns.text: "changed"}), harness.new(2)
        )
        stored = harness.fetch(connector, [one.id for one in outcomes])
        for outcome in outcomes:
            assert isinstance(outcome.record, RawRecord)
            assert outcome.record.values == stored[outcome.id].values

    @needs(lambda harness: not harness.facts().write_returns_record)
    def test_an_outcome_has_no_record_that_was_not_told(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        write = harness.update(id, {harness.columns.text: "changed"})
        outcomes = harness.push(harness.connector(), write, harness.new(2))
        assert [one.record for one in outcomes] == [None, None]

    @needs(lambda harness: harness.facts().conditional_write is not ConditionalWrite.NONE)
    def test_a_record_that_changed_since_it_was_read_is_not_overwritten(self, harness: Harness) -> None:
        ids = harness.creates(2)
        text, other = harness.columns.text, harness.columns.other_text
        connector = harness.connector()
        read = harness.fetch(connector, ids, text, other)
        harness.clock.tick(1)
        harness.edit(ids[0], {text: "a person's"})
        writes = [
            harness.update(
                id,
                {text: "the hub's", other: "the hub's too"},
                seen=dict(zip((text, other), read[id].values, strict=True)),
                etag=read[id].etag,
            )
            for id in ids
        ]
        outcomes = harness.push(connector, *writes)
        assert [one.kind for one in outcomes] == [OutcomeKind.STALE, OutcomeKind.OK]
        held = harness.held()
        assert [held[id][text] for id in ids] == ["a person's", "the hub's"]
        assert held[ids[0]][other] == read[ids[0]].values[1]

    @needs(lambda harness: harness.facts().masked_fields)
    def test_a_masked_value_survives_a_write_to_its_record(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        harness.mask(id)
        before = harness.held()[id]
        connector = harness.connector()
        (record,) = connector.fetch(harness.request([harness.columns.masked]), [id])
        assert isinstance(record.values[0], Unreadable)
        (outcome,) = harness.push(connector, harness.update(id, {harness.columns.text: "changed"}))
        assert outcome.kind in {OutcomeKind.OK, OutcomeKind.REJECTED}
        assert same(harness.held()[id][harness.columns.masked], before[harness.columns.masked])
        stored = "changed" if outcome.kind is OutcomeKind.OK else before[harness.columns.text]
        assert harness.held()[id][harness.columns.text] == stored

    @needs_column("list")
    def test_a_written_list_is_the_list_there_or_adds_to_it(self, harness: Harness) -> None:
        column = harness.columns.list
        connector = harness.connector()
        id = harness.create({**harness.row(1), column: [harness.list_row(1), harness.list_row(2)]})
        first, second = _rows(harness.fetch(connector, [id], column)[id].values[0])
        (outcome,) = harness.push(connector, harness.update(id, {column: [first, harness.list_row(3)]}))
        assert outcome.kind is OutcomeKind.OK, outcome.error
        wanted = [first, harness.list_row(3)]
        if not harness.facts().replaces_lists:
            wanted.insert(1, second)
        rows = _rows(harness.held()[id][column])
        assert same(list(wanted), list(rows))

    @needs_column("list")
    def test_cells_of_a_row_that_are_not_written_stay(self, harness: Harness) -> None:
        column = harness.columns.list
        connector = harness.connector()
        id = harness.create({**harness.row(1), column: [harness.list_row(1)]})
        (row,) = _rows(harness.fetch(connector, [id], column)[id].values[0])
        changed = next(name for name in harness.list_row(1) if row[name] != harness.list_row(2)[name])
        part: dict[str, Raw] = {"id": row["id"], changed: harness.list_row(2)[changed]}
        (outcome,) = harness.push(connector, harness.update(id, {column: [part]}))
        assert outcome.kind is OutcomeKind.OK, outcome.error
        (held,) = _rows(harness.held()[id][column])
        assert same({**harness.list_row(1), **part}, held)


def _rows(value: object) -> list[dict[str, Raw]]:
    assert isinstance(value, list)
    assert all(isinstance(row, dict) and row.get("id") for row in value)
    return value
