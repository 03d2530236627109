"""What YAML complains about, in words for people who never met YAML, and the place they should look at."""

from __future__ import annotations

import yaml

from synchub.document.nodes import Findings, Items, Node, Scalar
from synchub.errors import Position
from synchub.messages import Words

# What the parser says -> (our sentence, whether the place where the thing began helps more than where it failed).
_SENTENCES: tuple[tuple[str, str, bool], ...] = (
    ("mapping values are not allowed", "yaml.second_colon", False),
    ("could not find expected ':'", "yaml.no_colon", True),
    ("found unexpected end of stream", "yaml.open_quote", True),
    ("found unexpected document separator", "yaml.open_quote", True),
    ("expected <block end>, but found '-'", "yaml.dash", False),
    ("expected <block end>", "yaml.indent", False),
    ("expected ',' or '}', but got '<stream end>'", "yaml.open_bracket", True),
    ("expected ',' or ']', but got '<stream end>'", "yaml.open_bracket", True),
    ("expected ',' or", "yaml.comma", False),
    ("expected the node content", "yaml.content", False),
    ("cannot start any token", "yaml.first_character", False),
    ("unknown escape character", "yaml.escape", False),
    ("sequence entries are not allowed", "yaml.dash", False),
    ("expected '<document start>'", "yaml.indent", False),
)


def explain(error: yaml.YAMLError, text: str, file: str, findings: Findings) -> None:
    """Report a YAML error at the place a person should look at."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        position = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        findings.error("T115", position, character=f"U+{ord(text[error.position]):04X}")
        return
    if not isinstance(error, yaml.MarkedYAMLError):
        findings.error("T105", Position(file, 1), detail=str(error))
        return
    for beginning, what in (
        ("alias", "aliases"),
        ("anchor", "anchors"),
        ("tag", "tags"),
        ("directive", "directives"),
    ):
        if (error.context or "").endswith((f"scanning a {beginning}", f"scanning an {beginning}")):
            findings.error("T107", _place(error.context_mark, file), what=Words(f"yaml.{what}"))
            return
    problem = error.problem or ""
    code, at_start = next(
        ((code, start) for said, code, start in _SENTENCES if said in problem), ("yaml.other", False)
    )
    mark = error.context_mark if at_start and error.context_mark else error.problem_mark or error.context_mark
    findings.error("T105", _place(mark, file), detail=Words(code, {"problem": problem}))


def shape_of(node: Node) -> str:
    """The code of the word for a node's shape."""
    if isinstance(node, Scalar):
        return "shape.nothing" if node.blank else "shape.text"
    return "shape.list" if isinstance(node, Items) else "shape.table"


def _place(mark: yaml.Mark | None, file: str) -> Position:
    return Position(file, mark.line + 1, mark.column + 1) if mark is not None else Position(file, 1)
