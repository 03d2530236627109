"""Where answers go: one JSON document or text for people to stdout, everything about the way there to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """How one call is answered."""

    json: bool = False

    def show(self, document: Callable[[], object], text: Callable[[], None]) -> None:
        """Answer in the form that was asked for; the other one is not even made."""
        if self.json:
            self.document(document())
        else:
            text()

    def document(self, value: object) -> None:
        """One JSON document, in UTF-8 whatever the terminal speaks."""
        from synchub.cli.json_output import encode

        encoded = encode(value) + b"\n"
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            sys.stdout.write(encoded.decode())
            return
        sys.stdout.flush()
        binary.write(encoded)
        binary.flush()

    def line(self, text: str = "") -> None:
        """A line of the answer."""
        sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """A line beside the answer: progress, refusals."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
