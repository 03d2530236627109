"""The waiting room: rows of systems that belong to no golden record yet, page by page, and what must be forgotten with them when they leave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from synchub.engine.identity import derived_id
from synchub.engine.world import Route
from synchub.stillness import still
from synchub.store import Transaction
from synchub.store.rows import ConflictKind, Unlinked

Key = tuple[str, str]
"""(external id, part)."""
CHUNK = 2000
"""So many rows are in hand at once, since a first load may hold a million."""


def question(route: Route, key: Key) -> str:
    """The id of the conflict that asks whose record this row is."""
    return derived_id("conflict", route.name, *key, "", ConflictKind.MATCH)


def aside_key(external_id: str, part: str) -> str:
    """How quarantine calls a record, or a row of one."""
    return f"{external_id}#{part}" if part else external_id


def forget(tx: Transaction, route: Route, keys: Collection[Key], run: str) -> None:
    """These rows are not there any more: nobody waits for them, nobody is asked about them."""
    if not keys:
        return
    tx.drop_unlinked(route.name, sorted(keys))
    tx.close_conflicts([question(route, key) for key in sorted(keys)], "the record is gone", run)


def waiting_rows(tx: Transaction, route: Route, *, keyless: bool = False) -> Iterator[list[Unlinked]]:
    """The rows that wait, page by page; `keyless`: those without match keys, and those seen through an older mapping."""
    after: Key = ("", "")
    but = route.mapping.version if keyless else None
    while True:
        with still():  # until the next page is asked for
            chunk = tx.unlinked(route.name, CHUNK, after, but_keyed_under=but)
            if not chunk:
                return
            after = (chunk[-1].external_id, chunk[-1].part)
            yield chunk


def key_pages(page: Callable[[int, Key], list[Key]]) -> Iterator[list[Key]]:
    """Keys in their order, a page at a time: `page` gives at most so many behind one of them."""
    after: Key = ("", "")
    while chunk := page(CHUNK, after):
        after = chunk[-1]
        yield chunk


def rows_of(tx: Transaction, route: Route, keys: Collection[Key]) -> list[Unlinked]:
    """These rows, as they wait."""
    wanted = set(keys)
    rows = tx.unlinked_of(route.name, sorted({external_id for external_id, _ in keys}))
    return [row for row in rows if (row.external_id, row.part) in wanted]


def pages(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """The keys, a page at a time, as they are now."""
    left = list(keys)
    for start in range(0, len(left), CHUNK):
        with still():  # until the next page is asked for
            yield left[start : start + CHUNK]
