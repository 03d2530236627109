"""What the connector says exists in both languages, and every code that is raised is there."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import synchub_tryton
from synchub_tryton.messages import MESSAGES

SOURCES = Path(synchub_tryton.__file__).parent.glob("*.py")
USED = {
    code
    for file in SOURCES
    if file.name != "messages.py"
    for code in re.findall(r'"(TR\d+|tryton\.\w+)"', file.read_text("utf-8"))
}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_both_languages_say_the_same_and_know_a_way_out(code: str) -> None:
    message = MESSAGES[code]
    assert names(message.en) == {name.removesuffix("_zh") for name in names(message.zh)}
    assert names(message.fix_en) == names(message.fix_zh)
    assert bool(message.fix_en) == bool(message.fix_zh) == code.startswith("TR")


def test_every_message_is_used_and_every_code_has_one() -> None:
    assert set(MESSAGES) == USED
