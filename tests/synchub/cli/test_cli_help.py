"""Help in both languages, the options that go with every command, the version, and a start that stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from synchub import __version__
from synchub.cli.app import COMMANDS, GROUPS
from synchub.cli.face import Face, language_of, take_globals
from synchub.errors import UserError
from synchub.messages import Language, catalogue
from synchub.paths import template_sets
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import FakeHub

NAMES = [*(name for name, _ in COMMANDS), *GROUPS]
INNER = [(group, name) for group, commands in GROUPS.items() for name, _ in commands]


def test_the_commands_are_those_of_the_design() -> None:
    assert set(NAMES) == {"init", "demo", "connectors", "check", "plan", "sync", "status", "conflicts", "quarantine", "explain",
                          "verify", "doctor", "db", "sweep", "deletions", "history", "undo", "link", "unlink", "join", "split",
                          "pause", "resume", "map", "schema", "preview", "impact"}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_lists_every_command_with_its_sentence(run: Run, language: Language) -> None:
    said = run("--help", language=language)
    assert said.exit == 0
    for name in NAMES:
        assert f"\n  {name} " in said.out
        assert catalogue()[f"help.{name}"].text(language).replace(" ", "") in said.chinese


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_in_both_languages(run: Run, name: str, language: Language) -> None:
    said = run(name, "--help", language=language)
    assert said.exit == 0
    assert said.out.startswith(f"{'Usage: ' if language == 'en' else '用法：'}synchub {name}")
    for option in ("--hub", "--lang", "--json", "--help"):
        assert option in said.out
    if language == "zh":
        assert "Options" not in said.out
        assert "show this page" not in said.out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("group", "name"), INNER)
def test_every_command_of_a_group_has_help_in_both_languages(
    run: Run, group: str, name: str, language: Language
) -> None:
    sentence = catalogue()[f"help.{group}.{name}"].text(language)
    assert sentence.replace(" ", "") in run(group, "--help", language=language).chinese
    said = run(group, name, "--help", language=language)
    assert said.exit == 0
    assert f"synchub {group} {name}" in said.out
    assert sentence.replace(" ", "") in said.chinese


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_without_a_command_shows_its_help(run: Run, group: str) -> None:
    said = run(group)
    assert (said.exit, said.out) == (0, run(group, "--help").out)
    first = GROUPS[group][0][0]
    assert (run(group, "nothing").exit, first in run(group, "nothing").err) == (2, True)


def test_help_names_the_options_of_a_command(run: Run) -> None:
    said = run("sync", "--help")
    assert "--approve PLAN" in said.out
    assert "--system NAME" in said.out
    assert "--approve 方案" in run("sync", "--help", language="zh").out
    assert "[FIELD]" in run("explain", "--help").out


@pytest.mark.parametrize("command", [["preview"], ["map", "suggest"], ["check"]])
def test_an_option_names_its_value(run: Run, command: list[str]) -> None:
    said = run(*command, "--help")
    assert "--sample N" in said.out
    assert "None" not in said.out


def test_help_of_init_names_every_set_of_mappings(run: Run) -> None:
    for language in ("en", "zh"):
        for name in template_sets():
            assert name in run("init", "--help", language=language).out


def test_no_argument_at_all_shows_help(run: Run) -> None:
    assert run().out == run("--help").out


@pytest.mark.parametrize("variable", ["SYNCHUB_LANG", "LANG"])
def test_the_language_of_help_follows_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    from typer.testing import CliRunner

    from synchub.cli.app import build_app

    monkeypatch.setenv(variable, "zh_CN.UTF-8")
    assert "用法" in CliRunner().invoke(build_app(None), ["--help"]).stdout


def test_lang_beats_the_environment_wherever_it_stands(hub: FakeHub, run: Run) -> None:
    assert "没有冲突" in run("conflicts", "--lang", "zh", SYNCHUB_LANG="en").out
    assert "没有冲突" in run("--lang=zh", "conflicts").out
    assert "No conflicts" in run("conflicts", "--lang", "en", language="zh").out


def test_a_hub_speaks_its_own_language_unless_the_reader_asks_for_another(hub: FakeHub, run: Run) -> None:
    hub.language = "zh"
    assert "没有冲突" in run("conflicts").out
    assert "No conflicts" in run("conflicts", "--lang", "en").out
    assert "No conflicts" in run("conflicts", SYNCHUB_LANG="en").out


def test_hub_is_taken_before_and_behind_the_command(hub: FakeHub, run: Run) -> None:
    run("--hub", "/a", "status")
    run("status", "--hub=/b")
    run("status")
    assert [what for name, what in hub.asked if name == "open"] == [Path("/a"), Path("/b"), None]


def test_globals_are_taken_out_and_nothing_behind_two_dashes() -> None:
    face, rest = take_globals(["plan", "--json", "--lang", "中文", "--all", "--", "--json", "--hub"])
    assert face == Face(None, json=True, language="zh")
    assert rest == ["plan", "--all", "--", "--json", "--hub"]
    assert language_of(["plan", "--lang", "en-GB"]) == "en"
    assert language_of(["plan", "--", "--lang", "zh"]) is None
    with pytest.raises(UserError):
        take_globals(["plan", "--lang"])


def test_the_version_is_told_to_people_and_to_programs(run: Run) -> None:
    assert run("--version").out == f"synchub {__version__}\n"
    assert run("--version", "--json").json == {"version": __version__}


def test_help_starts_without_the_heavy_libraries() -> None:
    """Start-up time is what is imported; the clock of a busy machine proves nothing."""
    probe = (
        "import sys; sys.argv = ['synchub', '--help']\n"
        "from synchub.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'rich', 'sqlalchemy', 'pydantic', 'alembic', 'openpyxl', 'phonenumbers', 'prefect', 'requests', 'yaml', 'msgspec',\n"
        "         'synchub.hub', 'synchub.store', 'synchub.engine', 'synchub.sdk', 'synchub.model', 'synchub.mapping'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr.strip() == "[]"
    assert "synchub" in done.stdout
