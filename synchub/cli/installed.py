"""Installed connectors with what they can do, and the findings of doctor, as tables and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from synchub import messages
from synchub.cli.tables import Column, console, heading, indented, line, table, way_out
from synchub.cli.words import number, one_line, say, say_if_known
from synchub.errors import SynchubError
from synchub.hub.registry import CONNECTORS

if TYPE_CHECKING:
    from synchub.hub.doctor import Checkup
    from synchub.sdk import Capabilities


@dataclass(frozen=True, slots=True)
class Installed:
    """A connector that is installed. `capabilities` None: it cannot be loaded, and `error` says why."""

    name: str
    title: str
    capabilities: Capabilities | None
    sandbox: bool = False
    error: SynchubError | None = None

    def document(self) -> dict[str, object]:
        return {
            "name": self.name,
            "title": self.title,
            "sandbox": self.sandbox,
            "capabilities": self.capabilities,
            "error": self.error,
        }


def installed_connectors() -> list[Installed]:
    """Every connector that is installed, by name; one that cannot be loaded does not hide the others."""
    found = []
    for name in CONNECTORS.names():
        try:
            type_ = CONNECTORS.get(name)
        except SynchubError as error:
            found.append(Installed(name, "", None, error=error))
            continue
        title = type_.title.text(messages.language())
        found.append(Installed(name, title, type_.capabilities, type_.sandbox_type is not None))
    return found


def show_connectors(found: Sequence[Installed]) -> None:
    """The facts that matter when choosing, then a block for what is special about each."""
    screen = console()
    columns = [
        Column("table.connector", whole=True),
        Column("table.changes"),
        Column("table.batch"),
        Column("table.safe_create"),
        Column("table.safe_write"),
        Column("table.sandbox"),
    ]
    rows = [_row(one, one.capabilities) for one in found if one.capabilities is not None]
    screen.print(table(columns, rows))
    for one in found:
        if one.error is not None:
            screen.print()
            line(screen, one_line(str(one.error)), "error")
            way_out(screen, one.error.fix)
        elif one.capabilities is not None:
            heading(screen, f"{one.name} · {one.title}")
            for fact in _special(one.capabilities):
                indented(screen, fact)


def _row(one: Installed, can: Capabilities) -> tuple[str, ...]:
    return (
        one.name,
        say_if_known(f"grain.{can.modified_since}", str(can.modified_since)),
        f"{number(can.read_batch)} / {number(can.write_batch)}",
        say_if_known(f"create.{can.create_idempotency}", str(can.create_idempotency)),
        say_if_known(f"write.{can.conditional_write}", str(can.conditional_write)),
        say("word.yes") if one.sandbox else say("word.no"),
    )


def _special(can: Capabilities) -> list[str]:
    """What is not in the table and not the default."""
    shown = {"modified_since", "read_batch", "write_batch", "create_idempotency", "conditional_write"}
    special = []
    for one in fields(can):
        value = getattr(can, one.name)
        if one.name not in shown and value != one.default:
            amount = f"{value:g}" if isinstance(value, float) else str(value)
            special.append(say_if_known(f"can.{one.name}", one.name).replace("#", amount))
    return special


def show_checkups(found: Sequence[Checkup]) -> None:
    """One line each, ✓ or ✗; the way out below what is not well."""
    screen = console()
    for one in found:
        mark = say("doctor.well") if one.well else say("doctor.unwell")
        line(screen, f"{mark} {one.subject}: {one.found}", "" if one.well else "error")
        if not one.well:
            way_out(screen, one.fix)
    bad = sum(not one.well for one in found)
    screen.print()
    line(
        screen,
        say("doctor.total" if bad else "doctor.all_well", count=number(bad)),
        "error" if bad else "good",
    )
