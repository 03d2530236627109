"""Runs the tests that stand in mapping files under pytest, so that a repository of mappings is checked where its code is.

In ``tests/test_mappings.py`` of a hub folder::

    from synchub.testing import mapping_tests
    test_mapping = mapping_tests("mappings")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.hub.config import load_hub
from synchub.mapping import CheckReport, check, mapping_files
from synchub.model.overlay import compile_entities
from synchub.model.overlay.reading import read_overlays
from synchub.paths import HUB_FILE, HubPaths


def mapping_tests(folder: str | Path) -> Callable[..., None]:
    """A test function with one case per mapping file: the file is sound, and the tests in it pass."""
    import pytest

    place = Path(folder).resolve()
    names = [shown for _, shown in mapping_files(place)]
    assert names, f"there is no mapping file in {place}"

    @pytest.mark.parametrize("file", names)
    def test_mapping(file: str) -> None:
        said = problems_of(place, file)
        assert not said, "\n" + "\n".join(said)

    return test_mapping


def problems_of(folder: Path, file: str) -> Sequence[str]:
    """The errors of one file, each in a line with its place and way out."""
    report = _report(folder)
    errors = [problem for problem in report.problems if problem.severity == "error"]
    return [one.line() for one in errors if one.position is None or one.position.file == file]


@cache
def _report(folder: Path) -> CheckReport:
    findings = Findings()
    zones = _zones(folder.parent)
    entities = compile_entities(read_overlays(folder / "model", findings), findings, systems=zones or None)
    report = check(folder, entities, zones)
    return CheckReport(report.files, report.mappings, (*findings.problems, *report.problems))


def _zones(hub: Path) -> dict[str, ZoneInfo]:
    """The systems of the hub around the folder; without a hub.yaml any system will do."""
    if not (hub / HUB_FILE).is_file():
        return {}
    return {name: system.timezone for name, system in load_hub(HubPaths(hub)).systems.items()}
