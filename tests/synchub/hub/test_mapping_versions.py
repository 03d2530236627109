"""An edit of the mapping files travels safely: it writes nothing until it is put into force, its impact is shown before, and it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from synchub.cli.preview_tables import seen_by
from synchub.engine.limits import USUAL
from synchub.errors import ConnectorError, MappingError, UnapprovedPlanError, UserError
from synchub.hub.versions import read_set
from synchub.mapping.compiled import KEEP
from tests.synchub.hub.hub_folders import HUB, MODEL, ONE, TWO, Folder, two_workbooks


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return two_workbooks(tmp_path)


EDIT = ONE.replace("  city: City\n", "  city: Town\n")


def test_nothing_is_in_force_before_the_first_approval_so_that_beginners_edit_freely(folder: Folder) -> None:
    with folder.open() as hub, pytest.raises(UnapprovedPlanError):
        hub.sync()
    assert folder.active() == ""
    folder.write("one.yaml", EDIT)
    report = folder.sync()
    assert not report.warnings
    assert ["Anda", None, "西湖", None] in folder.cells("two"), "the edit was used at once"
    assert folder.active()


def test_an_edit_alone_writes_nothing_and_is_told(folder: Folder) -> None:
    folder.sync()
    assert folder.sync().writes == 0
    before = folder.active()
    folder.write("one.yaml", EDIT)
    with folder.open() as hub:
        found = hub.plan()
        assert found.report.cells == []
        assert [one.code for one in found.report.warnings] == ["E411"]
    report = folder.sync()
    assert report.writes == 0
    assert [one.code for one in report.warnings] == ["E411"]
    with folder.open() as hub:
        assert [one.code for one in hub.sweep().warnings] == ["E411"]
    assert report.warnings[0].params["version"] == before
    assert folder.active() == before
    assert ["Anda", None, "杭州", None] in folder.cells("two")


def test_edits_of_systems_flow_on_while_a_mapping_is_being_edited_or_broken(folder: Folder) -> None:
    folder.sync()
    folder.write("one.yaml", "mapping：broken")
    book = openpyxl.load_workbook(folder.path / "two.xlsx")
    book["Partners"]["B2"] = "139 0000 0000"
    book.save(folder.path / "two.xlsx")
    report = folder.sync()
    assert [one.code for one in report.warnings] == ["E412"]
    assert any(row[1] == "+8613900000000" for row in folder.cells("one"))


def test_the_impact_is_shown_before_and_is_what_then_happens(folder: Folder) -> None:
    folder.sync()
    folder.write("one.yaml", EDIT)
    before = {name: (folder.path / f"{name}.xlsx").read_bytes() for name in ("one", "two")}
    database = folder.path / ".synchub" / "hub.sqlite"
    with folder.open() as hub:
        held = hub.store  # opened, so that what follows is the rehearsal alone
        with held.read() as tx:
            runs = len(tx.runs(100))
        impact = hub.mapping_files.impact()
        with held.read() as tx:
            assert len(tx.runs(100)) == runs
    assert database.exists()
    assert {name: (folder.path / f"{name}.xlsx").read_bytes() for name in before} == before
    assert {(one.object, one.name, one.count) for one in impact.golden} == {("Partner", "city", 2)}
    assert {(one.place, one.name, one.count) for one in impact.writes} == {("two", "City", 2)}
    example = impact.golden[0].examples[0]
    assert (example.before, example.after) in {("上海", "浦东"), ("杭州", "西湖")}
    with folder.open() as hub:
        done = hub.mapping_files.activate()
        assert done is not None
        assert (done.action, done.version) == ("activate", hub.versions.active)
        assert hub.mapping_files.activate() is None, "it is in force already"
    with folder.open() as hub:
        report = hub.sync()  # who put it into force has seen the impact, and is not asked again
    assert not report.warnings
    assert report.writes == 2
    assert ["Anda", None, "西湖", None] in folder.cells("two")


def test_who_and_when_stand_in_both_logs(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNCHUB_USER", "王芳")
    folder.sync()
    folder.write("one.yaml", EDIT)
    with folder.open() as hub:
        hub.mapping_files.activate()
        log = hub.versions.log()
        assert [(one.action, one.by) for one in log] == [("first", "王芳"), ("activate", "王芳")]
        with hub.store.read() as tx:
            run = tx.runs(1)[0]
        assert (run.kind, run.state, run.detail["by"], run.detail["version"]) == (
            "activate",
            "done",
            "王芳",
            log[-1].version,
        )


def test_rolling_back_puts_the_files_back(folder: Folder) -> None:
    folder.sync()
    first = folder.active()
    folder.write("one.yaml", EDIT)
    folder.write(
        "extra.yaml",
        ONE.replace("mapping: one", "mapping: extra").replace("object: Partners", "object: Others"),
    )
    with folder.open() as hub:
        hub.mapping_files.activate()
        assert hub.mapping_files.activate(first) is not None
        assert hub.versions.active == first
        assert [one.action for one in hub.versions.log()] == ["first", "activate", "rollback"]
    assert (folder.path / "mappings" / "one.yaml").read_text(encoding="utf-8") == ONE
    assert not (folder.path / "mappings" / "extra.yaml").exists()
    assert not folder.sync().warnings


def test_rolling_back_keeps_a_copy_of_files_that_no_version_holds(folder: Folder) -> None:
    """An edit that was never put into force, a comment, a file that is just being written: an owner's work is not thrown away."""
    folder.sync()
    first = folder.active()
    folder.write("one.yaml", EDIT)
    with folder.open() as hub:
        hub.mapping_files.activate()
        assert (done := hub.mapping_files.activate(first)) is not None
        assert done.kept == "", "every file is in a version"
        (second,) = {*hub.versions.known()} - {first}
        assert hub.mapping_files.activate(second) is not None
    folder.write("one.yaml", EDIT + "# two hours of work\n")
    folder.write("new.yaml", "mapping：half a file")
    with folder.open() as hub:
        done = hub.mapping_files.activate(first)
        assert done is not None
        kept = folder.path / done.kept
        assert [one.kept for one in hub.versions.log()][-1] == done.kept
    assert (kept / "one.yaml").read_text("utf-8") == EDIT + "# two hours of work\n"
    assert (kept / "new.yaml").read_text("utf-8") == "mapping：half a file"
    assert (folder.path / "mappings" / "one.yaml").read_text("utf-8") == ONE
    assert not (folder.path / "mappings" / "new.yaml").exists()


