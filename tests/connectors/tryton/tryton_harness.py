"""What the conformance tests need to know of a real Tryton: how people work there, how its clock is turned, how it misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from synchub.sdk import Connector, Op, Raw
from synchub.testing import VirtualClock
from synchub.testing.conformance.harness import Cell, Harness, Row
from synchub_tryton import Tryton, TrytonSettings, pulling
from tests.connectors.tryton.tryton_line import Line
from tests.connectors.tryton.tryton_people import People
from tests.connectors.tryton.tryton_recipe import HUB
from tests.connectors.tryton.tryton_server import TrytonServer

WRONG: Final = "canary-wrong-password"
_DESCRIBED: Final[dict[str, bytes]] = {}
"""What connectors kept of the models of this process's server, the same in both databases: asking costs more than most tests."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TurnedClock(VirtualClock):
    """Ours and the server's. What was begun and is not yet seen by others is done when its time has come, with the stamp of its beginning."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._late: list[tuple[datetime, datetime, Callable[[], object]]] = []
        self._tell(self.now())

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        begun = self.now()
        self._late.append((begun.fromtimestamp(begun.timestamp() + seconds, UTC), begun, do))

    def tick(self, seconds: float = 1.0) -> None:
        super().tick(seconds)
        for one in [one for one in self._late if one[0] <= self.now()]:
            self._late.remove(one)
            self._tell(one[1])
            one[2]()
        self._tell(self.now())

    def _tell(self, moment: datetime) -> None:
        passed = moment - EPOCH
        micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
        self._file.write_text(str(micros), "utf-8")


class TrytonHarness(Harness):
    """One model of one database. Set `server` before a test."""

    server: ClassVar[TrytonServer]
    connector_type = Tryton
    database: ClassVar[str]
    idle_calls: ClassVar[int] = 2  # records that changed, and the log of removals

    def furnish(self) -> None:
        self.server.reset(self.database)
        self.clock: TurnedClock = TurnedClock(self.server.clock)
        self.line = Line(self.server.address)
        self.patch.setattr(pulling, "PAGE", self.page_rows)
        self.person.prefer()
        self._held: tuple[tuple[int, int], dict[str, Row]] | None = None

    @property
    def person(self) -> People:
        return self.server.as_user(self.database)

    def make(self) -> Connector[Any]:
        """With a session and descriptions of today, as a hub has: a login takes a quarter of a second of the server."""
        settings = self.settings()
        described = self.folder / "state" / settings.account
        described.mkdir(parents=True, exist_ok=True)
        for name, text in _DESCRIBED.items():
            if not (described / name).exists():
                (described / name).write_bytes(text)
        user, token = self.server.as_user(self.database, HUB).token
        file = self.folder / "state" / f"{settings.account}.session"
        if not file.exists():
            file.write_text(json.dumps({"value": token, "expires": None, "extra": {"user": str(user)}}))
            file.chmod(0o600)
        return Tryton(settings, self.context())

    def settings(self, **changes: object) -> TrytonSettings:
        told = {"address": self.line.address, "database": self.database, "login": HUB[0], "password": HUB[1]}
        return TrytonSettings.model_validate({**told, **changes})

    def creates(self, count: int, start: int = 1) -> list[str]:
        """People import so many records at once."""
        return self.create_all([self.row(number) for number in range(start, start + count)])

    def create(self, values: Mapping[str, Raw]) -> str:
        return self.create_all([values])[0]

    def create_all(self, rows: Sequence[Mapping[str, Raw]]) -> list[str]:
        """In one call; records that are to be inactive are retired afterwards."""
        ids = self.person.create(self.object, *(self.typed(row) for row in rows)) if rows else []
        retired = [id for id, row in zip(ids, rows, strict=True) if row.get("active") is False]
        if retired:
            self.person.call(f"{self.object}.write", retired, {"active": False})
        return [str(id) for id in ids]

    def typed(self, values: Mapping[str, Raw]) -> dict[str, Any]:
        """What a person types for these columns."""
        raise NotImplementedError

    def held(self) -> dict[str, Row]:
        """Asked again only after something may have changed it."""
        now = (len(self.line.methods), self.person.changes)
        if self._held is None or self._held[0] != now:
            self._held = now, self.look()
        return {id: dict(row) for id, row in self._held[1].items()}

    def look(self) -> dict[str, Row]:
        """Ask the server what it holds."""
        raise NotImplementedError

    def unknown_id(self, number: int) -> str:
        return str(900_000 + number)

    def delete(self, id: str) -> None:
        self.person.delete(self.object, int(id))

    def edit_late(self, id: str, changes: Mapping[str, Raw], seconds: float) -> None:
        self.clock.later(seconds, lambda: self.edit(id, changes))

    def mark(self) -> None:
        log = self.person.call("ir.model.log.search", [], 0, 1, [["id", "DESC"]])
        self._log = max(log, default=0)
        ids = self.person.call(f"{self.object}.search", [], 0, 1, [["id", "DESC"]], active_test=False)
        self._last = max(ids, default=0)

    def written(self) -> set[Cell]:
        """From the server's log of changes, and from records that the hub's user made."""
        user, _ = self.server.as_user(self.database, HUB).token
        ours = [["id", ">", self._log], ["user", "=", user], ["event", "=", "write"]]
        entries = self.person.rows("ir.model.log", ours, ["resource", "target"])
        cells = {cell for one in entries for cell in self.logged(one["resource"], str(one["target"]))}
        made = self.person.rows(self.object, [["id", ">", self._last], ["create_uid", "=", user]], ["id"])
        held = self.held()
        for row in made:
            id = str(row["id"])
            cells |= {(id, name) for name, value in held[id].items() if value not in (None, "", [])}
        return cells

    def logged(self, resource: str, fields: str) -> set[Cell]:
        """The cells that an entry of the log is about."""
        raise NotImplementedError

    def throttle(self, seconds: float) -> None:
        self.line.retry_after.append(int(seconds))

    def lose_reply(self, op: Op) -> None:
        word = {Op.CREATE: ".create", Op.UPDATE: ".write", Op.DELETE: ".delete"}[op]
        self.line.lost = lambda method: method.endswith(word)

    def locked_out(self) -> Connector[Any]:
        return Tryton(self.settings(password=WRONG), self.context())

    def secrets(self) -> Sequence[str]:
        return [HUB[1], WRONG, self.server.as_user(self.database, HUB).token[1]]

    def take_down(self) -> None:
        self.line.stop()

    def close(self) -> None:
        super().close()
        _DESCRIBED.update(
            {
                file.name: file.read_bytes()
                for file in (self.folder / "state").rglob("*.fields")
                if file.name not in _DESCRIBED
            }
        )
        self.line.stop()
        self.server.clock.unlink(missing_ok=True)


def rows(value: Raw) -> list[Row]:
    assert isinstance(value, list)
    return [row for row in value if isinstance(row, dict)]
