"""Pulls since a cursor: nothing twice for ever, nothing lost, few calls."""

from __future__ import annotations

from datetime import datetime, timedelta

from synchub.sdk import TimeGrain, Unreadable
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs
from synchub.testing.conformance.reader import Pulled, Reader

GRAINS = {
    TimeGrain.DAY: timedelta(days=1),
    TimeGrain.SECOND: timedelta(seconds=1),
    TimeGrain.MILLISECOND: timedelta(milliseconds=1),
    TimeGrain.MICROSECOND: timedelta(microseconds=1),
}


def dated(harness: type[Harness]) -> bool:
    return harness.facts().modified_since is not TimeGrain.NONE


class ChangeTests:
    """What changed since the last pull."""

    def test_a_pull_without_changes_brings_nothing_new_for_few_calls(self, harness: Harness) -> None:
        ids = harness.creates(4)
        reader = Reader(harness)
        reader.pull()
        for _ in range(2):  # the first may still reach back over the creation
            harness.clock.tick(harness.facts().late_visibility_s + 3600)
            reader.pull()
        harness.clock.tick(3600)
        images, calls = dict(reader.images), reader.connector.calls
        idle = reader.pull()
        assert reader.connector.calls - calls <= harness.idle_calls
        assert reader.images == images
        if dated(type(harness)):
            assert idle.all == []
        _is_honest(idle, ids)

    def test_an_edit_and_a_new_record_come_with_the_next_pull(self, harness: Harness) -> None:
        ids = harness.creates(4)
        harness.clock.tick(harness.facts().late_visibility_s + 3600)
        reader = Reader(harness)
        reader.pull()
        harness.clock.tick(3600)
        harness.edit(ids[1], {harness.columns.text: "edited"})
        (added,) = harness.creates(1, start=50)
        pulled = reader.pull()
        assert {ids[1], added} <= pulled.records.keys()
        assert reader.value(ids[1], harness.columns.text) == "edited"
        _is_honest(pulled, [*ids, added])
        reader.must_agree()

    def test_an_edit_in_the_second_of_the_cursor_is_not_lost(self, harness: Harness) -> None:
        """Time stands still but for what the connector itself waits."""
        ids = harness.creates(3)
        reader = Reader(harness)
        reader.pull()
        for id in (*ids, ids[0]):
            harness.edit(id, {harness.columns.text: f"edited {id}"})
            reader.pull()
            reader.must_agree()
        (added,) = harness.creates(1, start=50)
        reader.pull()
        assert added in reader.images

    def test_the_same_cursor_brings_the_same_again(self, harness: Harness) -> None:
        """A pull whose pages were not committed is done once more."""
        ids = harness.creates(3)
        reader = Reader(harness)
        reader.pull()
        cursor = reader.cursor
        harness.clock.tick(3600)
        harness.edit(ids[0], {harness.columns.text: "edited"})
        reader.pull()
        other = Reader(harness)
        other.cursor = cursor
        assert other.pull().records[ids[0]].values == reader.images[ids[0]]

    @needs(lambda harness: harness.facts().late_visibility_s > 0)
    def test_a_change_that_is_seen_late_is_not_lost(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        harness.clock.tick(3600)
        late = harness.facts().late_visibility_s
        reader = Reader(harness)
        reader.pull()
        harness.edit_late(id, {harness.columns.text: "late"}, late - 5)
        harness.clock.tick(late / 2)
        reader.pull()
        assert reader.value(id, harness.columns.text) != "late"
        harness.clock.tick(late / 2 - 1)
        reader.pull()
        assert reader.value(id, harness.columns.text) == "late"

    @needs(dated)
    def test_modification_times_are_as_fine_as_declared(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        harness.clock.tick(3600.123456)
        harness.edit(id, {harness.columns.text: "edited"})
        stamped = harness.clock.now()
        record = harness.fetch(harness.connector(), [id])[id]
        assert isinstance(record.modified, datetime)
        assert abs(record.modified - stamped) < GRAINS[harness.facts().modified_since]

    @needs(lambda harness: harness.facts().delete_feed_days > 0)
    def test_a_deleted_record_comes_marked_for_the_days_declared(self, harness: Harness) -> None:
        ids = harness.creates(2)
        reader = Reader(harness)
        reader.pull()
        harness.delete(ids[0])
        harness.clock.tick((harness.facts().delete_feed_days - 1) * 86_400)
        pulled = reader.pull()
        assert pulled.records[ids[0]].deleted
        reader.must_agree()

    @needs(lambda harness: harness.facts().masked_fields)
    def test_what_comes_masked_is_unreadable_and_says_why(self, harness: Harness) -> None:
        ids = harness.creates(2)
        harness.mask(ids[0])
        reader = Reader(harness)
        reader.pull()
        value = reader.value(ids[0], harness.columns.masked)
        assert isinstance(value, Unreadable)
        assert value.problem.text("en") != value.problem.text("zh")
        assert reader.value(ids[0], harness.columns.text) == harness.held()[ids[0]][harness.columns.text]

    @needs(lambda harness: harness.facts().hub_column_is_identity)
    def test_a_row_without_identity_is_provisional_until_it_is_given_one(self, harness: Harness) -> None:
        (named,) = harness.creates(1)
        row = harness.row(60)
        harness.create_nameless(row)
        reader = Reader(harness)
        found = reader.pull().records
        (stray,) = (record for record in found.values() if record.provisional)
        assert not found[named].provisional
        claim = harness.update(
            stray.id,
            {harness.hub_column: "claimed"},
            hub_column=harness.hub_column,
            hub_id="claimed",
            seen={harness.hub_column: None},
            etag=stray.etag,
        )
        (outcome,) = harness.push(harness.connector(), claim)
        assert (outcome.kind, outcome.id) == ("ok", "claimed")
        reader.pull()
        assert reader.images.keys() == {named, "claimed"}
        assert reader.value("claimed", harness.columns.text) == row[harness.columns.text]

    @needs(lambda harness: not harness.facts().hub_column_is_identity)
    def test_no_record_is_provisional(self, harness: Harness) -> None:
        harness.creates(2)
        assert not any(record.provisional for record in Reader(harness).pull().all)


def _is_honest(pulled: Pulled, ids: list[str]) -> None:
    """Complete says that what is not there is gone."""
    if pulled.complete:
        assert set(pulled.records) | pulled.unchanged == set(ids)
