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
from synchub.model.values import Canonical, Observed, Raw, RawValue, Reference

Getter = Callable[[Image], Observed]
Putter = Callable[[Canonical, Image], Raw]
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
    cells = ", ".join("None" if plan.place is None else f"values[{plan.place}]" for plan in plans)
    made: Callable[[Sequence[RawValue]], list[Image]] = _compiled(
        ["def image(values):", f"    return [{cells}]"], {}, "image"
    )
    return made


def write_function(
    plans: Sequence[Plan],
) -> Callable[[Mapping[int, Canonical | None], Sequence[Image]], Written]:
    """(field position -> value, current images) -> cells and images."""
    lines = ["def write(values, current):", "    cells = {}", "    images = {}"]
    for index, plan in enumerate(plans):
        if plan.place is not None:
            lines += _writing(index)
    lines.append("    return Written(cells, images)")
    names: dict[str, object] = {"Written": Written}
    for index, plan in enumerate(plans):
        names[f"g{index}"], names[f"p{index}"], names[f"n{index}"] = plan.get, plan.put, plan.column
    made: Callable[[Mapping[int, Canonical | None], Sequence[Image]], Written] = _compiled(
        lines, names, "write"
    )
    return made


def _writing(index: int) -> list[str]:
    return [
        f"    if {index} in values:",
        f"        value = values[{index}]",
        f"        old = current[{index}]",
        "        if value is not None:",
        f"            new = p{index}(value, old)",
        "        else:",
        f"            new = old if g{index}(old) is None else None",
        f"        images[{index}] = new",
        "        if new is not old and (new.__class__ is not old.__class__ or new != old):",
        f"            cells[n{index}] = new",
    ]


def _compiled(lines: Sequence[str], names: dict[str, object], function: str) -> Any:
    code = compile("\n".join(lines), f"<mapping {function}>", "exec")
    exec(code, names)  # noqa: S102 - our own source, made of positions only
    return names[function]
