"""Where the hub folder is found, and where the template comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from synchub.paths import TEMPLATE, HubPaths, find_hub, template_folder


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "中台"
    (folder / "mappings" / "model").mkdir(parents=True)
    (folder / "hub.yaml").touch()
    return folder


def test_the_nearest_folder_upward_is_taken(hub: Path) -> None:
    assert find_hub(None, {}, hub / "mappings" / "model") == HubPaths(hub)


def test_the_one_given_goes_before_the_variable_and_the_variable_before_the_search(
    hub: Path, tmp_path: Path
) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()
    (other / "hub.yaml").touch()
    assert find_hub(hub, {"SYNCHUB_HUB": str(other)}, other) == HubPaths(hub)
    assert find_hub(None, {"SYNCHUB_HUB": str(hub)}, other) == HubPaths(hub)


def test_the_file_itself_may_be_named_and_paths_start_where_we_are(hub: Path) -> None:
    assert find_hub(Path("中台/hub.yaml"), {}, hub.parent) == HubPaths(hub)


def test_a_folder_that_was_named_is_never_replaced_by_another(hub: Path) -> None:
    assert find_hub(hub / "mappings", {}, hub) is None
    assert find_hub(None, {"SYNCHUB_HUB": "nowhere"}, hub) is None


def test_outside_of_any_hub_there_is_none(tmp_path: Path) -> None:
    assert find_hub(None, {}, tmp_path) is None


def test_what_machines_write_lies_in_one_folder(hub: Path) -> None:
    paths = HubPaths(hub)
    written = [paths.database, paths.prefect_home, paths.sandbox("crm"), paths.state("crm")]
    assert all(path.is_relative_to(hub / ".synchub") for path in written)
    assert len(set(written)) == len(written)


def test_in_a_checkout_the_template_is_the_checkout(hub: Path) -> None:
    folder = template_folder()
    assert folder == Path(__file__).resolve().parents[3]
    assert (folder / TEMPLATE[0]).is_file()
