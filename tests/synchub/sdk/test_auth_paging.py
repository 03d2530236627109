"""Tokens are shared and renewed once; walks through lists end."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from synchub.sdk import Call, ProtocolError, Refreshing, Token, by_key, by_number, by_token
from tests.synchub.sdk.sdk_toys import TurnedClock


class Office(Refreshing):
    """Gives out numbered tokens, good for an hour."""

    def __init__(self, clock: TurnedClock, file: Path | None = None, given: list[str] | None = None) -> None:
        super().__init__(clock, file)
        self.given = given if given is not None else []

    def obtain(self) -> Token:
        self.given.append(f"t{len(self.given) + 1}")
        return Token(self.given[-1], self._clock.now() + timedelta(hours=1), {"instance": "acme"})


def _header(office: Office) -> str:
    return office.headers(Call("GET", "x", {}))["Authorization"]


def test_a_token_is_renewed_shortly_before_its_end() -> None:
    clock = TurnedClock()
    office = Office(clock)
    assert [_header(office), _header(office)] == ["Bearer t1", "Bearer t1"]
    clock.sleep(3600 - 30)
    assert _header(office) == "Bearer t2"


def test_a_token_is_shared_through_a_file_only_its_owner_may_read(tmp_path: Path) -> None:
    clock, file, given = TurnedClock(), tmp_path / "state" / "token.json", list[str]()
    one, other = Office(clock, file, given), Office(clock, file, given)
    assert _header(one) == _header(other) == "Bearer t1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["token.json"]
    assert other.token().extra == {"instance": "acme"}


def test_a_refused_token_is_first_looked_for_in_the_file(tmp_path: Path) -> None:
    clock, file, given = TurnedClock(), tmp_path / "token.json", list[str]()
    one, other = Office(clock, file, given), Office(clock, file, given)
    _header(one)
    _header(other)
    one.renew()
    other.renew()
    assert given == ["t1", "t2"]
    assert _header(other) == "Bearer t2"


def test_a_broken_token_file_is_no_token(tmp_path: Path) -> None:
    file = tmp_path / "token.json"
    file.write_text("{")
    assert _header(Office(TurnedClock(), file)) == "Bearer t1"


def test_a_token_does_not_show_its_word() -> None:
    assert "geheim" not in repr(Token("geheim"))


def test_next_links_are_followed_to_the_end() -> None:
    pages: dict[str | None, tuple[str, str | None]] = {None: ("a", "1"), "1": ("b", "2"), "2": ("c", None)}
    assert list(by_token(None, lambda token: pages[token])) == [("a", "1"), ("b", "2"), ("c", None)]


def test_a_link_that_comes_again_is_refused() -> None:
    with pytest.raises(ProtocolError):
        list(by_token(None, lambda _: ("a", "1")))


ROWS = list(range(25))


def _page(number: int) -> Sequence[int]:
    return ROWS[(number - 1) * 10 : number * 10]


def test_pages_are_counted_with_and_without_a_total() -> None:
    assert [row for page in by_number(lambda n: (_page(n), None), 10) for row in page] == ROWS
    assert [row for page in by_number(lambda n: (_page(n), 25), 10) for row in page] == ROWS


def test_fewer_rows_than_announced_are_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        list(by_number(lambda n: (_page(n), 40), 10))
    assert caught.value.code == "C114"


def test_the_same_page_again_is_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        list(by_number(lambda _: (ROWS[:10], None), 10))
    assert caught.value.code == "C113"


def test_a_walk_by_key_goes_on_from_any_key() -> None:
    def read(after: int | None) -> Sequence[int]:
        start = 0 if after is None else after + 1
        return ROWS[start : start + 10]

    assert [row for page in by_key(read, lambda row: row, 10) for row in page] == ROWS
    assert [row for page in by_key(read, lambda row: row, 10, start=19) for row in page] == ROWS[20:]


def test_keys_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ProtocolError):
        list(by_key(lambda _: ROWS[:10], lambda row: row, 10))
