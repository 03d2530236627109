"""Making records: an id comes back, and a lost reply does not make a second one."""

from __future__ import annotations

from synchub.sdk import CreateIdempotency, Op, Outcome, OutcomeKind, Raw, Write
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs
from synchub.testing.conformance.sameness import same


def repeatable(harness: type[Harness]) -> bool:
    return harness.facts().create_idempotency is not CreateIdempotency.NONE


class CreateTests:
    """Creates."""

    def test_a_create_returns_the_id_of_what_it_made(self, harness: Harness) -> None:
        harness.creates(2)
        harness.mark()
        write = harness.new(10)
        (outcome,) = harness.push(harness.connector(), write)
        assert outcome.kind is OutcomeKind.OK, outcome.error
        assert harness.differences(outcome.id, _wanted(write)) == {}
        assert len(harness.held()) == 3

    def test_a_create_writes_nothing_but_what_it_names(self, harness: Harness) -> None:
        harness.creates(2)
        harness.mark()
        write = harness.new(10)
        (outcome,) = harness.push(harness.connector(), write)
        given = {column for column, value in _wanted(write).items() if value not in (None, "", [])}
        assert harness.written() == {(outcome.id, column) for column in given}

    def test_a_refused_create_makes_nothing(self, harness: Harness) -> None:
        (outcome,) = harness.push(harness.connector(), harness.new(10, **harness.bad))
        assert outcome.kind is OutcomeKind.REJECTED
        assert outcome.error is not None
        assert harness.held() == {}

    def test_a_create_whose_reply_is_lost_is_found_by_its_key(self, harness: Harness) -> None:
        harness.creates(2)
        write = harness.new(10)
        _lost(harness, write)
        harness.clock.tick(harness.facts().index_lag_s)
        column = harness.hub_column or harness.columns.key
        key = write.hub_id if harness.hub_column else str(write.values[column])
        found = harness.connector().find(harness.request(), column, [key])
        assert len(found) == 1
        assert harness.differences(found[0].id, _wanted(write)) == {}

    @needs(repeatable)
    def test_a_create_repeated_after_a_lost_reply_ends_with_one_record(self, harness: Harness) -> None:
        harness.creates(2)
        write = harness.new(10)
        _lost(harness, write)
        (again,) = harness.push(harness.connector(), write)
        assert again.kind is OutcomeKind.OK, again.error
        assert len(harness.held()) == 3
        assert harness.differences(again.id, _wanted(write)) == {}

    @needs(lambda harness: harness.columns.list and harness.facts().creates_with_rows)
    def test_a_create_brings_its_rows_along_once(self, harness: Harness) -> None:
        column = harness.columns.list
        rows: list[Raw] = [harness.list_row(1), harness.list_row(2)]
        write = harness.new(10, **{column: rows})
        _lost(harness, write)
        (again,) = harness.push(harness.connector(), write)
        assert again.kind is OutcomeKind.OK, again.error
        (held,) = harness.held().values()
        kept = held[column]
        assert isinstance(kept, list)
        assert same(rows, kept)
        assert all(isinstance(row, dict) and row.get("id") for row in kept)

    @needs(lambda harness: harness.can("lose_reply"))
    def test_a_lost_reply_is_told_as_unknown_and_not_repeated(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        harness.mark()
        harness.lose_reply(Op.UPDATE)
        (outcome,) = harness.push(harness.connector(), harness.update(id, {harness.columns.text: "changed"}))
        assert outcome.kind is OutcomeKind.UNKNOWN
        assert outcome.error is not None
        assert harness.held()[id][harness.columns.text] == "changed"


def _lost(harness: Harness, write: Write) -> None:
    """The record is made and the hub does not learn of it: no answer, or nobody left to hear it."""
    if harness.can("lose_reply"):
        harness.lose_reply(Op.CREATE)
        (outcome,) = harness.push(harness.connector(), write)
        assert outcome.kind is OutcomeKind.UNKNOWN, outcome
    else:
        (outcome,) = harness.push(harness.connector(), write)
        assert outcome == Outcome(OutcomeKind.OK, outcome.id, outcome.record)


def _wanted(write: Write) -> dict[str, Raw]:
    return {**write.values, **({write.hub_column: write.hub_id} if write.hub_column else {})}
