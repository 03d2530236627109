"""What the hub remembers of real records, tried on an edited mapping: can it be read, does it come back, is any column never there?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synchub.document import Findings
from synchub.mapping.compile import getter, putter
from synchub.mapping.compiled import Flow, Image
from synchub.mapping.masking import masked
from synchub.mapping.spec import FieldEntry
from synchub.messages import Words
from synchub.model.entity import Pii
from synchub.model.values import ABSENT, UNKNOWN, Canonical, KindProblem, Label, Raw, Unknown, Unreadable

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One record as the hub remembers it, in the order of the mapping's fields; UNKNOWN where it remembers nothing.

    `images` are what its columns held, `agreed` the canonical values that both sides held then.
    """

    images: Sequence[Image]
    agreed: Sequence[Canonical | Unknown | None]


@dataclass(frozen=True, slots=True)
class FieldSample:
    """What became of the remembered values of one field. `examples` are of those that cannot be read, personal ones masked."""

    name: str
    label: Label
    rows: int
    """Of which the column is remembered; the other counts are of these."""
    values: int = 0
    blank: int = 0
    absent: int = 0
    unreadable: int = 0
    examples: tuple[str, ...] = ()
    agreed: int = 0
    """Values that the hub held, for an entry that writes."""
    unwritable: int = 0
    reads: bool = True
    """Does the entry read at all?"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Of one mapping. `rows` is how many records the hub had to offer."""

    rows: int
    fields: tuple[FieldSample, ...]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the stored rows hold of one field, as far as its entry reads it and writes it."""

    images: tuple[Image, ...]
    agreed: tuple[Canonical, ...]
    reads: bool

    @property
    def raws(self) -> list[Raw]:
        """What there is to read."""
        return [one for one in self.images if one is not ABSENT and not isinstance(one, Unreadable)]  # type: ignore[misc]  # never UNKNOWN


def remembered(entry: FieldEntry, place: int, rows: Sequence[StoredRow]) -> Remembered:
    """Of the entry at this place of its mapping. Of what is only written, and of the golden ids of references, only a system could tell."""
    reads = entry.flow is not Flow.HUB_WRITES and bool(entry.column)
    writes = entry.flow is not Flow.HUB_READS and bool(entry.column) and entry.ref is None
    images = (row.images[place] for row in rows) if reads else ()
    agreed = (row.agreed[place] for row in rows) if writes else ()
    return Remembered(
        tuple(one for one in images if one is not UNKNOWN),
        tuple(one for one in agreed if one is not None and not isinstance(one, Unknown)),
        reads,
    )


def try_stored(entry: FieldEntry, known: Remembered, findings: Findings) -> FieldSample:
    """Count, and report a column that is never there, values that cannot be read, values that cannot be written."""
    counts, examples = _reading(entry, known, findings)
    problems = list(_refusals(entry, known.agreed))
    if problems:
        _tell(entry, findings, "M513", problems[0], len(problems), len(known.agreed))
    return FieldSample(
        entry.name,
        entry.field.label,
        len(known.images),
        *counts,
        examples,
        agreed=len(known.agreed),
        unwritable=len(problems),
        reads=known.reads,
    )


def _reading(
    entry: FieldEntry, known: Remembered, findings: Findings
) -> tuple[tuple[int, int, int, int], tuple[str, ...]]:
    get = getter(entry)
    meanings = [(image, get(image)) for image in known.images]
    absent = sum(meant is ABSENT for _, meant in meanings)
    blank = sum(meant is None for _, meant in meanings)
    bad = [(image, meant) for image, meant in meanings if isinstance(meant, Unreadable)]
    # a value that the system itself would not show is no fault of the mapping
    ours = [(image, meant) for image, meant in bad if not isinstance(image, Unreadable)]
    if meanings and absent == len(meanings):
        findings.error("M221", entry.column_at, column=entry.label_of_columns, rows=len(meanings))
    if ours:
        problem = ours[0][1].problem
        _tell(entry, findings, "M512", KindProblem(problem.code, problem.params), len(ours), len(meanings))
    examples = dict.fromkeys(str(masked(image, _pii(entry))) for image, _ in ours)
    values = len(meanings) - absent - blank - len(bad)
    return (values, blank, absent, len(bad)), tuple(examples)[:_EXAMPLES]


def _refusals(entry: FieldEntry, values: Sequence[Canonical]) -> Iterator[KindProblem]:
    put = putter(entry, getter(entry))
    for value in values:
        try:
            put(value, None)
        except KindProblem as problem:
            yield problem


def _tell(
    entry: FieldEntry, findings: Findings, code: str, problem: KindProblem, count: int, rows: int
) -> None:
    params = dict(problem.params)
    if "value" in params:
        params["value"] = masked(params["value"], _pii(entry))
    reason = Words(problem.code, params)
    findings.warning(code, entry.column_at, field=entry.field.label, count=count, rows=rows, reason=reason)


def _pii(entry: FieldEntry) -> Pii:
    """A person may be referred to by name."""
    return "person" if entry.ref is not None and entry.ref.by else entry.field.pii