def test_an_edit_is_discarded_by_going_back_to_the_version_in_force_and_kept(folder: Folder) -> None:
    folder.sync()
    with folder.open() as hub:
        assert hub.mapping_files.discard() is None
    folder.write("one.yaml", EDIT)
    with folder.open() as hub:
        kept = hub.mapping_files.discard()
        assert kept
        assert not hub.edited
        assert len(hub.versions.log()) == 1
    assert (folder.path / kept / "one.yaml").read_text("utf-8") == EDIT
    assert (folder.path / "mappings" / "one.yaml").read_text("utf-8") == ONE


def test_a_comment_or_another_language_is_no_edit(folder: Folder) -> None:
    folder.sync()
    folder.write(
        "one.yaml", "# a comment\n" + ONE.replace("fields:", "字段:").replace("  name:", "  渠道名称:")
    )
    assert not folder.sync().warnings


def test_a_new_mapping_beside_the_others_needs_no_activation_since_its_first_contact_is_approved(
    folder: Folder,
) -> None:
    folder.sync()
    before = folder.active()
    (folder.path / "hub.yaml").write_text(
        HUB + "  three: {connector: excel, settings: {path: three.xlsx}}\n", encoding="utf-8"
    )
    folder.workbook("three", ("Anda", None, None, None, None))
    folder.write("three.yaml", ONE.replace(": one", ": three"))
    with folder.open() as hub, pytest.raises(UnapprovedPlanError):
        hub.sync()
    report = folder.sync()
    assert not report.warnings
    assert folder.active() != before
    with folder.open() as hub:
        assert [one.action for one in hub.versions.log()] == ["first", "added"]


