"""status, conflicts, quarantine, explain: what they tell in both languages, and what they keep to themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synchub.hub.status import Status
from synchub.store.rows import ConflictKind, Pause
from tests.synchub.cli import fake_hub
from tests.synchub.cli.conftest import Run
from tests.synchub.cli.fake_hub import MOBILE, PARTNER, FakeHub, edit, ledger, won


def test_status_shows_records_mappings_what_waits_and_the_last_runs(hub: FakeHub, run: Run) -> None:
    said = run("status", COLUMNS="120")
    assert said.exit == 0
    for part in (
        "渠道中台",
        "Golden records: Channel partner 1,240, Contact 7",
        "crm Sales CRM Account Channel partner 1,240 missing 2 3 4 not yet",
        "3 conflict(s) wait for a person (Field 2, Who is who 1): synchub conflicts",
        "1 record(s) are set aside",
        "RUN2 2026-08-01 12:00 done, look at it 7 1 20",
        "running or broken off",
    ):
        assert part in said.words, part


def test_status_speaks_chinese(hub: FakeHub, run: Run) -> None:
    said = run("status", language="zh")
    for part in (
        "主数据：渠道伙伴1,240、联系人7",
        "3个冲突待人工决定（字段2、匹配1）",
        "1条记录被搁置",
        "完成，有待处理",
    ):
        assert part in said.chinese, part


def test_status_in_json_keeps_numbers_and_times(hub: FakeHub, run: Run) -> None:
    document = run("status", "--json").json
    assert document["golden"] == {"Partner": 1240, "Contact": 7}
    assert document["systems"][0]["links"] == {"linked": 1240, "missing": 2}
    assert document["runs"][0]["started"] == "2026-08-01T04:00:00Z"


def test_status_leaves_out_kinds_that_no_mapping_knows(hub: FakeHub, run: Run) -> None:
    found = fake_hub.status()
    hub.answers["status"] = replace(found, golden={"Partner": 0, "Contact": 0, "Order": 0, "Payment": 2})
    assert "Golden records: Channel partner 0, Payment 2 System" in run("status", COLUMNS="120").words
    assert set(run("status", "--json").json["golden"]) == {"Partner", "Contact", "Order", "Payment"}


def test_status_names_what_is_paused(hub: FakeHub, run: Run) -> None:
    pause = Pause("crm", "", "", fake_hub.NOON, "li", "audit")
    hub.answers["status"] = Status("hub", hub.folder, {}, (), {}, 0, (), (pause,))
    said = run("status")
    assert "Paused: crm." in said.words
    assert "Nothing waits" not in said.words
    assert run("status", "--json").json["paused"][0]["reason"] == "audit"


def test_a_fresh_hub_says_where_to_begin(hub: FakeHub, run: Run) -> None:
    hub.answers["status"] = Status("hub", hub.folder, {}, (), {}, 0, ())
    said = run("status")
    assert "Nothing waits for a person." in said.words
    assert "No run yet. Begin with: synchub plan" in said.words


def test_a_conflict_tells_where_what_and_who_says_what(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [fake_hub.field_conflict()]
    said = run("conflicts", "--show-personal")
    assert said.exit == 0
    for part in (
        "Field · crm Account · 华强电子 · Phone",
        "crm and another system changed “Phone” differently",
        f"hub {PARTNER} 138 0013 8000",
        "crm 001A 137 0013 7000 2026-08-01 12:00",
        "erp E7 139 0013 9000 2026-07-31 10:30",
        "→ make both systems say the same",
        "1 conflict(s).",
    ):
        assert part in said.words, part
    chinese = run("conflicts", language="zh")
    assert "字段·crmAccount·华强电子·联系电话" in chinese.chinese
    assert "对“联系电话”的修改不一致，需要人工决定" in chinese.chinese


def test_conflicts_mask_personal_values_even_inside_sentences(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [
        fake_hub.field_conflict(),
        fake_hub.unreadable_conflict(),
        fake_hub.match_conflict(),
    ]
    for said in (run("conflicts"), run("conflicts", "--json"), run("conflicts", language="zh")):
        for secret in ("13800138000", "13700137000", "13900139000", "13500135000", "138 0013 8000"):
            assert secret not in said.out, secret
    open_ = run("conflicts", "--show-personal")
    assert "“电话是13500135000” is not a telephone number" in open_.words


def test_a_value_that_cannot_be_used_is_shown_as_it_stands_there(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [fake_hub.unreadable_conflict()]
    said = run("conflicts", "--show-personal")
    assert "crm 001A 电话是13500135000" in said.words
    assert "→ write it with area code" in said.words, "the way out of the inner problem is the closer one"


def test_a_match_conflict_names_the_record_it_may_be(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [fake_hub.match_conflict()]
    said = run("conflicts")
    assert "Who is who · crm Account · 001D" in said.words
    assert f"possible: 华强电子 ({PARTNER})" in said.words
    assert "by Unified social credit code" in said.words
    assert "Name=华强电子(重复)" in said.words
    assert "Mystery=138****8000" in said.words, "a column that no mapping knows may hold anything"


def test_a_conflict_names_the_command_that_answers_it(hub: FakeHub, run: Run) -> None:
    match = fake_hub.match_conflict()
    hub.answers["conflicts"] = [
        fake_hub.field_conflict(),
        fake_hub.unreadable_conflict(),
        replace(match, code="E212", mapping="渠道 台账"),
        fake_hub.field_conflict(id="CONFLICT4", kind=ConflictKind.DELETE, field="", code="E220"),
    ]
    said = run("conflicts", "--hub", "demo", COLUMNS="160").words
    for part in (
        "synchub --hub demo conflicts decide CONFLICT1 with --take hub, --take system or --value TEXT",
        "synchub --hub demo conflicts decide CONFLICT2 with --take hub or --value TEXT",
        f"if it is the one: synchub --hub demo link '渠道 台账' 001D {PARTNER}",
        "if it is another one: synchub --hub demo link '渠道 台账' 001D --new",
        "synchub --hub demo conflicts decide CONFLICT4 with --delete or --keep",
    ):
        assert part in said, part
    hub.answers["conflicts"] = [match]
    alone = run("conflicts").words
    assert "if it is the one" not in alone, "that golden record has another record there"
    assert f"if it is another one: synchub link {match.mapping} 001D --new" in alone


def test_a_decision_says_where_nothing_is_written(hub: FakeHub, run: Run) -> None:
    assert run("conflicts", "decide", "C1", "--take", "hub").out == "Decided; the next sync carries it out.\n"
    hub.answers["decide"] = fake_hub.field_conflict(field="website")
    said = run("conflicts", "decide", "C1", "--take", "hub")
    assert "The hub only reads “Website” in crm and does not write it" in said.words
    assert "只读取“网址”" in run("conflicts", "decide", "C1", "--value", "x", language="zh").chinese
    assert "carries it out" in run("conflicts", "decide", "C1", "--take", "system").words


def test_a_row_of_a_sheet_is_named_in_the_readers_language(hub: FakeHub, run: Run) -> None:
    match = fake_hub.match_conflict()
    hub.answers["conflicts"] = [replace(match, detail={**match.detail, "title": "row 31"})]
    hub.answers["quarantined"] = [fake_hub.quarantined()]
    assert "crmAccount·第31行" in run("conflicts", language="zh").chinese
    assert "crm的第31行按" in run("conflicts", language="zh").chinese
    assert "crmAccount·第9行" in run("quarantine", language="zh").chinese
    assert "第7行(row-7)" in run("plan", "--all", language="zh").chinese
    assert "row 31" in run("conflicts").words


def test_conflicts_in_json_carry_code_values_and_candidates(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [fake_hub.field_conflict(), fake_hub.match_conflict()]
    document = run("conflicts", "--json", "--show-personal").json
    assert document["count"] == 2
    field, match = document["conflicts"]
    assert (field["kind"], field["code"], field["field"], field["entity_id"]) == (
        "field",
        "E201",
        "phone",
        PARTNER,
    )
    assert [one["value"] for one in field["values"]] == [MOBILE, "+8613700137000", "+8613900139000"]
    assert match["golden"] == [{"id": PARTNER, "title": "华强电子"}]
    assert match["image"]["Name"] == "华强电子(重复)"


def test_conflicts_are_asked_for_by_kind_and_system(hub: FakeHub, run: Run) -> None:
    said = run("conflicts", "--kind", "FIELD", "--system", "crm")
    assert ("conflicts", (ConflictKind.FIELD, "crm")) in hub.asked
    assert "No conflicts." in said.out
    assert "没有冲突" in run("conflicts", language="zh").out


def test_an_unknown_kind_and_an_unknown_system_are_refused(hub: FakeHub, run: Run) -> None:
    kind = run("conflicts", "--kind", "nonsense")
    assert kind.exit == 2
    assert "kinds: match, field, rule, value, delete" in kind.err
    assert run("conflicts", "--system", "nosuch").exit == 2
    assert run("quarantine", "--system", "nosuch").exit == 2


def test_many_conflicts_are_capped(hub: FakeHub, run: Run) -> None:
    hub.answers["conflicts"] = [fake_hub.match_conflict()] * 25
    assert "… and 5 more" in run("conflicts").words
    assert len(run("conflicts", "--json").json["conflicts"]) == 25


def test_a_record_set_aside_tells_where_why_and_what_was_read(hub: FakeHub, run: Run) -> None:
    hub.answers["quarantined"] = [fake_hub.quarantined()]
    said = run("quarantine")
    for part in (
        "crm Account · row 9 · when reading",
        "“Partner name” (Name) is empty, and a record without it cannot be taken in",
        "Description=展会名片",
        "Phone=138****8000",
        "seen 3 time(s)",
        "→ fill it in",
    ):
        assert part in said.words, part
    chinese = run("quarantine", language="zh")
    assert "“渠道名称”（Name）为空" in chinese.chinese
    assert "出现3次" in chinese.chinese


def test_quarantine_masks_in_json_too_and_says_when_there_is_nothing(hub: FakeHub, run: Run) -> None:
    assert "Nothing is set aside." in run("quarantine").out
    hub.answers["quarantined"] = [fake_hub.quarantined()]
    [row] = run("quarantine", "--json").json["quarantined"]
    assert row["image"] == {"Name": None, "Phone": "138****8000", "Description": "展会名片"}
    [row] = run("quarantine", "--json", "--show-personal").json["quarantined"]
    assert row["image"]["Phone"] == "13800138000"


def test_the_name_of_a_person_who_was_refused_is_masked(hub: FakeHub, run: Run) -> None:
    refused = fake_hub.quarantined(
        mapping="crm-contact", object="Contact", stage="push", where="王小明", image={"LastName": "王小明"}
    )
    hub.answers["quarantined"] = [refused]
    assert "王小明" not in run("quarantine").out
    assert "try again now: synchub quarantine retry 001Q" in run("quarantine").words
    assert "王小明" in run("quarantine", "--show-personal").out


def test_a_reason_of_a_connector_that_is_gone_is_still_told(hub: FakeHub, run: Run) -> None:
    hub.answers["quarantined"] = [fake_hub.quarantined(code="ZZ999")]
    assert "reason ZZ999" in run("quarantine").words


def test_explain_shows_every_field_its_origin_and_who_agrees(hub: FakeHub, run: Run) -> None:
    said = run("explain", "partner", "华强电子")
    assert said.exit == 0
    for part in (
        f"Channel partner 华强电子 ({PARTNER})",
        "Records: crm 001A",
        "Partner name 华强电子 crm, 2026-07-31; over erp",
        "erp: to be written",
        "138****8000",
        "crm: held",
        "王*明",
    ):
        assert part in " ".join(said.words.split()) or part in said.out, part
    assert "王小明" not in said.out, "the manager is a person"


def test_explain_of_one_field_tells_origin_losers_and_holders(hub: FakeHub, run: Run) -> None:
    said = run("explain", "PARTNER", PARTNER, "name")
    for part in (
        "Partner name: 华强电子",
        "crm Account (001A), 2026-07-31 10:30",
        "It beat 老名字 from erp (E7), 2026-07-31 10:30.",
        "crm 001A 华强电子 agrees",
        "erp E7 老名字 to be written",
    ):
        assert part in said.words, part


def test_explain_speaks_chinese(hub: FakeHub, run: Run) -> None:
    said = run("explain", "渠道伙伴", PARTNER, "name", language="zh")
    for part in ("渠道名称：华强电子", "未采用erp（E7）的老名字", "crm001A华强电子一致", "erpE7老名字待写入"):
        assert part in said.chinese, part


@pytest.mark.parametrize("state", ["pending", "agrees"])
def test_a_field_that_is_only_read_there_is_never_told_as_agreed_or_to_be_written(
    hub: FakeHub, run: Run, state: str
) -> None:
    told = fake_hub.story(["website"])
    [field] = told.fields
    other = replace(field, value="https://a.example", systems=(("crm", "001A", "https://b.example", state),))
    hub.answers["explain"] = replace(told, fields=(other,))
    said = run("explain", "partner", PARTNER, "website", COLUMNS="120")
    assert "https://b.example holds something else; the hub only reads it there" in said.words
    assert "与中台不同；中台在这里只读不写" in run("explain", "partner", PARTNER, language="zh").chinese
    same = replace(field, value="https://b.example", systems=other.systems)
    hub.answers["explain"] = replace(told, fields=(same,))
    assert "https://b.example agrees" in run("explain", "partner", PARTNER, "website", COLUMNS="120").words


def test_a_held_field_shows_what_the_conflict_saw(hub: FakeHub, run: Run) -> None:
    hub.answers["explain"] = fake_hub.story(["phone"], conflicts=[fake_hub.field_conflict()])
    said = run("explain", "partner", PARTNER, "phone", "--show-personal")
    assert "crm 001A 13700137000 held: a person must decide" in said.words
    assert "changed “Phone” differently" in said.words


def test_explain_in_json_has_origin_losers_systems_and_history(hub: FakeHub, run: Run) -> None:
    row = ledger("hub", "name", {"before": "老名字", "after": "华强电子", "cause": edit()})
    hub.answers["explain"] = fake_hub.story(["name", "phone"], history=[row])
    document = run("explain", "partner", PARTNER, "--json").json
    name, phone = document["fields"]
    assert name["origin"] == {
        "system": "crm",
        "object": "Account",
        "external_id": "001A",
        "run": "RUN1",
        "at": "2026-07-31T02:30:00Z",
    }
    assert name["beaten"][0]["value"] == "老名字"
    assert name["systems"][1] == {"system": "erp", "record": "E7", "value": "老名字", "state": "pending"}
    assert phone["value"] == "+86****8000"
    [event] = document["history"]
    assert event["causes"] == {"name": "edit"}
    assert "became 华强电子" in event["sentences"][0]


CAUSES = [
    ("hub", "name", {"before": "甲", "after": "乙", "cause": edit()}, "Partner name became 乙; it was 甲. Somebody changed it in crm (001A)", "渠道名称由甲改为乙"),
    ("hub", "name", {"before": None, "after": "乙", "cause": edit()}, "Partner name became 乙; it was empty before", "原来为空"),
    ("hub", "name", {"before": "甲", "after": None, "cause": edit()}, "Partner name was emptied; it was 甲", "渠道名称被清空，原来是甲"),
    ("hub", "name", {"before": "甲", "after": "乙", "cause": won()}, "乙 from crm (001A) stands; beaten: 老名字 from erp", "采用crm（001A）的乙；未采用：erp的老名字"),
    ("hub", "name", {"before": "乙", "after": "乙", "cause": {**won(), "verdict": "lost"}}, "乙 stands; beaten: 老名字 from erp", "采用乙；未采用：erp的老名字"),
    ("hub", "name", {"before": "甲", "after": "甲", "cause": {**edit(), "why": "owner", "value": "丙", "owner": "erp"}}, "crm set Partner name to 丙, but only erp may change it: 甲 stands", "只有erp可以修改它：保持甲"),
    ("hub", "name", {"before": "甲", "after": "甲", "cause": {**edit(), "why": "hub_writes", "value": "丙", "owner": None}}, "nothing is taken from there: 甲 stands", "映射规定不从这里采用"),
    ("hub", "code", {"before": None, "after": "QD-1", "cause": {"why": "generated", "system": "hub", "for": "erp"}}, "The hub made the Partner code QD-1, because erp needs one", "中台生成了渠道编码QD-1，因为erp需要它"),
    ("crm", "name", {"column": "Name", "before": "甲", "after": "乙", "cause": edit("erp", "E7")}, "Partner name (Name) was written: 甲 → 乙, because it was changed in erp (E7)", "写入渠道名称（Name）：甲→乙，因为erp（E7）于2026-07-3110:30修改了它"),
    ("crm", "name", {"column": "Name", "before": "甲", "after": "乙", "cause": won()}, "because crm won over erp", "因为crm优先于erp"),
    ("crm", "name", {"column": "Name", "before": "甲", "after": "乙", "cause": edit("hub", "")}, "because it was decided in the hub", "因为中台中作出了决定"),
    ("crm", "name", {"column": "Name", "before": "甲", "after": "乙", "stored": "乙…", "cause": edit()}, "crm stored it as 乙…", "crm保存为乙…"),
    ("crm", "HubId__c", {"column": "HubId__c", "before": None, "after": "ID", "cause": {"why": "identity"}}, "so that the row has an id of its own", "用于标识这一行"),
    ("crm", "Type", {"column": "Type", "before": None, "after": "Partner", "cause": {"why": "on_create"}}, "as the mapping says for new records", "映射规定的新记录固定值"),
    ("crm", "HubId__c", {"column": "HubId__c", "before": None, "after": "ID", "cause": {"why": "create"}}, "as the id of the new record", "作为新记录的标识"),
    ("crm", "contacts", {"column": "contacts", "before": [], "after": [], "cause": {"why": "rows", "rows": {}}}, "with the rows of its list", "随列表行一起写入"),
    ("hub", "name", {"before": "甲", "after": "乙", "cause": {"why": "something new"}}, "Partner name became 乙; it was 甲.", "渠道名称由甲改为乙"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "field", "change", "english", "chinese"), CAUSES)
def test_the_history_tells_every_cause_in_both_languages(
    hub: FakeHub, run: Run, place: str, field: str, change: dict[str, object], english: str, chinese: str
) -> None:
    hub.answers["explain"] = fake_hub.story(["name"], history=[ledger(place, field, change)])  # type: ignore[arg-type]  # JSON
    assert english in run("explain", "partner", PARTNER, COLUMNS="200").words
    assert chinese in run("explain", "partner", PARTNER, language="zh").chinese


def test_the_making_of_a_record_is_told_in_one_sentence(hub: FakeHub, run: Run) -> None:
    made = ledger("hub", "name", {"before": None, "after": "甲", "cause": edit()}, op="create")
    there = ledger(
        "erp",
        "name",
        {"column": "name", "before": None, "after": "甲", "cause": edit()},
        op="create",
        object="customer",
        external_id="E9",
    )
    hub.answers["explain"] = fake_hub.story(["name"], history=[there, made])
    said = run("explain", "partner", PARTNER)
    assert "The golden record was made from crm (001A): Partner name." in said.words
    assert "Created in erp customer as E9, with Partner name." in said.words


def test_the_history_of_one_field_leaves_the_others_out_and_masks(hub: FakeHub, run: Run) -> None:
    rows = [
        ledger("hub", "phone", {"before": None, "after": MOBILE, "cause": edit()}),
        ledger(
            "crm",
            "phone",
            {"column": "Phone", "before": "13700137000", "after": "13800138000", "cause": edit()},
        ),
        ledger("hub", "note", {"before": None, "after": "only in the note", "cause": edit()}),
    ]
    hub.answers["explain"] = fake_hub.story(["phone"], history=rows)
    said = run("explain", "partner", PARTNER, "联系电话")
    assert "only in the note" not in said.out
    for secret in (MOBILE, "13700137000", "13800138000"):
        assert secret not in said.out
    assert "138 0013 8000" in run("explain", "partner", PARTNER, "phone", "--show-personal").words


def test_a_long_history_is_capped(hub: FakeHub, run: Run) -> None:
    rows = [
        ledger("hub", "note", {"before": None, "after": f"note {number}", "cause": edit()})
        for number in range(12)
    ]
    hub.answers["explain"] = fake_hub.story(["note"], history=rows)
    assert "… and 4 more" in run("explain", "partner", PARTNER).words
    assert "note 11" in run("explain", "partner", PARTNER, "--all").words


def test_a_key_that_names_several_records_lists_them(hub: FakeHub, run: Run) -> None:
    hub.answers["find"] = [("G1", "华强电子"), ("G2", "华强商贸")]
    said = run("explain", "partner", "华强")
    assert said.exit == 2
    assert "G1  华强电子" in said.err
    assert "G2  华强商贸" in said.err
    error = run("explain", "partner", "华强", "--json").json["error"]
    assert error["hits"] == [{"id": "G1", "title": "华强电子"}, {"id": "G2", "title": "华强商贸"}]


def test_names_of_people_are_masked_in_the_list_too(hub: FakeHub, run: Run) -> None:
    hub.answers["find"] = [("G1", "王小明"), ("G2", "王小红")]
    said = run("explain", "联系人", "王")
    assert "王小明" not in said.err
    assert "--show-personal shows whole names" in said.err
    assert "王小明" in run("explain", "联系人", "王", "--show-personal").err


def test_among_several_hits_the_one_with_exactly_this_name_is_meant(hub: FakeHub, run: Run) -> None:
    hub.answers["find"] = [(PARTNER, "华强"), ("G2", "华强商贸")]
    assert run("explain", "partner", "华强").exit == 0
    assert ("explain", ("partner", PARTNER, None, "en")) in hub.asked


def test_nobody_of_that_name_and_no_such_kind_are_refused(hub: FakeHub, run: Run) -> None:
    hub.answers["find"] = ()
    nobody = run("explain", "partner", "无此公司", language="zh")
    assert nobody.exit == 2
    assert "没有找到“无此公司”" in nobody.err
    assert run("explain", "spaceship", "x").exit == 2
