"""Widths, wrapping, masks and visible text; progress lines."""

from __future__ import annotations

import io
import time
from decimal import Decimal

import pytest
from rich.console import Console

from synchub.cli.json_output import encode
from synchub.cli.lens import Lens, mask, masked, show_raw
from synchub.cli.progress import Lines, standing_still, watching
from synchub.cli.tables import Column, blocks, table
from synchub.cli.words import one_line, pad, width, wrap
from synchub.messages import choose_language
from synchub.model.values import Raw
from tests.synchub.cli.fake_hub import MOBILE, FakeHub


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000", "138****8000"),
        (MOBILE, "+86****8000"),
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("Jane Miller", "J****r"),
        ("zhang.wei@example.com", "z***@example.com"),
        ("王", "王*"),
        ("", ""),
    ],
)
def test_a_mask_leaves_enough_to_recognise_and_too_little_to_use(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_a_mask_keeps_the_shape_of_lists_rows_and_flags() -> None:
    assert masked([{"name": "王小明", "main": True, "age": 41, "gone": None}]) == [
        {"name": "王*明", "main": True, "age": "4*", "gone": None}
    ]


def test_a_secret_is_masked_even_from_those_who_may_see_personal_data(hub: FakeHub) -> None:
    from dataclasses import replace

    model = hub.entities["Partner"]
    fields = tuple(replace(one, pii="secret") if one.name == "note" else one for one in model.fields)
    lens = Lens({**hub.entities, "Partner": replace(model, fields=fields)}, [], personal=True)
    assert lens.shown("Partner", "note", "the password") == "t****d"
    assert lens.shown("Partner", "phone", MOBILE) == "138 0013 8000"


def test_rows_of_a_list_are_masked_column_by_column(hub: FakeHub) -> None:
    lens = Lens(hub.entities, hub.mappings)
    rows: Raw = [{"LastName": "王小明", "HubId__c": "ID1", "unheard_of": "13800138000"}]
    assert lens.safe_cell("crm", "Contact", "persons", rows) == [
        {"LastName": "王*明", "HubId__c": "ID1", "unheard_of": "138****8000"}
    ]


def test_text_of_strangers_cannot_play_with_the_terminal() -> None:
    assert one_line("a\x1b[31mb\nc\u202ed") == "a\ufffd[31mb ⏎ c\ufffdd"
    assert one_line("x" * 20, 10) == "x" * 9 + "…"


def test_raw_values_are_shown_as_people_write_them() -> None:
    choose_language("en")
    values: list[Raw] = [None, True, Decimal("1E+3"), 7, ["a", "b"], {"a": 1}, "", [{"x": 1}]]
    shown = [show_raw(one) for one in values]
    assert shown == ["—", "yes", "1000", "7", "a, b", "a=1", "“”", "1 row(s)"]


def test_chinese_takes_two_columns() -> None:
    assert width("渠道A") == 5
    assert pad("渠道", 6) == "渠道  "


def test_lines_break_within_chinese_but_not_before_a_closing_mark() -> None:
    lines = wrap("渠道名称为空，无法接收。English words stay whole", 12)
    assert all(width(line) <= 12 for line in lines)
    assert not any(line[:1] in "，。" for line in lines)
    assert "English" in " ".join(lines)
    assert wrap("X" * 25, 10) == ["X" * 10, "X" * 10, "X" * 5]
    assert "".join(wrap("渠" * 11, 8)) == "渠" * 11


def test_columns_align_with_chinese_text(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Console(width=80, highlight=False, markup=False)
    screen.print(table([Column(""), Column("")], [("渠道伙伴", "x"), ("abc", "x")]))
    blocks(screen, ("table.column", "table.value"), [("one", [("渠道名称", "|"), ("Name", "|")])])
    places = {
        width(line[: line.index(mark)])
        for mark in "|"
        for line in capsys.readouterr().out.splitlines()
        if mark in line
    }
    assert len(places) == 1


def test_a_long_id_is_folded_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Console(width=40, highlight=False, markup=False)
    id_ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOP"
    blocks(
        screen,
        ("table.column", "table.value", "table.why"),
        [("one", [("Name", id_, "because of something")])],
    )
    screen.print(
        table([Column("table.record"), Column("table.why")], [(id_, "because of something else entirely")])
    )
    out = capsys.readouterr().out
    assert "…" not in out
    kept = "".join(character for character in out if character in id_)
    for start in range(0, len(id_), 4):
        assert id_[start : start + 4] in "".join(kept.split()) or id_[start] in kept


def test_markup_in_data_is_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    from synchub.cli.tables import console

    console().print(table([Column("table.value")], [("[red]not red[/red] :smile:",)]))
    assert "[red]not red[/red] :smile:" in capsys.readouterr().out


def test_decimals_keep_their_digits_in_json() -> None:
    assert b"0.10000000000000000001" in encode({"a": Decimal("0.10000000000000000001")})


def test_nothing_moves_on_the_terminal_while_a_person_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]  # a terminal
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with watching() as tell:
        tell("pull", "crm", "Account", 3)
        with standing_still():
            before = screen.getvalue()
            time.sleep(0.3)
            assert screen.getvalue() == before
        time.sleep(0.3)
        assert screen.getvalue() != before, "it goes on behind the answer"


def test_progress_lines_say_a_beginning_and_every_ten_thousand() -> None:
    choose_language("en")
    lines: list[str] = []
    watch = Lines(lines.append)
    for done in (200, 400, 9_999, 10_300, 20_400):
        watch("pull", "crm", "Account", done)
    watch("push", "crm", "Account", 1)
    assert lines == [
        "reading crm · Account: 200",
        "reading crm · Account: 10,300",
        "reading crm · Account: 20,400",
        "writing crm · Account: 1",
    ]
