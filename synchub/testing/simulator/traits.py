"""What simulated systems can do, how they store what they are given, and what people type into them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from synchub.sdk import Capabilities, ConditionalWrite, CreateIdempotency, Raw, TimeGrain

_T = TypeVar("_T")
NAMES = ("上海联宏", "上海联宏科技有限公司", "广州天河", "Beta Trading")
TAXES = ("91310000MA1FL5E91N", "91110108MA01KPGK0L", "91350211M000100Y46")
PHONES = ("13800138000", "138-0013-8000", "+86 139 0013 9000", "021-6888 6666", "abc")
REFUSED = "拒"
"""A note that the ERP does not take."""
NOTES = ("短", "一句很完整的备注", "另一句同样长的备注", "Key account, call first", REFUSED)
PEOPLE = ("王芳", "李强", "Anna")
CODES = ("K1", "K2", "K3")
COLUMNS: Mapping[tuple[str, str], Mapping[str, Sequence[Raw]]] = {
    ("crm", "Account"): {
        "Code": CODES,
        "Name": NAMES,
        "TaxId": TAXES,
        "Phone": PHONES,
        "Region": ("East", "South", "North", "Mars"),
        "Province": ("浙江", "江苏"),
        "City": ("杭州", "南京", "宁波"),
        "Credit": (1000, 500000),
        "Active": ("Yes", "No"),
        "Note": NOTES,
        "Owner": ("u1", "u2"),
    },
    ("crm", "Contact"): {"Name": PEOPLE, "Phone": PHONES, "Owner": ("u1", "u2")},
    ("erp", "customer"): {
        "number": CODES,
        "name": NAMES,
        "taxpayer_no": TAXES,
        "group": ("E", "S", "N", "火星"),
        "credit": (1000, 500000, -5),
        "enable": ("1", "0", "9"),
        "remark": NOTES,
        "kind": ("dealer", "other"),
        "memo": ("m1", "m2"),
    },
    ("sheet", "台账"): {
        "编码": CODES,
        "名称": NAMES,
        "税号": TAXES,
        "电话": PHONES,
        "区域": ("华东区", "华南区", "华北区", "火星"),
        "省": ("浙江", "江苏"),
        "市": ("杭州", "南京", "宁波"),
        "合作": ("是", "否"),
        "备注": NOTES,
        "颜色": ("红", "蓝"),
    },
}
"""What people type, by column. Few values, so that they often type the same; the last column of each object is mapped nowhere."""
NAME_COLUMN = {
    ("crm", "Account"): "Name",
    ("crm", "Contact"): "Name",
    ("erp", "customer"): "name",
    ("sheet", "台账"): "名称",
}
CODE_COLUMNS = frozenset({"Code", "number", "编码", "TaxId", "taxpayer_no", "税号"})
HUB_COLUMNS = frozenset({"HubId", "编号"})
FIXED = HUB_COLUMNS | {"number", "AccountId", "id", "kind"}
"""Columns that no lossy system touches: without them nothing could be found again."""


def _scrambled(value: Raw) -> Raw:
    """A system that keeps something of its own making: the same for the same text, and not what it was given."""
    return f"~{sum(map(ord, value)) % 7}" if isinstance(value, str) and value else value


LOSSES: Mapping[str, Callable[[Raw], Raw]] = {
    "truncating": lambda value: value[:4] if isinstance(value, str) and not value.startswith("9") else value,
    "punctuating": lambda value: (
        f"({value[:3]}) {value[3:]}"
        if isinstance(value, str) and value.isdigit() and len(value) == 11
        else value
    ),
    "shouting": lambda value: value.upper() if isinstance(value, str) else value,
    "spacing": lambda value: f" {value} " if isinstance(value, str) else value,
    "forgetful": lambda value: None if isinstance(value, str) and len(value) > 8 else value,
    "folding": lambda value: {"North": "South", "N": "S", "华北区": "华南区"}.get(str(value), value),
    "scrambling": _scrambled,
}
"""How a system may store something else than it was given."""


@dataclass(frozen=True)
class Traits:
    """One system: what it can do, and how it stores."""

    grain: TimeGrain = TimeGrain.MICROSECOND
    conditional: ConditionalWrite = ConditionalWrite.NONE
    idempotency: CreateIdempotency = CreateIdempotency.EXTERNAL_ID
    returns_record: bool = True
    write_batch: int = 50
    read_batch: int = 100
    atomic: bool = False
    thin: bool = False
    delete_feed: bool = True
    late_s: float = 0.0
    index_lag_s: float = 0.0
    loss: str = ""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            modified_since=self.grain,
            late_visibility_s=self.late_s,
            thin_listing=self.thin,
            conditional_write=self.conditional,
            create_idempotency=self.idempotency,
            index_lag_s=self.index_lag_s,
            delete_feed_days=15 if self.delete_feed else 0,
            write_batch=self.write_batch,
            read_batch=self.read_batch,
            atomic_batch=self.atomic,
            write_returns_record=self.returns_record,
            deletes=True,
        )

    def __str__(self) -> str:
        flags = [name for name in ("returns_record", "atomic", "thin", "delete_feed") if getattr(self, name)]
        words = [
            f"times {self.grain}",
            f"conditional {self.conditional}",
            f"create {self.idempotency}",
            f"batch {self.write_batch}",
        ]
        return ", ".join([*words, *flags, *([self.loss] if self.loss else [])])


def drawn(rng: random.Random) -> Traits:
    """A system as there might be one."""
    late = _one(rng, 0.0, 0.0, 60.0)
    return Traits(
        grain=_one(rng, *(one for one in TimeGrain if one is not TimeGrain.DAY)),
        conditional=_one(rng, *ConditionalWrite),
        idempotency=_one(rng, *CreateIdempotency),
        returns_record=rng.random() < 0.5,
        write_batch=_one(rng, 1, 3, 50),
        read_batch=_one(rng, 1, 4, 100),
        atomic=rng.random() < 0.2,
        thin=rng.random() < 0.2,
        delete_feed=rng.random() < 0.5,
        late_s=late,
        index_lag_s=_one(rng, 0.0, 0.0, 90.0),
        loss=_one(rng, *LOSSES) if rng.random() < 0.3 else "",
    )


def _one(rng: random.Random, *choices: _T) -> _T:
    return rng.choice(choices)
