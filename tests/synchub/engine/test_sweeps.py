"""Sweeps and suspects: what a listing proves, what it does not, and looks that are older than what is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from synchub.engine.pull import pull_object
from synchub.engine.safeguards import Safeguards
from synchub.errors import UnavailableError
from synchub.sdk import Page, PullRequest, RawRecord
from synchub.store.rows import Demise, TombState
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab

DAY = 25 * 3600


def without(lab: Lab, **switches: bool) -> None:
    lab.world = replace(lab.world, safeguards=replace(Safeguards(), **switches))


def populated(make_lab: MakeLab, count: int = 3) -> tuple[Lab, list[str]]:
    lab: Lab = make_lab("crm", "erp")
    accounts = [
        lab.systems["crm"].create("Account", {"Name": f"上海联宏{n}", "Region": "East"}) for n in range(count)
    ]
    lab.sync()
    return lab, accounts


def vanish(lab: Lab, account: str) -> None:
    """Gone without a trace: no feed tells of it."""
    del lab.systems["crm"].objects["Account"][account]


def states(lab: Lab) -> dict[str, int]:
    with lab.store.read() as tx:
        return tx.links_by_state("crm-account")


def test_what_no_feed_tells_is_found_by_the_sweep_of_the_day(make_lab: MakeLab) -> None:
    for sweeps, expected in ((True, {"linked": 2, "missing": 1}), (False, {"linked": 3})):
        lab, accounts = populated(make_lab)
        without(lab, sweep=sweeps)
        vanish(lab, accounts[0])
        lab.sync()
        assert states(lab) == {"linked": 3}
        lab.clock.tick(DAY)
        lab.sync()
        assert states(lab) == expected
    lab, accounts = populated(make_lab)
    vanish(lab, accounts[0])
    lab.clock.tick(DAY)
    lab.sync()
    with lab.store.read() as tx:
        [stone] = tx.tombstones(states=list(TombState))
    assert stone.reason is Demise.SWEEP


def test_a_change_that_became_visible_too_late_for_the_cursor_is_found_by_the_sweep(
    make_lab: MakeLab,
) -> None:
    lab, accounts = populated(make_lab)
    for _ in range(3):
        lab.sync()
    held = lab.systems["crm"].objects["Account"][accounts[0]]
    stamp = held.modified
    lab.systems["crm"].edit("Account", accounts[0], {"Note": "补录"})
    held.modified = stamp
    lab.sync()
    assert all("note" not in one for one in lab.golden())
    lab.clock.tick(DAY)
    lab.sync()
    assert [one["note"] for one in lab.golden() if "note" in one] == ["补录"]


def test_who_is_missing_from_a_listing_and_found_by_id_is_there(make_lab: MakeLab) -> None:
    for confirms, expected in ((True, {"linked": 3}), (False, {"linked": 2, "missing": 1})):
        lab, accounts = populated(make_lab)
        without(lab, confirm_absence=confirms)
        connector = lab.connectors["crm"]
        pull = connector.pull

        def short(request: PullRequest, pull: Any = pull, hidden: str = accounts[0]) -> Iterator[Page]:
            for page in pull(request):
                yield replace(page, records=[one for one in page.records if one.id != hidden])

        connector.pull = short  # type: ignore[method-assign]  # a listing that leaves somebody out
        lab.clock.tick(DAY)
        lab.sync()
        assert states(lab) == expected


def thin(lab: Lab) -> None:
    """From now on the CRM's listings bring only what is not known yet, and name the rest."""
    system, whole = lab.systems["crm"], lab.connectors["crm"].pull

    def pull(request: PullRequest) -> Iterator[Page]:
        for page in whole(request):
            versions = {
                record.id: str(system.objects["Account"][record.id].version) for record in page.records
            }
            known = request.known(list(versions))
            same = [id for id, version in versions.items() if known.get(id) == version]
            fresh = [one._replace(fingerprint=versions[one.id]) for one in page.records if one.id not in same]
            yield replace(page, records=fresh, unchanged=same)

    lab.connectors["crm"].pull = pull  # type: ignore[method-assign]  # a listing that is thin


def test_who_was_taken_for_gone_is_read_again_from_a_thin_listing_that_calls_it_unchanged(
    make_lab: MakeLab,
) -> None:
    """Seeds 8355, 11375, 16861: a replica did not know it yet, or it could not be seen for a while, and nothing ever went there again."""
    lab = make_lab("crm", "erp")
    thin(lab)
    ids = [lab.systems["crm"].create("Account", {"Name": name}) for name in ("上海联宏", "广州天河")]
    lab.sync()
    lab.clock.tick()
    lab.systems["crm"].edit("Account", ids[0], {"Note": "一句很完整的备注"})
    lab.sync()
    held = lab.systems["crm"].objects["Account"]
    hidden = held.pop(ids[0])
    lab.clock.tick(DAY)
    lab.sync()
    assert states(lab) == {"linked": 1, "missing": 1}
    held[ids[0]] = hidden
    lab.clock.tick(DAY)
    lab.sync()
    assert states(lab) == {"linked": 2}


