"""The mapping files to start from: a hub of their own each, sound, tried there and back, and no part of the demo hub."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synchub.mapping import CheckReport, check
from synchub.mapping.compiled import Flow
from synchub.mapping.files import mapping_files
from synchub.model.overlay.compiling import load_entities

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "mappings" / "templates"
FOLDERS = sorted(path.name for path in TEMPLATES.iterdir())


def checked(folder: str) -> CheckReport:
    zones = {name: ZoneInfo("Asia/Shanghai") for name in (folder, "workbook")}
    entities = load_entities(TEMPLATES / folder / "model", systems=zones)
    return check(TEMPLATES / folder, entities, zones)


def test_there_are_templates_and_the_demo_hub_reads_none_of_them() -> None:
    assert FOLDERS
    read = {path for path, _ in mapping_files(ROOT / "mappings")}
    assert not [path for path in TEMPLATES.rglob("*.yaml") if path in read]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_template_is_sound_and_its_own_tests_pass(folder: str) -> None:
    report = checked(folder)
    assert [(str(one.position), one.text("en")) for one in report.problems] == []
    assert all(one.sound and one.tests >= 3 for one in report.files)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_template_carries_its_entities_there_and_back_between_two_systems(folder: str) -> None:
    ways: dict[str, set[str]] = {}
    for mapping in checked(folder).mappings:
        if mapping.create_there and any(one.flow is Flow.BOTH for one in mapping.fields):
            ways.setdefault(mapping.entity.name, set()).add(mapping.system)
    assert ways
    assert all(systems >= {folder, "workbook"} for systems in ways.values())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_reader_of_either_language_finds_a_file_to_start_from(folder: str) -> None:
    texts = [path.read_text("utf-8") for path in (TEMPLATES / folder).glob("*.yaml")]
    assert any("\nmapping:" in text for text in texts)
    assert any("\n映射:" in text for text in texts)
