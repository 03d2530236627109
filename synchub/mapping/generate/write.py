"""The function that writes a record's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from synchub.mapping.compiled import Image, WriteFunction, Written
from synchub.mapping.generate.plan import Plan, compiled, meaning_of, reading_names
from synchub.model.values import UNKNOWN, Raw


def write_function(plans: Sequence[Plan]) -> WriteFunction:
    """(field position -> value, current images) -> cells and images."""
    # a field without a column has no image, one that owns a piece of a column has that of the whole
    copied = all(plan.place is not None and plan.piece is None for plan in plans)
    lines = [
        "def write(values, current):",
        "    cells = {}",
        f"    images = {'dict(values)' if copied else '{}'}",
        "    if current.count(UNKNOWN) == len(current):",
        *_each(plans, lambda index, plan: _creating(index, plan, copied=copied)),
        "    else:",
        *_each(plans, lambda index, plan: _updating(index, plan, copied=copied)),
        "    return new_tuple(Written, (cells, images))",
    ]
    names = {
        **reading_names(plans),
        "Written": Written,
        "new_tuple": tuple.__new__,
        "spread": _spread,
        "UNKNOWN": UNKNOWN,
    }
    for index, plan in enumerate(plans):
        names[f"p{index}"] = plan.piece or plan.put
        names[f"w{index}"] = plan.writings
        names[f"n{index}"] = plan.columns or plan.column
        names[f"h{index}"] = plan.conceal
    made: WriteFunction = compiled(lines, names, "write")
    return made


def _each(plans: Sequence[Plan], plainly: Callable[[int, Plan], list[str]]) -> list[str]:
    """The lines of all fields; `plainly` gives those of one that has a column to itself."""
    lines = ["        pass"]
    for index, plan in enumerate(plans):
        if plan.place is None:
            continue
        if plan.piece is not None:
            own = _placing(
                index, [at for at, one in enumerate(plans) if one.piece and one.column == plan.column]
            )
        elif plan.conceal is not None:
            own = _writing_blindly(index)
        elif plan.places:
            own = _writing_several(index, len(plan.places))
        else:
            own = [f"value = values[{index}]", *plainly(index, plan)]
        lines += [f"        if {index} in values:", *(f"            {line}" for line in own)]
    return lines


def _creating(index: int, plan: Plan, *, copied: bool) -> list[str]:
    """Nothing is known to stand there, so every value is a cell."""
    return _first(index, plan, f"cells[n{index}] = images[{index}] = {_put(index)}", copied=copied)


def _updating(index: int, plan: Plan, *, copied: bool) -> list[str]:
    blank = [
        f"images[{index}] = new = {_put(index)}",
        "if new is not None:",
        f"    cells[n{index}] = new",
    ]
    return [
        f"old = current[{index}]",
        "if old is None:",
        *(f"    {line}" for line in _first(index, plan, *blank, copied=copied)),
        "else:",
        *(f"    {line}" for line in meaning_of(index, plan, "old", "held")),
        "    if held == value:",
        "        new = old",
        "    elif value is None:",
        "        new = None",
        "    else:",
        f"        new = p{index}(value, old, held)",
        f"    images[{index}] = new",
        f"    if {_DIFFERS}:",
        f"        cells[n{index}] = new",
    ]


def _first(index: int, plan: Plan, *otherwise: str, copied: bool) -> list[str]:
    """Text where nothing stands, the short way if the format has one."""
    if plan.as_is:
        short = [f"cells[n{index}] = value", *([] if copied else [f"images[{index}] = value"])]
    elif plan.writings is not None:
        short = [f"cells[n{index}] = images[{index}] = w{index}[value]"]
    else:
        return list(otherwise)
    return [
        "if value.__class__ is str:",
        *(f"    {line}" for line in short),
        "else:",
        *(f"    {line}" for line in otherwise),
    ]


def _put(index: int) -> str:
    return f"None if value is None else p{index}(value, None, None)"


_DIFFERS = "new is not old and (new.__class__ is not old.__class__ or new != old)"


def _writing_several(index: int, several: int) -> list[str]:
    return [
        f"value = values[{index}]",
        f"old = current[{index}]",
        f"held = g{index}(old)",
        "if value is not None:",
        f"    new = p{index}(value, old, held)",
        "else:",
        f"    new = old if held is None else [None] * {int(several)}",
        f"images[{index}] = new",
        f"if {_DIFFERS}:",
        f"    spread(cells, n{index}, new, old)",
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
        f"before = current[{index}]",
        f"old = cells.get(n{index}, before)",
        f"new = p{index}(values[{index}], old)",
        "if new.__class__ is not before.__class__ or new != before:",
        f"    cells[n{index}] = new",
        *(f"images[{int(sibling)}] = new" for sibling in siblings),
    ]


def _writing_blindly(index: int) -> list[str]:
    """What is there is known by its digest only."""
    return [
        f"value = values[{index}]",
        f"new = None if value is None else p{index}(value, None, None)",
        f"images[{index}] = h{index}(new)",
        f"if images[{index}] != current[{index}]:",
        f"    cells[n{index}] = new",
    ]
