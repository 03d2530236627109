"""Mapping files tried on rows that the hub remembers, and what their fields cost."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from synchub.errors import Problem
from synchub.mapping.profile import profile
from synchub.mapping.stored import FieldSample, StoredRow
from synchub.model.values import ABSENT, UNKNOWN, Unreadable

HIDDEN = Unreadable(Problem("M801", {"column": "C"}))


def rows(*images: Any, agreed: Any = UNKNOWN) -> list[StoredRow]:
    """Rows of one column; what both sides agreed on is the same in each."""
    return [StoredRow([image], [agreed]) for image in images]


def tried(bench: Any, head: str, line: str, stored: list[StoredRow]) -> tuple[FieldSample, list[Problem]]:
    report = bench.check(f"{head}fields:\n  {line}\n", stored=lambda _mapping: stored)
    sample = report.files[0].sample
    assert sample.rows == len(stored)
    (field,) = sample.fields
    return field, list(report.problems)


def test_what_became_of_every_value_is_counted(bench: Any, head: str) -> None:
    stored = rows("华东", "East", None, "", ABSENT, "Mars", "Mars", "Pluto", HIDDEN, UNKNOWN)
    field, problems = tried(bench, head, "region: C", stored)
    assert (field.rows, field.values, field.blank, field.absent, field.unreadable) == (9, 2, 2, 1, 4)
    assert field.examples == ("Mars", "Pluto")
    (problem,) = problems
    assert (problem.code, problem.severity, str(problem.position)) == (
        "M512",
        "warning",
        "mappings/a.yaml:6:11",
    )
    assert problem.params["count"] == 3, "a value that the system hides is not the mapping's fault"
    assert "3 of 9" in problem.text("en")
    assert "Mars" in problem.text("zh")


def test_a_column_that_is_in_no_row_is_an_error_with_its_place(bench: Any, head: str) -> None:
    field, problems = tried(bench, head, "name: Nmae", rows(ABSENT, ABSENT, UNKNOWN))
    assert field.absent == field.rows == 2
    (problem,) = problems
    assert (problem.code, problem.severity, str(problem.position)) == ("M221", "error", "mappings/a.yaml:6:9")
    assert (problem.params["column"], problem.params["rows"]) == ("Nmae", 2)
    assert tried(bench, head, "name: Name", rows(ABSENT, "x"))[1] == []


def test_a_column_of_which_nothing_is_remembered_is_not_judged(bench: Any, head: str) -> None:
    field, problems = tried(bench, head, "name: New", rows(UNKNOWN, UNKNOWN))
    assert (field.rows, field.reads, problems) == (0, True, [])


def test_what_the_hub_holds_must_have_a_way_out(bench: Any, head: str) -> None:
    line = "region: {field: C, values: {E: 华东}, flow: hub_writes}"
    report = bench.check(f"{head}fields:\n  {line}\n", stored=lambda _mapping: rows("E", agreed="华南"))
    problem = next(one for one in report.problems if one.code == "M513")
    assert (problem.severity, str(problem.position)) == ("warning", "mappings/a.yaml:6:19")
    assert "华南" in problem.text("en")
    (field,) = report.files[0].sample.fields
    assert (field.reads, field.rows, field.agreed, field.unwritable) == (False, 0, 1, 1)


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("phone: C", "13800"),
        ("email: C", "wang.fang at home"),
        ("boss: {field: C, by: name, otherwise: error}", {"name": "王芳"}),
    ],
)
def test_no_personal_value_is_told(bench: Any, head: str, line: str, raw: Any) -> None:
    field, (problem,) = tried(bench, head, line, rows(raw))
    assert problem.code == "M512"
    told = " ".join([*field.examples, problem.line("en"), problem.line("zh")])
    assert "***" in told
    assert not any(secret in told for secret in ("13800", "wang", "王芳"))


LOUD = """\
from synchub.mapping import Pair
loud = Pair(get=str, put=lambda value, old: value.replace("Q", "KW"))
"""


def test_a_law_that_only_real_values_break_is_told(bench: Any, head: str) -> None:
    folder = bench.write("")
    (folder / "custom").mkdir(exist_ok=True)
    (folder / "custom" / "signs.py").write_text(LOUD, "utf-8")
    line = "name: {field: C, as: custom, custom: signs.loud}"
    assert bench.check(f"{head}fields:\n  {line}\n").sound
    for stored in (rows("Quay"), rows(UNKNOWN, agreed="Quay")):
        _, problems = tried(bench, head, line, stored)
        assert [(one.code, str(one.position)) for one in problems] == [("M507", "mappings/a.yaml:6:17")]
        assert "Quay" in problems[0].text("en")


def test_nothing_is_said_of_samples_that_nobody_asked_for(bench: Any, head: str) -> None:
    (file,) = bench.check(f"{head}fields:\n  name: Name\n").files
    assert file.sample is None
    assert file.cost is None


FIELDS = """\
fields:
  name: Name
  code: {field: Code, flow: hub_reads}
  limit: {field: Limit, flow: hub_writes}
  region: {as: id_name, id: C, name: D}
  count: {flow: hub_reads, value: number(E) + size(F)}
  note: {field: P, as: parts, separator: "-", part: 1/2}
  note_2: {field: P, as: parts, separator: "-", part: 2/2}
  phone: {field: M, as: masked}
  active: {field: K, as: constant, write: x}
  boss: B
"""


def test_a_cost_is_told_for_each_direction_that_a_field_goes(bench: Any, head: str) -> None:
    ticks = count(step=200_000)
    spec = bench.spec(head + FIELDS)
    cost = profile(spec, [], lambda: next(ticks))
    assert (cost.made_up, cost.rows) == (True, 200)
    assert (cost.read, cost.write) == (1.0, 1.0), "one tick for two hundred rows"
    ways = {one.name: (one.read is not None, one.write is not None) for one in cost.fields}
    one_way = {"code": (True, False), "count": (True, False), "limit": (False, True)}
    assert ways == {
        **dict.fromkeys(("name", "region", "note", "note_2", "boss"), (True, True)),
        **dict.fromkeys(("phone", "active"), (False, True)),
        **one_way,
    }


def test_the_dearest_field_comes_first_and_remembered_rows_are_taken(bench: Any, head: str) -> None:
    class Clock:
        """Runs while a column is read that takes long."""

        now = 0

        def __call__(self) -> int:
            return self.now

    clock = Clock()

    class Slow(str):
        __slots__ = ()

        def isprintable(self) -> bool:
            clock.now += 3000
            return super().isprintable()

    spec = bench.spec(f"{head}fields:\n  name: Name\n  note: Note\n")
    stored = [StoredRow([f"name {one}", Slow(f"note {one}")], [UNKNOWN, "same"]) for one in range(4)]
    cost = profile(spec, stored, clock)
    assert (cost.made_up, cost.rows) == (False, 4)
    assert [one.name for one in cost.fields] == ["note", "name"]
    assert (cost.fields[0].read, cost.fields[1].read) == (cost.read, 0.0)
    assert cost.read >= 3.0
