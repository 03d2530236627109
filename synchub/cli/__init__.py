"""The command line: `main` is the console script. Everything heavy is imported inside the commands."""

from __future__ import annotations


def main() -> None:
    """Run ``synchub`` with the arguments of this process; ends it with an exit code."""
    import sys

    from synchub.cli.app import build_app
    from synchub.cli.face import language_of

    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot show a character must not stop a sync half way
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    build_app(language_of(sys.argv[1:]))()