def test_versions_are_found_by_their_beginning(folder: Folder) -> None:
    folder.sync()
    with folder.open() as hub:
        assert hub.mapping_files.named(hub.versions.active[:4]).version == hub.versions.active
        with pytest.raises(UserError):
            hub.mapping_files.named("zzzz")
    folder.write("one.yaml", "mapping: broken\n")
    with folder.open() as hub, pytest.raises(MappingError):
        hub.mapping_files.impact()


def test_an_edited_model_is_an_edit_too(folder: Folder) -> None:
    folder.sync()
    folder.write(
        "model/partner.yaml", MODEL.replace("city: {conflict: [one, two]}", "city: {conflict: [two, one]}")
    )
    assert [one.code for one in folder.sync().warnings] == ["E411"]


def test_preview_reads_real_rows_with_the_files_in_the_folder_and_shows_both_ways(folder: Folder) -> None:
    folder.sync()
    folder.write("one.yaml", EDIT)
    with folder.open() as hub:
        (found,) = hub.mapping_files.preview("one")
        with pytest.raises(UserError):
            hub.mapping_files.preview("three")
    record = next(one for one in found.records if one.title == "Lianhong")
    assert record.golden_id
    city = next(one for one in record.fields if one.name == "city")
    assert (city.raw, city.meaning, city.golden) == ("浦东", "浦东", "上海")
    assert city.written == {"Town": "上海"}
    phone = next(one for one in record.fields if one.name == "phone")
    assert (phone.raw, phone.meaning, phone.written) == ("138-0013-8000", "+8613800138000", {})


def test_the_role_decides_what_a_preview_shows(folder: Folder) -> None:
    phone = read_set(folder.path / "mappings", {}).entities["Partner"]["phone"]
    name = read_set(folder.path / "mappings", {}).entities["Partner"]["name"]
    assert seen_by(phone, None, personal=False) == "mask"
    assert seen_by(phone, None, personal=True) == "full"
    assert seen_by(phone, "viewer", personal=True) == "hide"
    assert seen_by(phone, "ops", personal=False) == "full"
    assert seen_by(phone, "owner", personal=True) == "mask", "a role sees no more than the model grants"
    assert seen_by(name, "viewer", personal=False) == "full"


def test_a_column_that_is_gone_rests_its_field_on_that_link_only(folder: Folder) -> None:
    folder.sync()
    folder.rename_header("one", "City", "Location")
    book = openpyxl.load_workbook(folder.path / "two.xlsx")
    for row in book["Partners"].iter_rows(min_row=2):
        row[1].value, row[2].value = "138 0000 1111", "宁波"
    book.save(folder.path / "two.xlsx")
    report = folder.sync()
    assert not report.failures
    (warning,) = report.warnings
    assert (warning.code, warning.params["column"]) == ("E421", "City")
    assert "Location" in warning.text("en")
    assert [row[1:3] for row in folder.cells("one")] == [
        ["+8613800001111", "上海"],
        ["+8613800001111", "杭州"],
    ], "the telephone flows on, the city rests and nothing is blanked"
    assert [row[2] for row in folder.cells("two")] == ["宁波", "宁波"]
    assert folder.sync().writes == 0


def test_the_impact_of_a_line_whose_column_is_not_there_warns_of_it(folder: Folder) -> None:
    folder.sync()
    folder.write("one.yaml", ONE.replace("  city: City\n", "  city: City\n  note: Notes\n"))
    with folder.open() as hub:
        (warning,) = hub.mapping_files.impact().new.warnings
        assert (warning.code, warning.params["column"]) == ("E422", "Notes")
        assert "take the line out" in warning.fix("en")


