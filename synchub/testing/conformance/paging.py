"""Pulls of everything, page by page: once each, in order, whatever moves meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from synchub.sdk import ABSENT, Connector, Page, PullRequest, RawValue, SynchubError
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs
from synchub.testing.conformance.reader import Pulled, Reader

NOWHERE = "NoSuchColumn"


class PageTests:
    """Whole listings."""

    def test_a_full_pull_gives_every_record_once(self, harness: Harness) -> None:
        harness.creates(2 * harness.page_rows + 1)
        reader = Reader(harness)
        pulled = reader.pull()
        assert len(pulled.all) == len(pulled.records) == 2 * harness.page_rows + 1
        assert len(pulled.pages) > 1
        assert pulled.complete
        reader.must_agree()

    def test_values_come_in_the_order_asked(self, harness: Harness) -> None:
        harness.creates(2)
        columns = harness.columns.all()
        for asked in (columns[::-1], columns[1:] + columns[:1], columns[:1]):
            reader = Reader(harness, *asked)
            reader.pull()
            reader.must_agree()

    def test_an_object_without_records_gives_one_complete_page(self, harness: Harness) -> None:
        pulled = Reader(harness).pull()
        assert pulled.all == []
        assert pulled.complete

    def test_what_moves_while_pages_are_turned_is_not_lost(self, harness: Harness) -> None:
        size = harness.page_rows
        ids = harness.creates(3 * size)
        reader = Reader(harness)
        walk = reader.walk()
        read = {record.id for record in next(walk).records}
        to_come = [id for id in ids if id not in read]
        earlier = next(id for id in ids if id in read)
        harness.edit(earlier, {harness.columns.text: "edited after it was read"})
        harness.edit(to_come[0], {harness.columns.text: "edited before it was read"})
        harness.delete(to_come[-1])
        added = harness.creates(size, start=100)
        for _ in walk:
            pass
        harness.clock.tick(harness.facts().late_visibility_s + 2)
        reader.pull()
        changed = [earlier, to_come[0]]
        assert [reader.value(id, harness.columns.text) for id in changed] == [
            "edited after it was read",
            "edited before it was read",
        ]
        assert set(added) <= reader.images.keys()
        reader.pull(whole=True)
        reader.must_agree()

    @needs(lambda harness: harness.facts().listing_is_snapshot)
    def test_a_listing_shows_one_moment(self, harness: Harness) -> None:
        ids = set(harness.creates(3 * harness.page_rows))
        reader = Reader(harness, harness.columns.text)
        pulled = Pulled()
        for page in reader.walk():
            pulled.pages.append(page)
            if len(pulled.pages) == 1:
                unread = next(id for id in harness.held() if id not in pulled.records)
                harness.delete(unread)
                (added,) = harness.creates(1, start=100)
        assert pulled.complete
        assert set(pulled.records) in ({*ids}, {*ids, added} - {unread})

    def test_a_pull_goes_on_behind_a_committed_page(self, harness: Harness) -> None:
        ids = harness.creates(2 * harness.page_rows + 1)
        first = next(iter(Reader(harness).walk()))
        assert first.resume is not None
        later = Reader(harness)
        rest = list(later.walk(resume=first.resume))
        _is_all([first, *rest], ids)
        assert not _ids(first) & _ids(*rest), "committed rows need not be read again"

    @needs(lambda harness: harness.facts().modified_since != "none")
    def test_a_pull_of_changes_goes_on_behind_a_committed_page(self, harness: Harness) -> None:
        reader = Reader(harness)
        reader.pull()
        harness.clock.tick(7200)
        ids = harness.creates(2 * harness.page_rows + 1)
        cursor = reader.cursor
        first = next(iter(reader.walk()))
        assert first.resume is not None
        later = Reader(harness)
        later.cursor = cursor
        rest = list(later.walk(resume=first.resume))
        assert set(ids) <= _ids(first, *rest)
        assert rest[-1].cursor is not None

    @needs(lambda harness: harness.facts().thin_listing)
    def test_known_fingerprints_save_the_details(self, harness: Harness) -> None:
        ids = harness.creates(8)
        reader = Reader(harness)
        reader.pull()
        harness.edit(ids[0], {harness.columns.text: "edited"})
        before = reader.connector.calls
        again = reader.pull(whole=True)
        assert ids[0] in again.records
        assert len(again.unchanged) >= 6
        assert again.unchanged | set(again.records) == set(ids)
        assert reader.connector.calls - before < 8

    def test_an_unknown_column_is_told_or_absent_but_never_empty(self, harness: Harness) -> None:
        (id,) = harness.creates(1)
        connector = harness.connector()
        asked = harness.request([harness.columns.text, NOWHERE])
        for told in (_pulled(connector, asked, id), _fetched(connector, asked, id)):
            assert told is ABSENT or (isinstance(told, SynchubError) and NOWHERE in str(told))

    def test_an_unknown_object_is_told(self, harness: Harness) -> None:
        request = PullRequest("NoSuchObject", ("a",), hub_column=harness.hub_column, options=harness.options)
        with pytest.raises(SynchubError) as caught:
            list(harness.connector().pull(request))
        assert "NoSuchObject" in str(caught.value)

    def test_a_deleted_record_is_in_no_complete_listing(self, harness: Harness) -> None:
        ids = harness.creates(3)
        reader = Reader(harness)
        reader.pull()
        harness.delete(ids[1])
        pulled = reader.pull(whole=True)
        assert pulled.complete
        live = {record.id for record in pulled.all if not record.deleted} | pulled.unchanged
        assert live == {ids[0], ids[2]}


def _ids(*pages: Page) -> set[str]:
    return {record.id for page in pages for record in page.records}


def _is_all(pages: list[Page], ids: list[str]) -> None:
    assert _ids(*pages) == set(ids)
    assert pages[-1].complete
    assert pages[-1].cursor is not None


def _pulled(connector: Connector[Any], asked: PullRequest, id: str) -> RawValue | SynchubError:
    """The second value of a record as a pull tells it, or the error."""
    try:
        return next(one.values[1] for page in connector.pull(asked) for one in page.records if one.id == id)
    except SynchubError as error:
        return error


def _fetched(connector: Connector[Any], asked: PullRequest, id: str) -> RawValue | SynchubError:
    try:
        return connector.fetch(asked, [id])[0].values[1]
    except SynchubError as error:
        return error
