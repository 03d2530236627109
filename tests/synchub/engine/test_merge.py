"""The merge, row for row as docs/sync.md states it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from synchub.engine.merge import Hold, Look, Merged, Side, Verdict, merge
from synchub.errors import Problem
from synchub.model.entity import ConflictPolicy, FieldSpec
from synchub.model.kinds import Text
from synchub.model.provenance import Origin
from synchub.model.values import ABSENT, UNKNOWN, Canonical, Label, RawValue, Unknown, Unreadable

PAGE = Path(__file__).parents[3] / "docs" / "sync.md"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
COLUMNS = ("case", "observed", "system", "hub", "equal", "owner", "flow", "verdict", "golden", "seen", "sent")


def rows() -> list[dict[str, str]]:
    table = PAGE.read_text("utf-8").split("## The merge table")[1]
    lines = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| case")]
    return [
        dict(zip(COLUMNS, (c.strip() for c in line.strip("|").split("|")), strict=True)) for line in lines
    ]


def spec(row: dict[str, str]) -> FieldSpec:
    if row["system"] == "unheard":
        return FieldSpec(
            "city", Text(), Label("城市", "City"), policy=ConflictPolicy("priority", ("there", "here"))
        )
    order = {"won": ("here", "there"), "lost": ("there", "here")}.get(row["verdict"])
    policy = ConflictPolicy("priority", order) if order else ConflictPolicy("review")
    owner = {"anyone": None, "itself": "here", "another": "there", "absent": "there"}[row["owner"]]
    required = row["case"] == "a required field was emptied"
    return FieldSpec("city", Text(), Label("城市", "City"), policy=policy, owner=owner, required=required)


def side(row: dict[str, str]) -> Side:
    """One look that fits the row: the agreement was «Old», the system shows «New» where it differs."""
    first = row["system"] == "first"
    image: RawValue
    if row["system"] == "rewritten":
        observed, image = "Old", "Old "
    elif row["system"] in {"same", "back"}:
        observed, image = "Old", "Old"
    else:
        observed, image = "New", "New"
    golden: Canonical | None = "Old"
    sent: Canonical | Unknown | None = UNKNOWN if first else "Old"
    if row["hub"] == "differs":
        golden = observed if row["equal"] == "yes" else "Other"
        sent = "Older" if golden == "Old" else "Old"
    elif row["hub"] == "first":
        golden = observed if row["equal"] == "yes" else "Other"
    elif row["hub"] == "blank":
        golden = None
    if row["owner"] == "absent":
        golden = sent = None
    never_seen = first or row["system"] == "unheard"
    seen: RawValue | Unknown = UNKNOWN if never_seen else "Old"
    looked = {"value": observed, "null": None, "absent": ABSENT, "unreadable": Unreadable(Problem("E301"))}[
        row["observed"]
    ]
    if row["observed"] == "null":
        image = None
    return Side(
        spec(row),
        row["flow"] != "hub_writes",
        image,
        looked,
        seen,
        UNKNOWN if never_seen else "Old",
        sent,
        golden,
        Origin("there", "Thing", "1", "r0", NOW) if golden is not None else None,
        row["flow"] == "hub_reads",
        "back" in {row["system"], row["hub"]},
    )


LOOK = Look("here", "Thing", "1", "r1", NOW)


def merged(row: dict[str, str]) -> tuple[Side, Merged]:
    one = side(row)
    look = Look("here", "Thing", "1", "r1", NOW, owner_linked=row["owner"] != "absent")
    return one, merge([one], look)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["case"])
def test_the_page_says_what_the_code_does(row: dict[str, str]) -> None:
    one, result = merged(row)
    assert result.verdict == row["verdict"]
    assert result.golden == ((one.observed if row["golden"] == "observed" else one.golden),)
    assert result.seen == ((one.image if row["seen"] == "observed" else one.seen),)
    expected_sent = {"stays": one.sent, "observed": one.observed, "golden": one.golden, "unknown": UNKNOWN}
    assert result.sent == (expected_sent[row["sent"]],)
    assert (result.hold is not None) == (row["verdict"] == "held")


def test_the_page_has_a_row_for_every_verdict() -> None:
    assert {row["verdict"] for row in rows()} == {one.value for one in Verdict}


def test_a_conflict_remembers_the_values_that_did_not_stand() -> None:
    row = next(row for row in rows() if row["case"] == "both changed, the system wins")
    _, result = merged(row)
    assert [(one.system, one.value) for one in result.losers] == [("there", "Other")]
    origin = result.origins[0]
    assert origin is not None
    assert (origin.system, origin.losers) == ("here", result.losers)


def test_the_loser_of_a_conflict_is_remembered_with_the_value_that_stands() -> None:
    row = next(row for row in rows() if row["case"] == "both changed, the hub wins")
    _, result = merged(row)
    origin = result.origins[0]
    assert origin is not None
    assert origin.system == "there"
    assert [(one.system, one.value) for one in origin.losers] == [("here", "New")]


def group(*, province: str | None, city: str, golden: tuple[str | None, str]) -> list[Side]:
    """A group whose agreement was (浙江, 杭州)."""
    fields = [
        FieldSpec(
            name,
            Text(),
            Label(name, name),
            policy=ConflictPolicy("priority", ("there", "here")),
            group="address",
        )
        for name in ("province", "city")
    ]
    agreed, shown = ("浙江", "杭州"), (province, city)
    return [
        Side(
            fields[i],
            True,
            shown[i],
            shown[i],
            agreed[i],
            agreed[i],
            agreed[i],
            golden[i],
            Origin("there", "", "", "", NOW),
        )
        for i in range(2)
    ]


def test_a_group_is_never_mixed_from_two_sides() -> None:
    result = merge(group(province="江苏", city="南京", golden=("浙江", "宁波")), LOOK)
    assert result.verdict is Verdict.LOST
    assert result.golden == ("浙江", "宁波")
    assert result.sent == (UNKNOWN, UNKNOWN)


def test_a_group_is_taken_whole_when_one_field_of_it_moved() -> None:
    result = merge(group(province="浙江", city="宁波", golden=("浙江", "杭州")), LOOK)
    assert result.verdict is Verdict.TAKE
    assert result.golden == ("浙江", "宁波")


@pytest.mark.parametrize("unread", [UNKNOWN, Unreadable(Problem("E301"))])
def test_what_was_written_unread_and_stands_there_is_no_news(unread: Unknown | Unreadable) -> None:
    """Seed 19209: the column was masked when it was written, and what the hub had written there won over the next edit elsewhere."""
    city = FieldSpec(
        "city", Text(), Label("城市", "City"), policy=ConflictPolicy("priority", ("here", "there"))
    )
    origin = Origin("there", "Thing", "1", "r0", NOW)
    side = Side(city, True, "Old", "Old", unread, unread, "Old", "Other", origin)
    result = merge([side], LOOK)
    assert (result.verdict, result.golden, result.seen) == (Verdict.PUSH, ("Other",), ("Old",))
    typed = merge([replace(side, image="New", observed="New")], LOOK)
    assert typed.verdict in {Verdict.WON, Verdict.HELD}, "somebody typed there"


def met(sides: list[Side], *, agreed: str | None) -> list[Side]:
    """The province of the group is met for the first time; of the city this was agreed on."""
    province, city = sides
    return [
        replace(province, seen=UNKNOWN, base=UNKNOWN, sent=UNKNOWN),
        replace(city, sent=agreed, golden=agreed),
    ]


def test_a_group_of_which_a_blank_field_is_met_has_no_news() -> None:
    """Seed 12556: what the system had made of the city passed for an edit once the column of the province could be seen."""
    result = merge(met(group(province=None, city="杭州", golden=(None, "宁波")), agreed="宁波"), LOOK)
    assert (result.verdict, result.golden) == (Verdict.AGREE, (None, "宁波"))
    assert (result.seen, result.sent) == ((None, "杭州"), (None, "宁波"))


def test_a_blank_that_is_met_in_a_group_does_not_erase_the_golden_value() -> None:
    """Seed 17871: a field that a create had not kept erased it everywhere, in favour of a policy."""
    result = merge(met(group(province=None, city="杭州", golden=("浙江", "杭州")), agreed="杭州"), LOOK)
    assert (result.verdict, result.golden) == (Verdict.PUSH, ("浙江", "杭州"))
    assert result.sent == (UNKNOWN, "杭州")


@pytest.mark.parametrize(("province", "city"), [("江苏", "杭州"), (None, "南京")])
def test_what_was_typed_into_a_group_of_which_a_field_is_met_is_news(province: str | None, city: str) -> None:
    policy = ConflictPolicy("priority", ("here", "there"))
    sides = [
        replace(side, spec=replace(side.spec, policy=policy))
        for side in met(group(province=province, city=city, golden=("浙江", "杭州")), agreed="杭州")
    ]
    assert merge(sides, LOOK).golden == (province, city)


def test_a_group_with_one_field_that_cannot_be_read_is_held_whole() -> None:
    sides = group(province="江苏", city="南京", golden=("浙江", "杭州"))
    sides[1] = Side(
        sides[1].spec, True, None, Unreadable(Problem("E301")), "杭州", "杭州", "杭州", "杭州", None
    )
    result = merge(sides, LOOK)
    assert (result.verdict, result.hold) == (Verdict.HELD, Hold.VALUE)
    assert result.golden == ("浙江", "杭州")


def test_merging_twice_is_merging_once() -> None:
    """I3 on one field: what a verdict leaves behind is at rest, or asks for the same push again."""
    for row in rows():
        one, result = merged(row)
        if result.hold is not None or row["observed"] == "absent":
            continue
        again = merge(
            [
                Side(
                    one.spec,
                    one.reads,
                    one.image,
                    one.observed,
                    one.image,
                    one.observed,
                    result.sent[0],
                    result.golden[0],
                    result.origins[0],
                )
            ],
            LOOK,
        )
        assert again.verdict in {Verdict.SAME, Verdict.PUSH, Verdict.AGREE}, row["case"]
        assert again.golden == result.golden


def test_who_types_the_same_stands_behind_the_value_too() -> None:
    """Found by the planner's permutations: b outranks c, who outranks a; a and b typed the same, and whoever is looked at first, it stands."""
    policy = ConflictPolicy("priority", ("b", "c", "a"))
    field = FieldSpec("city", Text(), Label("城市", "City"), policy=policy)
    origin = Origin("a", "Thing", "1", "r1", NOW)
    same = Side(field, True, "New", "New", "Old", "Old", "Old", "New", origin)
    agreed = merge([same], Look("b", "Thing", "2", "r1", NOW))
    assert agreed.verdict is Verdict.AGREE
    other = Side(field, True, "Other", "Other", "Old", "Old", "Old", "New", agreed.origins[0])
    assert merge([other], Look("c", "Thing", "3", "r1", NOW)).verdict is Verdict.LOST
