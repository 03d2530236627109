"""金蝶云星辰 keeps the connector contract, against its sandbox: customers with their contact rows, employees, orders with lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from synchub.sdk import Capabilities, Connector, Op, Raw, TimeGrain, decode_json
from synchub.testing import Columns, ConnectorTests, SandboxHarness
from synchub_kingdee_xingchen import KingdeeXingchen, XingchenSandbox, pulling
from synchub_kingdee_xingchen.cipher import SensitiveCipher
from synchub_kingdee_xingchen.sandbox import CLIENT_SECRET

WRONG = "0123456789abcdef0123456789abcdef"
KEYS = {"client_id": "", "client_secret": "", "outer_instance_id": ""}


class _AccountSet(SandboxHarness[XingchenSandbox]):
    """One account set, as it is sold: 500 calls a minute, a window that works."""

    connector_type = KingdeeXingchen
    settings: ClassVar[Mapping[str, object]] = KEYS
    bad: ClassVar[Mapping[str, Raw]] = {"name": " "}
    names = "tf.jdy.com"

    def furnish(self) -> None:
        super().furnish()
        self.patch.setattr(pulling, "ROWS_PER_PAGE", self.page_rows)

    def unknown_id(self, number: int) -> str:
        return str(9_000_000_000_000_000_000 + number)

    def mask(self, id: str) -> None:
        """Only this record's cells come in a cipher that we cannot read."""
        foreign, own = SensitiveCipher("0" * 32), self.sandbox._cipher
        value = str(self.sandbox.record(self.object, id)[self.columns.masked])

        class Mixed(SensitiveCipher):
            def encrypt(self, text: str) -> str:
                return (foreign if text == value else own).encrypt(text)

        self.patch.setattr(self.sandbox, "_cipher", Mixed("0" * 32))

    def locked_out(self) -> Connector[Any]:
        return self.make_with({"client_secret": WRONG})

    def secrets(self) -> Sequence[str]:
        kept = [decode_json(file.read_bytes()) for file in (self.folder / "state").glob("*.token")]
        tokens = [str(one["value"]) for one in kept if isinstance(one, dict)]
        assert tokens
        return [CLIENT_SECRET, WRONG, *tokens]


class CustomerHarness(_AccountSet):
    """Customers."""

    object = "customer"
    columns = Columns(
        text="remark",
        other_text="invoice_name",
        key="number",
        long_text="remark",
        decimal="credit_limit",
        integer="",
        date="",
        datetime="",
        boolean="deduct",
        list="contact_persons",
        masked="addr",
    )
    saves: ClassVar[Mapping[Op, str]] = {**dict.fromkeys(Op, "customer_save"), Op.DELETE: "common_operate"}

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "number": f"KH{number:04}",
            "name": f"客户 {number}",
            "remark": f"备注 {number}",
            "invoice_name": f"开票 {number}",
            "credit_limit": Decimal("500000.5") + number,
            "deduct": number % 2 == 0,
            "addr": f"文三路 {number} 号",
            "contact_persons": [self.list_row(number)],
        }

    def list_row(self, number: int) -> dict[str, Raw]:
        return {"contact_person": f"王芳 {number}", "mobile": f"1380000{number:04}", "qq": "10001"}


class EmployeeHarness(_AccountSet):
    """Employees, who tell no modification time."""

    object = "employee"
    capabilities: ClassVar[Capabilities | None] = replace(
        KingdeeXingchen.capabilities, modified_since=TimeGrain.NONE
    )
    columns = Columns(
        text="name",
        other_text="wechat",
        key="number",
        long_text="",
        decimal="",
        integer="",
        date="hire_date",
        datetime="",
        boolean="",
        list="",
        masked="email",
    )
    saves: ClassVar[Mapping[Op, str]] = {**dict.fromkeys(Op, "employee_save"), Op.DELETE: "common_operate"}

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "number": f"ZY{number:04}",
            "name": f"李雷 {number}",
            "wechat": f"wx{number}",
            "email": f"li{number}@example.com",
            "hire_date": "2020-02-29",
        }


class OrderHarness(_AccountSet):
    """Sales orders with their lines; a list row shows too little of them to save a detail."""

    object = "sal_order"
    capabilities: ClassVar[Capabilities | None] = replace(KingdeeXingchen.capabilities, thin_listing=False)
    columns = Columns(
        text="remark",
        other_text="contact_linkman",
        key="bill_no",
        long_text="remark",
        decimal="",
        integer="",
        date="bill_date",
        datetime="",
        boolean="",
        list="material_entity",
        masked="contact_phone",
    )
    bad: ClassVar[Mapping[str, Raw]] = {"customer_id": ""}
    saves: ClassVar[Mapping[Op, str]] = {**dict.fromkeys(Op, "sal_order_save"), Op.DELETE: "common_operate"}

    def furnish(self) -> None:
        super().furnish()
        (self.customer,) = self.sandbox.seed_customers([{"number": "KH1", "name": "联宏"}])
        self.sandbox.seed_materials([{"number": "CP-001", "name": "边缘网关", "unit": "台"}])
        (unit,) = self.sandbox.records("unit")
        self.unit = unit

    def written(self) -> set[tuple[str, str]]:
        """A save that names a customer writes his id, code and name."""
        return {
            (id, column)
            for id, column in super().written()
            if column not in {"customer_number", "customer_name"}
        }

    def row(self, number: int) -> dict[str, Raw]:
        return {
            "bill_no": f"DD{number:04}",
            "bill_date": "2026-02-28",
            "customer_id": self.customer,
            "remark": f"备注 {number}",
            "contact_linkman": f"王芳 {number}",
            "contact_phone": f"1380000{number:04}",
            "material_entity": [self.list_row(number)],
        }

    def list_row(self, number: int) -> dict[str, Raw]:
        return {
            "material_number": "CP-001",
            "qty": number,
            "unit_id": self.unit,
            "comment": f"第 {number} 行",
        }


class TestXingchenCustomers(ConnectorTests):
    harness_type = CustomerHarness


class TestXingchenEmployees(ConnectorTests):
    harness_type = EmployeeHarness


class TestXingchenOrders(ConnectorTests):
    harness_type = OrderHarness
