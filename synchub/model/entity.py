"""The compiled, run-time form of an entity: the Pydantic class and its overlay become one tuple of fields.

Engine, mapping and store work on positions in `EntityModel.fields`; Pydantic instances appear only at the edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from synchub.model.kinds import Kind
from synchub.model.values import Canonical, Label

PolicyName = Literal["priority", "newest", "max", "min", "union", "most_complete", "review"]
Pii = Literal["none", "contact", "person", "secret"]
Visibility = Literal["full", "mask", "hide"]


@dataclass(frozen=True, slots=True)
class ConflictPolicy:
    """Who wins when two systems changed one field differently.

    `order` ranks the systems, best first; it decides under `priority` and breaks every tie elsewhere (systems not named come
    after it, by name). `margin_s` is how close two times may be to count as a tie under `newest`.
    """

    name: PolicyName = "review"
    order: tuple[str, ...] = ()
    margin_s: float = 120.0


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One canonical field of an entity."""

    name: str
    kind: Kind
    label: Label
    pii: Pii = "none"
    required: bool = False
    unique: bool = False
    custom: bool = False
    owner: str | None = None
    policy: ConflictPolicy = ConflictPolicy()
    group: str | None = None
    generate: str | None = None
    """A pattern such as ``QD-{number:05}``: the hub makes a code when a record needs one and nobody gave it."""
    visibility: Mapping[str, Visibility] = field(default_factory=dict)


def _not_compiled(values: Sequence[Canonical | None]) -> bool:  # noqa: ARG001 - the shape of `Rule.holds`
    raise RuntimeError(
        "a rule made by hand has no compiled check; make it with synchub.model.expression.compile_rule"
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement every golden record should fulfil; `check` is an expression over its fields."""

    name: str
    check: str = field(compare=False, repr=False)
    """As it was written; people are shown it."""
    meaning: str
    """The same in words that do not depend on the language, see `expression.words.neutral`."""
    fields: tuple[str, ...]
    on_fail: Literal["review", "warn"]
    holds: Callable[[Sequence[Canonical | None]], bool] = field(
        default=_not_compiled, compare=False, repr=False
    )
    """Does a record fulfil it? Takes the values in field order; a missing value that matters lets the rule pass."""


@dataclass(frozen=True)
class EntityModel:
    """A canonical kind (Partner) as this hub governs it. Field order is: standard fields, then custom ones."""

    name: str
    label: Label
    fields: tuple[FieldSpec, ...]
    title: str
    """The field that names a record for people."""
    rules: tuple[Rule, ...] = ()

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Field name -> index in `fields`."""
        return {spec.name: index for index, spec in enumerate(self.fields)}

    @cached_property
    def groups(self) -> Mapping[str, tuple[int, ...]]:
        """Group name -> indexes of the fields that merge together."""
        found: dict[str, tuple[int, ...]] = {}
        for index, spec in enumerate(self.fields):
            if spec.group is not None:
                found[spec.group] = (*found.get(spec.group, ()), index)
        return found

    def broken_rules(self, values: Sequence[Canonical | None]) -> list[Rule]:
        """The rules that a record with these values (in field order) does not fulfil."""
        return [rule for rule in self.rules if not rule.holds(values)]

    def __getitem__(self, name: str) -> FieldSpec:
        return self.fields[self.position[name]]
