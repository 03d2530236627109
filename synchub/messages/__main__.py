"""Prints ``docs/errors.md``: every problem the catalogue knows, with its way out, in both languages.

``python -m synchub.messages > docs/errors.md``
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Final

from synchub.messages import Message, catalogue

HEAD: Final = """\
# Error codes · 错误代码

Every problem has a code, and where something can be done about it, a way out. The words in braces are filled in when it is said; problems of files also name
the file, line and column. This page is printed by `python -m synchub.messages`; a test compares it with the catalogue.

每个问题都有代码，能处理的都附有办法。花括号里的词在显示时填入具体内容；文件中的问题还会给出文件、行和列。本页由 `python -m synchub.messages` 生成，并由测试与程序核对。
"""
AREAS: Final[Mapping[str, str]] = {
    "H": "hub.yaml",
    "T": "YAML text · YAML 文本",
    "M": "Mapping files · 映射文件",
    "O": "Model files · 模型文件",
    "K": "Values · 数据的值",
    "E": "Sync · 同步",
    "C": "Systems and connections · 系统与连接",
    "S": "Database · 数据库",
}
_CODE = re.compile(r"([A-Z]{1,4})\d{3}")


def page() -> str:
    """The whole page, with the problems of every connector that is installed."""
    titles = dict(AREAS)
    for point in sorted(entry_points(group="synchub.connectors"), key=lambda point: point.name):
        before = set(catalogue())
        point.load()
        for code in sorted(set(catalogue()) - before):
            if found := _CODE.fullmatch(code):
                titles.setdefault(found[1], f"Connector `{point.name}` · 连接器 `{point.name}`")
    parts = [HEAD]
    for prefix, title in titles.items():
        codes = sorted(
            code for code in catalogue() if (found := _CODE.fullmatch(code)) and found[1] == prefix
        )
        rows = [_row(code, catalogue()[code]) for code in codes]
        parts.append(
            "\n".join(
                [
                    f"## {prefix} · {title}",
                    "",
                    "| | problem · 问题 | way out · 办法 |",
                    "|---|---|---|",
                    *rows,
                    "",
                ]
            )
        )
    return "\n".join(parts)


def _row(code: str, message: Message) -> str:
    return f"| {code} | {_cell(message.en, message.zh)} | {_cell(message.fix_en, message.fix_zh)} |"


def _cell(en: str, zh: str) -> str:
    said = [text.replace("{{", "{").replace("}}", "}") for text in dict.fromkeys((en, zh)) if text]
    return "<br>".join(text.replace("\n", " ").replace("|", "\\|").replace("<", "&lt;") for text in said)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # standard output is a text file here
    sys.stdout.write(page())
