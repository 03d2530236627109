"""The lines of a bill: products that exist, units, and the amounts that follow from quantity and price with tax."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from synchub.sdk import Raw

from .sandbox_gateway import INVALID, refused
from .sandbox_records import LINE_SAVED

if TYPE_CHECKING:
    from .sandbox import XingchenSandbox

Line = dict[str, Raw]
_CENT = Decimal("0.01")


def completed_lines(sandbox: XingchenSandbox, rows: Raw, held: Raw) -> list[Raw]:
    """The lines that replace the ones before; ids stay with the lines that bring them [R]."""
    known = {str(row["id"]): row for row in held if isinstance(row, dict)} if isinstance(held, list) else {}
    lines: list[Raw] = []
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            raise refused(INVALID, "material_entity格式错误")
        id = str(row.get("id") or "")
        # What a save does not take of a line is worked out anew.
        line: Line = {column: None if row.get(column) == "" else row.get(column) for column in LINE_SAVED}
        line |= {"id": id if id in known else sandbox.new_id("line"), "seq": str(len(lines) + 1)}
        lines.append(_priced(_of_product(sandbox, line)))
    return lines


def total_of(lines: Raw) -> Decimal:
    rows = lines if isinstance(lines, list) else []
    return sum((_number(line["all_amount"]) for line in rows if isinstance(line, dict)), Decimal(0))


def _of_product(sandbox: XingchenSandbox, line: Line) -> Line:
    number, id = str(line.get("material_number") or ""), str(line.get("material_id") or "")
    try:
        found = sandbox.numbered("material", number) if number else sandbox.existing("material", id)
    except KeyError:
        raise refused(INVALID, f"参数number[{number or id}]不存在") from None
    unit = str(line.get("unit_id") or "")
    if not unit:
        raise refused(INVALID, "单位不能为空")
    try:
        unit_name = sandbox.existing("unit", unit).values["name"]
    except KeyError:
        raise refused(INVALID, f"参数unit_id[{unit}]不存在") from None
    product = {"id": found.id, "number": found.values["number"], "name": found.values["name"]}
    told: Mapping[str, Raw] = {f"material_{part}": value for part, value in product.items()}
    model = found.values.get("model", "")
    return {**line, **told, "material_model": model, "unit_name": unit_name}


def _priced(line: Line) -> Line:
    """Amounts to the cent, the tax taken out of the price with tax."""
    quantity, price, tax = (_number(line.get(column)) for column in ("qty", "tax_price", "cess"))
    whole = (quantity * price).quantize(_CENT, ROUND_HALF_UP)
    net = (whole / (1 + tax / 100)).quantize(_CENT, ROUND_HALF_UP)
    figures = {"qty": quantity, "tax_price": price, "cess": tax, "all_amount": whole, "amount": net}
    return {**line, **figures, "price": (price / (1 + tax / 100)).quantize(_CENT, ROUND_HALF_UP)}


def _number(value: Raw) -> Decimal:
    return Decimal(str(value or 0))
