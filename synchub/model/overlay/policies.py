"""Who wins: the conflict policy of a field as an overlay says it."""

from __future__ import annotations

import re
from collections.abc import Collection

from synchub.document import Entry, Findings, Items, Keyword, Node, Reading, Scalar, nearest
from synchub.model.entity import ConflictPolicy, PolicyName
from synchub.model.kinds import Kind
from synchub.model.overlay import keywords as words

_FITS: dict[PolicyName, frozenset[str]] = {
    "max": frozenset({"decimal", "integer", "percent", "money", "date", "datetime"}),
    "min": frozenset({"decimal", "integer", "percent", "money", "date", "datetime"}),
    "union": frozenset({"list"}),
    "most_complete": frozenset({"text", "list"}),
}
_MARGIN = re.compile(r"(\d{1,6})\s*(s|m|h|秒|分钟|分|小时)?", re.ASCII)
_SECONDS = {"s": 1, "秒": 1, "m": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600}


def read_owner(reading: Reading, systems: Collection[str] | None) -> str | None:
    """The system that owns the field, if one does."""
    owner = reading.take_scalar(words.OWNER)
    return owner.text if owner and known_system(owner, systems, reading.findings) else None


def known_system(name: Scalar, systems: Collection[str] | None, findings: Findings) -> bool:
    """Is this a system of the hub? Without a hub (`systems` None) every name is taken."""
    if systems is None or name.text in systems:
        return True
    hint = nearest(name.text, systems)
    findings.error("O223", name, system=name.text, hint=hint, known=", ".join(systems))
    return False


def read_policy(
    reading: Reading, kind: Kind, owner: str | None, systems: Collection[str] | None
) -> ConflictPolicy:
    """The policy under ``conflict``; for an owned field its owner first, with nothing said a person decides."""
    entry = reading.entry(words.CONFLICT)
    node = reading.take(words.CONFLICT)
    if entry is None or node is None:
        return ConflictPolicy("priority", (owner,)) if owner else ConflictPolicy()
    if owner:
        reading.findings.warning("O229", entry, owner=owner)
    policy = _policy(node, reading, systems)
    fits = _FITS.get(policy.name)
    if fits is not None and kind.name not in fits:
        reading.findings.error("O222", node, policy=_word(policy.name))
        return ConflictPolicy()
    return policy


def _word(name: PolicyName) -> object:
    return next((keyword for keyword, policy in words.POLICIES.items() if policy == name), name)


def _policy(node: Node, reading: Reading, systems: Collection[str] | None) -> ConflictPolicy:
    if isinstance(node, Scalar):
        chosen = reading.chosen(node, words.CONFLICT, words.POLICIES)
        return ConflictPolicy(chosen) if chosen else ConflictPolicy()
    if isinstance(node, Items):
        return ConflictPolicy("priority", _order(reading.scalars(node), systems, reading.findings))
    inner = Reading(node, reading.findings)
    margin = _margin(inner, words.NEWEST)
    default: PolicyName = "newest" if inner.entry(words.NEWEST) else "priority"
    name = inner.take_choice(words.POLICY, words.POLICIES, default=default)
    if margin is None:
        margin = _margin(inner, words.MARGIN)
    order = _order(inner.take_scalars(words.ORDER), systems, reading.findings)
    inner.refuse_unknown()
    return ConflictPolicy(name, order) if margin is None else ConflictPolicy(name, order, margin)


def _margin(reading: Reading, keyword: Keyword) -> float | None:
    """Seconds, written as ``120``, ``120s``, ``2m`` or ``2分钟``."""
    said = reading.take_scalar(keyword)
    if said is None:
        return None
    found = _MARGIN.fullmatch(said.text)
    if not found:
        reading.findings.error("O228", said, margin=said.text)
        return None
    return float(int(found[1]) * _SECONDS[found[2] or "s"])


def _order(names: tuple[Scalar, ...], systems: Collection[str] | None, findings: Findings) -> tuple[str, ...]:
    order: list[str] = []
    for name in names:
        if name.text in order:
            findings.error("O221", name, system=name.text)
        elif known_system(name, systems, findings):
            order.append(name.text)
    return tuple(order)


def read_generate(reading: Reading, kind: Kind, *, unique: bool) -> str | None:
    """The pattern under ``generate``: one ``{number}`` or ``{number:05}`` in a text."""
    entry: Entry | None = reading.entry(words.GENERATE)
    pattern = reading.take_scalar(words.GENERATE)
    if entry is None or pattern is None:
        return None
    if not _PATTERN.fullmatch(pattern.text) or kind.name not in {"text", "code"}:
        reading.findings.error("O224", pattern, pattern=pattern.text)
        return None
    if not unique:
        reading.findings.error("O225", entry)
        return None
    return pattern.text


_PATTERN = re.compile(r"[^{}]*\{number(?::0\d{1,2})?\}[^{}]*", re.ASCII)
