"""From the cells of a write to what ``create`` and ``write`` take: fields, references, and commands for related records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from synchub.sdk import Absent, Op, Raw, RejectedError, StaleVersionError, Unreadable, Write

from . import values
from .client import Client, Row
from .describe import Column, Columns
from .reading import Reader, at, rows_of
from .shapes import Child

Found = dict[str, list[int]]


class Names:
    """Records of other models by one of their fields, looked up once for a batch."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[str, str], Found] = {}

    def learn(self, columns: Columns, writes: Iterable[Write]) -> None:
        """Look up everything that these writes will ask for: a call for each kind of reference."""
        wanted: dict[tuple[str, str], set[str]] = {}
        for write in writes:
            for name, value in write.values.items():
                for column, cell in _cells(columns[name], value):
                    if column.refers and not values.blank(cell):
                        field = column.path.partition(".")[2]
                        wanted.setdefault((column.refers, field), set()).add(values.plain(cell))
        for (model, field), keys in wanted.items():
            held = self._known.setdefault((model, field), {})
            rows = self._client.rows(model, [[field, "in", [*sorted(keys)]]], [field], active_test=True)
            for row in rows:
                held.setdefault(values.plain(row.get(field)), []).append(int(str(row["id"])))

    def id(self, column: Column, value: Raw) -> Raw:
        """The one record of this name. Raises RejectedError for none and for several."""
        if values.blank(value):
            return None
        found = self._known.get((column.refers, column.path.partition(".")[2]), {}).get(values.plain(value))
        if not found:
            raise RejectedError("TR113", value=value, label=column.schema.label)
        if len(found) > 1:
            raise RejectedError("TR114", value=value, label=column.schema.label, count=len(found))
        return found[0]


def _cells(column: Column, value: Raw) -> Iterable[tuple[Column, Raw]]:
    """The single cells of a value: of a list those of its rows."""
    if column.lines is None:
        return [(column, value)]
    by_path = {one.path: one for one in column.cells}
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return [(by_path[name], cell) for row in rows for name, cell in row.items() if name in by_path]


class Composer:
    """Makes the values of one call; for an update from the record as it was read a moment ago."""

    def __init__(self, columns: Columns, reader: Reader, names: Names, zone: ZoneInfo) -> None:
        self._columns = columns
        self._reader = reader
        self._names = names
        self._zone = zone

    def compose(self, write: Write, current: Row | None) -> Row:
        """Raises RejectedError for a cell that cannot be written, StaleVersionError for a line that is not there any more."""
        made: Row = {}
        commands: dict[str, list[Raw]] = {}
        children: dict[str, tuple[Child, Row]] = {}
        for name, value in self._given(write).items():
            column = self._writable(name, write.op)
            if column.lines is not None:
                commands.setdefault(column.path, []).extend(self._lines(column, value, write, current))
            elif column.child is not None:
                prefix = name.partition(".")[0] if not column.child.value else name
                field, told = self._field(column, value)
                children.setdefault(prefix, (column.child, {}))[1][field] = told
            else:
                field, told = self._field(column, value)
                made[field] = told
        for child, told_fields in children.values():
            shown = self._reader.child(current, child) if current is not None else None
            commands.setdefault(child.relation, []).extend(_on_child(child, shown, told_fields))
        made.update({relation: list(given) for relation, given in commands.items() if given})
        if write.op is Op.CREATE:
            for relation in self._columns.shape.always:
                made.setdefault(relation, [["create", [{}]]])
        return made

    def _given(self, write: Write) -> Mapping[str, Raw]:
        if write.op is Op.CREATE and write.hub_column and write.hub_id:
            return {**write.values, write.hub_column: write.hub_id}
        return write.values

    def _writable(self, name: str, op: Op) -> Column:
        column = self._columns[name]
        if not (column.schema.creatable if op is Op.CREATE else column.schema.updatable):
            raise RejectedError("TR110", column=name)
        return column

    def _field(self, column: Column, value: Raw) -> tuple[str, Raw]:
        """The field to write and its value; a reference by name becomes the id."""
        head = column.path.partition(".")[0]
        if column.refers:
            return head, self._names.id(column, value)
        return head, values.outgoing(column.schema, value, self._zone, exact=column.exact)

    def _lines(self, column: Column, value: Raw, write: Write, current: Row | None) -> list[Raw]:
        """Rows with an id are written where the hub changed them, rows without are new; rows that are not told stay."""
        there = {str(row["id"]): row for row in rows_of(current or {}, column.path)}
        seen = write.seen.get(column.name)
        listed = [row for row in seen if isinstance(row, dict)] if isinstance(seen, list) else []
        believed = {str(row.get("id")): row for row in listed}
        commands: list[Raw] = []
        added: list[Raw] = []
        for row in value if isinstance(value, list) else []:
            if not isinstance(row, dict):
                raise RejectedError("TR110", column=column.name)
            id = "" if row.get("id") is None else str(row["id"])
            if id and id not in there:
                raise StaleVersionError("TR116", column=column.name)
            told = self._row(column, row, there.get(id), believed.get(id, {}))
            if id and told:
                commands.append(["write", [int(id)], told])
            elif not id:
                added.append(told)
        return [*commands, ["create", added]] if added else commands

    def _row(
        self, column: Column, row: Mapping[str, Raw], held: Row | None, believed: Mapping[str, Raw]
    ) -> Row:
        """What to write of a row. A cell that comes back as the hub has read it is not the hub's to write: somebody may have changed it since."""
        by_path = {one.path: one for one in column.cells}
        told: Row = {}
        for name, value in row.items():
            if name == "id" or (name in believed and values.alike(believed[name], value)):
                continue
            cell = by_path.get(name)
            if cell is None:
                raise RejectedError("TR110", column=f"{column.name}.{name}")
            now = at(held, cell) if held is not None else None
            if isinstance(now, (Absent, Unreadable)) or values.alike(now, value):
                continue
            if name in believed and not values.alike(now, believed[name]):
                raise StaleVersionError("C112")
            if not cell.schema.updatable:
                raise RejectedError("TR110", column=f"{column.name}.{name}")
            field, outgoing = self._field(cell, value)
            told[field] = outgoing
        return told


def _on_child(child: Child, shown: Row | None, told: Row) -> Sequence[Raw]:
    """Write the child that is shown, or make one. A number that is taken away is set inactive, so that its trace stays."""
    empty = all(values.blank(value) for value in told.values())
    if shown is None:
        return [] if empty else [["create", [{**child.marks, **told}]]]
    id = shown["id"]
    if child.value and empty:
        return [["write", [id], {"active": False}]]
    return [["write", [id], told]]
