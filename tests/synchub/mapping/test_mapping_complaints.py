"""Every complaint about a mapping file, with the line and column it points at."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synchub.messages.mapping import MESSAGES
from synchub.model.schema import FieldSchema, FieldType, ObjectSchema

BOX = ObjectSchema(
    "Box",
    "箱子",
    (
        FieldSchema("Name", "名称", required=True),
        FieldSchema("Phone", "电话"),
        FieldSchema("Made", "创建", updatable=False, creatable=False),
        FieldSchema("Once", "一次", updatable=False),
        FieldSchema("Region", "区域", FieldType.CHOICE, options=("East", "South", "West")),
        FieldSchema("Kind", "类别", required=True),
        FieldSchema("Size", "大小", FieldType.DECIMAL),
        FieldSchema("Rows", "明细", FieldType.LIST, fields=(FieldSchema("id"), FieldSchema("who"))),
    ),
)
SCHEMAS = {
    ("crm", "Box"): BOX,
    ("crm", "Bag"): ObjectSchema("Bag", creatable=False),
    ("crm", "Sheet"): replace(BOX, name="Sheet", notes=("header_row: 3",)),
}
OPTIONS = {"crm": frozenset({"header_row"})}

# Each text is put below the header; § stands where the complaint must point.
CASES: list[tuple[str, str]] = [
    ("M201", "fields:\n  name: §Nmae\n"),
    ("M201", "scope:\n  only: {§Knd: x}\nfields:\n  name: Name\n"),
    ("M201", "on_create: {§Knd: x}\nfields:\n  name: Name\n"),
    ("M203", "fields:\n  §nmae: Name\n"),
    ("M204", "fields:\n  name: Name\n  §名称: Phone\n"),
    ("M207", "identity: {match: [[§code]]}\nfields:\n  name: Name\n"),
    ("M209", "fields:\n  §备注: Name\n"),
    ("M210", "fields:\n  §name:\n"),
    ("M210", "fields:\n  §name: {as: text}\n"),
    ("M211", "options: {sheet: §2}\nfields:\n  name: Name\n"),
    ("M212", "each: Rows\nline_id: id\nidentity: {hub_id: §who}\nfields:\n  name: who\n"),
    ("M213", "line_id: §id\nfields:\n  name: Name\n"),
    ("M214", "fields:\n  boss: §{parent: yes}\n"),
    ("M215", "fields: §{}\n"),
    ("M216", "each: §Name\nline_id: id\nfields:\n  name: who\n"),
    ("M219", "fields:\n  day: §Size\n"),
    ("M301", "fields:\n  region: {field: Region, values: §{}}\n"),
    ("M302", "fields:\n  region: {field: Region, values: {East: §华冬}}\n"),
    ("M302", "fields:\n  region: {field: Region, values: {East: §''}}\n"),
    ("M302", "fields:\n  region: {field: Region, otherwise: §use:华冬}\n"),
    ("M302", "fields:\n  region: {field: Region, otherwise: §'use:'}\n"),
    ("M303", "fields:\n  region: {field: Region, values: {East: 华东}, also_read: {§East: 华南}}\n"),
    ("M305", "fields:\n  region: {field: Region, values: {East: 华东, §South: 华东}}\n"),
    (
        "M306",
        "fields:\n  region: {field: Region, values: {East: 华东}, also_write: {South: §华东}, lossy: x}\n",
    ),
    ("M307", "fields:\n  day: {field: Name, otherwise: §keep}\n"),
    ("M308", "fields:\n  phone: {field: Phone, write: §12}\n"),
    ("M308", "fields:\n  day: {field: Name, write: §1/8/2026}\n"),
    ("M308", "fields:\n  day: {field: Name, write: §2026-13-01}\n"),
    ("M308", "fields:\n  at: {field: Name, write: §2026-08-01}\n"),
    ("M309", "fields:\n  day: {field: Name, as: §phone}\n"),
    ("M311", "fields:\n  region: {field: Region, as: §text, values: {East: 华东}}\n"),
    ("M313", "fields:\n  active: {field: Name, words: [§Y, Y]}\n"),
    ("M314", "fields:\n  limit: {field: Name, currency: §RMB2}\n"),
    ("M315", "fields:\n  tags: {field: Name, separator: §''}\n"),
    ("M317", "fields:\n  tags: {field: Name, values: §{a: b}}\n"),
    ("M318", "fields:\n  region: {field: Region, values: {§Esat: 华东, South: 华南}}\n"),
    ("M402", "fields:\n  name: {field: Name, ref: §Person}\n"),
    ("M402", "fields:\n  name: {field: Name, parent: §yes}\n"),
    ("M403", "fields:\n  boss: {field: Name, ref: §Thing}\n"),
    ("M405", "each: Rows\nline_id: id\nfields:\n  boss: {field: §who, parent: yes}\n"),
    ("M412", "fields:\n  limit: {field: Name, flow: §both}\n"),
    ("M413", "fields:\n  name: §Made\n"),
    ("M414", "fields:\n  name: §Once\n"),
    (
        "M419",
        "create_there: yes\non_create: {§Kind: a}\nscope: {except: {Kind: [a, b]}}\nfields:\n  name: Name\n",
    ),
    ("M415", "create_there: yes\nscope: {only: {§Kind: [a, b]}}\nfields:\n  name: Name\n"),
    ("M504", "fields:\n  name: Name\n  note: §Name\n"),
    ("M504", "on_create: {§Name: x}\nfields:\n  name: Name\n"),
    ("M505", "fields:\n  region: {field: §Region, values: {East: 华东, South: 华南}}\n"),
    ("M506", "fields:\n  region: {field: §Region, values: {East: 华东}, also_read: {South: 华东}}\n"),
    ("M507", "fields:\n  at: {field: §Name, write: 2026-08-01 12:00}\n"),
    ("M507", "fields:\n  region: {field: §Region, values: {East: 华东}, also_write: {East: 华南}}\n"),
    ("M511", "create_there: §yes\nfields:\n  name: Name\n"),
    ("M701", "fields:\n  name: Name\ntests:\n  - {name: t, external: {Name: a}, canonical: {§name: b}}\n"),
    ("M319", "fields:\n  name: {field: Name, as: parts, part: §4/3}\n"),
    ("M320", "fields:\n  name: {field: Name, as: json_path, path: §a..b}\n"),
    ("M321", "fields:\n  name: §{field: Name, as: json_path}\n"),
    ("M321", "fields:\n  name: §{field: Name, as: parts}\n"),
    ("M321", "fields:\n  name: §{field: Name, as: custom}\n"),
    ("M322", "fields:\n  name: {field: Name, as: custom, custom: §nowhere}\n"),
    ("M322", "fields:\n  name: {field: Name, as: custom, custom: §no_file.at_all}\n"),
    (
        "M323",
        "fields:\n  name: {field: Name, as: parts, part: 1/2}\n  note: {field: §Name, as: parts, part: 1/2}\n",
    ),
    (
        "M323",
        "fields:\n  name: {field: Name, as: json_path, path: a}\n  note: {field: §Name, as: json_path, path: a.b}\n",
    ),
    ("M324", "fields:\n  name: §{field: Name, as: constant}\n"),
    ("M325", "fields:\n  note: {field: Rows, as: rows, columns: [who, §who]}\n"),
    ("M326", "fields:\n  name: §{field: Rows, as: rows, columns: [who]}\n"),
    ("M327", "fields:\n  note: {field: §Name, as: rows, columns: [who]}\n"),
    ("M417", "fields:\n  name: {value: §upper(Name)}\n"),
    ("M418", "fields:\n  name: {field: Name, as: masked, flow: §both}\n"),
    ("M504", "fields:\n  name: Name\n  note: {field: §Name, as: parts, part: 1/2}\n"),
    ("M601", "fields:\n  name: {flow: hub_reads, value: 'upper(Name§'}\n"),
    ("M601", "fields:\n  name: {flow: hub_reads, value: 'Name §! Phone'}\n"),
    ("M603", "fields:\n  name: {flow: hub_reads, value: 'Name §+ Phone'}\n"),
    ("M604", "fields:\n  count: {flow: hub_reads, value: round(§Name)}\n"),
    ("M605", "fields:\n  day: {flow: hub_reads, value: §number(Name)}\n"),
    (
        "M606",
        "fields:\n  region: {field: Region, flow: hub_writes, value: 'if(region == §\"华冬\", 1, 2)'}\n",
    ),
    ("M607", "fields:\n  name: {flow: hub_reads, value: '" + "(" * 40 + "§(Name" + ")" * 41 + "'}\n"),
    ("M608", 'fields:\n  name: {flow: hub_reads, value: upper(§"Name)}\n'),
    ("M609", "fields:\n  active: {flow: hub_reads, value: 'Name in [§Phone]'}\n"),
    ("M610", "fields:\n  name: {flow: hub_reads, value: §'\"x\"'}\n"),
    ("M611", "fields:\n  name: {flow: hub_reads, value: §uper(Name)}\n"),
    ("M612", "fields:\n  name: {flow: hub_reads, value: '§left(Name)'}\n"),
    ("M613", "fields:\n  active: {flow: hub_reads, value: 'matches(Name, §Phone)'}\n"),
    ("M614", "fields:\n  name: {field: Name, flow: hub_writes, value: 'upper(§note)'}\n"),
    (
        "M702",
        "fields:\n  day: Name\ntests:\n  - {name: t, external: {Name: soon}, canonical: {§day: 2026-08-01}}\n",
    ),
    ("M702", "fields:\n  day: Name\ntests:\n  - §{name: t, external: {Name: soon}}\n"),
    ("M703", "fields:\n  name: Name\ntests:\n  - {name: t, external: {Name: a}, review: [§name]}\n"),
    ("M704", "fields:\n  name: Name\ntests:\n  - {name: t, external: {§Nmae: a}}\n"),
    ("M705", "fields:\n  name: Name\ntests:\n  - {name: t, external: {Name: a}, canonical: {§code: a}}\n"),
    (
        "M706",
        "fields:\n  count: Name\ntests:\n  - {name: t, flow: hub_writes, external: {Name: §8}, canonical: {count: 7}}\n",
    ),
    ("M707", "fields:\n  day: Name\ntests:\n  - {name: t, external: {Name: a}, canonical: {day: §soon}}\n"),
    (
        "M708",
        "fields:\n  name: Name\n  code: Phone\ntests:\n  - {name: t, external: {Name: a}, canonical: {§code: a}}\n",
    ),
    (
        "M709",
        "fields:\n  name: {field: Name, flow: hub_reads}\ntests:\n  - {name: t, flow: hub_writes, external: {Name: a}, canonical: {§name: a}}\n",
    ),
    ("T106", "on_new: create\n§新记录: 新建\nfields:\n  name: Name\n"),
    ("T108", "fields:\n  name: §[Name]\n"),
    ("T108", "fields:\n  name: Name\ntests:\n  - §a\n"),
    ("T111", "fields:\n  name: {field: Name, §valuse: {}}\n"),
    ("T111", "fields:\n  name: {field: Name, §unit: 元}\n"),
    ("M328", "each: §Rows\nfields:\n  name: who\n"),
    ("T113", "scope: {only: {Kind: x}, on_leave: §vanish}\nfields:\n  name: Name\n"),
    ("T113", "scope: {only: {Kind: x}, on_leave: §delete}\nfields:\n  name: Name\n"),
    ("M217", "on_delete: §archive\nfields:\n  name: Name\n"),
    ("M220", "delete_there: §yes\nfields:\n  name: Name\n"),
    ("M218", "each: Rows\nline_id: Id\ndelete_there: §yes\nfields:\n  name: who\n"),
    ("T113", "fields:\n  name: {field: Name, as: §txet}\n"),
    ("T113", "fields:\n  name: {field: Name, flow: §in}\n"),
]


HEADER_CASES: list[tuple[str, str]] = [
    ("M202", "mapping: m\nsystem: crm\nobject: §Bxo\nto: Thing\nfields:\n  name: Name\n"),
    ("M222", "mapping: m\nsystem: crm\nobject: §Sheet\nto: Thing\nfields:\n  name: Name\n"),
    ("M205", "mapping: m\nsystem: crm\nobject: Box\nto: §Thnig\nfields:\n  name: Name\n"),
    ("M206", "mapping: m\nsystem: §cmr\nobject: Box\nto: Thing\nfields:\n  name: Name\n"),
    (
        "M416",
        "mapping: m\nsystem: crm\nobject: Bag\nto: Thing\ncreate_there: §yes\nfields:\n  name: Name\n",
    ),
    ("T112", "§mapping: m\nsystem: crm\nto: Thing\nfields:\n  name: Name\n"),
]
ELSEWHERE = frozenset({"M208", "M221", "M316", "M508", "M509", "M510", "M512", "M513"})
"""Raised with their places by tests of their own: a name used twice, what only a broken format does, and what remembered rows show. M316 is a reason within M302."""


def unmarked(text: str) -> tuple[str, int, int]:
    """The text without its ``§``, and the line and column where that stood."""
    before, _, after = text.partition("§")
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(("code", "text"), CASES)
def test_a_problem_points_at_its_place(bench: Any, head: str, code: str, text: str) -> None:
    text, line, column = unmarked(head + text if not text.startswith("§") else "§" + head + text[1:])
    report = bench.check(text, schemas=SCHEMAS, options=OPTIONS, undeletable={"crm"})
    found = [problem for problem in report.problems if problem.code == code]
    assert found, [problem.line("en") for problem in report.problems]
    place = found[0].position
    assert place is not None
    assert (place.file, place.line, place.column) == ("mappings/a.yaml", line, column)
    for language in ("en", "zh"):
        assert not re.search(r"\{\w+\}", found[0].line(language))


@pytest.mark.parametrize(("code", "text"), HEADER_CASES)
def test_a_problem_of_the_header_points_at_its_place(bench: Any, code: str, text: str) -> None:
    text, line, column = unmarked(text)
    report = bench.check(text, schemas=SCHEMAS)
    found = [problem.position for problem in report.problems if problem.code == code]
    assert [(place.line, place.column) for place in found if place] == [(line, column)]


def test_a_blank_canonical_side_is_called_blank(bench: Any, head: str) -> None:
    (problem,) = bench.check(head + "fields:\n  region: {field: R, values: {East: ''}}\n").problems
    assert problem.params == {"because": "M316"}
    assert problem.text("zh") == "取值表右边必须是标准值：内容为空"


def test_one_name_for_two_mappings_is_refused(bench: Any, head: str) -> None:
    report = bench.check(head + "fields:\n  name: Name\n", head + "fields:\n  name: Phone\n")
    problem = report.problems[0]
    assert (problem.code, str(problem.position)) == ("M208", "mappings/b.yaml:1:10")
    assert problem.params["first"] == "mappings/a.yaml:1:10"


def test_two_files_never_write_one_column(bench: Any, head: str) -> None:
    other = head.replace("mapping: m", "mapping: n").replace("to: Thing", "to: Person")
    report = bench.check(head + "fields:\n  name: Name\n", other + "fields:\n  name: Name\n")
    problem = report.problems[0]
    assert (problem.code, str(problem.position)) == ("M504", "mappings/b.yaml:6:9")
    assert "mappings/a.yaml:6:9" in problem.text("zh")


def test_all_problems_of_all_files_come_in_one_run(bench: Any, head: str) -> None:
    report = bench.check(
        head + "fields:\n  nmae: Name\n  day: {field: D, as: phone}\n  region: {field: R, values: {}}\n",
        head.replace(": m", ": b").replace("mapping: ", "mapping：") + "fields:\n  nmae: Name\n",
        head.replace(": m", ": n") + "fields:\n  name: Name\n",
    )
    assert [problem.code for problem in report.problems] == ["M203", "M309", "M301", "T102", "M203"]
    assert [file.sound for file in report.files] == [False, False, True]
    assert [mapping.name for mapping in report.mappings] == ["n"]


def test_of_a_file_with_mistakes_everything_understood_is_judged_but_nothing_that_may_only_be_misread(
    bench: Any, head: str
) -> None:
    """A column that is not there, a column written twice, a law that fails, beside an unknown word; no test, and no required column, is asked for."""
    broken = (
        "fields:\n  name: Nmae\n  day: {field: Day, as: date, write: 2026/8}\n  region: {feld: Region}\n"
        "create_there: yes\ntests:\n  - name: t\n    external: {Region: a}\n    canonical: {region: North}\n"
    )
    report = bench.check(head + broken, schemas=SCHEMAS)
    assert {"M201", "M308", "T111"} <= {one.code for one in report.problems}
    assert not {"M511", "M701", "M702", "M703"} & {one.code for one in report.problems}
    assert not report.files[0].sound


def test_the_nearest_name_is_suggested_in_both_languages(bench: Any, head: str) -> None:
    report = bench.check(head + "fields:\n  name: Nmae\n  电活: Phone\n", schemas=SCHEMAS)
    column, field = report.problems
    assert column.text("zh").endswith("是不是“Name”？")
    assert field.text("zh") == "东西没有字段“电活”，是不是“电话”？"
    report = bench.check(head + "fields:\n  name: 名称\n", schemas=SCHEMAS)
    assert report.problems[0].text("en") == "column “名称” is not found in Box; did you mean “Name”?"


def test_a_system_that_was_not_asked_is_not_judged(bench: Any, head: str) -> None:
    assert bench.check(head + "fields:\n  name: Anything\n", schemas={("erp", "x"): BOX}).sound


def test_ownership_is_no_matter_while_no_flow_is_written_out(bench: Any, head: str) -> None:
    assert bench.check(head + "fields:\n  limit: Limit\n").sound
    assert bench.check(head + "fields:\n  limit: {field: Limit, flow: hub_writes}\n").sound
    owner = head.replace("crm", "erp")
    assert bench.check(owner + "fields:\n  limit: {field: Limit, flow: both}\n").sound


def test_paths_into_lists_are_resolved_in_the_schema(bench: Any, head: str) -> None:
    sound = bench.check(head + 'fields:\n  name: "Rows[first].who"\n', schemas=SCHEMAS)
    assert sound.sound, sound.problems
    wrong = bench.check(head + 'fields:\n  name: "Rows[first].whom"\n', schemas=SCHEMAS)
    assert [problem.code for problem in wrong.problems] == ["M201"]
    rows = bench.check(head + "each: Rows\nline_id: id\nfields:\n  name: who\n", schemas=SCHEMAS)
    assert rows.sound, rows.problems


def test_every_code_is_tested_and_has_both_languages() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for code, message in MESSAGES.items():
        assert message.en
        assert message.zh
        assert bool(message.fix_en) == bool(message.fix_zh)
        names = [set(re.findall(r"(?<!\{)\{(\w+)\}", text)) for text in (message.en, message.zh)]
        assert names[0] == names[1], code
        if re.fullmatch(r"M\d+", code):
            assert f'"{code}"' in written, code


def test_every_problem_of_a_file_is_raised_by_a_case_with_line_and_column() -> None:
    """M8xx are problems of data; they carry the entry's place and are raised where values are read and written."""
    raised = {code for code, _ in (*CASES, *HEADER_CASES)} | ELSEWHERE
    of_files = {code for code in MESSAGES if re.fullmatch(r"M[2-7]\d\d", code)}
    assert of_files <= raised, of_files - raised
