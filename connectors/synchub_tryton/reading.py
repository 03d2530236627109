"""Records out of answers: which fields to ask for, and each column's value, stamp and version from the rows that come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from synchub.sdk import ABSENT, Raw, RawRecord, RawValue, decode_json, encode_json

from . import values
from .client import Row
from .describe import Column, Columns
from .shapes import Child, Lines

STAMP = "last_modified_at"
VERSION = "_timestamp"


class Reader:
    """Reads records of one object with these columns."""

    def __init__(self, columns: Columns, wanted: Sequence[Column]) -> None:
        self._columns = columns
        self.wanted = tuple(wanted)
        self.model = columns.shape.model

    @property
    def fields(self) -> list[str]:
        """What to ask the server for."""
        names = ["id", STAMP, VERSION]
        for one in self.wanted:
            if one.child is not None:
                names += self._of_child(one.child)
                names.append(f"{one.child.relation}.{one.path}")
            elif one.lines is not None:
                names += [f"{one.path}.{name}" for name in (STAMP, VERSION)]
                names += [f"{one.path}.{cell.path}" for cell in one.cells]
            else:
                names.append(one.path)
                if one.refers:
                    names.append(f"{one.path.partition('.')[0]}.{STAMP}")
        return list(dict.fromkeys(names))

    @property
    def relations(self) -> list[str]:
        """Fields whose records may change without moving the stamp of ours."""
        found = [
            one.child.relation if one.child is not None else one.path.partition(".")[0]
            for one in self.wanted
            if one.child is not None or one.lines is not None or one.refers
        ]
        return list(dict.fromkeys(found))

    def records(self, rows: Iterable[Row]) -> list[RawRecord]:
        return [self.record(row) for row in rows]

    def record(self, row: Row) -> RawRecord:
        cells = tuple(self._cell(row, one) for one in self.wanted)
        stamps = [_stamp(one) for one in (row, *self._related(row))]
        modified = max((one for one in stamps if one is not None), default=None)
        return RawRecord(str(row["id"]), cells, modified, etag=self._etag(row))

    def child(self, row: Row, child: Child) -> Row | None:
        """The one that is shown."""
        fitting = [
            one
            for one in rows_of(row, child.relation)
            if one.get("active", True) and all(one.get(key) == mark for key, mark in child.marks.items())
        ]
        first = [one for one in fitting if child.preferred and one.get(child.preferred)]
        return next(iter(first or fitting), None)

    def versions(self, row: Row) -> dict[str, str]:
        """``model,id`` -> the version of everything that the columns show."""
        found = {f"{self.model},{row['id']}": row.get(VERSION)}
        for one in self.wanted:
            if one.child is not None:
                shown = self.child(row, one.child)
                if shown is not None:
                    found[f"{one.child.model},{shown['id']}"] = shown.get(VERSION)
            elif one.lines is not None:
                found |= {f"{one.lines.model},{r['id']}": r.get(VERSION) for r in rows_of(row, one.path)}
        return {key: str(told) for key, told in found.items() if told is not None}

    def _of_child(self, child: Child) -> list[str]:
        own = [*self._columns.own(child.model), *child.marks]
        if child.preferred and self._columns.prefers(child):
            own.append(child.preferred)
        return [f"{child.relation}.{name}" for name in own]

    def _cell(self, row: Row, column: Column) -> RawValue:
        if column.child is not None:
            shown = self.child(row, column.child)
            return None if shown is None else at(shown, column)
        if column.lines is not None:
            return line_rows(row, column)
        return at(row, column)

    def _related(self, row: Row) -> Iterable[Row]:
        for one in self.wanted:
            if one.child is not None:
                shown = self.child(row, one.child)
                if shown is not None:
                    yield shown
            elif one.lines is not None:
                yield from rows_of(row, one.path)
            elif one.refers:
                other = row.get(f"{one.path.partition('.')[0]}.")
                if isinstance(other, dict):
                    yield other

    def _etag(self, row: Row) -> str:
        return encode_json(self.versions(row)).decode()


def versions_of(etag: str) -> dict[str, str]:
    """What `Reader.versions` wrote into a record's etag; nothing if there is none."""
    kept = decode_json(etag) if etag else {}
    return {str(key): str(told) for key, told in kept.items()} if isinstance(kept, dict) else {}


def rows_of(row: Row, relation: str) -> list[Row]:
    """The related records that came with a row."""
    found = row.get(f"{relation}.")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def line_rows(row: Row, column: Column) -> list[Raw]:
    """The rows of a list, each with its id."""
    assert isinstance(column.lines, Lines)
    return [
        {cell.path: _text_id(cell, value) for cell in column.cells if (value := at(one, cell)) is not ABSENT}  # type: ignore[misc]  # not ABSENT
        for one in rows_of(row, column.path)
    ]


def _text_id(cell: Column, value: RawValue) -> RawValue:
    return str(value) if cell.path == "id" else value


def at(row: Row, column: Column) -> RawValue:
    """The value at the end of a path; a relation that points nowhere is null all the way."""
    steps = column.path.split(".")
    value: Raw = row
    for step in steps[:-1]:
        if not isinstance(value, dict) or f"{step}." not in value:
            return ABSENT
        value = value[f"{step}."]
        if value is None:
            return None
    if not isinstance(value, dict) or steps[-1] not in value:
        return ABSENT
    return values.incoming(value[steps[-1]], column.schema.type)


def _stamp(row: Row) -> datetime | None:
    told = row.get(STAMP)
    return values.moment(told) if isinstance(told, dict) else None
