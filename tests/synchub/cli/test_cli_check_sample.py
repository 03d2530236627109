"""`check --sample` and `check --profile` on a hub with real workbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.synchub.cli.conftest import Run
from tests.synchub.hub.hub_folders import ONE, Folder, two_workbooks

TABLE = ONE.replace("city: City", "city: {field: City, values: {S: 上海, 杭州: 杭州}}\n  address: Town")


@pytest.fixture
def hub(tmp_path: Path) -> Folder:
    made = two_workbooks(tmp_path)
    rows = [
        (f"Firm {one:03}", f"138-0013-{one:04}", ("上海", "杭州", None)[one % 3], "西湖", None)
        for one in range(90)
    ]
    made.workbook("one", *rows)
    made.workbook("two", ("Firm 000", None, None, None, None))
    return made


def unfolded(text: str) -> str:
    """However narrow the terminal is."""
    return " ".join(text.split())


def test_before_anything_was_read_it_says_so(run: Run, hub: Folder) -> None:
    said = run("check", "--sample", "50", "--hub", str(hub.path))
    assert said.exit == 0
    assert said.out.count("no usable rows of it are remembered yet") == 2
    files = run("check", "--sample", "50", "--json", "--hub", str(hub.path)).json["files"]
    assert [one["sample"]["rows"] for one in files] == [0, 0]


def test_rows_that_wait_to_be_matched_are_rows_too(run: Run, hub: Folder) -> None:
    assert run("sync", "--hub", str(hub.path)).exit != 0, "the first contact waits for approval"
    (file, _) = run("check", "--sample", "50", "--json", "--hub", str(hub.path)).json["files"]
    assert file["sample"]["rows"] == 50
    assert {one["name"]: one["rows"] for one in file["sample"]["fields"]} == dict.fromkeys(
        ("name", "phone", "city"), 50
    )
    hub.write("one.yaml", ONE.replace("city: City", "city: Town\n  address: City"))
    (file, _) = run("check", "--sample", "50", "--json", "--hub", str(hub.path)).json["files"]
    assert file["sample"]["rows"] == 0, "in which order the rows of an unknown version lie is not guessed"


def test_an_edit_is_tried_on_what_the_hub_remembers_and_held_values_are_shown(run: Run, hub: Folder) -> None:
    hub.sync()
    well = run("check", "--sample", "200", "--hub", str(hub.path))
    assert "tried on 90 remembered row(s); every value came through" in unfolded(well.out)
    hub.write("one.yaml", TABLE)
    said = run("check", "--sample", "200", "--hub", str(hub.path))
    assert said.exit == 0, "held values are a warning"
    assert "City: 30 of 90 remembered value(s) would be held; the first: “上海” in column “City”" in unfolded(
        said.out
    )
    assert "nothing is remembered of the columns of Address yet" in unfolded(said.out)
    chinese = run("check", "--sample", "200", "--hub", str(hub.path), language="zh")
    assert "城市：已保存的 90 个值中有 30 个读不出" in chinese.out.replace("\n", "")
    assert "以下字段的列尚未保存过数据：地址" in chinese.out.replace("\n", "")
    found = run("check", "--sample", "200", "--json", "--hub", str(hub.path)).json
    assert [one["code"] for one in found["problems"]] == ["M512"]
    fields = {one["name"]: one for one in found["files"][0]["sample"]["fields"]}
    city = fields["city"]
    assert (city["rows"], city["values"], city["blank"], city["unreadable"]) == (90, 30, 30, 30)
    assert city["examples"] == ["上海"]
    assert (fields["address"]["reads"], fields["address"]["rows"]) == (True, 0)


def test_no_telephone_number_is_shown(run: Run, hub: Folder) -> None:
    hub.sync()
    hub.write("one.yaml", ONE.replace("as: phone", "values: {x: 02160001234}"))
    said = run("check", "--sample", "20", "--hub", str(hub.path))
    assert "would be held" in unfolded(said.out)
    assert "1***" in unfolded(said.out)
    assert "0013" not in unfolded(said.out)
    assert "0013" not in run("check", "--sample", "20", "--json", "--hub", str(hub.path)).out


def test_broken_files_are_told_of_all_the_same(run: Run, hub: Folder) -> None:
    hub.write("one.yaml", ONE.replace("name: Name", "nmae: Name"))
    found = run("check", "--sample", "20", "--json", "--hub", str(hub.path))
    assert found.exit == 1
    assert [one["code"] for one in found.json["problems"]] == ["M207", "M203"]


def test_a_profile_tells_of_every_field_in_both_languages(run: Run, hub: Folder) -> None:
    made_up = run("check", "--profile", "--hub", str(hub.path))
    assert made_up.exit == 0
    assert made_up.out.count("measured on 200 made-up rows") == 2
    hub.sync()
    chinese = run("check", "--profile", "--sample", "60", "--hub", str(hub.path), language="zh")
    assert "用保存的 60 行测得" in chinese.out.replace("\n", "")
    assert "写，微秒" in chinese.out.replace("\n", "")
    found = run("check", "--profile", "--sample", "60", "--json", "--hub", str(hub.path)).json["files"][0][
        "profile"
    ]
    assert (found["rows"], found["made_up"]) == (60, False)
    assert {one["name"]: one["format"] for one in found["fields"]} == {
        "name": "text",
        "phone": "phone",
        "city": "text",
    }
    costs = [(one["read_us"] or 0) + (one["write_us"] or 0) for one in found["fields"]]
    assert costs == sorted(costs, reverse=True)
    assert found["read_us"] > 0 < found["write_us"]


def test_a_profile_without_a_sample_takes_what_is_remembered(run: Run, hub: Folder) -> None:
    hub.sync()
    (file, _) = run("check", "--profile", "--json", "--hub", str(hub.path)).json["files"]
    assert (file["profile"]["rows"], file["profile"]["made_up"]) == (90, False)
    assert "sample" not in file
