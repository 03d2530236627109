"""Reads a mapping file's tree into a checked spec; every problem is a finding with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.document import Findings, Items, Reading, Scalar, Table, nearest, shape
from synchub.errors import Position
from synchub.mapping import keywords as k
from synchub.mapping.compiled import KEEP, Flow, OnNew, Reaction
from synchub.mapping.entries import EntryReader
from synchub.mapping.names import FieldNames, find_entity
from synchub.mapping.reactions import read_reaction
from synchub.mapping.spec import Case, FieldEntry, MappingSpec
from synchub.messages import Words
from synchub.model.entity import EntityModel


def read_mapping(
    table: Table,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    findings: Findings,
    folder: Path | None = None,
) -> MappingSpec | None:
    """The spec of one file; None when it has errors, which are in `findings`. `folder` is where formats of one's own are kept."""
    before = len(findings.errors)
    spec = read_understood(table, entities, zones, findings, folder)
    return spec if len(findings.errors) == before else None


def read_understood(
    table: Table,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    findings: Findings,
    folder: Path | None = None,
) -> MappingSpec | None:
    """What was understood of a file, which may have errors: its sound entries. None when it does not say which entity it maps to."""
    return _Reader(table, entities, zones, findings, folder).read()


class _Reader:
    """One file being read."""

    def __init__(
        self,
        table: Table,
        entities: Mapping[str, EntityModel],
        zones: Mapping[str, ZoneInfo],
        findings: Findings,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        self.reading = Reading(table, findings)
        self.entities = entities
        self.zones = zones
        self.findings = findings
        self.places: dict[str, Position] = {}

    def read(self) -> MappingSpec | None:
        reading = self.reading
        name = self.placed("name", reading.take_scalar(k.MAPPING, required=True))
        system = self.system(reading.take_scalar(k.SYSTEM, required=True))
        object = self.placed("object", reading.take_scalar(k.OBJECT, required=True))
        to = reading.take_scalar(k.TO, required=True)
        entity = None if to is None else find_entity(to, self.entities, self.findings)
        each = self.placed("each", reading.take_scalar(k.EACH))
        line_id = self.line_id(each)
        hub_column, external_id, match = self.identity(each)
        on_new = reading.take_choice(k.ON_NEW, k.NEW, default=OnNew.CREATE)
        create_there = reading.take_yes(k.CREATE_THERE)
        self.placed("create_there", reading.take_scalar(k.CREATE_THERE))
        only, excluded, on_leave = self.scope(entity)
        on_delete = read_reaction(reading, k.ON_DELETE, entity, self.findings, deletes=not each)
        delete_there = self.delete_there(each)
        on_create = self.constants()
        options = self.options()
        fields = self.fields(entity, system, bool(each))
        self.match_is_mapped(match, entity, fields)
        cases = self.cases()
        reading.refuse_unknown()
        if entity is None:
            return None
        return MappingSpec(
            name,
            system,
            object,
            entity,
            fields,
            reading.table.position,
            self.places,
            on_new,
            create_there,
            hub_column,
            external_id,
            tuple(tuple(one.text for one in rule) for rule in self.resolved(match, entity)),
            each,
            line_id,
            only,
            excluded,
            on_create,
            options,
            cases,
            on_delete,
            on_leave,
            delete_there,
        )

    def placed(self, what: str, scalar: Scalar | None) -> str:
        if scalar is None:
            return ""
        self.places[what] = scalar.position
        return scalar.text

    def system(self, scalar: Scalar | None) -> str:
        if scalar is not None and self.zones and scalar.text not in self.zones:
            hint = nearest(scalar.text, self.zones)
            known = ", ".join(self.zones)
            self.findings.error("M206", scalar, name=scalar.text, hint=hint, known=known)
        return self.placed("system", scalar)

    def line_id(self, each: str) -> str:
        scalar = self.reading.take_scalar(k.LINE_ID)
        if scalar is None and each:
            self.findings.error("M328", self.places["each"], column=each)
        if scalar is not None and not each:
            self.findings.error("M213", scalar)
        return self.placed("line_id", scalar)

    def identity(self, each: str) -> tuple[str, str, list[list[Scalar]]]:
        table = self.reading.take_table(k.IDENTITY)
        if table is None:
            return "", "", []
        reading = Reading(table, self.findings)
        hub_id = reading.take_scalar(k.HUB_ID)
        if hub_id is not None and each:
            self.findings.error("M212", hub_id)
        external_id = reading.take_scalar(k.EXTERNAL_ID)
        match = reading.take_items(k.MATCH)
        reading.refuse_unknown()
        rules = [self.rule(item) for item in match or ()]
        return (
            self.placed("hub_id", hub_id),
            self.placed("external_id", external_id),
            [rule for rule in rules if rule],
        )

    def rule(self, item: object) -> list[Scalar]:
        """``[name, region]``, or one name alone."""
        if isinstance(item, Scalar):
            return [item]
        if isinstance(item, Items):
            return list(self.reading.scalars(item))
        assert isinstance(item, Table)
        self.findings.error("T108", item, expected=Words("shape.list"), found=shape(item))
        return []

    def match_is_mapped(
        self, match: list[list[Scalar]], entity: EntityModel | None, fields: tuple[FieldEntry, ...]
    ) -> None:
        """Fields of match rules must be read by this mapping, or they could never match."""
        if entity is None:
            return
        read = {entry.name for entry in fields}
        for rule in match:
            for name in rule:
                index = FieldNames(entity).find(name, self.findings)
                if index is not None and entity.fields[index].name not in read:
                    self.findings.error("M207", name, name=name.text)

    def resolved(self, match: list[list[Scalar]], entity: EntityModel) -> list[list[Scalar]]:
        """The same rules with ids instead of labels."""
        names = FieldNames(entity)
        return [
            [
                Scalar(entity.fields[found[0]].name, name.position)
                for name in rule
                if (found := names.candidates(name.text))
            ]
            for rule in match
        ]

    def delete_there(self, each: str) -> bool:
        """Rows of a list are deleted with the list of their record, which is not ours to take away."""
        scalar = self.reading.take_scalar(k.DELETE_THERE)
        allowed = self.reading.take_yes(k.DELETE_THERE)
        self.placed("delete_there", scalar)
        if allowed and each and scalar is not None:
            self.findings.error("M218", scalar)
        return allowed

    def scope(
        self, entity: EntityModel | None
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], Reaction]:
        """(texts that columns must have, texts that they must not have, what follows when a record leaves)."""
        table = self.reading.take_table(k.SCOPE)
        if table is None:
            return {}, {}, KEEP
        reading = Reading(table, self.findings)
        excluded = reading.take_table(k.EXCEPT)
        only = reading.take_table(k.ONLY, required=excluded is None)
        on_leave = read_reaction(reading, k.ON_LEAVE, entity, self.findings, deletes=False)
        reading.refuse_unknown()
        return self.texts_of_columns(only), self.texts_of_columns(excluded), on_leave

    def texts_of_columns(self, table: Table | None) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for entry in table or ():
            self.places[f"scope:{entry.key.text}"] = entry.key.position
            found[entry.key.text] = tuple(one.text for one in self.reading.scalars(entry.value))
        return found

    def constants(self) -> dict[str, str]:
        found = self.reading.take_texts(k.ON_CREATE)
        for column in found:
            self.places[f"on_create:{column.text}"] = column.position
        return {column.text: value.text for column, value in found.items()}

    def options(self) -> dict[str, str]:
        found = {key.text: value for key, value in self.reading.take_texts(k.OPTIONS).items()}
        row = self.reading.take_scalar(k.HEADER_ROW)
        if row is not None and self.reading.take_whole(k.HEADER_ROW, least=1) is not None:
            found["header_row"] = row
        for key, value in found.items():
            self.places[f"option:{key}"] = value.position
        return {key: value.text for key, value in found.items()}

    def fields(self, entity: EntityModel | None, system: str, each: bool) -> tuple[FieldEntry, ...]:
        table = self.reading.take_table(k.FIELDS, required=True)
        if table is None or entity is None:
            return ()
        if not table.entries:
            self.findings.error("M215", table)
        zone = self.zones.get(system) or ZoneInfo("UTC")
        return EntryReader(entity, self.entities, zone, each, self.findings, self.folder).read(table)

    def cases(self) -> tuple[Case, ...]:
        found: list[Case] = []
        for item in self.reading.take_items(k.TESTS) or ():
            if not isinstance(item, Table):
                self.findings.error("T108", item, expected=Words("shape.table"), found=shape(item))
                continue
            reading = Reading(item, self.findings)
            case = Case(
                reading.take_text(k.NAME, required=True) or "",
                reading.take_choice(k.FLOW, k.FLOWS, default=Flow.BOTH),
                tuple(reading.take_texts(k.EXTERNAL).items()),
                tuple(reading.take_texts(k.CANONICAL).items()),
                reading.take_scalars(k.REVIEW),
                item.position,
            )
            reading.refuse_unknown()
            found.append(case)
        return tuple(found)
