"""What the connectors' pages say is what the classes say, in the order every reader knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synchub.testing.capability_table import HEADS, capability_table, installed

CONNECTORS = Path(__file__).parents[2] / "connectors"
PACKAGES = sorted(path for path in CONNECTORS.glob("synchub_*") if path.is_dir())
SECTIONS = ["What it syncs", "Access and scopes", "Limits and paging", "Deletes and versions", "Known quirks"]


def test_the_table_of_capabilities_says_what_the_classes_declare() -> None:
    text = (CONNECTORS / "README.md").read_text("utf-8")
    found = re.search(r"<!-- capabilities:.*?-->\n(.*?)\n<!-- /capabilities -->", text, re.DOTALL)
    assert found is not None
    ours = [
        one for one in installed() if one.__module__.partition(".")[0] in {path.name for path in PACKAGES}
    ]
    assert len(ours) == len(PACKAGES)
    assert found[1] == capability_table(ours), "run python -m synchub.testing.capability_table"


def test_the_heads_of_the_table_are_in_both_languages() -> None:
    for head in HEADS:
        assert re.search("[a-z]", head)
        assert re.search("[\u4e00-\u9fff]", head)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_connector_page_keeps_the_same_order(package: Path) -> None:
    text = (package / "README.md").read_text("utf-8")
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^## (.+)$", without_code, re.MULTILINE)
    assert [one for one in headings if one in SECTIONS] == SECTIONS


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_every_connector_is_held_to_the_conformance_tests(package: Path) -> None:
    folder = Path(__file__).parent / package.name.removeprefix("synchub_")
    texts = [path.read_text("utf-8") for path in folder.glob("test_*_conformance.py")]
    assert any("(ConnectorTests)" in text for text in texts)
