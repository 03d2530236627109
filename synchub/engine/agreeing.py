"""Agreeing after a write: what the system says it holds is the starting point for whatever is typed there next."""

from __future__ import annotations

from collections.abc import Sequence

from synchub.engine.plan import Planned
from synchub.engine.rehearsal import NEW
from synchub.engine.sighting import Sighting
from synchub.engine.world import Route, World
from synchub.mapping.compiled import Flow, Image
from synchub.model.values import ABSENT, UNKNOWN, Unreadable
from synchub.sdk import Op, Outcome
from synchub.store.rows import OUTGOING, LinkState


def adopt_stored(
    world: World, route: Route, planned: Planned, outcome: Outcome, look: Sighting | None
) -> None:
    """The agreement moves to what the system says it holds; a value it stored differently is the truth there."""
    link = planned.link
    if planned.op is Op.CREATE:
        link.external_id = look.external_id if look is not None else outcome.id
        link.part = look.part if look is not None else link.part
        if world.rehearsing and route.mapping.each:
            # Several rows of one record may be new, and none of them has an id before it is really there.
            link.part = NEW + planned.golden.id
        link.state = LinkState.LINKED
    elif not link.part and outcome.id:
        link.external_id = outcome.id
    images: Sequence[Image] | None = None if look is None else route.mapping.image(look.values)
    for index, value in planned.fields.items():
        link.sent[index] = value
        adopted = world.safeguards.adopt_stored or index not in planned.images
        if adopted and images is not None:
            # where it is absent nobody knows what stands there now: what was seen last stays
            if images[index] is not ABSENT:
                link.seen[index] = images[index]
        elif index in planned.images:
            link.seen[index] = planned.images[index]
    for index in planned.images.keys() - planned.fields.keys():
        # a neighbour in the same column: it looks as we wrote it; what the reply says of it is for the next look to merge
        if link.seen[index] is not UNKNOWN:
            link.seen[index] = planned.images[index]
    link.hash = b""
    if look is not None and images is not None:
        link.modified, link.etag, link.fingerprint = look.modified, look.etag, ""
        if all(seen == image for seen, image in zip(link.seen, images, strict=True)):
            link.hash, link.fingerprint = look.hash, look.fingerprint
    link.settled_rev = planned.golden.rev


def agree_on_defaults(route: Route, planned: Planned, look: Sighting) -> None:
    """What a system fills in by itself at creation (a limit of 0, an owner) is nobody's edit.

    It becomes the starting point of the agreement, so that only a person's later change of it counts. Codes that the system
    makes are the exception, and what the hub only reads there (a total, a unit): they are news. A value of the hub that was not
    written, since the hub only reads that column, is agreed with nobody: it is written once the mapping says so (seed 19141).
    """
    link, record = planned.link, planned.golden
    images = route.mapping.image(look.values)
    for index, (mapped, image) in enumerate(zip(route.mapping.fields, images, strict=True)):
        golden = record.values[mapped.index]
        only_there = route.model.fields[mapped.index].unique or mapped.flow is Flow.HUB_READS
        made_there = golden is None and only_there
        if link.sent[index] is not UNKNOWN or made_there or OUTGOING + mapped.name in link.waiting:
            continue
        if mapped.name in link.holds:
            continue
        if image is not ABSENT and not isinstance(image, Unreadable):
            link.seen[index] = image
            if golden is None or mapped.flow is not Flow.HUB_READS:
                link.sent[index] = golden
        elif golden is None:
            link.sent[index] = None  # nothing there that is known, and nothing to write
    if all(seen == image for seen, image in zip(link.seen, images, strict=True)):
        link.hash = look.hash
