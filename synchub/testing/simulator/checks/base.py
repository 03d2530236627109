"""How a check says that an invariant does not hold."""

from __future__ import annotations


class BrokenError(AssertionError):
    """An invariant (I1, I2, …) does not hold; `invariant` names it."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


def require(condition: object, invariant: str, what: str) -> None:
    """Raises BrokenError unless the condition holds."""
    if not condition:
        raise BrokenError(invariant, what)
