"""The excel connector: one workbook is a system, its worksheets are the objects, its rows the records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from synchub.sdk import (
    Capabilities,
    ConditionalWrite,
    ConfigError,
    Connector,
    Context,
    CreateIdempotency,
    Label,
    ObjectSchema,
    Outcome,
    OutcomeKind,
    Page,
    Problem,
    PullRequest,
    RawRecord,
    UnavailableError,
    Write,
)

from .discovery import describe
from .files import Snapshot, Stamp, WorkbookFile
from .growth import longer_table, with_dimension, with_longer_filter
from .locks import find_lock
from .package import Package
from .patch import patched
from .place import Place
from .refs import cell_name
from .replace import ChangedMeanwhileError, Versions, blocked, replace
from .rows import Keep, Line, Listing, keep_unchanged, list_rows
from .settings import ExcelSettings
from .sheet import Sheet, open_sheet, read_header
from .verify import differences, is_well_formed
from .workbook import Workbook
from .writes import Plan, Planner

PAGE_ROWS = 2_000
TRIES = 4
"""How often a batch starts over because somebody saved the workbook meanwhile."""


class Opened(NamedTuple):
    """One version of the workbook, read for one request."""

    snapshot: Snapshot
    workbook: Workbook
    listing: Listing


class Parsed(NamedTuple):
    """A worksheet of one version, kept for the next request: a pull, a fetch and a push often follow each other."""

    sha256: str
    object: str
    workbook: Workbook
    sheet: Sheet


class Excel(Connector[ExcelSettings]):
    """A real .xlsx: read by calamine, written by changing cells in place."""

    name: ClassVar[str] = "excel"
    title: ClassVar[Label] = Label("Excel 工作簿", "Excel workbook")
    settings_type = ExcelSettings
    options = frozenset({"header_row", "key_column"})
    capabilities: ClassVar[Capabilities] = Capabilities(
        listing_is_snapshot=True,
        conditional_write=ConditionalWrite.COMPARE_OLD,
        create_idempotency=CreateIdempotency.EXTERNAL_ID,
        write_batch=5_000,
        read_batch=5_000,
        write_returns_record=True,
        hub_column_is_identity=True,
    )

    def __init__(self, settings: ExcelSettings, context: Context) -> None:
        super().__init__(settings, context)
        path = (context.folder / settings.path).resolve()
        self._place = Place(context.system, path.name)
        self._file = WorkbookFile(path, context.clock, self._place)
        self._versions = Versions(context.state / "versions", settings.keep_versions, context.clock)
        self._parsed: Parsed | None = None
        self._kept: dict[str, dict[str, str]] = {}
        """Object -> hub id that several rows carry -> content of the row that was given it."""

    @property
    def calls(self) -> int:
        return self._file.calls

    @property
    def path(self) -> Path:
        return self._file.path

    def check(self) -> str:
        snapshot, workbook = self._read()
        names = ", ".join(sheet.name for sheet in workbook.sheets)
        params = {"file": self.path.name, "sheets": len(workbook.sheets), "names": names}
        return Problem("XL100", {**params, "size": -(-len(snapshot.data) // 1024)}).text()

    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        snapshot, workbook = self._read()
        return [
            describe(open_sheet(workbook, snapshot.data, sheet.name, self._place.on(sheet.name)))
            for sheet in workbook.sheets
            if objects is None or sheet.name in objects
        ]

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """An unchanged file gives one empty page; a changed one the whole listing."""
        held = Stamp.of_cursor(request.cursor)
        if held is not None and held.looks_like(self._file.stat()):
            yield Page(cursor=request.cursor)
            return
        snapshot = self._file.read()
        if held is not None and held.sha256 == snapshot.stamp.sha256:
            yield Page(cursor=snapshot.stamp.cursor())
            return
        yield from self._pages(self._open(request, snapshot), request)

    def _pages(self, opened: Opened, request: PullRequest) -> Iterator[Page]:
        listing, stamp = opened.listing, opened.snapshot.stamp
        columns = _columns(listing, request)
        start = _resumed_at(request.resume, stamp)
        while True:
            lines = listing.lines[start : start + PAGE_ROWS]
            start += PAGE_ROWS
            last = start >= len(listing.lines)
            yield Page(
                records=[listing.record(line, columns) for line in lines if line.rejected is None],
                rejected=[line.rejected for line in lines if line.rejected is not None],
                resume=None if last else f"{start}:{stamp.sha256}",
                cursor=stamp.cursor() if last else None,
                complete=last,
            )
            if last:
                return

    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        listing = self._open(request, self._file.read()).listing
        columns, wanted = _columns(listing, request), set(ids)
        return [
            listing.record(line, columns)
            for line in listing.lines
            if line.id in wanted and line.rejected is None
        ]

    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        """One new version of the file for the whole batch, or none.

        Raises what reading raises; from then on everything is told as outcomes.
        """
        try:
            for _ in range(TRIES):
                try:
                    return self._push_once(request, writes)
                except ChangedMeanwhileError:
                    continue
            reason = self._place.of(UnavailableError, "XL506")
        except _HeldOpenError as held:
            reason = held.reason
        except OSError as error:
            reason = blocked(error, self._place)
        return [Outcome(OutcomeKind.BLOCKED, id=write.id, error=reason) for write in writes]

    def _push_once(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        self._refuse_while_open()
        opened = self._open(request, self._file.read())
        misread: set[int] = set()
        while True:
            plan = Planner(opened.listing, opened.workbook, request).plan(writes, misread)
            if not plan.edits:
                return _outcomes(plan, opened.listing, request)
            data, listing = self._new_version(opened, plan, request)
            wrong = differences(opened.listing.sheet, listing.sheet, plan.edits)
            if not wrong:
                break
            misread |= self._writes_at(wrong, plan)
        replace(self._file, opened.snapshot, data, self._versions, self._refuse_while_open)
        self._remember(request, listing)
        return _outcomes(plan, listing, request)

    def _new_version(self, opened: Opened, plan: Plan, request: PullRequest) -> tuple[bytes, Listing]:
        """The bytes of the new version, and what calamine reads from them."""
        before, package = opened.listing, opened.workbook.package
        parts = _changed_parts(before, plan, package)
        if not all(map(is_well_formed, parts.values())):
            raise before.sheet.place.fault("XL413", detail="XML")
        data = package.rewritten(parts)
        unwritten = Snapshot(Stamp(0, len(data), hashlib.sha256(data).hexdigest()), data)
        rows = {line.id: line.row for line in before.lines if not line.provisional}
        after = self._open(request, unwritten, lambda hub_id, lines: _at_row(lines, rows.get(hub_id)))
        return data, after.listing

    def _writes_at(self, wrong: set[tuple[int, int]], plan: Plan) -> set[int]:
        """The writes that made these cells other than meant, to be left out so that the rest can go.

        Raises ProtocolError when a cell nobody wrote to is among them: then nothing of the new version is to be trusted.
        """
        rows = {row for row, _ in wrong}
        if not rows <= plan.edits.keys():
            raise self._place.fault("XL413", detail=cell_name(*min(wrong)))
        return {number for number, row in enumerate(plan.rows) if row in rows}

    def _refuse_while_open(self) -> None:
        if self.settings.lock_files == "ignore":
            return
        lock = find_lock(self.path, self.context.clock, self.settings.lock_stale_hours)
        if lock is None:
            return
        code = "XL501" if lock.holder else "XL502"
        raise _HeldOpenError(self._place.of(UnavailableError, code, holder=lock.holder, lock=lock.name))

    def _read(self) -> tuple[Snapshot, Workbook]:
        snapshot = self._file.read()
        return snapshot, self._workbook(snapshot)

    def _workbook(self, snapshot: Snapshot) -> Workbook:
        limit = self.settings.max_unpacked_mb
        return Workbook(Package(snapshot.data, self._place, max_unpacked_mb=limit))

    def _open(self, request: PullRequest, snapshot: Snapshot, keep: Keep | None = None) -> Opened:
        parsed = self._parse(request.object, snapshot)
        header = read_header(parsed.sheet, _header_row(request))
        listing = list_rows(parsed.sheet, header, request, keep or self._keep(request), snapshot.stamp.saved)
        if keep is None:
            self._remember(request, listing)
        return Opened(snapshot, parsed.workbook, listing)

    def _remember(self, request: PullRequest, listing: Listing) -> None:
        self._kept[request.object] = {hub_id: line.content for hub_id, line in listing.keepers.items()}

    def _keep(self, request: PullRequest) -> Keep:
        """By what the hub knows of the row, else by what this connector decided the last time."""

        def keep(hub_id: str, lines: Sequence[Line]) -> Line:
            known = {**self._kept.get(request.object, {}), **request.known([hub_id])}
            return keep_unchanged(known)(hub_id, lines)

        return keep

    def _parse(self, name: str, snapshot: Snapshot) -> Parsed:
        held, sha256 = self._parsed, snapshot.stamp.sha256
        if held is None or (held.sha256, held.object) != (sha256, name):
            workbook = self._workbook(snapshot)
            sheet = open_sheet(workbook, snapshot.data, name, self._place.on(name))
            held = self._parsed = Parsed(sha256, name, workbook, sheet)
        return held


def _at_row(lines: Sequence[Line], row: int | None) -> Line:
    return next((line for line in lines if line.row == row), lines[0])


class _HeldOpenError(Exception):
    """A lock file says that somebody has the workbook open."""

    def __init__(self, reason: UnavailableError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _header_row(request: PullRequest) -> int:
    text = request.options.get("header_row", "1").strip()
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError("XL209", value=text)
    return int(text)


def _columns(listing: Listing, request: PullRequest) -> list[tuple[str, int]]:
    places = listing.header.place_of(request.columns, listing.sheet.place)
    return [(name, places[name]) for name in request.columns]


def _resumed_at(resume: str | None, stamp: Stamp) -> int:
    """The row to go on from, if the file is still the one the token was made for; else the beginning."""
    start, _, sha256 = (resume or "").partition(":")
    return int(start) if sha256 == stamp.sha256 and start.isdecimal() else 0


def _changed_parts(listing: Listing, plan: Plan, package: Package) -> dict[str, bytes]:
    """The worksheet's part, and for new rows directly below a table that table's."""
    sheet = listing.sheet
    prefix = sheet.xml.prefix
    data = patched(sheet.xml, plan.edits, plan.row_attributes)
    last_row = max(plan.edits)
    data = with_dimension(data, prefix, last_row, max(max(cells) for cells in plan.edits.values()))
    changes: dict[str, bytes] = {}
    if plan.new_rows:
        old_last, new_last = listing.last_row, max(plan.new_rows)
        data = with_longer_filter(data, prefix, listing.header.row, old_last, new_last)
        for table in sheet.tables:
            if table.area.bottom == old_last and table.area.top <= listing.header.row:
                changes[table.part] = longer_table(package.xml(table.part), new_last)
    return {sheet.part.part: data, **changes}


def _outcomes(plan: Plan, listing: Listing, request: PullRequest) -> list[Outcome]:
    """One for each write, with the record as the file now holds it."""
    columns = _columns(listing, request)
    lines = {line.row: line for line in listing.lines}
    found: list[Outcome] = []
    for row, refused in zip(plan.rows, plan.refused, strict=True):
        if refused is not None or row is None:
            assert refused is not None
            found.append(refused)
            continue
        line = lines.get(row)
        record = listing.record(line, columns) if line is not None and line.rejected is None else None
        found.append(Outcome(OutcomeKind.OK, id=line.id if line is not None else "", record=record))
    return found
