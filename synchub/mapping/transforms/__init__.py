"""The library of transforms: every format a mapping file may name, and which one a kind takes by default."""

from typing import Final

from synchub.document import Keyword
from synchub.mapping.transforms.base import Around, Inline, Loss, Piece, Transform, Value
from synchub.mapping.transforms.custom import AsCustom, Pair
from synchub.mapping.transforms.numbers import AsDecimal, AsInteger, AsMoney, AsPercent
from synchub.mapping.transforms.one_way import AsComputed, AsConstant, AsMasked
from synchub.mapping.transforms.pieces import AsJsonPath, AsPart
from synchub.mapping.transforms.plain import AsDigits, AsEmail, AsPhone, AsText
from synchub.mapping.transforms.rows import AsRows
from synchub.mapping.transforms.times import AsDate, AsDateTime
from synchub.mapping.transforms.two_columns import AsIdName
from synchub.mapping.transforms.values import AsValues, read_values
from synchub.mapping.transforms.words import AsBool, AsChoice, AsList, AsReference, plain_text

LIBRARY: Final[dict[Keyword, type[Transform]]] = {
    one.name: one
    for one in (
        AsText,
        AsDigits,
        AsPhone,
        AsEmail,
        AsInteger,
        AsDecimal,
        AsMoney,
        AsPercent,
        AsDate,
        AsDateTime,
        AsBool,
        AsChoice,
        AsList,
        AsRows,
        AsReference,
        AsPart,
        AsIdName,
        AsJsonPath,
        AsConstant,
        AsMasked,
        AsCustom,
    )
}

DEFAULTS: Final[dict[str, type[Transform]]] = {
    "text": AsText,
    "code": AsText,
    "uscc": AsText,
    "phone": AsPhone,
    "email": AsEmail,
    "integer": AsInteger,
    "decimal": AsDecimal,
    "money": AsMoney,
    "percent": AsPercent,
    "date": AsDate,
    "datetime": AsDateTime,
    "bool": AsBool,
    "choice": AsChoice,
    "list": AsList,
    "ref": AsReference,
}
"""What a canonical field's kind means when an entry names no format."""

__all__ = [
    "DEFAULTS",
    "LIBRARY",
    "Around",
    "AsChoice",
    "AsComputed",
    "AsCustom",
    "AsIdName",
    "AsReference",
    "AsRows",
    "AsValues",
    "Inline",
    "Loss",
    "Pair",
    "Piece",
    "Transform",
    "Value",
    "plain_text",
    "read_values",
]
