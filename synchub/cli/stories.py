"""The story of a golden record, told: each field with its origin, what it beat and what the systems hold; then its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synchub.cli.lens import Lens, masked, show_raw
from synchub.cli.matters import ToldConflict, tell_conflict
from synchub.cli.telling import Event, of_the_hub, tell_history
from synchub.cli.words import day, moment, say, say_if_known
from synchub.engine.explain import FieldStory, Story
from synchub.mapping.compiled import Flow

if TYPE_CHECKING:
    from datetime import datetime

    from synchub.model.values import Raw


@dataclass(frozen=True, slots=True)
class ToldBeaten:
    """A value that lost, and whose it was."""

    system: str
    record: str
    at: datetime
    value: Raw
    text: str


@dataclass(frozen=True, slots=True)
class ToldHolder:
    """What a system holds in a field, and whether that agrees: agrees | pending | held | waiting | read_only."""

    system: str
    record: str
    value: Raw
    text: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ToldField:
    """One field, told."""

    name: str
    label: str
    value: Raw
    text: str
    origin: str
    """Where it came from, with the record."""
    source: str
    """The same in short."""
    story: FieldStory
    beaten: tuple[ToldBeaten, ...]
    holders: tuple[ToldHolder, ...]


@dataclass(frozen=True, slots=True)
class ToldStory:
    """One record, told; `events` newest first."""

    story: Story
    entity: str
    title: str
    fields: tuple[ToldField, ...]
    conflicts: tuple[ToldConflict, ...]
    events: tuple[Event, ...]


def tell_story(story: Story, lens: Lens, field: str | None = None) -> ToldStory:
    """Ask while the hub is open. `field` keeps the history to one field."""
    conflicts = [one for one in story.conflicts if field in {None, one.field}]
    return ToldStory(
        story,
        lens.entity_label(story.entity),
        lens.title(story.entity, story.title),
        tuple(_field(one, story, lens) for one in story.fields),
        tuple(tell_conflict(one, lens) for one in conflicts),
        tuple(tell_history(story.ledger, lens, field)),
    )


def _field(one: FieldStory, story: Story, lens: Lens) -> ToldField:
    name = one.spec.name
    return ToldField(
        name,
        lens.label(story.entity, name),
        lens.safe(story.entity, name, one.value),
        lens.shown(story.entity, name, one.value),
        _origin(one),
        _source(one),
        one,
        tuple(_beaten(one, story, lens)),
        tuple(_holder(one, story, lens, *held) for held in one.systems),
    )


def _origin(one: FieldStory) -> str:
    """Where the value came from, in a sentence."""
    origin = one.origin
    if origin is None:
        return say("explain.no_origin")
    if origin.system == "hub":
        return say(f"explain.{of_the_hub(one.spec)}", at=moment(origin.at))
    return say(
        "explain.from",
        system=origin.system,
        object=origin.object,
        record=origin.external_id,
        at=moment(origin.at),
    )


def _source(one: FieldStory) -> str:
    origin = one.origin
    if origin is None:
        return ""
    system = say("word.hub") if origin.system == "hub" else origin.system
    return say("explain.source", system=system, at=day(origin.at))


def _beaten(one: FieldStory, story: Story, lens: Lens) -> Sequence[ToldBeaten]:
    losers = one.origin.losers if one.origin else ()
    name = one.spec.name
    return [
        ToldBeaten(
            loser.system,
            loser.external_id,
            loser.at,
            lens.safe(story.entity, name, loser.value),
            lens.shown(story.entity, name, loser.value),
        )
        for loser in losers
    ]


def _holder(
    one: FieldStory, story: Story, lens: Lens, system: str, record: str, value: Raw, state: str
) -> ToldHolder:
    if state == "held":
        value = _at_stake(one, story, system, record, value)
    elif state != "waiting":
        state = _where_only_read(one, story, lens, system, record, value) or state
    safe = masked(value) if lens.hides(story.entity, one.spec.name) else value
    return ToldHolder(system, record, safe, show_raw(safe), state, say_if_known(f"holder.{state}", state))


def _where_only_read(one: FieldStory, story: Story, lens: Lens, system: str, record: str, value: Raw) -> str:
    """The state of a field that the hub never writes there; "" where it does."""
    links = {link.mapping for link in story.links if (link.system, link.external_id) == (system, record)}
    for mapping in lens.mappings:
        for index, mapped in enumerate(mapping.fields):
            if (mapping.name in links, mapped.name, mapped.flow) == (True, one.spec.name, Flow.HUB_READS):
                meant = mapping.read_image(index, value)
                told = meant is None or isinstance(meant, str | bool | list)
                same = told and one.spec.kind.equal(meant, one.value)  # type: ignore[arg-type]  # `told` says what it is
                return "agrees" if same else "read_only" if told else ""
    return ""


def _at_stake(one: FieldStory, story: Story, system: str, record: str, value: Raw) -> Raw:
    """What a system holds while a conflict keeps it from being agreed upon: what the conflict saw there."""
    for conflict in story.conflicts:
        if (conflict.system, conflict.external_id, conflict.field) == (system, record, one.spec.name):
            return conflict.detail.get("image", value)
    return value
