"""What people do between the kills, drawn from a seed: new partners, edits of one cell in one system, and of one cell in two at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Who:
    """A partner as people find it: by its code, or by its name where the hub gives the code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Deed:
    """`field` of `who` becomes `value` in `system`; no field: the partner is new there."""

    system: str
    who: Who
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """What can be done in a company: field -> the systems in which people edit it, first the one whose word counts in a conflict.

    `ordered` are the fields whose conflicts a policy decides by that order; `uncoded` are the systems that take a partner without a code.
    """

    fields: Mapping[str, Sequence[str]]
    ordered: Sequence[str]
    uncoded: Sequence[str]
    systems: Sequence[str]


@dataclass
class Desk:
    """Draws the work, and knows what has to stand everywhere in the end.

    Until everything is in agreement again no cell is edited a second time, but for conflicts, which happen before a single sync: so a hub that
    was killed in between may not come to another result than one that was not.
    """

    random: Random
    trade: Trade
    known: list[Who]
    expected: dict[tuple[Who, str], str] = field(default_factory=dict)
    _made: list[tuple[Who, str]] = field(default_factory=list)
    _used: set[tuple[Who, str]] = field(default_factory=set)
    _number: int = 0

    def work(self) -> list[Deed]:
        """What everybody does before the next sync."""
        deeds = [self._create() for _ in range(self.random.choice((0, 1, 1, 2)))]
        deeds += self._conflict()
        for system in self.trade.systems:
            deeds += self._edit(system)
            deeds += self._edit(system)
        self.random.shuffle(created := [one for one in deeds if not one.field])
        return [*created, *(one for one in deeds if one.field)]

    def agreed(self) -> None:
        """Everything stands everywhere: what is new may be edited in any system."""
        self.known += [who for who, _ in self._made]
        self._made.clear()
        self._used.clear()

    def _create(self) -> Deed:
        self._number += 1
        system = self.random.choice(list(self.trade.systems))
        coded = system not in self.trade.uncoded or self.random.random() < 0.5
        who = Who(f"KH{5000 + self._number}" if coded else "", f"新伙伴{self._number}有限公司")
        self._made.append((who, system))
        self.expected[who, "name"] = who.name
        return Deed(system, who)

    def _conflict(self) -> list[Deed]:
        """Two systems say different things of one cell."""
        cell = self._cell([(who, name) for who in self.known for name in self.trade.ordered])
        if cell is None:
            return []
        who, name = cell
        systems = [*self.trade.fields[name]]
        some = sorted(self.random.sample(systems, 2), key=systems.index)
        deeds = [Deed(system, who, name, self._value(name)) for system in some]
        self.expected[cell] = deeds[0].value
        self.random.shuffle(deeds)
        return deeds

    def _edit(self, system: str) -> list[Deed]:
        """Of anybody that all systems know, or of somebody who is new in this one."""
        here = [name for name, systems in self.trade.fields.items() if system in systems]
        known = [*self.known, *(who for who, origin in self._made if origin == system)]
        cell = self._cell([(who, name) for who in known for name in here if name != "name" or who.code])
        if cell is None:
            return []
        self.expected[cell] = self._value(cell[1])
        return [Deed(system, *cell, self.expected[cell])]

    def _cell(self, cells: Sequence[tuple[Who, str]]) -> tuple[Who, str] | None:
        free = [one for one in cells if one not in self._used and (one[1] != "name" or one[0].code)]
        if not free:
            return None
        cell = self.random.choice(free)
        self._used.add(cell)
        return cell

    def _value(self, name: str) -> str:
        self._number += 1
        if name == "phone":
            return f"139{self._number:08}"
        return f"https://example.com/{self._number}" if name == "website" else f"{name} {self._number}"
