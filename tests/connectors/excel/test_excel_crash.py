"""Processes killed and people saving at the worst moment: one record, no lost edit, no half a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synchub.sdk import OutcomeKind
from tests.connectors.excel.excel_workbooks import parts, plain_workbook

HEAD = ["系统编号", "渠道名称", "信用额度"]
ROWS = [HEAD, ["P-1", "甲", 1], [None, "乙", 2]]
REPO = Path(__file__).parents[3]

KILLED = """
import os, random, signal, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from synchub.sdk import Context, Op, PullRequest, SystemClock, Write
from synchub_excel import Excel, ExcelSettings

folder, moment = Path(sys.argv[1]), sys.argv[2]
swap = os.replace

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def dying_swap(source, target):
    if Path(target).name != "渠道台账.xlsx":
        return swap(source, target)
    if moment == "before":
        die()
    swap(source, target)
    die()

os.replace = dying_swap
context = Context("台账", folder, folder / "state", ZoneInfo("UTC"), SystemClock(), random.Random(1))
excel = Excel(ExcelSettings(path="共享/渠道台账.xlsx"), context)
request = PullRequest("渠道台账", ("系统编号", "渠道名称", "信用额度"), hub_column="系统编号")
new = next(record for page in excel.pull(request) for record in page.records if record.provisional)
excel.push(request, [
    Write("a", Op.UPDATE, {"信用额度": 5}, id="P-1", seen={"信用额度": 1}),
    Write("b", Op.UPDATE, {"系统编号": "P-2"}, id=new.id),
    Write("c", Op.CREATE, {"渠道名称": "丙"}, hub_column="系统编号", hub_id="P-3"),
])
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_killed_around_the_swap_leaves_a_whole_file_and_the_next_push_one_record_each(
    put: Any, moment: str
) -> None:
    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    [provisional] = [record for record in desk.pull() if record.provisional]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPO), str(REPO / "connectors")])}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(desk.folder), moment],
        env=environment,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert parts(desk.path.read_bytes())  # whole, whichever version it is
    assert (desk.path.read_bytes() == held) is (moment == "before")
    writes = [
        desk.update("P-1", {"信用额度": 5}, {"信用额度": 1}),
        desk.update(provisional.id, {"系统编号": "P-2"}),
        desk.create("P-3", {"渠道名称": "丙"}),
    ]
    outcomes = desk.another().push(desk.request(), writes)
    assert [(outcome.kind, outcome.id) for outcome in outcomes] == [
        (OutcomeKind.OK, "P-1"),
        (OutcomeKind.OK, "P-2"),
        (OutcomeKind.OK, "P-3"),
    ]
    assert [record.values for record in desk.pull()] == [
        ("P-1", "甲", 5),
        ("P-2", "乙", 2),
        ("P-3", "丙", None),
    ]


def test_what_a_killed_process_left_in_the_folder_is_swept_later(put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    left, fresh = desk.path.with_name(".synchub-left.tmp"), desk.path.with_name(".synchub-fresh.tmp")
    for path in (left, fresh):
        path.write_bytes(b"half")
    long_ago = left.stat().st_mtime - 3600
    os.utime(left, (long_ago, long_ago))
    desk.push(desk.update("P-1", {"信用额度": 5}))
    assert desk.strangers() == [".synchub-fresh.tmp"]


def interrupt_before_swap(
    desk: Any, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None], times: int
) -> None:
    """Let somebody act after the new version was made and before it is looked at for the last time."""
    versions = desk.excel._versions.__class__
    save, left = versions.save, [times]

    def act_and_save(self: Any, *args: Any) -> None:
        save(self, *args)
        if left[0]:
            left[0] -= 1
            act()

    monkeypatch.setattr(versions, "save", act_and_save)


def test_a_save_by_a_user_between_read_and_swap_is_kept_and_our_write_goes_on_top(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = put(plain_workbook(ROWS))
    user = plain_workbook([HEAD, ["P-0", "先", 0], ["P-1", "甲改", 1], [None, "乙", 2]])
    interrupt_before_swap(desk, monkeypatch, lambda: desk.path.write_bytes(user), times=1)
    [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}, {"信用额度": 1}))
    assert outcome.kind is OutcomeKind.OK
    assert [record.values for record in desk.pull()] == [
        ("P-0", "先", 0),
        ("P-1", "甲改", 5),
        (None, "乙", 2),
    ]


