"""Writes the source of a mapping's functions, one per direction.

Only positions and switches of the checked spec go into the source; names, columns and texts of the file are handed over as
objects, so that nothing a file says can become code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from synchub.mapping.compiled import Image, Written
from synchub.mapping.transforms import Inline
from synchub.model.values import ABSENT, Canonical, Observed, Raw, RawValue, Reference, Unreadable

Getter = Callable[[Image], Observed]
Putter = Callable[[Canonical, Image], Raw]
PiecePutter = Callable[["Canonical | None", Image], Raw]
_MISS = object()


@dataclass(frozen=True, slots=True)
class Plan:
    """What the source of one field depends on. `place` is the position of its column in a row; None: the parent reference."""

    place: int | None
    get: Getter
    put: Putter
    column: str
    inline: Inline | None = None
    cache: Literal["", "text", "numbers"] = ""
    memory: dict[Any, Observed] | None = None
    """What `get` remembers, shared with it."""
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


def read_function(plans: Sequence[Plan]) -> Callable[[str, Sequence[RawValue]], list[Observed]]:
    """(record id, row) -> one observation per field."""
    lines = ["def read(record_id, values):"]
    for index, plan in enumerate(plans):
        lines += _reading(index, plan)
    lines.append(f"    return [{', '.join(f'o{index}' for index in range(len(plans)))}]")
    names: dict[str, object] = {
        "MISS": _MISS,
        "Reference": Reference,
        "Decimal": Decimal,
        "is_normalized": unicodedata.is_normalized,
        "gather": gather,
        "ABSENT": ABSENT,
    }
    for index, plan in enumerate(plans):
        names[f"g{index}"] = plan.get
        names[f"c{index}"] = plan.memory
    made: Callable[[str, Sequence[RawValue]], list[Observed]] = _compiled(lines, names, "read")
    return made


def _reading(index: int, plan: Plan) -> list[str]:
    out = f"o{index}"
    if plan.place is None:
        return [f"    {out} = Reference(record_id)"]
    if plan.conceal is not None:
        return [f"    {out} = ABSENT"]
    if plan.places:
        return [f"    {out} = g{index}({_gathered(plan)})"]
    lines = [f"    v = values[{plan.place}]"]
    if plan.inline is not None:
        plain = (
            "v.isascii() and v.isprintable() and '  ' not in v"
            if plan.inline.ascii_only
            else "v.isprintable() and (v.isascii() or is_normalized('NFC', v))"
        )
        short = "" if plan.inline.max is None else f"len(v) <= {int(plan.inline.max)} and "
        lines += [f"    if v.__class__ is str and {short}{plain}:", f"        {out} = v.strip() or None"]
        return [
            *lines,
            "    elif v is None:",
            f"        {out} = None",
            "    else:",
            f"        {out} = g{index}(v)",
        ]
    lines += ["    if v is None:", f"        {out} = None"]
    if plan.cache:
        kinds = "v.__class__ is str"
        if plan.cache == "numbers":
            kinds = "(k := v.__class__) is str or k is Decimal or k is int"
        lines += [
            f"    elif {kinds}:",
            f"        {out} = c{index}.get(v, MISS)",
            f"        if {out} is MISS:",
            f"            {out} = g{index}(v)",
        ]
    return [*lines, "    else:", f"        {out} = g{index}(v)"]


def image_function(plans: Sequence[Plan]) -> Callable[[Sequence[RawValue]], list[Image]]:
    """Row -> one image per field."""
    cells = ", ".join(_imaged(index, plan) for index, plan in enumerate(plans))
    names: dict[str, object] = {f"h{index}": _concealing(plan) for index, plan in enumerate(plans)}
    names["gather"] = gather
    made: Callable[[Sequence[RawValue]], list[Image]] = _compiled(
        ["def image(values):", f"    return [{cells}]"], names, "image"
    )
    return made


def _imaged(index: int, plan: Plan) -> str:
    if plan.place is None:
        return "None"
    if plan.conceal is not None:
        return f"h{index}(values[{int(plan.place)}])"
    return _gathered(plan) if plan.places else f"values[{int(plan.place)}]"


def _gathered(plan: Plan) -> str:
    return f"gather({', '.join(f'values[{int(place)}]' for place in plan.places)})"


def _concealing(plan: Plan) -> Callable[[RawValue], RawValue] | None:
    """What cannot be read has nothing to conceal."""
    conceal = plan.conceal
    if conceal is None:
        return None

    def image(value: RawValue) -> RawValue:
        return value if value is ABSENT or isinstance(value, Unreadable) else conceal(value)

    return image


def write_function(
    plans: Sequence[Plan],
) -> Callable[[Mapping[int, Canonical | None], Sequence[Image]], Written]:
    """(field position -> value, current images) -> cells and images."""
    lines = ["def write(values, current):", "    cells = {}", "    images = {}"]
    for index, plan in enumerate(plans):
        if plan.piece is not None:
            lines += _placing(
                index, [i for i, one in enumerate(plans) if one.piece and one.column == plan.column]
            )
        elif plan.conceal is not None:
            lines += _writing_blindly(index)
        elif plan.place is not None:
            lines += _writing(index, several=len(plan.places))
    lines.append("    return Written(cells, images)")
    names: dict[str, object] = {"Written": Written, "spread": _spread}
    for index, plan in enumerate(plans):
        names[f"g{index}"], names[f"p{index}"] = plan.get, plan.piece or plan.put
        names[f"n{index}"] = plan.columns or plan.column
        names[f"h{index}"] = plan.conceal
    made: Callable[[Mapping[int, Canonical | None], Sequence[Image]], Written] = _compiled(
        lines, names, "write"
    )
    return made


def _writing(index: int, several: int) -> list[str]:
    blank = f"[None] * {int(several)}" if several else "None"
    differs = "new is not old and (new.__class__ is not old.__class__ or new != old)"
    return [
        f"    if {index} in values:",
        f"        value = values[{index}]",
        f"        old = current[{index}]",
        "        if value is not None:",
        f"            new = p{index}(value, old)",
        "        else:",
        f"            new = old if g{index}(old) is None else {blank}",
        f"        images[{index}] = new",
        f"        if {differs}:",
        f"            spread(cells, n{index}, new, old)" if several else f"            cells[n{index}] = new",
    ]


def _spread(cells: dict[str, Raw], columns: Sequence[str], new: Sequence[Raw], old: Image) -> None:
    """The cells of several columns that differ."""
    before = old if isinstance(old, list) else [None] * len(columns)
    cells.update(
        (column, one)
        for column, one, other in zip(columns, new, before, strict=True)
        if one.__class__ is not other.__class__ or one != other
    )


def _placing(index: int, siblings: Sequence[int]) -> list[str]:
    """A piece goes into what earlier pieces made of the column; all of them then look like the whole."""
    return [
        f"    if {index} in values:",
        f"        before = current[{index}]",
        f"        old = cells.get(n{index}, before)",
        f"        new = p{index}(values[{index}], old)",
        "        if new.__class__ is not before.__class__ or new != before:",
        f"            cells[n{index}] = new",
        *(f"        images[{int(sibling)}] = new" for sibling in siblings),
    ]


def _writing_blindly(index: int) -> list[str]:
    """What is there is known by its digest only."""
    return [
        f"    if {index} in values:",
        f"        value = values[{index}]",
        f"        new = None if value is None else p{index}(value, None)",
        f"        images[{index}] = h{index}(new)",
        f"        if images[{index}] != current[{index}]:",
        f"            cells[n{index}] = new",
    ]


def _compiled(lines: Sequence[str], names: dict[str, object], function: str) -> Any:
    code = compile("\n".join(lines), f"<mapping {function}>", "exec")
    exec(code, names)  # noqa: S102 - our own source, made of positions only
    return names[function]
