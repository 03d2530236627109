"""Workbooks that cannot be written now: open on somebody's screen, forbidden, the disk full. Nothing is lost, nothing is half written."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synchub.sdk import OutcomeKind
from tests.connectors.excel.excel_workbooks import plain_workbook

HEAD = ["系统编号", "渠道名称", "信用额度"]
ROWS = [HEAD, ["P-1", "甲", 1], ["P-2", "乙", 2]]
REPO = Path(__file__).parents[3]


def excel_lock(name: str) -> bytes:
    """165 bytes as Excel writes them: length and name in the ANSI code page, then as UTF-16."""
    narrow = name.encode("gbk")
    wide = name.encode("utf-16-le")
    return (
        bytes([len(narrow)])
        + narrow.ljust(54)
        + len(name).to_bytes(2, "little")
        + wide.ljust(108, b" \x00"[:1])
    )


@pytest.mark.parametrize(
    ("lock", "content", "holder"),
    [
        ("~$渠道台账.xlsx", excel_lock("王小明"), "王小明"),
        (
            ".~lock.渠道台账.xlsx#",
            b"Li Lei,lilei,desk-7,23.11.2026 10:00,file:///home/lilei;",
            "Li Lei (desk-7)",
        ),
        (".~lock.渠道台账.xlsx#", b",lilei,desk-7,23.11.2026 10:00,;", "lilei (desk-7)"),
    ],
)
def test_an_open_workbook_is_read_but_not_written_and_the_holder_is_named(
    put: Any, lock: str, content: bytes, holder: str
) -> None:
    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    desk.path.with_name(lock).write_bytes(content)
    assert len(desk.pull()) == 2
    outcomes = desk.push(desk.update("P-1", {"信用额度": 5}), desk.create("P-3", {"渠道名称": "丙"}))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.BLOCKED] * 2
    assert outcomes[0].error is not None
    assert holder in str(outcomes[0].error)
    assert desk.path.read_bytes() == held
    assert desk.strangers() == [lock]


def test_a_lock_file_that_names_nobody_is_named_itself(put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    desk.path.with_name("~$渠道台账.xlsx").write_bytes(b"")
    [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}))
    assert outcome.error is not None
    assert "~$渠道台账.xlsx" in str(outcome.error)


def test_a_lock_file_left_behind_by_a_crash_stops_nobody_and_stays(put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    lock = desk.path.with_name("~$渠道台账.xlsx")
    lock.write_bytes(excel_lock("王小明"))
    long_ago = desk.clock.now().timestamp() - 73 * 3600
    os.utime(lock, (long_ago, long_ago))
    [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}))
    assert outcome.kind is OutcomeKind.OK
    assert lock.exists()


def test_lock_files_may_be_ignored_by_a_setting(put: Any) -> None:
    desk = put(plain_workbook(ROWS), settings={"lock_files": "ignore"})
    desk.path.with_name("~$渠道台账.xlsx").write_bytes(b"")
    assert desk.push(desk.update("P-1", {"信用额度": 5}))[0].kind is OutcomeKind.OK


def test_a_workbook_opened_while_the_new_version_was_made_is_not_replaced(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    save = desk.excel._versions.__class__.save

    def open_then_save(self: Any, *args: Any) -> None:
        desk.path.with_name("~$渠道台账.xlsx").write_bytes(excel_lock("王小明"))
        save(self, *args)

    monkeypatch.setattr(desk.excel._versions.__class__, "save", open_then_save)
    [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}))
    assert outcome.kind is OutcomeKind.BLOCKED
    assert desk.path.read_bytes() == held
    assert desk.strangers() == ["~$渠道台账.xlsx"]


# The rest runs in a process of its own, because limits belong to a process.

PUSH = """
import os, random, resource, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from synchub.sdk import Context, Op, PullRequest, SystemClock, Write
from synchub_excel import Excel, ExcelSettings

folder, state, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
context = Context("s", folder, state, ZoneInfo("UTC"), SystemClock(), random.Random(1))
excel = Excel(ExcelSettings(path="渠道台账.xlsx"), context)
request = PullRequest("渠道台账", ("信用额度",), hub_column="系统编号")
outcome, = excel.push(request, [Write("k", Op.UPDATE, {"信用额度": 5}, id="P-1")])
print(outcome.kind.value, outcome.error.code if outcome.error else "-")
"""


def push_elsewhere(folder: Path, state: Path, *, limit: int = 0) -> str:
    """Push in another process, under a file size limit; what became of it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPO), str(REPO / "connectors")])}
    done = subprocess.run(
        [sys.executable, "-c", PUSH, str(folder), str(state), str(limit)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_write_that_the_system_cuts_off_leaves_the_original_and_no_rubbish(put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    assert push_elsewhere(desk.path.parent, desk.folder / "state", limit=len(held) // 2) == "blocked XL504"
    assert desk.path.read_bytes() == held
    assert desk.strangers() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 KB, where this machine lets us mount one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount command here: the really full disk was not tried")
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here: the really full disk was not tried")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill_up(disk: Path) -> None:
    """Leave one block: a file can be begun but not finished."""
    free = os.statvfs(disk)
    (disk / "ballast").write_bytes(b"x" * (free.f_bavail - 1) * free.f_bsize)


def test_a_disk_really_full_blocks_the_write_and_keeps_the_original(small_disk: Path, tmp_path: Path) -> None:
    workbook = small_disk / "渠道台账.xlsx"
    workbook.write_bytes(plain_workbook(ROWS))
    held = workbook.read_bytes()
    fill_up(small_disk)
    assert push_elsewhere(small_disk, tmp_path / "state") == "blocked XL504"
    assert workbook.read_bytes() == held
    assert sorted(each.name for each in small_disk.iterdir()) == ["ballast", "渠道台账.xlsx"]
    (small_disk / "ballast").unlink()
    assert push_elsewhere(small_disk, tmp_path / "state") == "ok -"


def test_a_full_disk_under_the_versions_blocks_too(small_disk: Path, put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    fill_up(small_disk)
    assert push_elsewhere(desk.path.parent, small_disk / "state") == "blocked XL504"
    assert desk.path.read_bytes() == held
    assert list((small_disk / "state" / "versions").iterdir()) == []
    assert desk.strangers() == []


@pytest.mark.parametrize("forbidden", ["folder", "file and folder"])
def test_what_may_not_be_written_blocks_and_says_so(put: Any, forbidden: str) -> None:
    if os.geteuid() == 0 and not Path("/").stat().st_mode & 0o005:
        pytest.skip("another user can see nothing here: the forbidden folder was not tried")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        desk = put(plain_workbook(ROWS), settings={"keep_versions": 0})
        workbook = Path(name) / desk.path.name
        shutil.copy(desk.path, workbook)
        desk.folder, desk.path = Path(name), workbook
        workbook.chmod(0o444 if "file" in forbidden else 0o666)
        Path(name).chmod(0o555)
        held = workbook.read_bytes()
        with as_somebody_else():
            [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}))
        Path(name).chmod(0o755)
        assert outcome.kind is OutcomeKind.BLOCKED
        assert outcome.error is not None
        assert outcome.error.code == "XL503"
        assert workbook.read_bytes() == held
        assert desk.strangers() == []


@contextlib.contextmanager
def as_somebody_else() -> Iterator[None]:
    """Rights do not bind root, so root becomes another user for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)
