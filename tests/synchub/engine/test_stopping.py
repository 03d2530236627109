"""Fields that it makes no sense to write any more, and batches and quotas that a system refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from synchub.engine.decide import Choice
from synchub.engine.safeguards import Safeguards
from synchub.errors import QuotaError, RateLimitError, RejectedError, UnavailableError
from synchub.sdk import Outcome, OutcomeKind, Page, PullRequest, RawRecord, Write
from synchub.testing.lab import Lab
from synchub.testing.memory import as_sent
from tests.synchub.engine.conftest import MakeLab, deeds, question
from tests.synchub.engine.test_sync import seeded


def without(lab: Lab, **switches: bool) -> None:
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), **switches))


def keep_nothing(lab: Lab) -> None:
    """A rule of the ERP sets remarks back to what they were."""
    system = lab.systems["erp"]
    system.stored = lambda column, value: None if column == "remark" else value


def test_a_field_that_is_not_kept_is_written_no_more_after_some_tries(make_lab: MakeLab) -> None:
    for guarded, expected in ((True, 3), (False, 6)):
        lab = make_lab()
        without(lab, not_retained=guarded)
        crm, erp, sheet = seeded(lab)
        keep_nothing(lab)
        written = 0
        for number in range(6):
            lab.clock.tick()
            lab.systems["crm"].edit("Account", crm, {"Note": f"第{number}次修改的备注"})
            report = lab.sync()
            written += sum(cell.column == "remark" for cell in report.cells)
            assert lab.sync().writes == 0
        assert written == expected
        assert lab.systems["sheet"]["台账", sheet]["备注"] == "第5次修改的备注"
        with lab.store.read() as tx:
            assert [one.code for one in tx.conflicts()] == (["E222"] if guarded else [])
        assert report.total("stopped") == 0
        if guarded:
            lab.systems["erp"].stored = as_sent
            deeds(lab).decide(question(lab), Choice(take="hub"))
            lab.sync()
            assert lab.systems["erp"]["customer", erp]["remark"] == "第5次修改的备注"


def test_a_stopped_field_is_still_read(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    keep_nothing(lab)
    for number in range(3):
        lab.clock.tick()
        lab.systems["crm"].edit("Account", crm, {"Note": f"第{number}次修改的备注"})
        assert lab.sync().state == ("attention" if number == 2 else "done")
    lab.systems["erp"].stored = as_sent
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"remark": "仓库自己写的"})
    lab.sync()
    assert lab.systems["crm"]["Account", crm]["Note"] == "仓库自己写的"


def test_a_fight_of_two_automations_ends_with_a_frozen_field(make_lab: MakeLab) -> None:
    for guarded, expected in ((True, 3), (False, 8)):
        lab = make_lab()
        without(lab, freeze_fights=guarded)
        crm, erp, _ = seeded(lab)
        for _ in range(8):
            lab.clock.tick()
            lab.systems["crm"].edit("Account", crm, {"Region": "North"})
            lab.sync()
            lab.clock.tick()
            lab.systems["erp"].edit("customer", erp, {"group": "S"})
            lab.sync()
        north = [one for one in lab.systems["erp"].written() if (one.column, one.after) == ("group", "N")]
        assert len(north) == expected
        with lab.store.read() as tx:
            codes = {one.code for one in tx.conflicts()}
        assert codes == ({"E221"} if guarded else set())


def test_a_frozen_field_goes_on_after_a_decision(lab: Lab) -> None:
    crm, erp, _ = seeded(lab)
    for _ in range(4):
        lab.clock.tick()
        lab.systems["crm"].edit("Account", crm, {"Region": "North"})
        lab.sync()
        lab.clock.tick()
        lab.systems["erp"].edit("customer", erp, {"group": "S"})
        lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Region": "North"})
    lab.sync()
    with lab.store.read() as tx:
        asked = next(one for one in tx.conflicts() if one.system == "erp")
    deeds(lab).decide(asked.id, Choice(take="hub"))
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["group"] == "N"


# -- batches and quotas ----------------------------------------------------------------------------


def refusing_batches(lab: Lab) -> list[int]:
    """An ERP that refuses a whole call for one bad record in it, without saying which; the sizes of the calls."""
    connector = lab.connectors["erp"]
    push = connector.push
    sizes: list[int] = []

    def all_or_nothing(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        sizes.append(len(writes))
        if any(one.values.get("remark") == "坏" for one in writes):
            raise RejectedError("C110", system="erp", object="customer", detail="bad request")
        return push(request, writes)

    connector.push = all_or_nothing  # type: ignore[method-assign]  # a vendor's habit
    return sizes


def test_a_batch_refused_whole_is_halved_until_the_bad_record_is_alone(make_lab: MakeLab) -> None:
    for halves, there in ((True, 15), (False, 0)):
        lab = make_lab("crm", "erp")
        without(lab, bisect=halves)
        for number in range(16):
            note = "坏" if number == 5 else "好"
            lab.systems["crm"].create("Account", {"Name": f"伙伴{number}", "Region": "East", "Note": note})
        sizes = refusing_batches(lab)
        report = lab.sync()
        assert len(lab.systems["erp"].live("customer")) == there
        assert report.total("set_aside") == 16 - there
        with lab.store.read() as tx:
            assert {one.code for one in tx.quarantined()} == {"C110"}
        assert len(sizes) <= (1 + 2 * 4 if halves else 1)


def test_a_quota_that_ends_stops_the_account_and_the_next_day_goes_on(lab: Lab) -> None:
    crm, erp, sheet = seeded(lab)
    connector = lab.connectors["erp"]
    push, asked = connector.push, 0

    def exhausted(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        nonlocal asked
        asked += 1
        raise QuotaError("C104", system="erp", retry_after=7200.0, detail="10000/10000")

    connector.push = exhausted  # type: ignore[method-assign]  # the quota of the day
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "一句很完整的备注"})
    lab.systems["crm"].create("Contact", {"AccountId": crm, "Name": "王芳"})
    report = lab.sync()
    assert (report.state, list(report.throttled), asked) == ("attention", ["erp"], 1)
    assert lab.systems["sheet"]["台账", sheet]["备注"] == "一句很完整的备注"
    calls = connector.calls
    assert [one.code for one in lab.sync().warnings] == ["E504"]
    assert connector.calls == calls
    connector.push = push  # type: ignore[method-assign]  # a new day
    lab.clock.tick(7200)
    assert lab.sync().state == "done"
    assert lab.systems["erp"]["customer", erp]["remark"] == "一句很完整的备注"
    assert lab.systems["erp"]["customer", erp]["contacts"]


def test_a_pull_that_is_throttled_goes_on_from_its_page(make_lab: MakeLab) -> None:
    lab = make_lab("crm", "erp")
    lab.connectors["crm"].page_size = 2
    accounts = [
        lab.systems["crm"].create("Account", {"Name": f"伙伴{number}", "Region": "East"})
        for number in range(6)
    ]
    lab.sync()
    lab.sync()
    lab.clock.tick()
    for account in accounts:
        lab.systems["crm"].edit("Account", account, {"Note": "新备注"})
    connector = lab.connectors["crm"]
    pull = connector.pull
    seen: list[str] = []

    def limited(request: PullRequest) -> Iterator[Page]:
        for number, page in enumerate(pull(request)):
            if number == 2:
                raise RateLimitError("C103", system="crm", detail="429")
            seen.extend(one.id for one in page.records)
            yield page

    connector.pull = limited  # type: ignore[method-assign]  # the vendor throttles
    assert lab.sync().state == "attention"
    lab.sync()
    assert len(seen) == len(set(seen)) == 6
    assert {one["note"] for one in lab.golden()} == {"新备注"}


@pytest.mark.parametrize("kept", [True, False])
def test_who_says_when_to_call_again_is_not_called_before_by_any_run(lab: Lab, kept: bool) -> None:
    crm, erp, _ = seeded(lab)
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), wait_as_told=kept))
    connector = lab.connectors["erp"]
    pull = connector.pull

    def later(request: PullRequest) -> Iterator[Page]:
        raise RateLimitError("C103", system="erp", retry_after=600.0)
        yield

    connector.pull = later  # type: ignore[method-assign]  # the vendor throttles
    lab.systems["crm"].edit("Account", crm, {"Note": "新备注"})
    assert list(lab.sync().throttled) == ["erp"]
    connector.pull = pull  # type: ignore[method-assign]  # and would answer again
    calls = connector.calls
    lab.sync()
    lab.plan()
    assert (connector.calls == calls) is kept
    assert ("erp" in lab.verify().failures) is kept
    lab.clock.tick(600)
    assert lab.sync().state == "done"
    assert lab.systems["erp"]["customer", erp]["remark"] == "新备注"
    assert lab.verify().failures == {}


def test_a_503_that_says_when_to_come_back_is_heard_too(lab: Lab) -> None:
    seeded(lab)
    connector = lab.connectors["erp"]

    def later(request: PullRequest) -> Iterator[Page]:
        raise UnavailableError("C109", system="erp", status=503, retry_after=600.0)
        yield

    pull, connector.pull = connector.pull, later  # type: ignore[method-assign]  # down for maintenance
    report = lab.sync()
    assert (list(report.throttled), list(report.failures)) == (["erp"], [])
    connector.pull = pull  # type: ignore[method-assign]  # up again
    calls = connector.calls
    lab.sync()
    assert connector.calls == calls
    lab.clock.tick(600)
    assert lab.sync().state == "done"


def test_what_a_rehearsal_is_told_about_waiting_holds_for_the_runs_after_it(lab: Lab) -> None:
    seeded(lab)
    connector = lab.connectors["erp"]

    def later(request: PullRequest) -> Iterator[Page]:
        raise RateLimitError("C103", system="erp", retry_after=600.0)
        yield

    pull, connector.pull = connector.pull, later  # type: ignore[method-assign]  # the vendor throttles
    with lab.store.read() as tx:
        before = tx.digest()
    lab.plan()
    with lab.store.read() as tx:
        assert tx.digest() == before
    connector.pull = pull  # type: ignore[method-assign]  # and would answer again
    calls = connector.calls
    lab.sync()
    assert connector.calls == calls


def test_a_quota_that_ends_while_the_echo_is_read_back_stops_the_account(lab: Lab) -> None:
    crm, _, _ = seeded(lab)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", crm, {"Note": "新备注"})
    connector = lab.connectors["erp"]
    fetch = connector.fetch
    calls_then: list[int] = []

    def spent(request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        if lab.systems["erp"].log[-1].column == "remark":
            calls_then.append(connector.calls)
            raise QuotaError("C104", system="erp", retry_after=7200.0, detail="10000/10000")
        return fetch(request, ids)

    connector.fetch = spent  # type: ignore[method-assign]  # the last call of the day was the write
    assert list(lab.sync().throttled) == ["erp"]
    connector.fetch = fetch  # type: ignore[method-assign]  # and would answer again
    lab.sync()
    assert calls_then == [connector.calls]
    lab.clock.tick(7200)
    assert lab.sync().state == "done"
    assert lab.verify().differences == []


Push = Callable[[PullRequest, Sequence[Write]], list[Outcome]]
OVER = QuotaError("C104", system="erp", retry_after=7200.0, detail="10000/10000")


def asked_until_the_quota_ended(lab: Lab, push: Push) -> list[str]:
    """What was asked of the ERP by a sync that had two edits for it, when it answers pushes like this; then a new day begins."""
    crm, _, _ = seeded(lab)
    other = lab.systems["crm"].create("Account", {"Name": "广州天河", "Code": "K9"})
    lab.sync()
    connector = lab.connectors["erp"]
    as_ever = connector.push, connector.fetch
    asked: list[str] = []

    def pushed(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        asked.append("push")
        return push(request, writes)

    def fetched(request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        asked.append("fetch")
        return as_ever[1](request, ids)

    connector.push, connector.fetch = pushed, fetched  # type: ignore[method-assign]  # the quota of the day
    lab.clock.tick()
    for account in (crm, other):
        lab.systems["crm"].edit("Account", account, {"Note": "新备注"})
    assert list(lab.sync().throttled) == ["erp"]
    connector.push, connector.fetch = as_ever  # type: ignore[method-assign]  # a new day
    lab.clock.tick(7200)
    return asked


def test_a_record_that_moved_is_not_read_again_when_the_quota_has_ended_meanwhile(lab: Lab) -> None:
    """Seed 3799: the system had said to call tomorrow, and was called once more."""
    moved = [OutcomeKind.STALE]

    def spent(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        if not moved:
            raise OVER
        return [Outcome(moved.pop(), one.id) for one in writes]

    connector = lab.connectors["erp"]
    connector.capabilities = replace(connector.capabilities, write_batch=1)  # type: ignore[misc]  # of this one
    asked = asked_until_the_quota_ended(lab, spent)
    assert asked[-2:] == ["push", "push"]
    assert lab.sync().state == "done"
    assert lab.verify().differences == []


def test_no_echo_is_read_where_the_same_batch_has_ended_the_quota(lab: Lab) -> None:
    push = lab.connectors["erp"].push

    def half(request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        rest = [Outcome(OutcomeKind.THROTTLED, one.id, error=OVER) for one in writes[1:]]
        return [*push(request, writes[:1]), *rest]

    asked = asked_until_the_quota_ended(lab, half)
    assert asked[-1] == "push"
    lab.sync()
    assert lab.sync().state == "done"
    assert lab.verify().differences == []
