"""The repository as a whole: nothing of one machine in it, and pages that name what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from synchub import errors
from synchub.cli.app import COMMANDS, GROUPS

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
# Put together here, so that this file does not hold what it looks for.
FOREIGN = {
    "a path of one machine": rf"(?<![\w.])/(?:{'ro'}ot|{'wo'}rk|{'op'}t/(?:wheels|pypi))/[\w.]",
    "the address of a package index": r"pypi[.]org/(?:simple|pypi)|files[.]pythonhosted|mirrors?[.]\w+[.]\w+/pypi",
    "an option that names a package index": r"--(?:extra-)?index[-]url|--find[-]links",
}
LOCKS = re.compile(r"(?:^|/)(?:[\w-]+\.lock|package-lock\.json|pnpm-lock\.yaml|pylock[\w.]*\.toml)$")


@pytest.fixture(scope="module")
def files() -> list[str]:
    """Every file that is or would be committed."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git repository here: its files were not looked at")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str, files: list[str]) -> None:
    found = {name: re.search(FOREIGN[what], _text(ROOT / name)) for name in files}
    assert {name: one[0] for name, one in found.items() if one} == {}


def test_no_lock_file_is_kept(files: list[str]) -> None:
    """They record where packages were downloaded from; constraints.txt holds names and versions."""
    assert [name for name in files if LOCKS.search(name)] == []


def test_no_folder_of_a_tool_or_of_a_run_is_kept(files: list[str]) -> None:
    made = {".venv", ".cache", ".synchub", "__pycache__", "dist", "build", ".hypothesis"}
    assert [name for name in files if made & set(Path(name).parts)] == []


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("readme", READMES)
def test_every_make_command_of_a_readme_exists(readme: str) -> None:
    makefile = _text(ROOT / "Makefile")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    [phony] = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert set(phony.split()) == targets
    named = set(re.findall(r"\bmake ([a-z]+)\b", " ".join(_commands(readme))))
    assert {"demo", "test", "check"} <= named <= targets


@pytest.mark.parametrize("readme", READMES)
def test_two_commands_are_enough_to_begin(readme: str) -> None:
    first = re.findall(r"^```sh\n(.*?)^```$", _text(ROOT / readme), re.MULTILINE | re.DOTALL)[0]
    assert first.split("\n") == ["make demo", "make test", ""]


def _commands(readme: str) -> list[str]:
    """What stands between back quotes, single or in blocks of commands."""
    text = _text(ROOT / readme)
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", text)]


def test_ci_runs_what_the_readme_says() -> None:
    script = _text(ROOT / ".ci" / "run")
    run = re.findall(r"^make .+$", script, re.MULTILINE)
    assert run == ["make check", "make test", "make simulate SEEDS=200", "make audit"]
    for readme in READMES:
        named = {
            command
            for text in _commands(readme)
            for command in re.findall(r"make [a-z]+(?: [A-Z]+=\d+)?", text)
        }
        assert {*run} <= named, readme


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_table_of_a_readme(readme: str) -> None:
    rows = [line for line in _text(ROOT / readme).splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z]+)`", row.split("|")[1])}
    assert named == {name for name, _ in COMMANDS} | set(GROUPS)


def test_the_tree_of_errors_in_the_docstring_is_that_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│├└─ ]*)(\w+Error)\b", line)
        if found is None:
            continue
        depth = len(found[1]) // 4
        del above[depth:]
        drawn[found[2]] = above[-1] if above else "Exception"
        above.append(found[2])
    classes = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == errors.__name__
    }
    assert drawn == classes
