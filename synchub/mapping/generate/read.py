"""The functions that read a row: its observations, and its images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from synchub.mapping.compiled import ImageFunction, ReadFunction
from synchub.mapping.generate.plan import Getter, Plan, compiled, gather, meaning_of, reading_names
from synchub.model.values import ABSENT, RawValue, Reference, Unreadable


def read_function(plans: Sequence[Plan]) -> ReadFunction:
    """(record id, row) -> one observation per field."""
    lines = ["def read(record_id, values):"]
    for index, plan in enumerate(plans):
        lines += [f"    {line}" for line in _reading(index, plan)]
    lines.append(f"    return [{', '.join(f'o{index}' for index in range(len(plans)))}]")
    names = {**reading_names(plans), "Reference": Reference, "gather": gather, "ABSENT": ABSENT}
    made: ReadFunction = compiled(lines, names, "read")
    return made


def _reading(index: int, plan: Plan) -> list[str]:
    out = f"o{index}"
    if plan.place is None:
        return [f"{out} = Reference(record_id)"]
    if plan.conceal is not None:
        return [f"{out} = ABSENT"]
    raw = _gathered(plan) if plan.places else f"values[{int(plan.place)}]"
    return [f"v = {raw}", *meaning_of(index, plan, "v", out)]


def image_reader(plan: Plan) -> Getter:
    """Image of a field -> the observation that `read` makes of it."""
    meaning = ["value = g0(image)"] if plan.place is None else meaning_of(0, plan, "image", "value")
    lines = ["def read_image(image):", *(f"    {line}" for line in meaning), "    return value"]
    made: Getter = compiled(lines, reading_names([plan]), "read_image")
    return made


def image_function(plans: Sequence[Plan]) -> ImageFunction:
    """Row -> one image per field."""
    cells = ", ".join(_imaged(index, plan) for index, plan in enumerate(plans))
    names: dict[str, object] = {f"h{index}": _concealing(plan) for index, plan in enumerate(plans)}
    names["gather"] = gather
    made: ImageFunction = compiled(["def image(values):", f"    return [{cells}]"], names, "image")
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
