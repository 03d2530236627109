"""What the source of one field depends on, and the parts that both directions share."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from synchub.mapping.compiled import Image
from synchub.mapping.transforms import Inline
from synchub.model.kinds.base import Usual
from synchub.model.values import ABSENT, Canonical, Observed, Raw, RawValue, Unreadable

Getter = Callable[[Image], Observed]
Putter = Callable[[Canonical, Image, Observed], Raw]
"""(value, what stands there, what that means) -> raw."""
PiecePutter = Callable[["Canonical | None", Image], Raw]

REMEMBERED = 4096
"""Meanings a field keeps at hand. Options, dates and round amounts come again and again; names do not and are not kept."""


class Memory(dict[Any, Any]):
    """Results of a function by its argument, worked out when they are first asked for; bounded.

    `keep` says of which argument and result nothing could be confused: True == 1, so booleans do not lie beside numbers.
    """

    def __init__(self, work: Callable[[Any], Any], keep: Callable[[Any, Any], bool]) -> None:
        super().__init__()
        self.work = work
        self.keep = keep

    def __missing__(self, key: Any) -> Any:
        result = self.work(key)
        if self.keep(key, result):
            if len(self) >= REMEMBERED:
                self.clear()
            self[key] = result
        return result


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one field. `place` is the position of its column in a row; None: the parent reference."""

    place: int | None
    get: Getter
    put: Putter
    column: str
    inline: Inline | None = None
    usual: Usual | None = None
    cache: Literal["", "text", "numbers"] = ""
    meanings: Memory | None = None
    """Of raw values, for a field with a cache."""
    as_is: bool = False
    """Text is written as it is where nothing stands."""
    writings: Memory | None = None
    """Of text where nothing stands yet, for a field whose values come again and again."""
    places: tuple[int, ...] = ()
    """Positions of the columns of an entry that takes a list of raw values."""
    columns: tuple[str, ...] = ()
    piece: PiecePutter | None = None
    """For an entry that owns a piece of its column: it is placed into what other entries have made of the column."""
    conceal: Callable[[Raw], Raw] | None = None
    """What is remembered of a raw value instead of itself."""


def gather(*values: RawValue) -> RawValue:
    """The raw values of several columns as one; what keeps one of them from being read keeps all."""
    for value in values:
        if value is ABSENT or isinstance(value, Unreadable):
            return value
    return list(values)  # type: ignore[arg-type]  # every one of them is raw, as was just asked


def meaning_of(index: int, plan: Plan, raw: str, out: str) -> list[str]:
    """Lines that put into `out` what the variable `raw` means; the names of `reading_names` are at hand."""
    general = f"{out} = g{index}({raw})"
    if plan.places or plan.conceal is not None:
        return [general]
    if plan.inline is not None:
        plain = (
            f"{raw}.isascii() and {raw}.isprintable() and '  ' not in {raw}"
            if plan.inline.ascii_only
            else f"{raw}.isprintable() and ({raw}.isascii() or is_normalized('NFC', {raw}))"
        )
        short = "" if plan.inline.max is None else f"len({raw}) <= {int(plan.inline.max)} and "
        return [
            f"if {raw}.__class__ is str and {short}{plain}:",
            f"    {out} = {raw}.strip() or None",
            f"elif {raw} is None:",
            f"    {out} = None",
            "else:",
            f"    {general}",
        ]
    lines = [f"if {raw} is None:", f"    {out} = None"]
    if plan.meanings is not None:
        kinds = f"{raw}.__class__ is str"
        if plan.cache == "numbers":
            # what is not finite is not equal to itself, or cannot be looked up at all
            kinds = f"(k := {raw}.__class__) is str or k is int or k is Decimal and {raw}.is_finite()"
        return [*lines, f"elif {kinds}:", f"    {out} = m{index}[{raw}]", "else:", f"    {general}"]
    if plan.usual is not None:
        return [
            *lines,
            f"elif {raw}.__class__ is not str or ({out} := u{index}({raw})) is None:",
            f"    {general}",
        ]
    return [*lines, "else:", f"    {general}"]


def reading_names(plans: Sequence[Plan]) -> dict[str, object]:
    """The objects that the lines of `meaning_of` speak of."""
    names: dict[str, object] = {"Decimal": Decimal, "is_normalized": unicodedata.is_normalized}
    for index, plan in enumerate(plans):
        names[f"g{index}"] = plan.get
        names[f"m{index}"] = plan.meanings
        names[f"u{index}"] = plan.usual
    return names


def compiled(lines: Sequence[str], names: dict[str, object], function: str) -> Any:
    """The function of this name out of its source."""
    code = compile("\n".join(lines), f"<mapping {function}>", "exec")
    exec(code, names)  # noqa: S102 - our own source, made of positions only
    return names[function]