def test_a_listing_that_breaks_off_or_is_resumed_says_nothing_of_who_is_not_in_it(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab)
    lab.connectors["crm"].page_size = 1
    lab.clock.tick(DAY)
    vanish(lab, accounts[-1])
    connector = lab.connectors["crm"]
    pull = connector.pull

    def breaking(request: PullRequest) -> Iterator[Page]:
        for number, page in enumerate(pull(request)):
            if number:
                raise UnavailableError("C101", system="crm", detail="no answer")
            yield page

    connector.pull = breaking  # type: ignore[method-assign]  # the network
    assert list(lab.sync().failures) == ["crm"]
    assert states(lab) == {"linked": 3}
    connector.pull = pull  # type: ignore[method-assign]  # and back
    lab.sync()
    assert states(lab) == {"linked": 3}, "resumed: the first page was not seen by this listing"
    lab.sync()
    assert states(lab) == {"linked": 2, "missing": 1}


def test_another_account_may_see_less_and_that_proves_nothing(make_lab: MakeLab) -> None:
    for whole, expected in ((True, {"linked": 3}), (False, {"linked": 2, "missing": 1})):
        lab, accounts = populated(make_lab)
        without(lab, whole_sweeps_only=whole)
        vanish(lab, accounts[0])
        type(lab.connectors["crm"]).account = property(lambda _self: "somebody else")  # type: ignore[method-assign, assignment]
        try:
            lab.clock.tick(DAY)
            lab.sync()
            assert states(lab) == expected
            lab.clock.tick(DAY)
            lab.sync()
            assert states(lab) == {"linked": 2, "missing": 1}
        finally:
            del type(lab.connectors["crm"]).account


def test_an_empty_listing_says_nothing_about_anybody(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab)
    for account in accounts:
        vanish(lab, account)
    lab.clock.tick(DAY)
    assert [one.code for one in lab.sync().warnings] == ["E401"]
    assert states(lab) == {"linked": 3}
    without(lab, empty_source=False)
    lab.clock.tick(DAY)
    lab.sync()
    assert states(lab) == {"missing": 3}


def test_a_sweep_can_be_asked_for(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab)
    vanish(lab, accounts[0])
    report = lab.sync()
    pull_object(lab.world, "crm", "Account", report, lab.clock.now(), full=True)
    assert states(lab) == {"linked": 2, "missing": 1}


# -- suspects --------------------------------------------------------------------------------------


def lagging(lab: Lab, account: str) -> None:
    """The next pull shows an older look of this record; after that the system tells the truth again."""
    connector = lab.connectors["crm"]
    pull = connector.pull
    old = next(iter(connector.fetch(lab.world.request("crm", "Account"), [account])))

    def stale(request: PullRequest) -> Iterator[Page]:
        connector.pull = pull  # type: ignore[method-assign]  # only once
        for page in pull(request):
            others = [one for one in page.records if one.id != account]
            yield replace(page, records=[*others, old])

    lab.clock.tick()
    lab.systems["crm"].edit("Account", account, {"Note": "一句很新的备注"})
    lab.sync()
    connector.pull = stale  # type: ignore[method-assign]  # a replica that lags


def notes(lab: Lab) -> list[object]:
    return [one["note"] for one in lab.golden() if "note" in one]


def test_a_look_of_a_lagging_replica_is_parked_and_found_to_be_nothing(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab, 1)
    lagging(lab, accounts[0])
    assert lab.sync().total("doubtful") == 1
    assert notes(lab) == ["一句很新的备注"]
    for _ in range(3):
        lab.sync()
    assert notes(lab) == ["一句很新的备注"]
    with lab.store.read() as tx:
        assert tx.suspects("crm-account") == []


def test_without_the_check_the_older_look_undoes_the_newer_one(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab, 1)
    without(lab, stale_check=False)
    lagging(lab, accounts[0])
    lab.sync()
    assert notes(lab) == []


@pytest.mark.parametrize("reread", [True, False])
def test_a_change_that_comes_late_with_an_old_stamp_is_taken_once_it_persists(
    make_lab: MakeLab, reread: bool
) -> None:
    lab, accounts = populated(make_lab, 1)
    without(lab, stale_reread=reread)
    lab.clock.tick()
    lab.systems["crm"].edit("Account", accounts[0], {"Note": "先"})
    lab.sync()
    held = lab.systems["crm"].objects["Account"][accounts[0]]
    lab.systems["crm"].edit("Account", accounts[0], {"Note": "后提交的长事务"})
    held.modified -= timedelta(seconds=70)
    connector = lab.connectors["crm"]
    pull = connector.pull

    def overlapping(request: PullRequest) -> Iterator[Page]:
        connector.pull = pull  # type: ignore[method-assign]  # only once
        late: list[RawRecord] = connector.fetch(lab.world.request("crm", "Account"), accounts)
        for page in pull(request):
            yield replace(page, records=late)

    connector.pull = overlapping  # type: ignore[method-assign]  # a pull that reaches back
    lab.sync()
    assert notes(lab) == ["先"]
    lab.sync()
    assert notes(lab) == (["后提交的长事务"] if reread else ["先"])


def test_nothing_is_written_over_a_doubtful_look(make_lab: MakeLab) -> None:
    lab, accounts = populated(make_lab, 1)
    lagging(lab, accounts[0])
    customer = next(iter(lab.systems["erp"].live("customer")))
    lab.systems["erp"].edit("customer", customer, {"group": "S"})
    lab.sync()
    assert lab.systems["crm"]["Account", accounts[0]]["Region"] == "East"
    lab.sync()
    assert lab.systems["crm"]["Account", accounts[0]]["Region"] == "South"
