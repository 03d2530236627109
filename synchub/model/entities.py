"""The standard entities of a channel team, as Pydantic classes.

Each field carries a `Standard`: its kind, its name in both languages, and its PII class. A hub governs and extends them in
``mappings/model/*.yaml`` (see `synchub.model.overlay`). To add an entity, write one more class here, with its migration and a mapping.

Every value may be blank: a golden record is as complete as the systems behind it. What is required is asked of
systems and people, not of the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from synchub.model.entity import EntityModel, Pii
from synchub.model.kinds import (
    Amount,
    Bool,
    Choice,
    Code,
    Date,
    Email,
    Kind,
    Money,
    Option,
    Phone,
    Ref,
    Text,
    Uscc,
)
from synchub.model.values import Canonical, KindProblem, Label


@dataclass(frozen=True, slots=True)
class Standard:
    """What the house knows of a standard field before any hub governs it."""

    kind: Kind
    zh: str
    en: str
    pii: Pii = "none"
    required: bool = False
    unique: bool = False

    @property
    def label(self) -> Label:
        return Label(zh=self.zh, en=self.en)


class Entity(BaseModel):
    """A golden record at the typed edges: API, decisions, reports. Values are read by the kind of their field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity_label: ClassVar[Label]
    title_field: ClassVar[str] = "name"
    """The field that names a record for people."""

    id: str
    """The golden id."""
    custom: dict[str, object] = Field(default_factory=dict)
    """Typed values of the hub's own fields."""

    @field_validator("*", mode="before")
    @classmethod
    def _by_kind(cls, value: Any, info: ValidationInfo) -> Any:
        standard = standard_fields(cls).get(info.field_name or "")
        if standard is None:
            return value
        try:
            canonical = standard.kind.parse(value)
        except KindProblem as problem:
            # the sentence goes in as a parameter: it may quote braces
            raise PydanticCustomError("kind", "{sentence}", {"sentence": str(problem)}) from None
        return None if canonical is None else standard.kind.to_python(canonical)


@cache
def standard_fields(entity: type[Entity]) -> Mapping[str, Standard]:
    """The standard fields of a class, in order."""
    return {
        name: mark
        for name, field in entity.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Standard)
    }


class Employee(Entity):
    """Somebody of the hub's own company: the manager of a partner, the owner of an order."""

    entity_label: ClassVar[Label] = Label(zh="员工", en="Employee")

    code: Annotated[str | None, Standard(Code(), "工号", "Employee number", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=80), "姓名", "Name", pii="person", required=True)] = None
    email: Annotated[str | None, Standard(Email(), "邮箱", "E-mail", pii="contact")] = None
    phone: Annotated[str | None, Standard(Phone(), "电话", "Phone", pii="contact")] = None
    active: Annotated[bool | None, Standard(Bool(), "在职", "Active")] = None


class Partner(Entity):
    """A company that sells for us."""

    entity_label: ClassVar[Label] = Label(zh="渠道伙伴", en="Channel partner")

    code: Annotated[str | None, Standard(Code(max=40), "渠道编码", "Partner code", unique=True)] = None
    name: Annotated[str | None, Standard(Text(max=120), "渠道名称", "Partner name", required=True)] = None
    tax_id: Annotated[
        str | None, Standard(Uscc(), "统一社会信用代码", "Unified social credit code", unique=True)
    ] = None
    level: Annotated[str | None, Standard(Choice(), "渠道等级", "Level")] = None
    region: Annotated[str | None, Standard(Choice(), "区域", "Region")] = None
    province: Annotated[str | None, Standard(Text(max=40), "省份", "Province")] = None
    city: Annotated[str | None, Standard(Text(max=40), "城市", "City")] = None
    address: Annotated[str | None, Standard(Text(max=255), "地址", "Address")] = None
    phone: Annotated[str | None, Standard(Phone(), "联系电话", "Phone", pii="contact")] = None
    website: Annotated[str | None, Standard(Text(max=255), "网址", "Website")] = None
    credit_limit: Annotated[Amount | None, Standard(Money(), "信用额度", "Credit limit")] = None
    status: Annotated[
        str | None,
        Standard(
            Choice((Option.of("active", "合作中", "Active"), Option.of("inactive", "停用", "Inactive"))),
            "状态",
            "Status",
        ),
    ] = None
    stage: Annotated[str | None, Standard(Choice(), "合作阶段", "Stage")] = None
    signed_on: Annotated[date | None, Standard(Date(), "签约日期", "Signed on")] = None
    expires_on: Annotated[date | None, Standard(Date(), "到期日期", "Expires on")] = None
    manager: Annotated[str | None, Standard(Ref("Employee"), "渠道经理", "Channel manager")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


class Contact(Entity):
    """A person at a partner."""

    entity_label: ClassVar[Label] = Label(zh="联系人", en="Contact")

    partner: Annotated[str | None, Standard(Ref("Partner"), "所属渠道", "Partner", required=True)] = None
    name: Annotated[str | None, Standard(Text(max=80), "姓名", "Name", pii="person", required=True)] = None
    title: Annotated[str | None, Standard(Text(max=80), "职务", "Job title")] = None
    phone: Annotated[str | None, Standard(Phone(), "电话", "Phone", pii="contact")] = None
    email: Annotated[str | None, Standard(Email(), "邮箱", "E-mail", pii="contact")] = None
    is_primary: Annotated[bool | None, Standard(Bool(), "主要联系人", "Primary contact")] = None
    note: Annotated[str | None, Standard(Text(max=2000, multiline=True), "备注", "Note")] = None


ENTITIES: Mapping[str, type[Entity]] = {
    entity.__name__: entity for entity in Entity.__subclasses__() if entity.__module__ == __name__
}
"""Every standard entity by name."""


def entity_from_canonical(model: EntityModel, id: str, values: Sequence[Canonical | None]) -> Entity:
    """The typed instance of a golden record; `values` in the order of `model.fields`."""
    standard: dict[str, Any] = {}
    custom: dict[str, object] = {}
    for spec, value in zip(model.fields, values, strict=True):
        if value is not None:
            (custom if spec.custom else standard)[spec.name] = spec.kind.to_python(value)
    # the hub's kinds made these values; the kinds of the class may be wider or stricter and are not asked again
    return ENTITIES[model.name].model_construct(id=id, custom=custom, **standard)


def canonical_from_entity(model: EntityModel, entity: Entity) -> list[Canonical | None]:
    """The canonical values of an instance, in the order of `model.fields`. Raises KindProblem for a value the hub refuses."""
    given = {**entity.custom, **{name: getattr(entity, name) for name in standard_fields(type(entity))}}
    return [spec.kind.parse(given.get(spec.name)) for spec in model.fields]
