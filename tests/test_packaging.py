"""What is published: a wheel and a source archive, built as a release builds them and used from a folder of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from synchub import __version__

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("synchub", "synchub_excel", "synchub_kingdee_xingchen", "synchub_salesforce", "synchub_tryton")
BIN = "Scripts" if os.name == "nt" else "bin"
UNREACHABLE = re.compile(
    r"Failed to establish a new connection|Temporary failure in name|Network is unreachable|Name or service not known"
)
MACHINE = [str(place).encode() for place in (ROOT, Path(sys.prefix), Path(sys.base_prefix))]


def run(*words: str, folder: Path = ROOT, environ: dict[str, str] | None = None) -> str:
    """What a child process printed; its complaints are the failure's text."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--no-isolation", "--outdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    [path] = built.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed into a folder of its own; what it depends on is that of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    [path] = built.glob("*.whl")
    run(
        "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index",
        "--no-compile", "--target", str(folder), str(path),
    )  # fmt: skip
    return folder


def names(wheel: zipfile.ZipFile) -> set[str]:
    return set(wheel.namelist())


def below(folder: str, suffixes: tuple[str, ...]) -> set[str]:
    """The files of a folder of the repository that belong to the project, by their path inside the folder."""
    root = ROOT / folder
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_module_of_the_library_and_its_connectors(wheel: zipfile.ZipFile) -> None:
    for package in PACKAGES:
        folder = package if package == "synchub" else f"connectors/{package}"
        modules = {f"{package}/{one}" for one in below(folder, (".py",))}
        assert modules <= names(wheel)
        assert f"{package}/py.typed" in names(wheel)


def test_the_wheel_holds_the_migrations_of_the_database(wheel: zipfile.ZipFile) -> None:
    found = {name for name in names(wheel) if name.startswith("synchub/store/migrations/versions/")}
    assert any(name.endswith("r0001_house.py") for name in found)
    assert "synchub/store/migrations/env.py" in names(wheel)


def test_the_wheel_holds_the_template_of_a_hub_folder(wheel: zipfile.ZipFile) -> None:
    there = {
        name.removeprefix("synchub/template/")
        for name in names(wheel)
        if name.startswith("synchub/template/")
    }
    mappings = {f"mappings/{one}" for one in below("mappings", (".yaml",))}
    flows = {f"flows/{one}" for one in below("flows", (".py",))}
    assert there == {"hub.yaml", "prefect.yaml"} | mappings | flows


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in names(wheel)}
    version = re.search(r"synchub-(.+)\.dist-info", " ".join(tops))
    assert version is not None
    assert tops == {*PACKAGES, version[0]}
    assert not [name for name in names(wheel) if "tests/" in name or "__pycache__" in name]
    assert {Path(name).suffix for name in names(wheel) if not name.startswith(version[0])} <= {
        ".py",
        ".typed",
        ".yaml",
    }


def test_the_source_archive_can_be_built_tested_and_read(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "Makefile", "constraints.txt"} <= found
    assert {"docs/sync.md", "flows/sync.py", "tests/test_packaging.py"} <= found
    assert not [name for name in found if name.startswith((".venv", ".cache", "demo", "dist", ".git/"))]


def test_nothing_published_names_a_place_on_the_machine_that_built_it(
    built: Path, wheel: zipfile.ZipFile
) -> None:
    told = {name: wheel.read(name) for name in names(wheel)}
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert not member.name.startswith("/")
            told[member.name] = content.read() if content is not None else b""
    assert [name for name, content in told.items() if any(place in content for place in MACHINE)] == []


def test_the_metadata_says_what_a_package_page_needs(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in names(wheel) if name.endswith("/METADATA")]
    metadata = wheel.read(name).decode()
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert "Description-Content-Type: text/markdown" in metadata
    assert not re.search(r"^Requires-Dist: .*@", metadata, re.MULTILINE)  # names and versions, no addresses


def tried(installed: Path, code: str) -> Any:
    """What code prints as JSON when it runs on the installed wheel, away from the repository."""
    environ = {"PYTHONPATH": str(installed), "SYNCHUB_HUB": "", "PYTHONDONTWRITEBYTECODE": "1"}
    return json.loads(run("-c", code, folder=installed.parent, environ=environ))


