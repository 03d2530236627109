"""From writes to changed cells: finding each write's row, comparing what it holds, refusing what must not be touched. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synchub.sdk import (
    ConnectorError,
    NotFoundError,
    Op,
    Outcome,
    PullRequest,
    Raw,
    RejectedError,
    StaleVersionError,
    Unreadable,
    Write,
)

from .cells import CellEdit, Target
from .looks import Looks
from .refs import MAX_ROWS, cell_name
from .rows import Line, Listing
from .values import same
from .workbook import Workbook


@dataclass(slots=True)
class Plan:
    """What becomes of a batch: per write the row it is about, or the outcome that is already certain."""

    edits: dict[int, dict[int, CellEdit]] = field(default_factory=dict)
    rows: list[int | None] = field(default_factory=list)
    refused: list[Outcome | None] = field(default_factory=list)
    new_rows: list[int] = field(default_factory=list)
    row_attributes: dict[int, bytes] = field(default_factory=dict)


class Planner:
    """Plans the writes of one batch against one reading of the worksheet."""

    def __init__(self, listing: Listing, workbook: Workbook, request: PullRequest) -> None:
        self._listing = listing
        self._sheet = listing.sheet
        self._place = listing.sheet.place
        self._workbook = workbook
        self._request = request
        self._columns: dict[str, int] = {}
        self._plan = Plan()
        usable = [line for line in listing.lines if line.rejected is None]
        self._by_id = {line.id: line for line in reversed(usable)}
        self._rejected = {line.id: line for line in listing.lines if line.rejected is not None}
        self._claimed: set[int] = set()
        self._created: dict[str, int] = {}
        self._looks = Looks(listing, workbook.styles)

    def plan(self, writes: Sequence[Write], misread: Collection[int] = ()) -> Plan:
        """Plan all of them but those (by position) whose cells did not read back as meant, which are rejected.

        Raises ProtocolError when a column is missing from the header.
        """
        self._columns = self._listing.header.place_of(_names(writes), self._place)
        self._claimed = {self._by_id[write.id].row for write in writes if write.id in self._by_id}
        for number, write in enumerate(writes):
            try:
                if number in misread:
                    raise self._place.of(
                        RejectedError, "XL412", external_id=write.id, id=write.id or write.hub_id
                    )
                row: int | None = self._one(write)
                outcome = None
            except ConnectorError as error:
                row, outcome = None, Outcome.of_error(error, write.id)
            self._plan.rows.append(row)
            self._plan.refused.append(outcome)
        return self._plan

    def _one(self, write: Write) -> int:
        """Plan one write; the row it is about. Raises a ConnectorError for one that cannot be done."""
        if write.op is Op.DELETE:
            raise self._place.of(RejectedError, "C134", external_id=write.id)
        return self._create(write) if write.op is Op.CREATE else self._update(write)

    # --- which row

    def _update(self, write: Write) -> int:
        new_id = self._hub_id(write)
        line = self._by_id.get(write.id) or (self._by_id.get(new_id) if new_id else None)
        if line is None and write.id in self._rejected:
            raise self._refusal_of(self._rejected[write.id])
        line = line or self._moved(write.id)
        if line is None:
            identity = self._listing.identity
            raise self._place.of(NotFoundError, "XL401", external_id=write.id, column=identity, id=write.id)
        self._change(line, write, new_id)
        return line.row

    def _moved(self, id: str) -> Line | None:
        """A row without identity that somebody moved: another row number, the same content."""
        content = id.rpartition("-")[2]
        for line in self._listing.lines:
            if line.provisional and line.content == content and line.row not in self._claimed:
                self._claimed.add(line.row)
                return line
        return None

    def _create(self, write: Write) -> int:
        identity = self._hub_id(write) if self._listing.is_hub_column else self._key(write)
        if not identity:
            raise self._place.of(RejectedError, "XL410", column=self._listing.identity)
        if identity in self._by_id:
            return self._by_id[identity].row
        if identity in self._created:
            return self._created[identity]
        if identity in self._rejected:
            raise self._refusal_of(self._rejected[identity])
        row = self._next_row()
        values = {**write.values, self._listing.identity: identity}
        cells = {self._column(name): self._encode(name, value, row) for name, value in values.items()}
        self._plan.edits[row] = self._looks.around(row, cells)
        self._plan.row_attributes[row] = self._looks.row_attributes()
        self._plan.new_rows.append(row)
        self._created[identity] = row
        return row

    def _hub_id(self, write: Write) -> str:
        if not self._listing.is_hub_column:
            return ""
        return str(write.values.get(self._request.hub_column) or write.hub_id)

    def _key(self, write: Write) -> str:
        value = write.values.get(self._listing.identity)
        return "" if value is None else str(value).strip()

    def _next_row(self) -> int:
        last = self._listing.last_row
        for table in self._sheet.tables:
            if table.totals and table.area.bottom == last:
                raise self._place.of(RejectedError, "XL408", table=table.name)
        row = last + 1 + len(self._plan.new_rows)
        if row > MAX_ROWS:
            raise self._place.of(RejectedError, "XL409")
        return row

    # --- which cells

    def _change(self, line: Line, write: Write, new_id: str) -> None:
        """Plan an update's cells, all or none."""
        values = dict(write.values)
        if self._listing.is_hub_column:
            asked = values.pop(self._request.hub_column, None)
            if asked and not line.provisional and str(asked) != line.id:
                raise self._place.of(
                    RejectedError,
                    "XL411",
                    external_id=line.id,
                    column=self._listing.identity,
                    id=line.id,
                    new=asked,
                )
        for name, seen in write.seen.items():
            self._compare(line, name, seen, values)
        cells = {
            self._column(name): self._replacement(line, name, value)
            for name, value in values.items()
            if not self._holds(line.row, name, value)
        }
        if new_id and line.provisional:
            self._refuse_untouchable(line.row, self._listing.identity)
            cells[self._listing.identity_column] = self._encode(self._listing.identity, new_id, line.row)
        if cells:
            self._plan.edits.setdefault(line.row, {}).update(cells)

    def _compare(self, line: Line, name: str, seen: Raw, values: Mapping[str, Raw]) -> None:
        column = self._column(name)
        if column == self._listing.identity_column and line.provisional:
            return
        planned = self._plan.edits.get(line.row, {}).get(column)
        current = planned.holds if planned is not None else self._sheet.value(line.row, column)
        already = name in values and same(current, values[name])
        if not already and (isinstance(current, Unreadable) or not same(current, seen)):
            raise self._place.of(
                StaleVersionError, "XL402", external_id=line.id, cell=cell_name(line.row, column)
            )

    def _holds(self, row: int, name: str, value: Raw) -> bool:
        column = self._column(name)
        planned = self._plan.edits.get(row, {}).get(column)
        return same(planned.holds if planned is not None else self._sheet.value(row, column), value)

    def _replacement(self, line: Line, name: str, value: Raw) -> CellEdit:
        self._refuse_untouchable(line.row, name)
        return self._encode(name, value, line.row)

    def _refuse_untouchable(self, row: int, name: str) -> None:
        column = self._column(name)
        facts = {"cell": cell_name(row, column), "column": name}
        if self._sheet.facts.is_formula(row, column):
            raise self._place.of(RejectedError, "XL403", **facts)
        if self._sheet.cover(row, column) is not None:
            raise self._place.of(RejectedError, "XL404", **facts)

    def _refusal_of(self, line: Line) -> RejectedError:
        rejected = line.rejected
        assert rejected is not None
        return self._place.of(RejectedError, rejected.code, external_id=line.id, **rejected.params)

    def _column(self, name: str) -> int:
        return self._listing.identity_column if name == self._listing.identity else self._columns[name]

    def _encode(self, name: str, value: Raw, row: int) -> CellEdit:
        column = self._column(name)
        target = Target(
            name, date1904=self._workbook.date1904, is_identity=column == self._listing.identity_column
        )
        return self._looks.dress(value, row, column, target, self._place)


def _names(writes: Iterable[Write]) -> list[str]:
    """Every column that a batch names, once."""
    return list(dict.fromkeys(name for write in writes for name in (*write.values, *write.seen)))
