"""The commands by which people step in, on the real engine and a real database, with systems in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from synchub.engine.limits import Limits
from synchub.hub.hub import Hub
from synchub.testing.lab import Lab
from synchub.testing.memory import take_all
from synchub.testing.simulator.hub import CRM
from tests.synchub.cli.conftest import Run
from tests.synchub.engine.conftest import ERP, OVERLAYS, SHEET

TEXTS = {
    "crm": CRM + "on_delete: delete\n",
    "erp": ERP + "delete_there: yes\n",
    "sheet": SHEET,
}


class LabHub(Hub):
    """A hub whose world is a laboratory's."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        systems = {name: SimpleNamespace(timezone=None) for name in lab.systems}
        self.config: Any = SimpleNamespace(
            name="lab",
            systems=systems,
            timezone=None,
            language=None,
            approve_first_contact="person",
            paths=None,
            known=lambda asked: asked or None,
        )
        self.clock = lab.clock
        self.world = lab.world
        self.store = lab.store
        self.entities = lab.entities
        self.mappings = list(lab.world.mappings)
        # a laboratory has no hub folder, so nothing there is edited or put into force
        self.in_force: Any = SimpleNamespace(settle=lambda *_: None, notice=lambda: None, edited=False)

    def close(self) -> None:
        """The laboratory stays open."""
        self.lab.clock.tick()


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    made = Lab(tmp_path / "lab", TEXTS, OVERLAYS)
    monkeypatch.setattr(Hub, "open", lambda *_, **__: LabHub(made))
    yield made
    made.close()


def seeded(lab: Lab) -> tuple[str, str, str]:
    account = lab.systems["crm"].create("Account", {"Name": "上海联宏", "Region": "East", "Active": "Yes"})
    lab.sync()
    lab.clock.tick()
    return (
        account,
        next(iter(lab.systems["erp"].live("customer"))),
        next(iter(lab.systems["sheet"].live("台账"))),
    )


def test_a_sweep_finds_who_vanished_without_a_trace(lab: Lab, run: Run) -> None:
    account, *_ = seeded(lab)
    other = lab.systems["crm"].create("Account", {"Name": "另一家", "Region": "South"})
    lab.sync()
    del lab.systems["crm"].objects["Account"][account]
    assert lab.sync().total("missing") == 0
    said = run("sweep", "--json")
    assert (said.exit, said.json["kind"]) == (0, "sweep")
    assert sum(one.get("missing", 0) for one in said.json["counts"]) == 1
    assert run("sweep", "--system", "crm", language="zh").exit == 0
    assert other in lab.systems["crm"].live("Account")


def test_history_lists_runs_and_tells_one(lab: Lab, run: Run) -> None:
    account, *_ = seeded(lab)
    lab.systems["crm"].edit("Account", account, {"Note": "新备注"})
    done = lab.sync().run
    runs = run("history", "--json").json["runs"]
    assert runs[0]["run"] == done
    assert runs[0]["kind"] == "sync"
    assert done in run("history").out
    told = run("history", done, "--json").json
    assert {one["place"] for one in told["written"]} == {"hub", "erp", "sheet"}
    assert all(one["fields"] == ["note"] for one in told["written"])
    assert "新备注" in run("history", done, language="zh").out
    assert run("history", "NOSUCH", "--json").json["error"]["code"] == "E261"


def test_undo_takes_a_run_back_and_tells_what_stays(lab: Lab, run: Run) -> None:
    account, erp, _ = seeded(lab)
    lab.systems["crm"].edit("Account", account, {"Note": "误改", "Region": "North"})
    done = lab.sync().run
    lab.clock.tick()
    lab.systems["erp"].edit("customer", erp, {"group": "S"})
    said = run("undo", done, "--json")
    assert (said.exit, said.json["fields"], said.json["undone"]) == (0, 1, done)
    assert [one["field"] for one in said.json["later"]] == ["region"]
    assert lab.systems["crm"]["Account", account].get("Note") is None
    assert lab.systems["crm"]["Account", account]["Region"] == "South"
    again = run("undo", done, language="zh")
    assert again.exit == 0
    assert "已撤销运行" in again.out
    quiet = lab.sync().run
    assert f"run {quiet} changed no golden value" in run("undo", quiet).words
    assert "没有可撤销的内容" in run("undo", quiet, language="zh").out
    assert run("undo", "NOSUCH").exit == 2


def test_deletions_are_listed_approved_and_kept(lab: Lab, run: Run) -> None:
    accounts = [
        lab.systems["crm"].create("Account", {"Name": f"伙伴{n}", "Region": "East"}) for n in range(14)
    ]
    lab.sync()
    assert "没有等待处理的删除" in run("deletions", language="zh").out
    lab.world = replace(lab.world, limits=Limits(grace=timedelta(0)))
    for account in accounts[:13]:
        lab.systems["crm"].delete("Account", account)
    lab.sync()
    listed = run("deletions", "--json").json
    assert listed["count"] == 13
    assert {one["state"] for one in listed["deletions"]} == {"withheld"}
    assert run("deletions", "keep", accounts[0], "--json").json["count"] == 1
    [old] = listed["sets"].values()
    assert run("deletions", "approve", old, "--json").json["error"]["code"] == "E271"
    [name] = run("deletions", "--json").json["sets"].values()
    assert f"synchub deletions approve {name}" in run("deletions").words
    assert run("deletions", "approve", name, "--json").json["count"] == 12
    done = lab.sync()
    assert done.total("deleted") == 12
    assert "伙伴1 · " in run("history", done.run, "--all").words, "a deleted record is still named"
    assert len(lab.systems["erp"].live("customer")) == 2
    assert run("deletions", "burn", name, "--json").json["error"]["code"] == "cli.bad_deletions"


