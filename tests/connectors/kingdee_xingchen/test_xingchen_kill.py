"""A process killed between the vendor's commit and our reading of the answer: one record afterwards, and no lost edit."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synchub.sdk import Op, OutcomeKind, PullRequest, Write
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox

REQUEST = PullRequest("customer", ("number", "name", "remark"))

PUSH = """
import random, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from synchub.sdk import Context, Op, PullRequest, SystemClock, Write
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSettings
from synchub_kingdee_xingchen.sandbox import CLIENT_ID, CLIENT_SECRET, INSTANCE

address, state, op, id = sys.argv[1:]
settings = XingchenSettings(
    gateway=address, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, outer_instance_id=INSTANCE
)
context = Context("kingdee", Path(state), Path(state), ZoneInfo("Asia/Shanghai"), SystemClock(), random.Random(1))
values = {"number": "KH1", "name": "联宏"} if op == "create" else {"remark": "接口"}
seen = {} if op == "create" else {"remark": "老客户"}
write = Write("key", Op(op), values, id=id, seen=seen)
KingdeeXingchen(settings, context).push(PullRequest("customer", ("number", "name")), [write])
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[XingchenSandbox]:
    """A sandbox on the machine's own clock, since another process lives by it too."""
    with XingchenSandbox(tmp_path / "xingchen.sqlite") as running:
        yield running


@pytest.fixture
def survivor(stage: XingchenSandbox, tmp_path: Path) -> Iterator[KingdeeXingchen]:
    import random
    from zoneinfo import ZoneInfo

    from synchub.sdk import Context, SystemClock
    from synchub_kingdee_xingchen import XingchenSettings

    blank = XingchenSettings(client_id="", client_secret="", outer_instance_id="")
    context = Context(
        "kingdee", tmp_path, tmp_path / "state", ZoneInfo("Asia/Shanghai"), SystemClock(), random.Random(2)
    )
    one = KingdeeXingchen(KingdeeXingchen.sandbox_settings(stage, blank), context)
    yield one
    one.close()


def kill_after_commit(
    stage: XingchenSandbox, state: Path, op: str, id: str, committed: Callable[[], bool]
) -> None:
    """Push in a process of its own, and kill it while the answer to its committed save is on the way."""
    stage.fault("hang_after", "customer_save", seconds=30)
    paths = [path for path in sys.path if path]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = {paths!r}\n{PUSH}",
            stage.address,
            str(state),
            op,
            id,
        ]
    )
    try:
        while not committed():
            assert process.poll() is None, "it ended by itself"
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()


def test_a_killed_create_leaves_one_record_that_is_found_again(
    stage: XingchenSandbox, survivor: KingdeeXingchen, tmp_path: Path
) -> None:
    kill_after_commit(stage, tmp_path / "state", "create", "", lambda: bool(stage.records("customer")))
    (found,) = survivor.find(REQUEST, "number", ["KH1"])
    (outcome,) = survivor.push(REQUEST, [Write("key", Op.CREATE, {"number": "KH1", "name": "联宏"})])
    assert (outcome.kind, outcome.id) == (OutcomeKind.OK, found.id)
    assert list(stage.records("customer")) == [found.id]


def test_a_killed_update_is_neither_lost_nor_repeated_over_a_later_edit(
    stage: XingchenSandbox, survivor: KingdeeXingchen, tmp_path: Path
) -> None:
    (id,) = stage.seed_customers([{"number": "KH1", "name": "联宏", "remark": "老客户"}])
    kill_after_commit(
        stage, tmp_path / "state", "update", id, lambda: stage.record("customer", id)["remark"] == "接口"
    )
    stage.user_edit("customer", id, {"name": "联宏科技"})
    write = Write("key", Op.UPDATE, {"remark": "接口"}, id=id, seen={"remark": "老客户"})
    (outcome,) = survivor.push(REQUEST, [write])
    assert outcome.kind is OutcomeKind.OK
    held = stage.record("customer", id)
    assert (held["name"], held["remark"]) == ("联宏科技", "接口")
    assert len(stage.records("customer")) == 1
    assert [row.column for row in stage.write_log(actor="api")] == ["remark"]
