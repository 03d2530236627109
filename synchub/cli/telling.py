"""What happened and why, in sentences for people who own the data: causes, differences, the history of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synchub.cli.lens import Lens
from synchub.cli.words import day, listing, moment, one_line, say, say_if_known

if TYPE_CHECKING:
    from synchub.engine.report import Cell
    from synchub.engine.verify import Difference
    from synchub.model.entity import FieldSpec
    from synchub.model.values import Raw
    from synchub.store.rows import LedgerRow


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """A difference, and how it is shown."""

    difference: Difference
    label: str
    title: str
    golden: Raw
    observed: Raw
    record: str
    row: tuple[str, str, str]


def tell_difference(one: Difference, lens: Lens, image: Raw = None) -> ToldDifference:
    """For the table and for programs; personal data masked as the lens says. `image` is what stands there where that cannot be used."""
    entity = lens.field_of(one.system, one.object, one.field)
    label = lens.label(entity, one.field)
    title = lens.title(entity, one.title)
    hidden = lens.hides(entity, one.field) or (not entity and not lens.personal)
    from synchub.cli.lens import masked, show_raw

    golden, observed = (masked(one.golden), masked(one.observed)) if hidden else (one.golden, one.observed)
    if hidden:
        texts = (show_raw(golden), show_raw(observed))
    else:
        texts = (lens.shown(entity, one.field, one.golden), lens.shown(entity, one.field, one.observed))
    if one.observed is None and image is not None:
        texts = (texts[0], show_raw(masked(image) if hidden else image))
    elif one.observed is None and one.why == "waiting":
        texts = (texts[0], say("verify.not_found"))
    where = f"{one.system} {one.object} {one.external_id}"
    record = say("verify.record", title=one_line(title), where=where) if title else where
    return ToldDifference(one, label, title, golden, observed, record, (label, *texts))


def short_cause(cell: Cell, lens: Lens) -> str:
    """Why a cell is written, in a few words."""
    cause = cell.cause
    why = str(cause.get("why", ""))
    system = str(cause.get("system", ""))
    if why == "conflict":
        return say("cause.conflict", system=system, losers=listing(_losing_systems(cause)))
    if why == "edit" and system == "hub":
        return say(f"cause.{of_the_hub(lens.spec(cell.entity, cell.field))}")
    if why == "edit":
        return say("cause.edit", system=system, at=day(_text(cause.get("at"))))
    if why == "create" and lens.fixed_at_creation(cell.system, cell.object, cell.column):
        why = "on_create"
    return say_if_known(f"cause.{why}", say("cause.unknown"))


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the ledger, told: when and where, and a sentence for each field."""

    row: LedgerRow
    head: str
    sentences: tuple[str, ...]


_TOLD = frozenset({"owner", "hub_writes", "generated", "undo", "decided", "deleted", "left_scope", "joined"})
"""Causes that have a sentence of their own."""


def tell_history(rows: Sequence[LedgerRow], lens: Lens, field: str | None = None) -> list[Event]:
    """The ledger of one record in the order it came; with `field`, only what happened to this field."""
    events = []
    for row in rows:
        changes = {name: change for name, change in row.changes.items() if field in {None, name}}
        if not changes:
            continue
        place = (
            say("history.hub")
            if row.place == "hub"
            else say("history.there", system=row.place, object=row.object)
        )
        head = say("history.head", at=moment(row.at), place=place, run=row.run)
        events.append(Event(row, head, tuple(_sentences(row, changes, lens, whole=field is None))))
    return events


def _sentences(
    row: LedgerRow, changes: Mapping[str, Mapping[str, Raw]], lens: Lens, *, whole: bool
) -> list[str]:
    if "" in changes:
        return [_of_the_whole(row, changes[""])]
    if row.op == "delete" and row.place != "hub":
        return [say("history.deleted_there", system=row.place, object=row.object, record=row.external_id)]
    if row.op == "create" and whole:
        fields = listing([lens.label(row.entity, name) for name in changes])
        if row.place != "hub":
            return [
                say(
                    "history.created_there",
                    system=row.place,
                    object=row.object,
                    record=row.external_id,
                    fields=fields,
                )
            ]
        system = next((_text(_cause(one).get("system")) for one in changes.values()), "")
        return [say("history.created", system=system, record=row.external_id, fields=fields)]
    tell = _in_hub if row.place == "hub" else _in_system
    return [tell(row, name, change, lens) for name, change in changes.items()]