def test_the_patch_is_offered_and_brings_the_field_back(folder: Folder) -> None:
    folder.sync()
    folder.rename_header("one", "City", "Location")
    with folder.open() as hub:
        (offer,) = hub.mapping_files.drift()
        assert (offer.field, offer.column, offer.instead, offer.values) == ("city", "City", "Location", 1.0)
        ((path, text),) = hub.mapping_files.patch([offer]).items()
        assert text == ONE.replace("  city: City\n", "  city: Location\n")
        path.write_text(text, encoding="utf-8")
    with folder.open() as hub:
        hub.mapping_files.activate()
    book = openpyxl.load_workbook(folder.path / "two.xlsx")
    for row in book["Partners"].iter_rows(min_row=2):
        row[2].value = "宁波"
    book.save(folder.path / "two.xlsx")
    report = folder.sync()
    assert not report.warnings
    folder.sync()
    cities = [{row[2] for row in folder.cells(name)} for name in ("one", "two")]
    assert cities[0] == cities[1]
    assert None not in cities[0]


def test_a_column_that_comes_back_is_read_again(folder: Folder) -> None:
    folder.sync()
    folder.rename_header("one", "City", "Location")
    folder.sync()
    folder.rename_header("one", "Location", "City")
    book = openpyxl.load_workbook(folder.path / "one.xlsx")
    book["Partners"]["C2"] = "苏州"
    book.save(folder.path / "one.xlsx")
    report = folder.sync()
    assert not report.warnings
    assert "苏州" in {row[2] for row in folder.cells("two")}


def test_a_column_that_holds_something_else_now_holds_its_field_there_and_blanks_nothing(
    folder: Folder,
) -> None:
    folder.sync()
    book = openpyxl.load_workbook(folder.path / "one.xlsx")
    for row in book["Partners"].iter_rows(min_row=2):
        row[1].value, row[2].value = 3.5, "苏州"
    book.save(folder.path / "one.xlsx")
    report = folder.sync()
    assert report.state == "attention"
    assert [row[2] for row in folder.cells("two")] == ["苏州", "苏州"], "the rest flows"
    assert {row[1] for row in folder.cells("two")} == {"+8613800138000", None}, "nothing is blanked"
    assert [row[1] for row in folder.cells("one")] == [3.5, 3.5], "and nothing written over"


def test_a_column_without_which_rows_cannot_be_told_apart_is_no_drift(folder: Folder) -> None:
    folder.sync()
    folder.rename_header("one", "Hub id", "Id of the hub")
    assert list(folder.sync().failures) == ["one"]


def test_a_draft_is_made_from_the_real_columns_rows_and_known_values(folder: Folder) -> None:
    folder.sync()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Agents"
    for row in (("Who", "Mobile no", "Hub id"), ("Lianhong", "139 0013 8000", None), ("Anda", None, None)):
        sheet.append(row)
    book.save(folder.path / "two.xlsx")
    with folder.open() as hub:
        with hub.store.read() as tx:
            before = tx.runs(100)
        made = hub.mapping_files.suggest("two", "Agents", "partner")
        with hub.store.read() as tx:
            assert tx.runs(100) == before
        assert {one.field.name: one.column.name for one in made.proposals} == {
            "name": "Who",
            "phone": "Mobile no",
        }
        assert "known" in next(one for one in made.proposals if one.field.name == "name").reasons[0].code
        with pytest.raises(UserError):
            hub.mapping_files.suggest("two", "Nobody")
    folder.write("draft.yaml", made.text)
    with folder.open() as hub:
        report = hub.check(online=True)
        assert not [
            one for one in report.problems if one.position and one.position.file.endswith("draft.yaml")
        ]


