"""Findings in SARIF 2.1.0, which editors and code hosts show at their lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from synchub import __version__, messages
from synchub.document.loading import decoded
from synchub.errors import Problem

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def document(problems: Sequence[Problem], folder: Path | None) -> dict[str, object]:
    """One run with every problem; `folder` is that of the hub, to quote the lines."""
    codes = sorted({one.code for one in problems})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "synchub",
                        "version": __version__,
                        "rules": [_rule(one) for one in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, codes, folder) for one in problems],
            }
        ],
    }


def _rule(code: str) -> dict[str, object]:
    """The code itself, with its placeholders, and the way out in both languages."""
    message = messages.catalogue()[code]
    chosen = messages.language()
    help_text = "\n".join(one for one in (message.fix_en, message.fix_zh) if one) or message.en
    return {
        "id": code,
        "shortDescription": {"text": message.text(chosen)},
        "help": {"text": help_text},
    }


def _result(problem: Problem, codes: Sequence[str], folder: Path | None) -> dict[str, object]:
    fix = problem.fix()
    found: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity,
        "message": {"text": problem.text() + (f" ({fix})" if fix else "")},
    }
    if problem.position is not None:
        region: dict[str, object] = {
            "startLine": problem.position.line,
            "startColumn": problem.position.column,
        }
        text = line_of(problem, folder)
        if text:
            region["snippet"] = {"text": text}
        place = {"artifactLocation": {"uri": problem.position.file}, "region": region}
        found["locations"] = [{"physicalLocation": place}]
    return found


def line_of(problem: Problem, folder: Path | None) -> str:
    """The line of the file that a problem is about; "" when it cannot be read."""
    at = problem.position
    if at is None or folder is None:
        return ""
    try:
        data = (folder / at.file).read_bytes()
    except OSError:
        return ""
    read = decoded(data)  # as it is meant, in a GBK file too
    lines = (read[0] if read is not None else data.decode("utf-8", "replace")).splitlines()
    return lines[at.line - 1] if at.line <= len(lines) else ""
