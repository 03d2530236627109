"""A local stand-in of one 金蝶云星辰 account set, written from the vendor's pages; see the README for what is confirmed.

Customers, employees, customer groups, departments, goods and sales orders, with the gateway in front: strict signatures, app-tokens, limits. Own faults:

================  ================================================================================================
``system_error``  HTTP 200 with errcode 2000002000; nothing is done
``rotate``        the appSecret changes, then the call goes on
``shift``         the page begins one row early, as if somebody had added a row while pages were turned
``vanish``        the last row of the page is missing, as when a too large page_size is cut
================  ================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from synchub.sdk import (
    Actor,
    Clock,
    Document,
    Fault,
    Raw,
    Refusal,
    Sandbox,
    SandboxReply,
    SandboxRequest,
    SandboxRoute,
)

from .cipher import SensitiveCipher
from .sandbox_gateway import (
    CLIENT_ID,
    CLIENT_SECRET,
    DOMAIN,
    INSTANCE,
    INVALID,
    Gateway,
    Rules,
    answered,
    refused,
)
from .sandbox_places import tree
from .sandbox_records import SAVED, THIN, code_of, detail, local, thin_row
from .sandbox_rules import Bookkeeper

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DOMAIN", "INSTANCE", "Rules", "XingchenSandbox"]

FIRST_ID = 1_528_000_000_000_000_000
SYSTEM_ERROR = 2000002000
AUTH_PATH = "/jdyconnector/app_management/"
LISTS = {
    "customer": "/jdy/v2/bd/customer",
    "employee": "/jdy/v2/bd/emp",
    "customer_group": "/jdy/v2/bd/customer_group",
    "department": "/jdy/v2/bd/department",
    "material": "/jdy/v2/bd/material",
    "unit": "/jdy/v2/bd/measure_unit",  # [R]: only the ids of units are known to be needed
    "sal_order": "/jdy/v2/scm/sal_order",
}
SAVES = ("customer", "employee", "sal_order")
DETAILS = (*SAVES, "material")
ENTITY_NUMBERS = {
    "bd_customer": "customer",
    "bd_emp": "employee",
    "bd_material": "material",
    "sal_bill_order": "sal_order",
}
FAULTS = frozenset({"system_error", "rotate", "shift", "vanish"})


class XingchenSandbox(Sandbox):
    """One account set. `rules` say how it behaves; `seed_customers` fills it fast."""

    name: ClassVar[str] = "kingdee_xingchen"
    stamps: ClassVar[frozenset[str]] = frozenset({"create_time"})
    own_faults: ClassVar[frozenset[str]] = FAULTS

    def __init__(self, file: Path, clock: Clock | None = None) -> None:
        super().__init__(file, clock)
        self._gateway = Gateway(self)
        self._books = Bookkeeper(self)
        self._cipher = SensitiveCipher(CLIENT_SECRET)

    # --- how it behaves

    @property
    def rules(self) -> Rules:
        with self.data.transaction():
            kept = self.data.recall("rules")
        return Rules(**kept) if isinstance(kept, dict) else Rules()  # type: ignore[arg-type]  # we wrote it

    def behave(self, **changes: object) -> None:
        """Change rules, see `Rules`; kept in the file, so that every process that serves it heeds them."""
        rules = replace(self.rules, **changes)  # type: ignore[arg-type]
        with self.data.transaction():
            self.data.remember("rules", asdict(rules))

    def expire_tokens(self) -> None:
        self._gateway.expire_tokens()

    def rotate_app_secret(self) -> None:
        """What happens every 24 hours."""
        with self.data.transaction():
            self._gateway.rotate()

    # --- people

    def seed_customers(self, rows: Sequence[Mapping[str, Raw]]) -> list[str]:
        """Lay out customers; contact rows are `contact_persons`. Groups and the like named by a row come into being.

        ``{"number": "KH001", "name": "联宏", "group_name": "华东渠道", "saler_number": "ZY001", "credit_limit": 500000,
        "city_name": "杭州市", "contact_persons": [{"contact_person": "王芳", "mobile": "13800138000"}]}``
        """
        return self.seed("customer", rows)

    def seed_employees(self, rows: Sequence[Mapping[str, Raw]]) -> list[str]:
        """Lay out employees: ``{"number": "ZY001", "name": "李雷", "mobile": "…", "department_name": "渠道部"}``."""
        return self.seed("employee", rows)

    def seed_materials(self, rows: Sequence[Mapping[str, Raw]]) -> list[str]:
        """Lay out goods: ``{"number": "CP-001", "name": "边缘网关", "unit": "台", "tax_rate": "13"}``; units come into being."""
        with self.data.transaction():
            return [self._seed_material(dict(row)) for row in rows]

    def _seed_material(self, row: dict[str, Raw]) -> str:
        name = str(row.pop("unit", "个"))
        unit = next((one.id for one in self.data.all("unit") if one.values["name"] == name), "")
        unit = unit or self.create("unit", {"name": name}, "seed").id
        whole = {**row, "base_unit_id": unit, "base_unit_name": name, "sale_unit_id": unit}
        return self.create("material", whole, "seed").id

    def numbered(self, object: str, number: str) -> Document:
        """A record by its code, within a transaction. Raises KeyError."""
        return self._books.by_number(object, number)

    def audit(self, id: str) -> None:
        """Somebody audits a sales order: no save changes it any more."""
        self.user_edit("sal_order", id, {"bill_status": "C"})

    def add_custom_field(self, object: str, number: str, name: str) -> None:
        with self.data.transaction():
            self.create(f"custom:{object}", {"number": number, "display_name": name}, "seed")

    def id_of(self, object: str, number: str) -> str:
        """The id of a record by its code; raises KeyError."""
        with self.data.transaction():
            return self._books.by_number(object, number).id

    # --- what the vendor says

    def routes(self) -> Sequence[SandboxRoute]:
        return (
            SandboxRoute("POST", AUTH_PATH + "push_app_authorize", "authorize", self._authorize),
            SandboxRoute("GET", AUTH_PATH + "kingdee_auth_token", "token", self._token),
            SandboxRoute("GET", "/jdy/v2/sys/division_load", "division_load", self._divisions),
            SandboxRoute("GET", "/jdy/v2/sys/custom_field", "custom_field", self._custom_fields),
            *(SandboxRoute("GET", LISTS[name], f"{name}_list", self._list) for name in LISTS),
            *(
                SandboxRoute("GET", f"{LISTS[name]}_detail", f"{name}_detail", self._detail)
                for name in DETAILS
            ),
            *(SandboxRoute("POST", LISTS[name], f"{name}_save", self._save) for name in SAVES),
            SandboxRoute("POST", "/jdy/v2/sys/common_operate", "common_operate", self._operate),
        )

    def guard(self, request: SandboxRequest) -> None:
        if _disturbs(request, "rotate"):
            self._gateway.rotate()
        self._gateway.check(request, business=not request.path.startswith(AUTH_PATH))
        if _disturbs(request, "system_error"):
            raise refused(SYSTEM_ERROR, "系统错误")

    def new_id(self, object: str) -> str:
        del object
        # One sequence for all objects, and far above what a double can hold.
        return str(FIRST_ID + self.data.next("id") * 4_097)

    def prepare(self, document: Document, before: Document | None, actor: Actor) -> Document:
        if document.object not in LISTS:
            return document
        values = self._books.completed(document.object, document.values, before, actor)
        if document.object in DETAILS or document.object == "unit":
            values = self._books.checked(document.object, document.id, values)
        if before is None:
            values["create_time"] = local(document.modified)
        self._books.note_number(document.object, document.id, values, before)
        return replace(document, values=values)

    def delete(self, document: Document, actor: Actor) -> None:
        self._books.forget_number(document)
        super().delete(document, actor)

    def fault_reply(self, fault: Fault) -> SandboxReply:
        if fault.kind == "throttle":
            return SandboxReply(429, {"code": 429, "msg": "too many requests"})
        return super().fault_reply(fault)

    # --- handlers

    def _authorize(self, request: SandboxRequest) -> SandboxReply:
        return self._gateway.authorize(request)

    def _token(self, request: SandboxRequest) -> SandboxReply:
        return self._gateway.token(request)

    def _divisions(self, request: SandboxRequest) -> SandboxReply:
        del request
        return answered({"rows": tree()})

    def _custom_fields(self, request: SandboxRequest) -> SandboxReply:
        object = ENTITY_NUMBERS.get(request.query.get("entity_number", ""))
        if object is None:
            raise refused(INVALID, f"参数entity_number[{request.query.get('entity_number')}]不存在")
        fields = [
            {"id": one.id, "must_input": False, **one.values} for one in self.data.all(f"custom:{object}")
        ]
        return answered({"head": fields, "material_entity": []})

    def _list(self, request: SandboxRequest) -> SandboxReply:
        """A page. A page_size above 100 is cut while total_page follows the size that was asked for [D3]."""
        object = request.endpoint.removesuffix("_list")
        page, asked = (
            _whole(request.query.get(name), default) for name, default in (("page", 1), ("page_size", 10))
        )
        size = min(asked, 100)
        found = self._filtered(object, request.query)
        start = (page - 1) * size
        if start and _disturbs(request, "shift"):
            start -= 1
        rows = [thin_row(one, self._shown_with) for one in found[start : start + size]]
        if rows and _disturbs(request, "vanish"):
            rows.pop()
        return answered(
            {
                # A text here, as in most lists [D].
                "count": str(len(found)),
                "total_page": -(-len(found) // asked),
                "page": page,
                "page_size": size,
                "current_page_size": len(rows),
                "rows": rows,
            }
        )

    def _filtered(self, object: str, query: Mapping[str, str]) -> list[Document]:
        """Newest first; without `enable` only what is enabled [D3], -1 for all."""
        found = self._modified_within(object, query)
        enable = query.get("enable", "1")
        if enable != "-1" and "enable" in THIN[object]:
            found = [one for one in found if str(one.values.get("enable", "1")) == enable]
        search = query.get("search", "")
        if search:
            found = [
                one for one in found if search in f"{one.values.get('number')}\n{one.values.get('name')}"
            ]
        return sorted(found, key=lambda one: int(one.id), reverse=True)

    def _modified_within(self, object: str, query: Mapping[str, str]) -> list[Document]:
        since, until = query.get("modify_start_time"), query.get("modify_end_time")
        rules = self.rules
        if (since is None and until is None) or rules.modified_filter == "ignored":
            return self.data.all(object)
        if rules.modified_filter == "refused":
            raise Refusal(SandboxReply(500, {"code": 500, "msg": "Internal Server Error"}))
        end = _moment(until) if until is not None else None
        if end is not None:
            end = min(end, self.clock.now() - timedelta(seconds=float(rules.edge_lag_s)))
        return self.data.all(object, _moment(since) if since is not None else None, end)

    def _detail(self, request: SandboxRequest) -> SandboxReply:
        object = request.endpoint.removesuffix("_detail")
        id, number = request.query.get("id", ""), request.query.get("number", "")
        try:
            found = self.existing(object, id) if id else self._books.by_number(object, number)
        except KeyError:
            named = f"id[{id}]" if id else f"number[{number}]"
            raise refused(INVALID, f"参数{named}不存在") from None
        return answered(detail(found, self._shown_with))

    def _save(self, request: SandboxRequest) -> SandboxReply:
        object = request.endpoint.removesuffix("_save")
        try:
            body = request.json
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise refused(INVALID, "参数格式错误")
        changes = {column: body[column] for column in body if column in SAVED[object]}
        id = str(body.get("id") or "")
        if not id:
            saved = self.create(object, self._books.completed(object, changes, None, "api"), "api")
        else:
            saved = self._modify(object, id, changes)
        return answered({"ids": [saved.id], "id_number_map": {saved.id: saved.values[code_of(object)]}})

    def _operate(self, request: SandboxRequest) -> SandboxReply:
        """Of the operations only ``delete`` [D3]; all ids or none, and what is refused, are recalled [R]."""
        try:
            body = request.json
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.get("operate_type") != "delete":
            raise refused(INVALID, "参数operate_type不存在")
        object = ENTITY_NUMBERS.get(str(body.get("entity_number")))
        ids = body.get("ids")
        if object is None or not isinstance(ids, list) or not ids:
            raise refused(INVALID, f"参数entity_number[{body.get('entity_number')}]不存在")
        doomed = [self._deletable(object, str(id)) for id in ids]
        for one in doomed:
            self.delete(one, "api")
        return answered({"success_ids": [one.id for one in doomed]})

    def _deletable(self, object: str, id: str) -> Document:
        try:
            found = self.existing(object, id)
        except KeyError:
            raise refused(INVALID, f"参数id[{id}]不存在") from None
        if found.values.get("bill_status") == "C":
            raise refused(INVALID, "单据已审核，不能删除")
        orders = self.data.all("sal_order") if object in {"customer", "employee"} else []
        stem = "emp" if object == "employee" else object
        if any(one.values.get(f"{stem}_id") == id for one in orders):
            raise refused(INVALID, "该资料已被使用，不能删除")
        return found

    def _modify(self, object: str, id: str, changes: dict[str, Raw]) -> Document:
        try:
            before = self.existing(object, id)
        except KeyError:
            raise refused(INVALID, f"参数id[{id}]不存在") from None
        if before.values.get("bill_status") == "C":
            raise refused(INVALID, "单据已审核，不能修改")  # [R]
        if self.rules.omitted == "cleared":
            changes = {**self._books.cleared(object, changes), **changes}
        whole = self._books.completed(object, {**before.values, **changes}, before, "api")
        # Every part of a reference is told, so that the log shows them as written by the call; what was empty and
        # stays so is nobody's write.
        given = {
            column: value
            for column, value in whole.items()
            if value != before.values.get(column) and (value or before.values.get(column))
        }
        return self.update(before, given, "api")

    @property
    def _shown_with(self) -> SensitiveCipher | None:
        return self._cipher if self.rules.encrypted else None


def _disturbs(request: SandboxRequest, kind: str) -> bool:
    return request.fault is not None and request.fault.kind == kind


def _whole(text: str | None, default: int) -> int:
    return max(1, int(text)) if text is not None and text.isdigit() else default


def _moment(text: str) -> datetime:
    """Epoch milliseconds in a text; anything else is an error."""
    if not text.isdigit():
        raise refused(INVALID, "时间戳格式错误")
    # A far future beyond the calendar is still a window, an empty one.
    return datetime.fromtimestamp(min(int(text) / 1000, 250_000_000_000), UTC)
