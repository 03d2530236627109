"""Prints ``docs/model.md``: every standard entity and field, in both languages.

``python -m synchub.model > docs/model.md``
"""

from __future__ import annotations

import sys
from typing import Final

from synchub.messages import Language
from synchub.model.entities import ENTITIES, Entity, Standard, standard_fields
from synchub.model.kinds import Choice, Code, Ref, Text
from synchub.model.overlay.keywords import PII_CLASSES, TYPES

HEAD: Final = """\
# The channel model · 渠道数据模型

What the hub knows by itself, before your own `mappings/model/*.yaml` govern and extend it. Fields may be named by id or by either label. A field that is *required* is
asked of new records, one that is *unique* no two records share; options in the order they are offered. Every field may be blank. This page is printed by
`python -m synchub.model`; a test compares it with the classes in `synchub/model/entities/`.

中台自带的数据模型，可以在 `mappings/model/*.yaml` 里继续规定和扩充。字段可以写标识，也可以写中文或英文名称。“必填”只针对新记录，“唯一”指两条记录不能相同；
任何字段都可以为空。本页由 `python -m synchub.model` 生成，并由测试与 `synchub/model/entities/` 中的类核对。

PII: {pii}.
"""
_KINDS: Final = {name: keyword for keyword, name in TYPES.items()}
_PII: Final = {name: keyword for keyword, name in PII_CLASSES.items()}
_LANGUAGES: Final[tuple[Language, Language]] = ("zh", "en")


def page() -> str:
    """The whole page."""
    pii = ", ".join(f"`{one.en}` {one.zh}" for name, one in _PII.items() if name != "none")
    return "\n".join([HEAD.format(pii=pii), *(_section(name, one) for name, one in ENTITIES.items())])


def _section(name: str, entity: type[Entity]) -> str:
    label = entity.entity_label
    rows = [_row(field, standard) for field, standard in standard_fields(entity).items()]
    lines = [
        f"## {name} · {label.zh} · {label.en}",
        "",
        f"`{name}` is named for people by `{entity.title_field}`. {_sentence(entity)}",
        "",
        "| field · 字段 | 中文 | English | kind · 类型 | | PII |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def _sentence(entity: type[Entity]) -> str:
    return (entity.__doc__ or "").strip().splitlines()[0].replace("``", "`")


def _row(name: str, standard: Standard) -> str:
    marks = [
        words
        for words, holds in (("required 必填", standard.required), ("unique 唯一", standard.unique))
        if holds
    ]
    pii = "" if standard.pii == "none" else f"`{standard.pii}` {_PII[standard.pii].zh}"
    cells = (f"`{name}`", standard.zh, standard.en, _kind(standard), ", ".join(marks), pii)
    return f"| {' | '.join(cells)} |"


def _kind(standard: Standard) -> str:
    kind = standard.kind
    word = _KINDS[kind.name]
    told = f"`{word.en}` {word.zh}"
    match kind:
        case Ref():
            return f"{told} → {kind.entity}"
        case Choice(options) if options:
            return f"{told}: " + ", ".join(
                f"`{one.id}` {'/'.join(kind.show(one.id, language) for language in _LANGUAGES)}"
                for one in options
            )
        case Choice():
            return f"{told}: your own · 自行规定"
        case Text() | Code() if kind.max:
            return f"{told} ≤ {kind.max}"
    return told


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # standard output is a text file here
    sys.stdout.write(page())
