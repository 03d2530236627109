"""Which tests a connector gets: those whose needs its capabilities, columns and harness meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from synchub.testing.conformance.harness import Harness

Need = Callable[[type[Harness]], object]
TestT = TypeVar("TestT", bound=Callable[..., None])
_MARK: Final = "__synchub_needs__"


def needs(need: Need) -> Callable[[TestT], TestT]:
    """Only for connectors whose harness class meets this."""

    def marked(test: TestT) -> TestT:
        setattr(test, _MARK, need)
        return test

    return marked


def needs_column(kind: str) -> Callable[[TestT], TestT]:
    """Only for objects that have a writable column of this kind."""
    return needs(lambda harness: getattr(harness.columns, kind))


def drop_unneeded(suite: type[Any], harness: type[Harness]) -> None:
    """Take out the tests that this connector does not get: a declared flag has its test, another one none."""
    for name in dir(suite):
        need: Need | None = getattr(getattr(suite, name), _MARK, None)
        if need is not None and not need(harness):
            setattr(suite, name, None)  # what is None is no test to pytest
