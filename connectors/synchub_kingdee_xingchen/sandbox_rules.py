"""What an account set insists on: names, unique codes, references that exist, rows that have ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from synchub.sdk import Actor, Document, Raw

from .sandbox_gateway import INVALID, refused
from .sandbox_lines import completed_lines, total_of
from .sandbox_places import COUNTRY, PLACES
from .sandbox_records import PLACE_STEMS, REFERENCES, SAVED, blank_contact, code_of, stems

if TYPE_CHECKING:
    from .sandbox import XingchenSandbox

PREFIX = {
    "customer": "KH",
    "employee": "ZY",
    "customer_group": "FL",
    "department": "BM",
    "c_level": "DJ",
    "material": "SP",
    "unit": "DW",
    "sal_order": "XSDD",
}
PARTS = ("id", "number", "name")


class Bookkeeper:
    """Applies the rules to values about to be stored in one sandbox."""

    def __init__(self, sandbox: XingchenSandbox) -> None:
        self._sandbox = sandbox

    # --- references

    def completed(
        self, object: str, values: Mapping[str, Raw], before: Document | None, actor: Actor
    ) -> dict[str, Raw]:
        """References in full: whichever of id, code and name was changed decides the other two."""
        done = {column: _text_of_enum(column, value) for column, value in values.items()}
        held = before.values if before is not None else {}
        for stem in stems(object):
            done |= self._reference(object, stem, stem, done, held, actor)
        if isinstance(done.get("contact_persons"), list):
            done["contact_persons"] = self._contacts(
                done["contact_persons"], held.get("contact_persons"), actor
            )
        if isinstance(done.get("material_entity"), list):
            lines = done["material_entity"]
            done["material_entity"] = completed_lines(self._sandbox, lines, held.get("material_entity"))
        return done

    def _reference(
        self,
        object: str,
        stem: str,
        kind: str,
        values: Mapping[str, Raw],
        held: Mapping[str, Raw],
        actor: Actor,
    ) -> dict[str, Raw]:
        for part in PARTS:
            column = f"{stem}_{part}"
            if column not in values or (values[column] or "") == (held.get(column) or ""):
                continue
            value = str(values[column] or "")
            triple = ("", "", "") if not value else self._target(object, kind, part, value, actor)
            return {f"{stem}_{one}": text for one, text in zip(PARTS, triple, strict=True)}
        return {}

    def _target(self, object: str, kind: str, part: str, value: str, actor: Actor) -> tuple[str, str, str]:
        """Id, code and name of what is referred to."""
        if kind in PLACE_STEMS:
            triples = (
                [COUNTRY]
                if kind == "country"
                else [(place.id, place.id, place.name) for place in PLACES.values() if place.level == kind]
            )
            found = [triple for triple in triples if triple[PARTS.index(part)] == value]
        else:
            found = self._entries(REFERENCES[object][kind], part, value, actor)
        if not found:
            raise refused(INVALID, f"参数{part}[{value}]不存在")
        return found[0]

    def _entries(self, target: str, part: str, value: str, actor: Actor) -> list[tuple[str, str, str]]:
        if part == "id":
            one = self._sandbox.data.get(target, value)
            documents = [one] if one is not None and not one.deleted else []
        elif part == "number":
            one = self._numbered(target, value)
            documents = [one] if one is not None else []
        else:
            documents = [one for one in self._sandbox.data.all(target) if one.values.get("name") == value]
            if not documents and actor != "api" and target not in SAVED:
                # A person makes the entry first, at the screen that is not played here.
                documents = [self._sandbox.create(target, {"name": value}, "seed")]
        return [(one.id, str(one.values["number"]), str(one.values["name"])) for one in documents]

    # --- rows

    def _contacts(self, rows: Raw, held: Raw, actor: Actor) -> list[Raw]:
        """The rows that replace the ones before; ids stay with the rows that bring them."""
        known = (
            {str(row.get("id")): row for row in held or () if isinstance(row, dict)}
            if isinstance(held, list)
            else {}
        )
        done: list[Raw] = []
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict):
                raise refused(INVALID, "contact_persons格式错误")
            id = str(row.get("id") or "")
            whole = {**blank_contact(), **{c: _text_of_enum(c, v) for c, v in row.items() if v is not None}}
            for stem in PLACE_STEMS:
                old = known.get(id, {})
                whole |= self._reference("customer", f"contact_{stem}", stem, whole, old, actor)
            whole |= {"id": id if id in known else self._sandbox.new_id("contact"), "seq": str(len(done) + 1)}
            done.append(whole)
        return done

    # --- records

    def checked(self, object: str, id: str, values: dict[str, Raw]) -> dict[str, Raw]:
        """A name is required and a code is unique; without a code the system makes one."""
        if object == "sal_order":
            return self._checked_bill(id, values)
        if not str(values.get("name") or "").strip():
            raise refused(INVALID, "名称不能为空")
        values.setdefault("enable", "1")
        if not values.get("number"):
            values["number"] = self._next_number(object)
        other = self._numbered(object, str(values["number"]))
        if other is not None and other.id != id:
            raise refused(INVALID, f"编码[{values['number']}]已存在")
        return values

    def _checked_bill(self, id: str, values: dict[str, Raw]) -> dict[str, Raw]:
        """A bill has a customer and a number of its own; what else a save insists on is not told [R]."""
        if not values.get("customer_id"):
            raise refused(INVALID, "客户不能为空")
        if self._sandbox.rules.lines == "required" and not values.get("material_entity"):
            raise refused(INVALID, "商品分录不能为空")
        values.setdefault("bill_status", "Z")
        values["total_amount"] = total_of(values.get("material_entity"))
        other = self._numbered("sal_order", str(values.get("bill_no") or ""))
        if other is not None and other.id != id:
            raise refused(INVALID, f"单据编号[{values['bill_no']}]已存在")
        return values

    def cleared(self, object: str, kept: Mapping[str, Raw]) -> dict[str, Raw]:
        """Every column a save could have carried, emptied, for account sets that take a save for the whole record."""
        whole = SAVED[object] - {"number", "name", "bill_no", "bill_date", "customer_id", "customer_number"}
        spoken = {stem for stem in stems(object) if {f"{stem}_{part}" for part in PARTS} & kept.keys()}
        return {
            column: [] if column in {"contact_persons", "material_entity"} else None
            for column in sorted(whole)
            if column.rpartition("_")[0] not in spoken
        }

    # --- codes

    def by_number(self, object: str, number: str) -> Document:
        found = self._numbered(object, number)
        if found is None:
            raise KeyError(number)
        return found

    def note_number(self, object: str, id: str, values: dict[str, Raw], before: Document | None) -> None:
        code = code_of(object)
        if not values.get(code):
            values[code] = self._next_number(object)
        if before is not None and before.values.get(code) != values[code]:
            self.forget_number(before)
        self._sandbox.data.remember(f"number:{object}:{values[code]}", id)

    def forget_number(self, document: Document) -> None:
        code = code_of(document.object)
        self._sandbox.data.remember(f"number:{document.object}:{document.values.get(code)}", None)

    def _numbered(self, object: str, number: str) -> Document | None:
        id = self._sandbox.data.recall(f"number:{object}:{number}") if number else None
        found = self._sandbox.data.get(object, id) if isinstance(id, str) else None
        return None if found is None or found.deleted else found

    def _next_number(self, object: str) -> str:
        while True:
            number = f"{PREFIX.get(object, 'X')}{self._sandbox.data.next(f'number:{object}'):05}"
            if self._numbered(object, number) is None:
                return number


def _text_of_enum(column: str, value: Raw) -> Raw:
    """Enumerations are numbers in a save and texts in a detail [D]."""
    return str(value) if column in {"invoice_type", "gender", "enable"} and isinstance(value, int) else value
