"""The conformance tests fail where they should: each way of breaking the contract is caught by the test that is there for it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from synchub.sdk import (
    Capabilities,
    Connector,
    CreateIdempotency,
    ObjectSchema,
    Op,
    Outcome,
    OutcomeKind,
    Page,
    PullRequest,
    RawRecord,
    Write,
)
from synchub.testing import ConnectorTests, MemoryConnector
from tests.synchub.testing.test_memory_conformance import MemoryHarness, Strong

Pages = Iterator[Page]
STRONG = Strong.capabilities or Capabilities()


class Skipping(MemoryConnector):
    """Takes the time of the last row for the cursor, exclusively."""

    def pull(self, request: PullRequest) -> Pages:
        for page in super().pull(request):
            late = [
                one
                for one in page.records
                if request.cursor is None or one.modified != self.context.clock.now()
            ]
            yield replace(page, records=late)


class Forgetful(MemoryConnector):
    """Begins again at the next page than the one that was committed."""

    def pull(self, request: PullRequest) -> Pages:
        pages = super().pull(request)
        if request.resume:
            next(pages)
        yield from pages


class Repeating(MemoryConnector):
    """Tells the first row of a page twice."""

    def pull(self, request: PullRequest) -> Pages:
        for page in super().pull(request):
            yield replace(page, records=[*page.records[:1], *page.records])


class Unsure(MemoryConnector):
    """Never says that it was all."""

    def pull(self, request: PullRequest) -> Pages:
        for page in super().pull(request):
            yield replace(page, complete=False)


class Overconfident(MemoryConnector):
    """Says of changes that they are all there is."""

    def pull(self, request: PullRequest) -> Pages:
        for page in super().pull(request):
            yield replace(page, complete=page.cursor is not None)


class Silent(MemoryConnector):
    """An unknown column is empty."""

    def _check(self, object: str, columns: object) -> None:
        del object, columns


class Disordered(MemoryConnector):
    """Values in the order of the alphabet."""

    def _record(self, request: PullRequest, id: str) -> RawRecord:
        return super()._record(replace(request, columns=tuple(sorted(request.columns))), id)


class Rounding(MemoryConnector):
    """Numbers without their decimals."""

    def _record(self, request: PullRequest, id: str) -> RawRecord:
        record = super()._record(request, id)
        values = tuple(round(one) if isinstance(one, Decimal) else one for one in record.values)
        return record._replace(values=values)


class Trimming(MemoryConnector):
    """Keys that look like numbers lose their zeros on the way in."""

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        wanted = {value.lstrip("0") for value in values}
        return [
            self._record(request, id)
            for id, held in self.system.live(request.object).items()
            if str(held.get(column)).lstrip("0") in wanted
        ]


class Backwards(MemoryConnector):
    """Outcomes in the wrong order."""

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        return super().push(request, writes)[::-1]


class Whole(MemoryConnector):
    """Writes all columns, blank where it knows nothing."""

    def _write(self, request: PullRequest, write: Write) -> Outcome:
        held = self.system.live(request.object).get(write.id, {})
        blanks = {name: None for name, value in held.items() if isinstance(value, str)}
        return super()._write(request, replace(write, values={**blanks, **write.values}))


class Contagious(MemoryConnector):
    """One refused record spoils the batch."""

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        outcomes = super().push(request, writes)
        bad = next((one for one in outcomes if one.kind is OutcomeKind.REJECTED), None)
        return [bad or one for one in outcomes]


class Recreating(MemoryConnector):
    """What is gone is made again."""

    def _write(self, request: PullRequest, write: Write) -> Outcome:
        gone = write.op is Op.UPDATE and write.id not in self.system.live(request.object)
        return super()._write(request, replace(write, op=Op.CREATE) if gone else write)


class Doubling(MemoryConnector):
    """A repeated create makes a second record."""

    def _existing(self, request: PullRequest, write: Write) -> str | None:
        del request, write
        return None


class Overwriting(MemoryConnector):
    """Does not look before it writes."""

    def _stale(self, held: object, write: Write) -> bool:
        del held, write
        return False


class Echoing(MemoryConnector):
    """Tells what was sent instead of what is stored."""

    def _write(self, request: PullRequest, write: Write) -> Outcome:
        outcome = super()._write(request, write)
        sent = tuple(write.values.get(column) for column in request.columns)
        return replace(outcome, record=RawRecord(outcome.id, sent))


class Curious(MemoryConnector):
    """A look leaves a mark."""

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        for id in self.system.live("Partner"):
            self.system.edit("Partner", id, {"Remark": "seen"}, actor="hub")
        return super().discover(objects)


class Talkative(MemoryConnector):
    """Logs its password."""

    def check(self) -> str:
        logging.getLogger("synchub").debug("logging in with canary-secret")
        return super().check()


class Loose(MemoryHarness):
    """Of a connector that has a secret."""

    def secrets(self) -> Sequence[str]:
        return ["canary-secret"]


BROKEN: dict[type[MemoryConnector], str] = {
    Skipping: "test_an_edit_in_the_second_of_the_cursor_is_not_lost",
    Forgetful: "test_a_pull_goes_on_behind_a_committed_page",
    Repeating: "test_a_full_pull_gives_every_record_once",
    Unsure: "test_an_object_without_records_gives_one_complete_page",
    Overconfident: "test_an_edit_and_a_new_record_come_with_the_next_pull",
    Silent: "test_an_unknown_column_is_told_or_absent_but_never_empty",
    Disordered: "test_values_come_in_the_order_asked",
    Rounding: "test_decimals_are_exact",
    Trimming: "test_a_record_is_found_by_its_key_and_no_other_is",
    Backwards: "test_outcomes_come_in_the_order_of_the_writes",
    Whole: "test_an_update_changes_exactly_the_named_columns",
    Contagious: "test_a_refused_record_does_not_hurt_its_neighbours",
    Recreating: "test_a_record_that_is_gone_is_told_and_not_made_again",
    Doubling: "test_a_create_repeated_after_a_lost_reply_ends_with_one_record",
    Overwriting: "test_a_record_that_changed_since_it_was_read_is_not_overwritten",
    Echoing: "test_an_outcome_has_the_record_as_it_is_stored",
    Curious: "test_looking_writes_nothing",
}


def harness_of(kind: type[MemoryConnector], facts: Capabilities) -> type[MemoryHarness]:
    """A harness whose connector is broken."""

    class Broken(MemoryHarness):
        capabilities: ClassVar[Capabilities | None] = facts

        def make(self) -> Connector[Any]:
            made = kind(self.memory, self.context(), facts)
            made.page_size = self.page_rows
            return made

    return Broken


def suite_of(harness: type[MemoryHarness]) -> type[ConnectorTests]:
    return type("Suite", (ConnectorTests,), {"harness_type": harness})


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_connector_is_caught(
    kind: type[MemoryConnector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for connector, fails in ((MemoryConnector, False), (kind, True)):
        harness_type = harness_of(connector, STRONG)
        test = getattr(suite_of(harness_type)(), BROKEN[kind])
        harness = harness_type(tmp_path, monkeypatch)
        if fails:
            with pytest.raises(AssertionError):
                test(harness)
        else:
            test(harness)


def test_a_secret_in_the_log_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Leaking(Loose):
        def make(self) -> Connector[Any]:
            return Talkative(self.memory, self.context())

    suite_of(Loose)().test_secrets_show_nowhere(Loose(tmp_path, monkeypatch), caplog)
    with pytest.raises(AssertionError):
        suite_of(Leaking)().test_secrets_show_nowhere(Leaking(tmp_path, monkeypatch), caplog)


def test_a_capability_that_the_harness_cannot_show_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = replace(STRONG, masked_fields=True, late_visibility_s=60.0, calls_per_day=100)
    harness_type = harness_of(MemoryConnector, facts)
    with pytest.raises(AssertionError, match=r"mask.*edit_late.*use_up_quota"):
        suite_of(harness_type)().test_the_harness_can_show_all_that_is_declared(
            harness_type(tmp_path, monkeypatch)
        )


def test_a_kind_of_column_that_was_left_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Sparing(MemoryHarness):
        columns = replace(MemoryHarness.columns, date="", list="")

    with pytest.raises(AssertionError, match=r"Signed.*Contacts"):
        suite_of(Sparing)().test_every_kind_of_column_that_the_object_has_is_tried(
            Sparing(tmp_path, monkeypatch)
        )


@pytest.mark.parametrize(
    ("facts", "there", "gone"),
    [
        (
            replace(STRONG, create_idempotency=CreateIdempotency.NONE),
            "test_an_outcome_has_the_record_as_it_is_stored",
            "test_a_create_repeated_after_a_lost_reply_ends_with_one_record",
        ),
        (
            replace(STRONG, write_returns_record=False),
            "test_an_outcome_has_no_record_that_was_not_told",
            "test_an_outcome_has_the_record_as_it_is_stored",
        ),
        (
            replace(STRONG, delete_feed_days=0, atomic_batch=True),
            "test_a_refused_record_takes_the_whole_batch_back",
            "test_a_deleted_record_comes_marked_for_the_days_declared",
        ),
    ],
)
def test_a_capability_has_its_test_and_what_is_not_declared_has_none(
    facts: Capabilities, there: str, gone: str
) -> None:
    suite = suite_of(harness_of(MemoryConnector, facts))
    assert callable(getattr(suite, there))
    assert getattr(suite, gone) is None


def test_the_library_does_without_pytest_until_the_conformance_tests_are_asked_for() -> None:
    import subprocess
    import sys

    program = (
        "import sys; sys.modules['pytest'] = None\n"
        "from synchub.testing import MemoryConnector, MemorySystem, VirtualClock\n"
        "try:\n    from synchub.testing import ConnectorTests\nexcept ImportError: print('asked for pytest')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "asked for pytest"