def _of_the_whole(row: LedgerRow, change: Mapping[str, Raw]) -> str:
    """What became of the record itself."""
    words = {
        "before": _text(change.get("before")),
        "after": _text(change.get("after")),
        "system": _text(_cause(change).get("system")),
    }
    return say(f"history.whole.{row.op}", **words)


def _in_hub(row: LedgerRow, name: str, change: Mapping[str, Raw], lens: Lens) -> str:
    """What became of the golden value, and who had which part in it."""
    cause = _cause(change)
    why = str(cause.get("why", ""))
    losers = _losers(row.entity, name, cause, lens)
    words = {
        "field": lens.label(row.entity, name),
        "before": lens.shown(row.entity, name, change.get("before")),
        "after": lens.shown(row.entity, name, change.get("after")),
        "system": _text(cause.get("system")),
        "record": _text(cause.get("record")) or row.external_id,
        "at": moment(_text(cause.get("at"))),
        "losers": losers,
        "owner": _text(cause.get("owner")),
        "value": lens.shown(row.entity, name, cause.get("value")),
        "for": _text(cause.get("for")),
    }
    if why == "conflict":
        lost = cause.get("verdict") == "lost" or change.get("before") == change.get("after")
        return say("history.lost" if lost else "history.won", **words)
    if why == "edit":
        if change.get("before") is None:
            return say("history.filled", **words)
        return say("history.emptied" if change.get("after") is None else "history.edit", **words)
    return say(f"history.{why}" if why in _TOLD else "history.other", **words)


def _in_system(row: LedgerRow, name: str, change: Mapping[str, Raw], lens: Lens) -> str:
    """What was written there, and because of what."""
    column = _text(change.get("column")) or name
    hidden = lens.hides(row.entity, name)

    def shown(value: Raw) -> str:
        from synchub.cli.lens import masked, show_raw

        return show_raw(masked(value)) if hidden else lens.shown_cell(row.place, row.object, column, value)

    words = {
        "system": row.place,
        "record": row.external_id,
        "field": lens.label(row.entity, name),
        "column": column,
        "before": shown(change.get("before")),
        "after": shown(change.get("after")),
        "because": _because(_cause(change), lens.spec(row.entity, name)),
    }
    sentence = say("history.written" if row.op != "create" else "history.written_new", **words)
    if "stored" in change:
        sentence += say("history.stored", stored=shown(change["stored"]), system=row.place)
    return sentence


def of_the_hub(spec: FieldSpec | None) -> str:
    """What a value is that comes from the hub itself: a code it made, or what a person decided there."""
    return "generated" if spec is not None and spec.generate else "decided"


def _because(cause: Mapping[str, Raw], spec: FieldSpec | None) -> str:
    why = str(cause.get("why", ""))
    system = _text(cause.get("system"))
    if why == "conflict":
        return say("because.conflict", system=system, losers=listing(_losing_systems(cause)))
    if why == "edit" and system == "hub":
        return say(f"because.{of_the_hub(spec)}")
    if why == "edit":
        return say(
            "because.edit",
            system=system,
            record=_text(cause.get("record")),
            at=moment(_text(cause.get("at"))),
        )
    return say_if_known(f"because.{why}", say("because.unknown"))


def _losers(entity: str, field: str, cause: Mapping[str, Raw], lens: Lens) -> str:
    """“x” from kingdee, “y” from workbook."""
    return listing(
        [
            say(
                "history.loser",
                system=_text(one.get("system")),
                value=lens.shown(entity, field, one.get("value")),
            )
            for one in _list_of_losers(cause)
        ]
    )


def _losing_systems(cause: Mapping[str, Raw]) -> list[str]:
    return list(dict.fromkeys(_text(one.get("system")) for one in _list_of_losers(cause)))


def _list_of_losers(cause: Mapping[str, Raw]) -> list[Mapping[str, Raw]]:
    losers = cause.get("losers")
    return [one for one in losers if isinstance(one, dict)] if isinstance(losers, list) else []


def _cause(change: Mapping[str, Raw]) -> Mapping[str, Raw]:
    cause = change.get("cause")
    return cause if isinstance(cause, dict) else {}


def _text(value: Raw) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
