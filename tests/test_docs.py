"""The pages people read say what the program does: examples load, keywords and codes are complete, both languages are level."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from synchub.document import Keyword
from synchub.document.reading import YES_NO
from synchub.hub import config, limits, secrets
from synchub.mapping import check, keywords
from synchub.mapping.transforms import LIBRARY
from synchub.model.entity import EntityModel
from synchub.model.overlay import keywords as model_keywords
from synchub.model.overlay import load_entities
from synchub.paths import HubPaths

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
PAGES += sorted((ROOT / "connectors").glob("**/README.md"))
GUIDES = ("docs/mapping-guide.md", "docs/mapping-guide.zh-CN.md")
FIRST = ("docs/first-mapping.md", "docs/first-mapping.zh-CN.md")
LEVEL = [("README.md", "README.zh-CN.md"), GUIDES, FIRST]
SYSTEMS = ("salesforce", "kingdee", "workbook")
ZONES = {name: ZoneInfo("Asia/Shanghai") for name in SYSTEMS}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language (yaml, sh …), in order."""
    return [text for tag, text in _FENCE.findall(page(name)) if tag == language]


def prose(text: str) -> str:
    return _FENCE.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", prose(text), re.MULTILINE)]


def anchor(title: str) -> str:
    """How a reader of Markdown makes a link target of a heading."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")


def words_of(module: ModuleType) -> list[Keyword]:
    """Every keyword that a module defines, alone or as the key of a table."""
    found: list[Keyword] = []
    for value in vars(module).values():
        if isinstance(value, Keyword):
            found.append(value)
        elif isinstance(value, Mapping):
            found += [key for key in value if isinstance(key, Keyword)]
    return found


@pytest.fixture(scope="module")
def entities() -> dict[str, EntityModel]:
    """The demo hub's own fields."""
    return load_entities(ROOT / "mappings" / "model", systems=SYSTEMS)


def as_file(block: str) -> str:
    """A block that begins with its fields is the rest of a file."""
    if re.match(r"(?:fields|字段):", block):
        return f"mapping: example\nsystem: workbook\nobject: Example\nto: Partner\n{block}"
    return block


def is_model(block: str) -> bool:
    return bool(re.match(r"(?:model|模型):", block))


def mapping_blocks(name: str) -> list[str]:
    return [block for block in blocks(name, "yaml") if re.match(r"(?:mapping|映射|fields|字段):", block)]


def meaning(block: str, entities: Mapping[str, EntityModel], folder: Path) -> str:
    """The version of an example's compiled mapping; the example is sound, its own tests included."""
    file = folder / "example.yaml"
    file.write_text(as_file(block), encoding="utf-8")
    report = check([file], entities, ZONES)
    assert [problem.line("en") for problem in report.problems if problem.severity == "error"] == []
    return report.mappings[0].version


@pytest.mark.parametrize(("english", "chinese"), LEVEL)
def test_both_languages_have_the_same_sections_and_examples(english: str, chinese: str) -> None:
    assert [level for level, _ in headings(page(english))] == [level for level, _ in headings(page(chinese))]
    assert [tag for tag, _ in _FENCE.findall(page(english))] == [
        tag for tag, _ in _FENCE.findall(page(chinese))
    ]


