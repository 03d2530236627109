"""Relinking: a system has merged one of its records into another, and says into which.

The link follows to the surviving record, and the next look at it merges. Where that one belongs to another golden record the system says
that both are one: a person joins them, or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from synchub.engine.identity import derived_id
from synchub.engine.looks import lose
from synchub.engine.report import RunReport
from synchub.engine.unburying import unbury
from synchub.engine.world import Route, World
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import Conflict, ConflictKind, Demise, LedgerRow, Link, LinkState, Suspect


def relink(
    tx: Transaction,
    world: World,
    route: Route,
    moves: Mapping[str, str],
    report: RunReport,
    started: datetime,
) -> list[str]:
    """Follow merges, given as id -> id of the surviving record; returns the survivors, which are to be looked at."""
    links = tx.links(route.name, [*moves, *moves.values()])
    losers = [link for link in links.values() if link.external_id in moves and not link.part]
    survivors = []
    for link in losers:
        if link.state not in {LinkState.LINKED, LinkState.MISSING}:
            continue
        master = moves[link.external_id or ""]
        there = links.get((master, ""))
        if there is None or there.entity_id == link.entity_id:
            _follow(tx, route, link, master, report, started)
            survivors.append(master)
            world.touch("merge.relinked")
        elif link.state is LinkState.LINKED:
            _ask(tx, world, route, link, there, report, started)
    return survivors


def _follow(
    tx: Transaction, route: Route, link: Link, master: str, report: RunReport, started: datetime
) -> None:
    before = link.external_id
    tx.close_conflicts(list(link.holds.values()), "the record was merged", report.run)
    tx.drop_unlinked(route.name, [(master, "")])
    unbury(tx, [link.id], "the record was merged", report.run)
    link.external_id, link.state, link.holds = master, LinkState.LINKED, {}
    link.hash, link.etag, link.fingerprint, link.modified = b"", "", "", None
    link.settled_rev = 0
    tx.update_links([link])
    # its agreement is still that with the other record: until somebody has looked, nothing is written there (seed 3701)
    tx.park([Suspect(link.id, route.name, master, report.run, started, None, b"")])
    cause: dict[str, Raw] = {"why": "merged", "system": link.system, "record": master}
    changes: dict[str, dict[str, Raw]] = {"": {"before": before, "after": master, "cause": cause}}
    tx.write_ledger(
        [
            LedgerRow(
                report.run,
                started,
                "hub",
                link.entity,
                link.entity_id,
                link.object,
                master,
                "relink",
                changes,
            )
        ]
    )


def _ask(
    tx: Transaction,
    world: World,
    route: Route,
    link: Link,
    there: Link,
    report: RunReport,
    started: datetime,
) -> None:
    """Two golden records, one record: the golden records stay two until a person joins them."""
    key = (link.external_id or "", link.part)
    lose(tx, world, route, {key: link.id}, report, Demise.MERGED, started)
    _ask_to_join(tx, route, link, there, "E223", report, started)
    world.touch("merge.asked")


def owners(tx: Transaction, route: Route, ids: Collection[str]) -> dict[str, Link]:
    """The links that have these records, which were just made; one whose record is gone has its id no more: the system gave it to the new one."""
    found = {id: link for (id, _), link in tx.links(route.name, sorted(ids)).items()}
    gone = [link for link in found.values() if link.state is LinkState.MISSING]
    for link in gone:
        link.external_id = None
    tx.update_links(gone)
    return {id: link for id, link in found.items() if link.external_id}


def share(
    tx: Transaction,
    world: World,
    route: Route,
    link: Link,
    there: Link,
    report: RunReport,
    started: datetime,
) -> None:
    """What was to be made for one golden record is, as the system says, the record of another one: made earlier without a word, and taken for a
    stranger since. Made again it would be the same; so it is made no more, and a person joins the two, or not (seeds 9631, 18610).
    """
    link.state = LinkState.RELEASED
    tx.update_links([link])
    _ask_to_join(tx, route, link, there, "E224", report, started)
    world.touch("create.shared")


def _ask_to_join(
    tx: Transaction, route: Route, link: Link, there: Link, code: str, report: RunReport, started: datetime
) -> None:
    titles = tx.field_values(route.model.name, route.model.title, [link.entity_id, there.entity_id])
    question = derived_id("conflict", "merged", link.id, there.id)
    detail: dict[str, Raw] = {
        "title": str(titles.get(link.entity_id) or link.entity_id),
        "other": there.entity_id,
        "holder": str(titles.get(there.entity_id) or there.entity_id),
        "golden": [link.entity_id, there.entity_id],
        "entity": route.model.name,
        "first": there.entity_id,
        "second": link.entity_id,
    }
    tx.open_conflicts(
        [
            Conflict(
                question,
                ConflictKind.MATCH,
                report.run,
                started,
                route.model.name,
                "",
                route.name,
                route.mapping.system,
                there.external_id or "",
                there.part,
                "",
                code,
                detail,
            )
        ]
    )
    report.ask(route.mapping.system, route.mapping.object, question)
