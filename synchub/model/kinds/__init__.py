"""Kinds of values: one class per kind, each with parse, key, equality, typed value and the form people see."""

from synchub.model.kinds.base import Kind
from synchub.model.kinds.choices import Bool, Choice, Option
from synchub.model.kinds.company import Uscc
from synchub.model.kinds.compound import ListOf, Ref
from synchub.model.kinds.contact import Email, Phone
from synchub.model.kinds.numbers import Amount, Decimal_, Integer, Money, Percent
from synchub.model.kinds.text import Code, Text
from synchub.model.kinds.times import Date, DateTime

__all__ = [
    "Amount",
    "Bool",
    "Choice",
    "Code",
    "Date",
    "DateTime",
    "Decimal_",
    "Email",
    "Integer",
    "Kind",
    "ListOf",
    "Money",
    "Option",
    "Percent",
    "Phone",
    "Ref",
    "Text",
    "Uscc",
]