def test_an_installed_synchub_finds_its_connectors(installed: Path) -> None:
    code = f"""
import json
from importlib.metadata import distributions
[found] = [one for one in distributions(path=[{str(installed)!r}]) if one.name == "synchub"]
points = {{point.name: point for point in found.entry_points if point.group == "synchub.connectors"}}
print(json.dumps({{name: [point.load().name, point.load().__module__.split(".")[0]] for name, point in points.items()}}))
"""
    expected = {
        name: [name, value.split(":")[0]]
        for name, value in PROJECT["project"]["entry-points"]["synchub.connectors"].items()
    }
    assert tried(installed, code) == expected


def test_an_installed_synchub_brings_its_own_template(installed: Path) -> None:
    code = """
import json, synchub
from synchub.paths import TEMPLATE, template_folder
folder = template_folder()
print(json.dumps([synchub.__file__, str(folder), [name for name in TEMPLATE if not (folder / name).exists()]]))
"""
    library, folder, missing = tried(installed, code)
    assert Path(library).is_relative_to(installed)
    assert Path(folder) == installed / "synchub" / "template"
    assert missing == []


def test_an_installed_synchub_writes_a_hub_folder_that_its_own_check_finds_sound(
    installed: Path, tmp_path: Path
) -> None:
    hub = tmp_path / "hub"
    main = "import sys; from synchub.cli import main; sys.argv[1:] = {!r}; main()"
    made = tried(installed, main.format(["init", str(hub), "--json"]))
    assert set(made["written"]) == {"hub.yaml", "prefect.yaml", "flows", "mappings"}
    checked = tried(installed, main.format(["check", "--hub", str(hub), "--json"]))
    assert [one for one in checked["problems"] if one["severity"] == "error"] == []


@pytest.fixture(scope="module")
def elsewhere(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that held nothing, away from the repository, with the wheel and what it needs: wheels only, so that no compiler is needed."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run("-m", "venv", "--without-pip", str(folder / "env"), folder=folder)
    [path] = built.glob("*.whl")
    words = (
        "-m", "pip", "--python", str(folder / "env" / BIN / "python"), "install", "--quiet", "--disable-pip-version-check",
        "--only-binary", ":all:", "--no-compile", "-c", str(ROOT / "constraints.txt"), str(path),
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("no package index can be reached: the wheel was not installed into an empty environment")
    assert done.returncode == 0, done.stderr
    return folder


def there(elsewhere: Path, *words: str) -> str:
    """What the installed `synchub` prints, started as a person would start it who has no checkout."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SYNCHUB", "PYTHON", "PREFECT"))
    }
    done = subprocess.run(
        [str(elsewhere / "env" / BIN / "synchub"), *words],
        cwd=elsewhere,
        env={**environ, "SYNCHUB_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(900)
def test_the_wheel_alone_is_enough_for_init_and_for_the_whole_demo(elsewhere: Path) -> None:
    [found] = (elsewhere / "env").glob("lib/python*/site-packages/synchub/__init__.py")
    assert not found.is_relative_to(ROOT)
    assert there(elsewhere, "--version") == f"synchub {__version__}\n"
    there(elsewhere, "init", "my-hub")
    assert "No mistakes found." in there(elsewhere, "check", "--hub", "my-hub")
    summary = json.loads(there(elsewhere, "demo", "--json"))
    checks = [check for act in summary["acts"] for check in act["checks"]]
    assert [check for check in checks if not check["passed"]] == []
    assert len(summary["acts"]) == 6
    assert json.loads(there(elsewhere, "verify", "--json", "--hub", "demo"))["clean"]


def test_only_versions_of_python_that_were_tried_are_claimed() -> None:
    """3.11 by every run of these tests; the others by installing the wheel from constraints, the demo, and `init` and `check`."""
    prefix = "Programming Language :: Python :: 3."
    claimed = {
        one.removeprefix(prefix) for one in PROJECT["project"]["classifiers"] if one.startswith(prefix)
    }
    assert claimed == {"11", "12", "13", "14"}


def test_every_connector_of_the_repository_is_published() -> None:
    folders = {path.parent.name for path in (ROOT / "connectors").glob("*/__init__.py")}
    packages = {Path(one).name for one in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    assert packages == folders | {"synchub"}
    points = PROJECT["project"]["entry-points"]["synchub.connectors"]
    assert {value.split(":")[0] for value in points.values()} == folders


def test_constraints_hold_names_and_versions_only_and_cover_what_is_declared() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = {normal(line.split("==")[0]) for line in lines}
    assert len(pinned) == len(lines)
    declared = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    wanted = {normal(re.split(r"[\[<>=!~; ]", one)[0]) for one in declared}
    assert wanted - pinned == set()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()