def test_a_save_of_the_same_size_and_time_is_noticed_by_content(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = put(plain_workbook(ROWS))
    stat = desk.path.stat()
    user = plain_workbook([HEAD, ["P-1", "丁", 1], [None, "乙", 2]])

    def save() -> None:
        desk.path.write_bytes(user + b"\x00" * (stat.st_size - len(user)))
        os.utime(desk.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    interrupt_before_swap(desk, monkeypatch, save, times=1)
    outcome = desk.push(desk.update("P-1", {"渠道名称": "戊"}, {"渠道名称": "甲"}))[0]
    assert outcome.kind is OutcomeKind.STALE
    assert desk.pull()[0].values[1] == "丁"


def test_a_user_edit_of_the_very_cell_between_read_and_swap_wins_as_stale(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = put(plain_workbook(ROWS))
    user = plain_workbook([HEAD, ["P-1", "甲", 77], [None, "乙", 2]])
    interrupt_before_swap(desk, monkeypatch, lambda: desk.path.write_bytes(user), times=1)
    [outcome] = desk.push(desk.update("P-1", {"信用额度": 5}, {"信用额度": 1}))
    assert outcome.kind is OutcomeKind.STALE
    assert desk.path.read_bytes() == user


def test_a_file_saved_again_and_again_blocks_the_batch_and_loses_nothing(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = put(plain_workbook(ROWS))
    numbers = iter(range(100, 200))

    def save() -> None:
        desk.path.write_bytes(plain_workbook([HEAD, ["P-1", "甲", next(numbers)], [None, "乙", 2]]))

    interrupt_before_swap(desk, monkeypatch, save, times=50)
    [outcome] = desk.push(desk.update("P-1", {"渠道名称": "丁"}))
    assert outcome.kind is OutcomeKind.BLOCKED
    assert outcome.error is not None
    assert outcome.error.code == "XL506"
    assert desk.pull()[0].values == ("P-1", "甲", 103)
    assert desk.strangers() == []


def test_the_last_versions_are_kept_and_older_ones_go(put: Any) -> None:
    desk = put(plain_workbook(ROWS), settings={"keep_versions": 3})
    held = []
    for number in range(5):
        held.append(desk.path.read_bytes())
        desk.push(desk.update("P-1", {"信用额度": 10 + number}))
    kept = sorted((desk.folder / "state" / "versions").iterdir())
    assert [path.read_bytes() for path in kept] == held[-3:]
    assert [path.name[:6] for path in kept] == ["000003", "000004", "000005"]


def test_no_versions_are_kept_when_none_are_wanted(put: Any) -> None:
    desk = put(plain_workbook(ROWS), settings={"keep_versions": 0})
    desk.push(desk.update("P-1", {"信用额度": 5}))
    assert not (desk.folder / "state").exists()


def test_rights_of_the_file_survive_the_swap_and_a_link_stays_a_link(put: Any) -> None:
    desk = put(plain_workbook(ROWS))
    desk.path.chmod(0o640)
    link = desk.folder / "link.xlsx"
    link.symlink_to(desk.path)
    desk.path, target = link, desk.path
    desk.push(desk.update("P-1", {"信用额度": 5}))
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_patch_that_does_not_read_back_as_meant_never_replaces_the_file(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub.sdk import ProtocolError
    from synchub_excel import connector

    desk = put(plain_workbook(ROWS))
    held = desk.path.read_bytes()
    whole = connector.patched  # type: ignore[attr-defined]  # the test puts a broken one in its place

    def with_damage_elsewhere(*args: Any) -> bytes:
        return whole(*args).replace(b"<v>2</v>", b"<v>3</v>")

    monkeypatch.setattr(connector, "patched", with_damage_elsewhere)
    with pytest.raises(ProtocolError) as raised:
        desk.push(desk.update("P-1", {"信用额度": 5}))
    assert raised.value.code == "XL413"
    assert desk.path.read_bytes() == held


def test_one_write_that_does_not_read_back_is_rejected_and_delays_no_other(
    put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synchub_excel import cells

    desk = put(plain_workbook(ROWS))
    right = cells.escape

    def wrong_for_one(text: str) -> str:
        return right(text.replace("坏", "好"))

    monkeypatch.setattr(cells, "escape", wrong_for_one)
    bad, good, new = desk.push(
        desk.update("P-1", {"渠道名称": "坏"}),
        desk.create("P-3", {"渠道名称": "丙"}),
        desk.create("P-4", {"渠道名称": "坏"}),
    )
    assert [bad.kind, good.kind, new.kind] == [OutcomeKind.REJECTED, OutcomeKind.OK, OutcomeKind.REJECTED]
    assert bad.error is not None
    assert bad.error.code == "XL412"
    assert [record.values[1] for record in desk.pull()] == ["甲", "乙", "丙"]
