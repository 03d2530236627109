"""The mapping files and overlays of the demo hub: sound, tested in place, and agreed with what the systems offer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.mapping import CheckReport, FileReport, Loss, check
from synchub.mapping.compiled import Flow
from synchub.model.entity import EntityModel
from synchub.model.overlay.compiling import load_entities
from synchub.model.schema import ObjectSchema
from synchub_kingdee_xingchen.schema import ENTITIES

ROOT = Path(__file__).resolve().parent.parent
ZONES = {name: ZoneInfo("Asia/Shanghai") for name in ("salesforce", "kingdee", "workbook")}
FILES = sorted(path.name for path in (ROOT / "mappings").glob("*.yaml"))


@pytest.fixture(scope="module")
def entities() -> Mapping[str, EntityModel]:
    return load_entities(ROOT / "mappings" / "model", systems=ZONES)


@pytest.fixture(scope="module")
def report(entities: Mapping[str, EntityModel]) -> CheckReport:
    schemas: dict[tuple[str, str], ObjectSchema] = {
        ("kingdee", name): one.schema for name, one in ENTITIES.items()
    }
    return check(ROOT / "mappings", entities, ZONES, schemas=schemas)


def file_of(report: CheckReport, name: str) -> FileReport:
    return next(one for one in report.files if one.file == f"mappings/{name}")


@pytest.mark.parametrize("name", FILES)
def test_a_mapping_file_is_sound_and_its_own_tests_pass(report: CheckReport, name: str) -> None:
    one = file_of(report, name)
    assert one.sound, [str(problem) for problem in one.problems]
    assert one.tests >= 3, "each file shows what it does, there and back"


def test_nothing_is_left_to_complain_about(report: CheckReport) -> None:
    assert [(str(one.position), one.text("en")) for one in report.problems] == []


def test_the_people_of_the_demo_travel_there_and_back(report: CheckReport) -> None:
    """The rest of the model is carried by the templates, see test_templates.py."""
    both_ways = {
        mapping.entity.name
        for mapping in report.mappings
        if any(one.flow is Flow.BOTH for one in mapping.fields) and mapping.create_there
    }
    assert both_ways == {"Partner", "Contact", "Employee"}


def test_both_languages_are_used_so_that_either_reader_finds_a_file_to_start_from() -> None:
    first = [(ROOT / "mappings" / name).read_text(encoding="utf-8") for name in FILES]
    assert sum("\nmapping:" in text for text in first) >= 3
    assert sum("\n映射:" in text for text in first) >= 3


def test_a_column_that_loses_digits_says_so(report: CheckReport) -> None:
    sheet = next(one for one in report.mappings if one.name == "渠道台账")
    assert [one.name for one in sheet.fields if one.lossy] == ["credit_limit"]
    told = next(one for one in file_of(report, "渠道台账.yaml").fields if one.name == "credit_limit")
    assert told.loss is Loss.ONE_WAY
