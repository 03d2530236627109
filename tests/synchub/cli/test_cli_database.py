"""The commands for the database, on a real hub folder that moves to PostgreSQL and back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.synchub.cli.conftest import Run


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A hub that holds one fact, a started run."""
    assert run("init", str(tmp_path / "hub")).exit == 0
    hub = tmp_path / "hub"
    assert run("status", "--hub", str(hub)).exit == 0
    return hub


def use(folder: Path, database: str) -> None:
    """Write the database into hub.yaml, as a person would."""
    file = folder / "hub.yaml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("database:")]
    file.write_text("\n".join([f"database: {database}", *lines]) + "\n", "utf-8")


@pytest.mark.postgres
def test_a_hub_moves_to_postgresql_and_back(
    run: Run, folder: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNCHUB_DB", empty_postgres_url)
    made = run("db", "backup", "--json", "--hub", str(folder)).json["backup"]
    assert stat.S_IMODE(Path(made["file"]).stat().st_mode) == 0o600
    restored = run("db", "restore", made["file"], "--json", "--hub", str(folder)).json["restored"]
    assert restored["digest"] == made["digest"]

    copied = run("db", "copy", "{env: SYNCHUB_DB}", "--json", "--hub", str(folder)).json["copied"]
    assert copied["tables"] == {"fact": 1}
    use(folder, "{env: SYNCHUB_DB}")
    assert run("status", "--hub", str(folder)).exit == 0
    back = run("db", "copy", "sqlite:///back.sqlite", "--json", "--hub", str(folder)).json["copied"]
    assert back == copied
    use(folder, "sqlite:///back.sqlite")
    assert run("status", "--hub", str(folder)).exit == 0
    said = run("db", "copy", "{env: SYNCHUB_DB}", "--hub", str(folder), language="zh")
    assert said.exit == 4
    assert "已有数据" in said.err


@pytest.mark.postgres
def test_an_empty_postgresql_is_set_up_by_command_and_says_so_until_then(
    run: Run, folder: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNCHUB_DB", empty_postgres_url)
    use(folder, "{env: SYNCHUB_DB}")
    said = run("status", "--hub", str(folder))
    assert said.exit == 4
    assert "synchub db upgrade" in said.err
    assert "set up at revision" in run("db", "upgrade", "--hub", str(folder)).out
    assert run("db", "upgrade", "--hub", str(folder)).out.endswith("already\n")
    assert run("status", "--hub", str(folder)).exit == 0


@pytest.mark.postgres
def test_an_older_postgresql_is_upgraded_after_a_backup(
    run: Run, folder: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub.store.schema_version import HEAD, set_up_at
    from synchub.store.transfer import engine_of

    with engine_of(empty_postgres_url) as engine, engine.connect() as connection, connection.begin():
        set_up_at(connection, "0001")
        connection.exec_driver_sql("INSERT INTO counter VALUES ('QD', 5)")
    monkeypatch.setenv("SYNCHUB_DB", empty_postgres_url)
    use(folder, "{env: SYNCHUB_DB}")
    done = run("db", "upgrade", "--json", "--hub", str(folder)).json
    assert (done["before"], done["now"]) == ("0001", HEAD)
    assert (done["backup"]["revision"], done["backup"]["rows"]) == ("0001", 1)
    assert Path(done["backup"]["file"]).is_relative_to(folder / ".synchub" / "backups")


def test_a_restore_over_data_needs_replace_and_keeps_what_was_there(run: Run, folder: Path) -> None:
    made = run("db", "backup", "--json", "--hub", str(folder)).json["backup"]["file"]
    run("db", "restore", made, "--hub", str(folder))
    said = run("db", "restore", made, "--hub", str(folder))
    assert said.exit == 4
    assert "--replace" in said.err
    said = run("db", "restore", made, "--replace", "--hub", str(folder))
    assert said.exit == 0
    assert said.out.startswith("backup: ")
    assert "synchub plan" in said.out


def test_a_backup_that_is_not_there_is_told_from_one_that_is_damaged(run: Run, folder: Path) -> None:
    said = run("db", "restore", str(folder / "nothing.backup"), "--hub", str(folder))
    assert said.exit == 2
    assert "there is no file" in said.err
    assert ".synchub/backups/" in said.err
    assert "is not a backup" in run("db", "restore", str(folder / "hub.yaml"), "--hub", str(folder)).err


def test_a_secret_on_the_command_line_that_is_not_set_is_told_without_a_place(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH", raising=False)
    said = run("db", "copy", "{url: postgresql://hub@db/hub, password: {env: NO_SUCH}}", "--hub", str(folder))
    assert said.exit == 2
    assert "error  the environment variable of {env: NO_SUCH} is not set" in said.err


def test_no_password_is_taken_from_the_command_line(run: Run, folder: Path) -> None:
    said = run("db", "copy", "postgresql://hub:geheim@db/hub", "--hub", str(folder))
    assert said.exit == 2
    assert "H311" in said.err
    assert "geheim" not in said.err + said.out
    for nonsense in ("mysql://db/hub", "{url: 1, passwort: 2}", "[a]"):
        assert run("db", "copy", nonsense, "--hub", str(folder)).exit == 2
