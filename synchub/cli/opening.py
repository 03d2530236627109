"""The hub of a command: opened with somebody to watch long work, closed again whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from synchub import messages
from synchub.cli.face import Face
from synchub.cli.words import choose_hub, choose_zone

if TYPE_CHECKING:
    from synchub.cli.lens import Lens
    from synchub.hub.hub import Hub


@contextmanager
def opened(face: Face) -> Iterator[Hub]:
    """The hub folder that was named or is found. Progress goes to stderr; it ends before the answer is given."""
    from synchub.cli.progress import watching
    from synchub.hub.hub import Hub

    with watching() as progress, Hub.open(face.hub, progress=progress) as hub:
        choose_zone(hub.config.timezone)
        if hub.config.language is not None and face.language is None and not os.environ.get("SYNCHUB_LANG"):
            messages.choose_language(hub.config.language)
        choose_hub(face.hub)
        yield hub


def lens_of(hub: Hub, *, personal: bool) -> Lens:
    """How this hub's data is shown; references are looked up while the hub is open."""
    from synchub.cli.lens import Lens

    return Lens(hub.entities, hub.mappings, personal=personal, titles=hub.title)
