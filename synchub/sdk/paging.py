"""The usual ways to walk through a long list, each with a guard against a list that never ends."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Protocol, Self, TypeVar

from synchub.errors import ProtocolError

Row = TypeVar("Row")
Token = TypeVar("Token", bound=Hashable)


class Ordered(Hashable, Protocol):
    """A key that can be compared."""

    def __lt__(self, other: Self, /) -> bool: ...


Key = TypeVar("Key", bound=Ordered)


def by_token(
    start: Token | None, read: Callable[[Token | None], tuple[Row, Token | None]], system: str = ""
) -> Iterator[tuple[Row, Token | None]]:
    """Follow next-links: `read(token)` gives a page and the next token, None at the end.

    Yields each page with the token behind it. Raises ProtocolError when a token comes twice.
    """
    token, seen = start, {start}
    while True:
        page, token = read(token)
        yield page, token
        if token is None:
            return
        if token in seen:
            raise ProtocolError("C113", system=system)
        seen.add(token)


def by_number(
    read: Callable[[int], tuple[Sequence[Row], int | None]], size: int, first: int = 1, system: str = ""
) -> Iterator[Sequence[Row]]:
    """Count pages up: `read(number)` gives rows and the announced total of all rows (None when none is told).

    With a total it goes on until that many rows came, without one until a page is not full. Raises ProtocolError when the
    same full page comes twice, or an empty page comes before the total is reached.
    """
    number, found, last = first, 0, None
    while True:
        rows, total = read(number)
        found += len(rows)
        if rows and last is not None and list(rows) == list(last):
            raise ProtocolError("C113", system=system)
        yield rows
        if total is not None and found < total and not rows:
            raise ProtocolError("C114", system=system, expected=total, found=found)
        if (found >= total) if total is not None else len(rows) < size:
            return
        number, last = number + 1, rows


def by_key(
    read: Callable[[Key | None], Sequence[Row]],
    key: Callable[[Row], Key],
    size: int,
    start: Key | None = None,
    system: str = "",
) -> Iterator[Sequence[Row]]:
    """Ask for what comes after the last key: `read(key)` gives at most `size` rows in rising order of `key`.

    Nothing is held on the server, so a walk goes on from any key. Raises ProtocolError when keys do not rise.
    """
    after = start
    while True:
        rows = read(after)
        yield rows
        if len(rows) < size:
            return
        last = key(rows[-1])
        if after is not None and not after < last:
            raise ProtocolError("C113", system=system)
        after = last