def test_both_readmes_give_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        lines = [
            line.partition("  #")[0].rstrip() for block in blocks(name, "sh") for line in block.splitlines()
        ]
        return [line for line in lines if line and not line.startswith("#")]

    assert commands("README.md") == commands("README.zh-CN.md")
    assert commands("README.md")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    for target in _LINK.findall(prose(path.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, place = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        if place:
            titles = headings(there.read_text(encoding="utf-8"))
            assert place in [anchor(title) for _, title in titles], target


def test_mapping_examples_are_sound_and_mean_the_same_in_both_languages(
    entities: Mapping[str, EntityModel], tmp_path: Path
) -> None:
    english, chinese = GUIDES
    versions = [meaning(block, entities, tmp_path) for block in mapping_blocks(english)]
    assert versions == [meaning(block, entities, tmp_path) for block in mapping_blocks(chinese)]
    assert versions


@pytest.mark.parametrize("name", GUIDES)
def test_the_guides_own_pair_of_python_functions_obeys_the_laws(name: str, tmp_path: Path) -> None:
    [block] = blocks(name, "python")
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom" / "mine.py").write_text(block, encoding="utf-8")
    (tmp_path / "model").mkdir()
    own = "model: Partner\nfields: {visits: {custom: yes, type: integer, label: {zh: 次数, en: Visits}}}\n"
    (tmp_path / "model" / "partner.yaml").write_text(own, encoding="utf-8")
    entry = "fields: {visits: {field: Stars, as: custom, custom: mine.stars}}\n"
    (tmp_path / "a.yaml").write_text(
        f"mapping: a\nsystem: workbook\nobject: Partners\nto: Partner\n{entry}", encoding="utf-8"
    )
    report = check(tmp_path, load_entities(tmp_path / "model", systems=SYSTEMS), ZONES)
    assert [one.line("en") for one in report.problems] == []


def test_the_model_example_is_sound_and_means_the_same_in_both_languages(tmp_path: Path) -> None:
    found = []
    for number, name in enumerate(GUIDES):
        [block] = [block for block in blocks(name, "yaml") if is_model(block)]
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "partner.yaml").write_text(block, encoding="utf-8")
        found.append(load_entities(folder, systems=SYSTEMS)["Partner"])
    english, chinese = found
    assert english.fields == chinese.fields
    assert english.rules == chinese.rules
    assert english.label == chinese.label


def test_the_first_mapping_is_sound_and_means_the_same_in_both_languages(
    entities: Mapping[str, EntityModel], tmp_path: Path
) -> None:
    english, chinese = (
        [meaning(block, entities, tmp_path) for block in mapping_blocks(name)] for name in FIRST
    )
    assert english == chinese
    assert len(english) >= 3


def test_the_workflow_for_mapping_files_calls_commands_that_exist() -> None:
    from synchub.cli.app import COMMANDS, GROUPS

    text = page("docs/workflows/check-mappings.yml")
    known = {name for name, _ in COMMANDS} | set(GROUPS)
    called = set(re.findall(r"\bsynchub ([a-z]+)", text)) - {"check"}
    assert called <= known
    assert "synchub check" in text


@pytest.mark.parametrize("name", [*FIRST, *GUIDES])
def test_the_commands_that_the_guides_name_exist(name: str) -> None:
    from synchub.cli.app import COMMANDS, GROUPS

    known = {one for one, _ in COMMANDS} | {
        f"{group} {one}" for group, inner in GROUPS.items() for one, _ in inner
    }
    for first, second in re.findall(r"\bsynchub ([a-z]+)(?: ([a-z]+))?", page(name)):
        assert first in known or f"{first} {second}" in known, f"{first} {second}"


@pytest.mark.parametrize("name", GUIDES)
def test_the_mapping_guide_lists_every_keyword_and_format(name: str) -> None:
    words = [*words_of(keywords), *words_of(model_keywords), *LIBRARY, *YES_NO]
    text = page(name)
    assert [one.en for one in words if f"`{one.en}` {'/'.join((one.zh, *one.also))}" not in text] == []


@pytest.mark.parametrize("name", GUIDES)
def test_the_mapping_guide_explains_every_keyword_of_mapping_files(name: str) -> None:
    text = page(name).partition("## 全部关键字" if "zh" in name else "## Every word")[0]
    words = [word for word in words_of(keywords) if not any(one in text for one in word.names)]
    assert words == []


def hub_blocks() -> list[tuple[str, str]]:
    """(page, block) of every example of a hub.yaml, whole or its systems alone."""
    pages = [path.relative_to(ROOT).as_posix() for path in PAGES]
    begins = re.compile(r"^(?:systems|系统):\s*(?:#.*)?$", re.MULTILINE)
    return [(name, block) for name in pages for block in blocks(name, "yaml") if begins.search(block)]


@pytest.mark.parametrize(("name", "block"), hub_blocks())
def test_every_example_of_a_hub_file_loads(name: str, block: str, tmp_path: Path) -> None:
    named = re.search(r"^(?:hub|中台):", block, re.MULTILINE)
    whole = block if named else f"hub: {name}\n{block}"
    (tmp_path / "hub.yaml").write_text(whole, encoding="utf-8")
    assert config.load_hub(HubPaths(tmp_path)).systems


def test_the_reference_of_hub_yaml_names_every_key() -> None:
    text = prose(page("docs/hub-yaml.md"))
    told = [
        word
        for word in (*words_of(config), *words_of(limits))
        if f"`{word.en}`" not in text or f"`{word.zh}`" not in text
    ]
    assert told == []
    told = [
        word for word in secrets.SCHEMES if f"`{{{word.en}: " not in text or f"`{{{word.zh}: " not in text
    ]
    assert told == []


def test_the_page_of_error_codes_is_that_of_the_catalogue() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "synchub.messages"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert made.stdout == page("docs/errors.md"), "run: python -m synchub.messages > docs/errors.md"


def test_the_page_of_the_model_is_that_of_the_classes() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "synchub.model"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert made.stdout == page("docs/model.md"), "run: python -m synchub.model > docs/model.md"


def test_every_problem_that_tests_and_pages_name_by_code_exists() -> None:
    known = set(re.findall(r"^\| ([A-Z]+\d{3}) \|", page("docs/errors.md"), re.MULTILINE))
    for path in PAGES:
        named = set(re.findall(r"\b(?:[THMOKCES]|XL|KX|SF)\d{3}\b", prose(path.read_text(encoding="utf-8"))))
        assert named <= known, path.name