@pytest.mark.parametrize(
    "line",
    [
        "delete_there: yes",
        "on_delete: delete",
        "on_delete: {archive: {city: 杭州}}",
        "scope: {only: {City: [杭州]}, on_leave: {archive: {city: 杭州}}}",
    ],
)
def test_what_follows_from_a_deletion_is_part_of_a_version(folder: Folder, line: str) -> None:
    """It decides what is deleted or archived, so it waits for its activation like any other edit."""
    scoped = ONE.replace("create_there: yes\n", "create_there: yes\nscope: {only: {City: [杭州]}}\n")
    before = scoped if line.startswith("scope") else ONE
    folder.write("one.yaml", before.replace("create_there: yes\n", ""))
    folder.sync()
    active = folder.active()
    folder.write("one.yaml", ONE.replace("create_there: yes\n", f"{line}\n"))
    with folder.open() as hub:
        assert hub.edited
        chosen = next(one.mapping for one in hub.world.routes if one.mapping.name == "one")
        assert not chosen.delete_there
        assert (chosen.on_delete, chosen.on_leave) == (KEEP, KEEP)
        hub.mapping_files.activate()
    assert folder.active() != active
    with folder.open() as hub:
        assert not hub.edited


def test_a_patch_changes_one_name_and_keeps_every_other_byte(folder: Folder) -> None:
    """A file that was saved on Windows keeps its line ends."""
    windows = ONE.replace("\n", "\r\n")
    (folder.path / "mappings" / "one.yaml").write_bytes(windows.encode())
    folder.sync()
    folder.rename_header("one", "City", "City name")
    with folder.open() as hub:
        (text,) = hub.mapping_files.patch(hub.mapping_files.drift()).values()
    assert text == windows.replace("city: City", "city: City name")


def test_a_draft_may_use_a_field_of_ones_own_that_is_not_in_force_yet(folder: Folder) -> None:
    folder.sync()
    own = "  visits: {custom: yes, type: integer, label: {zh: 拜访次数, en: Visits}}\n"
    folder.write("model/partner.yaml", MODEL.replace("visibility:", own + "visibility:"))
    with folder.open() as hub:
        made = hub.mapping_files.suggest("two", "Partners")
    assert made.entity.name == "Partner"
    assert "visits" in made.entity.position


def test_a_system_that_cannot_be_asked_hides_no_mistake_of_the_others(folder: Folder) -> None:
    """The workbook of one system is gone; a broken file about the other one is judged by its columns all the same."""
    folder.write("two.yaml", TWO.replace("city: City", "city: Citty\n  nope: Name"))
    (folder.path / "one.xlsx").unlink()
    with folder.open() as hub:
        report = hub.check(online=True)
        with pytest.raises(ConnectorError):
            hub.mapping_files.editor_schema(online=True, language="en")
    assert [one.code for one in report.problems] == ["H356", "M201", "M203"]
    gone = report.problems[0]
    assert gone.text("en").startswith("the columns of one are not checked, since it cannot be asked: ")
    assert "无法访问" in gone.text("zh")
    assert gone.fix("zh")
    assert not report.sound


def test_an_object_that_is_not_there_is_told_also_when_nothing_else_of_its_system_is_mapped(
    folder: Folder,
) -> None:
    folder.write("two.yaml", TWO.replace("object: Partners", "object: Partner"))
    with folder.open() as hub:
        (problem,) = hub.check(online=True).problems
    assert problem.code == "M202"
    assert "did you mean “Partners”?" in problem.text("en")


def test_a_hub_is_told_where_delete_there_has_no_effect(folder: Folder) -> None:
    folder.write("one.yaml", ONE.replace("create_there: yes\n", "create_there: yes\ndelete_there: yes\n"))
    with folder.open() as hub:
        (problem,) = [one for one in hub.check().problems if one.code == "M220"]
    assert problem.severity == "warning"
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (7, 15)


def test_the_limits_of_hub_yaml_are_those_of_the_engine(folder: Folder) -> None:
    folder.write("../hub.yaml", HUB + "limits: {grace: 3 days, most_deletions: 2}\n")
    with folder.open() as hub:
        limits = hub.world.limits
    assert (limits.grace, limits.most_deletions) == (timedelta(days=3), 2)
    assert limits.lease == USUAL.lease