def test_a_conflict_is_decided_by_its_id(lab: Lab, run: Run) -> None:
    account, _, sheet = seeded(lab)
    lab.systems["crm"].edit("Account", account, {"Active": None})
    lab.systems["sheet"].edit("台账", sheet, {"合作": "否"})
    lab.sync()
    [asked] = run("conflicts", "--json").json["conflicts"]
    assert f"synchub conflicts decide {asked['id']}" in run("conflicts").words
    assert run("conflicts", "decide", asked["id"], "--json").json["error"]["code"] == "cli.bad_decision"
    assert run("conflicts", "burn", "--json").json["error"]["code"] == "cli.bad_action"
    assert run("conflicts", "decide", asked["id"], "--delete", "--json").json["error"]["code"] == "E233"
    lab.clock.tick()
    lab.systems["sheet"].edit("台账", sheet, {"合作": "是"})
    assert (
        run("conflicts", "decide", asked["id"], "--take", "system", "--json").json["error"]["code"] == "E232"
    )
    lab.systems["sheet"].edit("台账", sheet, {"合作": "否"})
    said = run("conflicts", "decide", asked["id"], "--take", "system", language="zh")
    assert (said.exit, said.out.strip()) == (0, "已决定，由下一次同步执行。")
    lab.sync()
    assert lab.systems["crm"]["Account", account]["Active"] == "No"
    assert "A person decided so." in run("explain", "partner", "上海联宏", "status").words


def test_what_is_set_aside_is_tried_again(lab: Lab, run: Run) -> None:
    account, erp, _ = seeded(lab)
    lab.systems["erp"].refuse = lambda values: "暂不接受" if values.get("remark") else ""
    lab.systems["crm"].edit("Account", account, {"Note": "备注"})
    lab.sync()
    lab.systems["erp"].refuse = take_all
    nobody = run("quarantine", "retry", "nobody")
    assert (nobody.exit, "not set aside: nobody" in nobody.err) == (2, True)
    assert "没有被搁置" in run("quarantine", "retry", "nobody", language="zh").err
    assert run("quarantine", "retry", "--json").json["retried"] == 1
    assert lab.systems["erp"]["customer", erp]["remark"] == "备注"
    assert run("quarantine", "burn", "--json").json["error"]["code"] == "cli.bad_action"


def test_a_record_that_is_nobody_known_becomes_one_of_its_own(lab: Lab, run: Run) -> None:
    seeded(lab)
    other = lab.systems["sheet"].create("台账", {"名称": "上海联宏", "区域": "华东区"})
    lab.sync()
    assert f"if it is another one: synchub link 台账 {other} --new" in run("conflicts").words
    said = run("link", "台账", other, "--new", language="zh")
    assert "自成一条主数据" in said.words
    assert run("conflicts", "--json").json["conflicts"] == []
    assert len(lab.golden()) == 2


def test_records_are_unlinked_linked_joined_and_split(lab: Lab, run: Run) -> None:
    account, _, sheet = seeded(lab)
    golden = run("unlink", "台账", sheet, "--json").json["golden"]
    assert run("unlink", "台账", sheet, "--json").json["error"]["code"] == "E245"
    assert run("link", "台账", sheet, "上海联宏", "--json").json["golden"] == golden
    assert run("link", "nowhere", sheet, "上海联宏", "--json").json["error"]["code"] == "E241"
    for words in (("--new", "上海联宏"), ()):
        assert run("link", "台账", sheet, *words, "--json").json["error"]["code"] == "cli.link_whom"
    new = run("split", "partner", "上海联宏", f"台账:{sheet}", "--json").json["new"]
    assert run("split", "partner", golden, "台账", "--json").json["error"]["code"] == "cli.bad_record"
    assert run("join", "partner", golden, "上海联宏", "--json").json["error"]["code"] == "H347"
    joined = run("join", "渠道伙伴", golden, new, "--json").json
    assert (joined["done"], joined["moved"]) == ("join", 1)
    assert run("join", "partner", golden, "nobody", "--json").json["error"]["code"] == "H348"
    lab.sync()
    assert lab.verify().differences == []
    assert account in lab.systems["crm"].live("Account")
    assert "A person linked" in run("explain", "partner", golden, "--all").words


def test_what_is_paused_is_listed_and_goes_on_when_resumed(lab: Lab, run: Run) -> None:
    account, erp, _ = seeded(lab)
    assert run("pause", "erp", "--reason", "盘点", "--json").json["done"] == "pause"
    said = run("pause", "crm", "Account", "--field", "备注")
    assert said.exit == 0, "a field is named by its label, too"
    assert "`synchub resume crm Account --field 备注` lets it go on" in said.words
    paused = run("pause", "--json").json["paused"]
    assert [(one["system"], one["object"], one["field"]) for one in paused] == [
        ("crm", "Account", "note"),
        ("erp", "", ""),
    ]
    assert "盘点" in run("pause", language="zh").out
    lab.systems["crm"].edit("Account", account, {"Region": "South"})
    assert run("sync", "--json").exit == 0
    assert lab.systems["erp"]["customer", erp]["group"] == "E"
    assert run("resume", "erp", language="zh").out.strip() == "erp 已恢复，下一次同步会补上期间的变化。"
    lab.sync()
    assert lab.systems["erp"]["customer", erp]["group"] == "S"
    assert run("resume", "erp", "--json").json["error"]["code"] == "E252"
    assert run("resume", "crm", "Account", "--field", "备注").exit == 0
    assert run("pause", "moon", "--json").json["error"]["code"] == "E251"
