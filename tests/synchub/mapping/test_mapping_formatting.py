"""The words inside expressions, of rules and of mapping entries, in the other language and back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from synchub.document import Findings, parse
from synchub.hub.versions import version_of
from synchub.mapping.formatting import formatted, formatted_overlay
from synchub.messages import Language
from synchub.model.overlay import compile_entities
from synchub.model.overlay.reading import read_overlay

ENGLISH = """\
model: Partner
rules:
  - {name: a, check: 'if(status != "inactive" or 信用额度 == 0, is_blank(name), true)', on_fail: warn}
  - {name: b, check: 'status not in ["inactive"] and not matches(name, "and or")'}  # and a comment
"""
CHINESE = """\
模型: Partner
规则:
  - {名称: a, 校验: '如果(status != "inactive" 或 信用额度 == 0, 为空(name), 真)', 不符时: 提醒}
  - {名称: b, 校验: 'status 不属于 ["inactive"] 且 非 符合(name, "and or")'}  # and a comment
"""


def overlay(text: str, language: Language) -> str | None:
    findings = Findings()
    found = formatted_overlay(text, "partner.yaml", language, findings)
    assert not findings.problems
    return found


def test_rules_are_written_in_the_other_language_and_back() -> None:
    assert overlay(ENGLISH, "zh") == CHINESE
    assert overlay(CHINESE, "en") == ENGLISH
    assert overlay(ENGLISH, "en") == ENGLISH


def test_a_rule_means_the_same_in_both_languages_whatever_its_fields_are_called() -> None:
    def version(text: str) -> str:
        table = parse(text, "partner.yaml", Findings())
        assert table is not None
        read = read_overlay(table, Findings())
        assert read is not None
        return version_of(compile_entities([read], Findings()), [])

    assert version(ENGLISH) == version(CHINESE) == version(CHINESE.replace("信用额度", "credit_limit"))
    assert version(ENGLISH) != version(ENGLISH.replace("not matches", "matches"))
    assert version(ENGLISH) != version(ENGLISH.replace("== 0", "== 1"))


def test_words_behind_an_escape_stay_and_mean_the_same() -> None:
    text = 'model: Partner\nrules:\n  - {name: a, check: "not (name == \\"x\\") and true"}\n'
    found = overlay(text, "zh")
    assert found is not None
    assert '校验: "非 (name == \\"x\\") and true"' in found
    assert overlay(found, "en") == text


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ('join(" ", Province, upper(City))', '连接(" ", Province, 大写(City))'),
        ('if(Note not in ["a"] and true, Note, "no")', '如果(Note 不属于 ["a"] 且 真, Note, "no")'),
    ],
)
def test_entries_with_an_expression_too(english: str, chinese: str) -> None:
    entities = compile_entities([], Findings())
    zones = {"crm": ZoneInfo("UTC")}
    head = (
        "mapping: m\nsystem: crm\nobject: Box\nto: Partner\nfields:\n  note: {flow: hub_reads, value: '%s'}\n"
    )
    findings = Findings()
    there = formatted(head % english, "m.yaml", entities, zones, "zh", findings)
    assert there is not None, findings.problems
    assert chinese in there
    back = formatted(there, "m.yaml", entities, zones, "en", Findings())
    assert back == head % english
