"""The laws of round trips, checked on real and made-up values when a file is checked.

L1 what we write is what we read back · L2 reading and writing back changes nothing · L3 a second sync is quiet · L4 no two entries write one
column · L5 every input gives a value or a typed problem · L6 every option has a way in and out · L7 required columns are written on create.
L4, L6 and L7 look at whole mappings and stand in `check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from synchub.document import Findings
from synchub.mapping.compile import gathers, getter, putter
from synchub.mapping.compiled import Flow
from synchub.mapping.masking import masked
from synchub.mapping.spec import FieldEntry
from synchub.mapping.transforms import AsValues
from synchub.model.kinds import Choice, Kind, ListOf, Money
from synchub.model.values import Canonical, KindProblem, Observed, Raw, Reference, Unreadable

_SAMPLES: Final[dict[str, tuple[object, ...]]] = {
    "text": ("Lianhong", "联宏 科技（上海）", "0012", "a;b、c, d", 'say "hi"', "=1+1", "1e5", "NO", "ﬁ①²"),
    "code": ("KH001", "000123", "A-1/2", "1e5", "12345678901234567890"),
    "uscc": ("91350211M000100Y46", "913100007178509093"),
    "phone": ("+8613800138000", "+862188886666", "+862188886666;ext=801", "+14155552671", "+8617012345678"),
    "email": ("sales@example.com", "Li.Hong+a@Example.com.cn"),
    "integer": ("0", "1", "-7", "99999999999999"),
    "decimal": ("0", "0.5", "-1.25", "1234.5", "0.01"),
    "percent": ("0", "12.5", "100", "-3.25", "0.01"),
    "date": ("2026-08-01", "1999-12-31", "2024-02-29", "0099-01-02"),
    "datetime": ("2026-08-01T04:00:00Z", "2026-12-31T16:00:01Z", "1999-01-01T00:00:00.123456Z"),
    "bool": (True, False),
    "ref": ("0012", "KH 001", "a;b"),
}
_AMOUNTS = ("0", "1", "500001", "12345678.90", "-3.5", "0.01")
HOSTILE: Final[tuple[Raw, ...]] = (
    "",
    " \u3000\t",
    "x",
    "联宏",
    "1,234.50",
    "１２３",
    "NaN",
    "1e999",
    "-" * 300,
    "9" * 400,
    "\ud800",
    "\x00\x07",
    "e\u0301",
    "2026-13-45",
    "0",
    "١٢٣",
    0,
    -1,
    10**40,
    True,
    False,
    Decimal("0.1"),
    Decimal("-0"),
    Decimal("1E+30"),
    [],
    ["a", None, 1],
    [["a"]],
    {},
    {"a": 1},
)
"""Raw values no transform may stumble over."""


def check_laws(
    entry: FieldEntry,
    raws: Iterable[Raw],
    findings: Findings,
    real: Sequence[Raw] = (),
    values: Iterable[Canonical] = (),
) -> None:
    """Report what this entry breaks; `raws` are of the file's own tests, `real` ones of real rows, `values` are those that it has to write."""
    if not entry.column:
        return
    law = _Laws(entry, findings)
    seen: list[Raw] = [*raws, *real]
    if isinstance(entry.transform, AsValues):
        seen += list(entry.transform.reads)
    hostile: Iterable[Raw] = HOSTILE
    if gathers(entry):
        hostile = [[one] * len(entry.columns) for one in HOSTILE]
    if not law.total([*seen, *hostile]) or entry.flow is Flow.HUB_READS:
        return
    law.quiet([*seen, *hostile])
    if entry.flow is Flow.BOTH:
        read = [value for raw in real if (value := law.readable(raw)) is not None]
        law.round_trip([*samples(entry.field.kind), *_extra(entry), *values, *read])


def _extra(entry: FieldEntry) -> Iterator[Canonical]:
    """Values that the format itself finds worth trying."""
    for given in entry.transform.examples():
        try:
            value = entry.field.kind.parse(given)
        except KindProblem:
            continue
        if value is not None:
            yield value


class _Laws:
    """One entry under examination; each law reports once."""

    def __init__(self, entry: FieldEntry, findings: Findings) -> None:
        self.entry = entry
        self.findings = findings
        self.get = getter(entry)
        self.put = putter(entry, self.get)

    def total(self, raws: Iterable[Raw]) -> bool:
        """L5. Anything but a value or a typed problem is a defect of ours, told as one."""
        for raw in raws:
            try:
                found = self.get(raw)
            except Exception as error:  # noqa: BLE001 - the law says that nothing else may come
                self.say("M510", value=repr(raw)[:60], error=f"{type(error).__name__}: {error}")
                return False
            if isinstance(found, Unreadable) and found.problem.code == "M810" and _stumbled(found):
                self.say("M510", value=repr(raw)[:60], error=str(found.problem.params["error"]))
                return False
        return True

    def quiet(self, raws: Iterable[Raw]) -> None:
        """L2: a value that was read is written back as it stood."""
        for raw in raws:
            value = self.readable(raw)
            if value is not None and self.put(value, raw) is not raw:
                self.say("M509", value=raw)
                return

    def round_trip(self, values: Iterable[Canonical]) -> None:
        """L1 and L3."""
        for value in values:
            try:
                written = self.put(value, None)
            except KindProblem:
                continue
            back = self.get(written)
            if not self.same(back, value):
                if not self.entry.lossy:
                    self.say("M507", value=value, written=written, back=_shown(back))
                    return
                continue
            again = self.put(value, written)
            if again != written:
                self.say("M508", value=value, written=written, again=again)
                return

    def readable(self, raw: Raw) -> Canonical | None:
        value = self.get(raw)
        if isinstance(value, Reference):
            return value.key
        return value if isinstance(value, str | bool | list) else None

    def same(self, back: Observed, value: Canonical) -> bool:
        if back is None or not isinstance(back, str | bool | list | Reference):
            return False
        return self.entry.transform.same(back, value)

    def say(self, code: str, **params: object) -> None:
        pii = self.entry.field.pii
        shown = {name: masked(value, pii) for name, value in params.items()}
        self.findings.error(
            code, self.entry.column_at, field=self.entry.field.label, column=self.entry.column, **shown
        )


def _stumbled(found: Unreadable) -> bool:
    """A pair may refuse a value with ValueError; anything else it raises is a defect of its code."""
    return not str(found.problem.params.get("error", "")).startswith("ValueError")


def _shown(value: Observed) -> object:
    if isinstance(value, Unreadable):
        return "?"
    return value.key if isinstance(value, Reference) else value


def samples(kind: Kind) -> Iterator[Canonical]:
    """Canonical values that a field of this kind may hold: made-up ones, and every option of a choice."""
    for given in _given(kind):
        try:
            value = kind.parse(given)
        except KindProblem:
            continue
        if value is not None:
            yield value


def _given(kind: Kind) -> Iterator[object]:
    if isinstance(kind, Choice):
        yield from (option.id for option in kind.options)
    elif isinstance(kind, ListOf):
        items = [str(item) for item in samples(kind.kind)]
        yield from (items[:1], items[:3])
    elif isinstance(kind, Money):
        yield from (f"{amount} {kind.currency}" for amount in _AMOUNTS)
    else:
        yield from _SAMPLES.get(kind.name, ())
