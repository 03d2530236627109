"""The pytest helper for mapping files: the demo hub's own pass, and a wrong expectation is told with its place."""

from __future__ import annotations

from pathlib import Path

from synchub.testing import mapping_tests
from synchub.testing.mappings import problems_of

ROOT = Path(__file__).resolve().parents[3]
test_the_demo_hub = mapping_tests(ROOT / "mappings")


def test_a_failing_test_of_a_file_is_told_at_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    folder.mkdir()
    text = "mapping: m\nsystem: crm\nobject: Box\nto: Partner\nfields:\n  name: Name\n"
    text += "tests:\n  - {name: t, external: {Name: a}, canonical: {name: b}}\n"
    (folder / "m.yaml").write_text(text, encoding="utf-8")
    (said,) = problems_of(folder, "mappings/m.yaml")
    assert said.startswith("M701 mappings/m.yaml:8:")
