"""A first contact in pages: however many records two systems have in common, no question is about more than a page of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps

import pytest

from synchub.engine.match import match_route
from synchub.engine.report import RunReport
from synchub.engine.world import Route, World
from synchub.store import Transaction
from synchub.testing.lab import Lab
from tests.synchub.engine.conftest import MakeLab

PAGE = 5
KNOWN, NEW = 3 * PAGE + 2, PAGE + 1


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """What the CRM has, in agreement; then an ERP that has the same and some more."""
    lab: Lab = make_lab("crm", "erp")
    for number in range(KNOWN):
        lab.systems["crm"].create("Account", {"Name": f"联宏{number}", "Region": "East"})
    for number in range(KNOWN + NEW):
        lab.systems["erp"].create("customer", {"name": f"联宏{number}", "group": "E", "enable": "1"})
    return lab


def test_no_question_of_a_match_is_about_more_than_a_page(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(method: Callable[..., object]) -> Callable[..., object]:
        @wraps(method)
        def ask(tx: Transaction, name: str, ids: Collection[str], **options: bool) -> object:
            asked.append(len(ids))
            return method(tx, name, ids, **options)

        return ask

    def counting(world: World, route: Route, report: RunReport, started: datetime) -> set[str]:
        with monkeypatch.context() as patch:
            for name in ("golden", "links_of", "row_keys", "unlinked_of"):
                patch.setattr(Transaction, name, counted(getattr(Transaction, name)))
            return match_route(world, route, report, started)

    monkeypatch.setattr("synchub.engine.waiting_room.CHUNK", PAGE)
    monkeypatch.setattr("synchub.engine.reconcile.match_route", counting)
    decided = lab.sync().decided
    assert (decided.count("erp-customer", "link"), decided.count("crm-account", "create")) == (KNOWN, KNOWN)
    assert decided.count("erp-customer", "create") == NEW
    assert 0 < max(asked) <= PAGE


def test_pages_come_to_the_same_as_one(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lab.plan()
    monkeypatch.setattr("synchub.engine.waiting_room.CHUNK", PAGE)
    assert lab.plan().id == whole.id
