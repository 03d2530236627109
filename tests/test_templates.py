"""The sets of mappings to start from: every file is sound and tested in place, and together they carry every entity both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from synchub.cli.hub_folder import write_template
from synchub.hub import Hub
from synchub.mapping import CheckReport
from synchub.mapping.compiled import Flow
from synchub.mapping.files import mapping_files
from synchub.model.entities import ENTITIES
from synchub.paths import template_folder, template_sets

ROOT = Path(__file__).resolve().parent.parent
SETS = sorted(template_sets())
FILES = [
    (name, path.name)
    for name, folder in template_sets().items()
    for path in sorted(folder.glob("*.yaml"))
    if path.name != "hub.yaml"
]
Checked = Callable[[str], CheckReport]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """What `synchub check` says of a hub folder that was begun with a set."""

    @cache
    def check(name: str) -> CheckReport:
        folder = tmp_path_factory.mktemp(name) / "hub"
        write_template(folder, name)
        with Hub.open(folder) as hub:
            return hub.check()

    return check


def test_there_are_sets_and_the_demo_reads_none_of_them() -> None:
    assert "channel" in SETS
    assert template_folder() == ROOT
    assert not [shown for path, shown in mapping_files(ROOT / "mappings") if "templates" in path.parts]


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_file_of_a_set_is_sound_and_its_own_tests_pass(checked: Checked, name: str, file: str) -> None:
    one = next(one for one in checked(name).files if Path(one.file).name == file)
    assert [(str(problem.position), problem.text("en")) for problem in one.problems] == []
    assert one.tests >= 2, "each file shows what it does, there and back"


@pytest.mark.parametrize("name", SETS)
def test_nothing_is_left_to_complain_about_in_a_set(checked: Checked, name: str) -> None:
    assert [(str(one.position), one.text("en")) for one in checked(name).problems] == []


@pytest.mark.parametrize("name", SETS)
def test_both_languages_are_used_in_a_set(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in template_sets()[name].glob("*.yaml")]
    assert any("\nmapping:" in text for text in texts)
    assert any("\n映射:" in text for text in texts)


def test_every_entity_travels_there_and_back_between_two_systems(checked: Checked) -> None:
    """An entity exists only with shipped mappings that carry it in both directions, from a workbook and from another system."""
    systems = _systems(checked("channel"))
    assert set(systems) == set(ENTITIES)
    for entity, found in systems.items():
        assert "workbook" in found, entity
        assert len(found) >= 2 or entity == "Employee", entity


def _systems(report: CheckReport) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for mapping in report.mappings:
        if mapping.create_there and any(one.flow is Flow.BOTH for one in mapping.fields):
            found.setdefault(mapping.entity.name, set()).add(mapping.system)
    return found


def test_every_standard_field_is_carried_by_a_mapping(checked: Checked) -> None:
    """A field that nothing carries would be a promise nobody has tried."""
    carried = {
        (mapping.entity.name, one.name)
        for mapping in checked("channel").mappings
        for one in mapping.fields
        if one.flow is Flow.BOTH
    }
    standard = {
        (name, field)
        for name, entity in ENTITIES.items()
        for field in entity.model_fields
        if field not in {"id", "custom"}
    }
    assert standard - carried == set()
