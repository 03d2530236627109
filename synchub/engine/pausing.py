"""Pausing: a person stops a system, an object or a field, and lets it go on; what happened meanwhile is then looked at."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

from synchub.engine.leasing import leased
from synchub.engine.report import RunReport
from synchub.engine.world import World
from synchub.errors import UserError
from synchub.store.rows import Pause


def check_place(world: World, system: str, object: str, field: str) -> None:
    """Raises UserError E251 unless some mapping has this system, object and field."""
    known = {
        (mapping.system, object_name, field_name)
        for mapping in world.mappings
        for object_name in ("", mapping.object)
        for field_name in ("", *(one.name for one in mapping.fields))
    }
    if (system, object, field) not in known:
        places = sorted({f"{one.system} {one.object}" for one in world.mappings})
        raise UserError(
            "E251", place=" ".join(filter(None, [system, object, field])), known=", ".join(places)
        )


def pause(world: World, system: str, object: str, field: str, by: str, reason: str = "") -> None:
    """From the next run on it is neither read nor written. A field stops with those that merge with it."""
    check_place(world, system, object, field)
    with world.store.begin() as tx:
        tx.pause(Pause(system, object, field, world.clock.now(), by, reason))


def resume(world: World, system: str, object: str, field: str) -> None:
    """Let it go on; for a field everything is read and compared again, since what changed meanwhile was not looked at.

    Raises UserError E252 when it was not paused, and LeaseHeldError E501 for a field of a system that a run works with: its cursor,
    which it has yet to write, would let what was to be read again go by.
    """
    alone = leased(world, RunReport("", "resume"), {system}) if field else nullcontext()
    with alone, world.store.begin() as tx:
        if not tx.resume(system, object, field):
            place = " ".join(filter(None, [system, object, field]))
            paused = [" ".join(filter(None, [p.system, p.object, p.field])) for p in tx.pauses()]
            raise UserError("E252", place=place, known=", ".join(paused) or "-")
        if not field:
            return
        for mapping in world.mappings:
            if mapping.system != system or object not in {"", mapping.object}:
                continue
            tx.forget_looks(mapping.name)
            row = tx.cursor(mapping.system, mapping.object)
            if row is not None:
                tx.put_cursor(replace(row, cursor=None, resume=None))
