"""What became of each edit, looked up in the hub's own records: ledger, conflicts, quarantine, links. Nothing is assumed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from synchub import messages
from synchub.cli.demo.desk import Desk
from synchub.cli.demo.edits import Edit
from synchub.cli.demo.systems import Systems
from synchub.cli.demo.workbook import PARTNERS
from synchub.cli.lens import Lens
from synchub.cli.matters import tell_conflict, tell_quarantined
from synchub.cli.opening import lens_of
from synchub.hub import Hub
from synchub.model.entity import FieldSpec
from synchub.model.values import Raw
from synchub.store import Transaction
from synchub.store.rows import Conflict, LedgerRow, Link

ROOT = "hub"


class Fate(StrEnum):
    """What became of an edit."""

    TAKEN = "taken"
    """The golden value followed, and the other systems with it."""
    WON = "won"
    LOST = "lost"
    REFUSED = "refused"
    HELD = "held"
    SET_ASIDE = "set_aside"
    CREATED = "created"
    SETTLED = "settled"
    """It ended a conflict that was open before."""
    NOTHING = "nothing"
    """It says what was said before."""
    UNKNOWN = "unknown"
    """The hub has no record of it: that would be a defect."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An edit and its fate. `why` is a sentence; `reached` are the systems that were written because of it."""

    edit: Edit
    fate: Fate
    why: str
    value: str
    """What the hub holds now."""
    reached: tuple[str, ...]
    golden_id: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Inquest:
    """Looks up fates after the runs of an act. `open_before` are the conflicts that were open when people began to edit."""

    hub: Hub
    runs: Collection[str]
    open_before: Collection[str]

    @cached_property
    def _lens(self) -> Lens:
        """Values in full: the demo's people are made up."""
        return lens_of(self.hub, personal=True)

    def outcomes(self, edits: Sequence[Edit]) -> list[Outcome]:
        with self.hub.store.read() as tx:
            return [self._outcome(tx, edit) for edit in edits]

    def _outcome(self, tx: Transaction, edit: Edit) -> Outcome:
        link = self._link(tx, edit)
        if link is None:
            return self._without_record(tx, edit)
        ledger = [row for row in tx.ledger(link.entity, link.entity_id, None, 500) if row.run in self.runs]
        return (
            self._field(tx, edit, link, ledger) if edit.field else self._record(tx, edit, link, ledger[::-1])
        )

    # --- whose it is

    def _link(self, tx: Transaction, edit: Edit) -> Link | None:
        record = edit.record or self._identity(edit)
        return tx.links(edit.mapping, [record]).get((record, edit.part)) if record else None

    def _identity(self, edit: Edit) -> str:
        """A new row of the workbook has got its identity since."""
        return self._desk.identity(PARTNERS, edit.row)

    @cached_property
    def _desk(self) -> Desk:
        return Desk(Systems.of(self.hub.folder).workbook)

    def _without_record(self, tx: Transaction, edit: Edit) -> Outcome:
        """A record that did not come in: set aside, or waiting for a person."""
        for row in tx.quarantined(mapping=edit.mapping):
            if row.external_id == edit.record or (edit.row and row.where.endswith(f"row {edit.row}")):
                return Outcome(edit, Fate.SET_ASIDE, tell_quarantined(row, self._lens).sentence, "", ())
        for one in tx.conflicts(system=edit.system):
            if one.mapping == edit.mapping and one.external_id == edit.record:
                return Outcome(edit, Fate.HELD, tell_conflict(one, self._lens).sentence, "", ())
        return Outcome(edit, Fate.UNKNOWN, messages.text("demo.why.unknown"), "", ())

    # --- a new record

    def _record(self, tx: Transaction, edit: Edit, link: Link, ledger: Sequence[LedgerRow]) -> Outcome:
        found = any(row.place == ROOT and row.op == "create" for row in ledger)
        made = [row.place for row in ledger if row.place != ROOT and row.op == "create"]
        generated = [
            (name, change["after"])
            for row in ledger
            if row.place == ROOT
            for name, change in row.changes.items()
            if _cause(change).get("why") == "generated"
        ]
        entity = self.hub.entities[link.entity]
        why = messages.text("demo.why.created", {"entity": entity.label})
        for name, value in generated:
            why += " " + messages.text(
                "demo.why.generated", {"field": entity[name].label, "value": value or ""}
            )
        titles = tx.field_values(link.entity, entity.title, [link.entity_id])
        title = str(titles.get(link.entity_id) or "")
        fate = Fate.CREATED if found else Fate.UNKNOWN
        return Outcome(edit, fate, why, title, tuple(dict.fromkeys(made)), link.entity_id, link.entity)

    # --- a field

    def _field(self, tx: Transaction, edit: Edit, link: Link, ledger: Sequence[LedgerRow]) -> Outcome:
        """`ledger` is newest first."""
        entity = self.hub.entities[link.entity]
        spec = entity[edit.field]
        golden = tx.golden(link.entity, [link.entity_id])[link.entity_id]
        value = golden.values[entity.position[edit.field]]
        reached = tuple(
            dict.fromkeys(
                row.place for row in reversed(ledger) if row.place != ROOT and edit.field in row.changes
            )
        )
        fate, why = self._judge(tx, edit, spec, link, ledger)
        shown = spec.kind.show(value, messages.language())
        return Outcome(edit, fate, why, shown, reached, link.entity_id, link.entity)

    def _judge(
        self,
        tx: Transaction,
        edit: Edit,
        spec: FieldSpec,
        link: Link,
        ledger: Sequence[LedgerRow],
    ) -> tuple[Fate, str]:
        held = self._conflict(tx, edit, link)
        if held is not None:
            return Fate.HELD, tell_conflict(held, self._lens).sentence
        changes = [
            row.changes[edit.field] for row in ledger if row.place == ROOT and edit.field in row.changes
        ]
        own = next((one for one in changes if _is_by(one, edit)), None)
        beaten = next((one for one in changes if _lost_in(one, edit)), None)
        if beaten is not None:
            return Fate.LOST, self._why_lost(spec, beaten, edit)
        if own is None:
            closed = [one for one in self.open_before if self._was_about(tx, one, edit)]
            code = "demo.why.settled" if closed else "demo.why.nothing"
            return (Fate.SETTLED if closed else Fate.NOTHING), messages.text(code, {"field": spec.label})
        cause = _cause(own)
        if cause.get("why") in {"owner", "hub_writes"}:
            owner = spec.owner or ROOT
            return Fate.REFUSED, messages.text(
                "demo.why.refused", {"field": spec.label, "owner": self._system(owner)}
            )
        if cause.get("verdict") == "won":
            return Fate.WON, self._why_won(spec, own)
        others = [
            self._system(one.system)
            for one in tx.conflicts(entity=link.entity)
            if (one.entity_id, one.field) == (link.entity_id, edit.field)
        ]
        code = "demo.why.taken_held" if others else "demo.why.taken"
        return Fate.TAKEN, messages.text(code, {"systems": ", ".join(others)})

    def _conflict(self, tx: Transaction, edit: Edit, link: Link) -> Conflict | None:
        wanted = link.holds.get(edit.field)
        return None if wanted is None else tx.conflict(wanted)

    def _was_about(self, tx: Transaction, conflict_id: str, edit: Edit) -> bool:
        one = tx.conflict(conflict_id)
        return one is not None and (one.mapping, one.external_id, one.part, one.field) == (
            edit.mapping,
            edit.record,
            edit.part,
            edit.field,
        )

    def _why_won(self, spec: FieldSpec, change: Mapping[str, Raw]) -> str:
        losers = [self._system(str(one["system"])) for one in _losers(change)]
        return messages.text(
            "demo.why.won",
            {"field": spec.label, "losers": ", ".join(losers), "policy": self._policy(spec)},
        )

    def _why_lost(self, spec: FieldSpec, change: Mapping[str, Raw], edit: Edit) -> str:
        winner = str(_cause(change).get("system"))
        if winner == edit.system:
            winner = next(
                (str(one["system"]) for one in _losers(change) if one["system"] != edit.system), ROOT
            )
        return messages.text(
            "demo.why.lost",
            {"field": spec.label, "winner": self._system(winner), "policy": self._policy(spec)},
        )

    def _policy(self, spec: FieldSpec) -> str:
        order = " > ".join(self._system(one) for one in spec.policy.order)
        params = {"order": order, "margin": f"{spec.policy.margin_s:g}"}
        return messages.text(f"demo.policy.{spec.policy.name}", params)

    def _system(self, name: str) -> str:
        config = self.hub.config.systems.get(name)
        return config.label.text(messages.language()) if config is not None else name


def _cause(change: Mapping[str, Raw]) -> Mapping[str, Raw]:
    cause = change.get("cause")
    return cause if isinstance(cause, dict) else {}


def _losers(change: Mapping[str, Raw]) -> list[Mapping[str, Raw]]:
    losers = _cause(change).get("losers")
    return [one for one in losers if isinstance(one, dict)] if isinstance(losers, list) else []


def _is_by(change: Mapping[str, Raw], edit: Edit) -> bool:
    cause = _cause(change)
    return cause.get("system") == edit.system and cause.get("record") == edit.record


def _lost_in(change: Mapping[str, Raw], edit: Edit) -> bool:
    """Does this change of the golden value name the edit's system among those that lost?"""
    return any(one.get("system") == edit.system for one in _losers(change))
