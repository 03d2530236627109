"""Edited mappings: what follows from a change of a mapping file alone is shown, and waits for a person, before any of it is written.

Only the fields whose entries changed begin anew; the others keep their agreements. An edit from which nothing follows needs nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.mapping.compiled import CompiledMapping
from synchub.store import Transaction

_FACT = "mappings"
"""Mapping -> the version under which the hub last worked with it."""


def edited_mappings(tx: Transaction, world: World, usable: Collection[str]) -> tuple[list[str], bool]:
    """Which of these mappings are not what the hub last worked with (one it never worked with is another matter); are all of them known as they are?"""
    known = tx.fact(_FACT) or {}
    noted = all(
        known.get(route.name) == route.mapping.version for route in world.routes if route.name in usable
    )
    if not world.safeguards.mapping_approval:
        return [], noted
    return [name for name in _moved(world, known) if name in usable], noted


def not_in_force(tx: Transaction, world: World) -> list[str]:
    """Mappings that are not what the hub last worked with, whoever can be worked with now."""
    return _moved(world, tx.fact(_FACT) or {})


def _moved(world: World, known: Mapping[str, object]) -> list[str]:
    return [
        route.name
        for route in world.routes
        if known.get(route.name, route.mapping.version) != route.mapping.version
    ]


def note_mappings(tx: Transaction, world: World, usable: Collection[str]) -> None:
    """From now on the hub works with these mappings as they are."""
    accept_mappings(tx, [route.mapping for route in world.routes if route.name in usable])


def accept_mappings(tx: Transaction, mappings: Iterable[CompiledMapping]) -> None:
    """A person has seen what follows from these mappings as they are now."""
    known = tx.fact(_FACT) or {}
    now = {one.name: one.version for one in mappings}
    if any(known.get(name) != version for name, version in now.items()):
        tx.set_fact(_FACT, {**known, **now})


def needs_nobody(rehearsed: RunReport) -> bool:
    """Would nothing be written, linked or created?"""
    return not rehearsed.cells and not rehearsed.decided.total("link", "create")
