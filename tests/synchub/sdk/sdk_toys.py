"""A clock that is turned by sleeping, and the smallest possible vendor."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from synchub.sdk import Context, Refusal, Sandbox, SandboxReply, SandboxRequest, SandboxRoute


class TurnedClock:
    """Stands still; sleeping moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class ToySandbox(Sandbox):
    """Things with an id; names must not be blank; `Size` is set by the system."""

    name = "toy"
    stamps = frozenset({"Stamp"})

    def routes(self) -> list[SandboxRoute]:
        return [
            SandboxRoute("GET", "/things/{id}", "get", self._get),
            SandboxRoute("POST", "/things", "make", self._make),
            SandboxRoute("PATCH", "/things/{id}", "change", self._change),
            SandboxRoute("GET", "/echo", "echo", self._echo),
        ]

    def _get(self, request: SandboxRequest) -> SandboxReply:
        try:
            return SandboxReply(200, self.existing("Thing", request.at["id"]).values)
        except KeyError:
            return SandboxReply(404, {"error": "no such thing"})

    def _make(self, request: SandboxRequest) -> SandboxReply:
        assert isinstance(request.json, dict)
        made = self.create("Thing", request.json, "api")
        if request.json.get("Name") == "":
            raise Refusal(SandboxReply(400, {"error": "a name is needed"}))
        return SandboxReply(201, {"id": made.id})

    def _change(self, request: SandboxRequest) -> SandboxReply:
        assert isinstance(request.json, dict)
        self.update(self.existing("Thing", request.at["id"]), request.json, "api")
        return SandboxReply(204)

    def _echo(self, request: SandboxRequest) -> SandboxReply:
        return SandboxReply(200, {"headers": dict(request.headers), "query": request.raw_query})


def context(folder: Path, clock: TurnedClock) -> Context:
    return Context("toy", folder, folder / "state", ZoneInfo("Asia/Shanghai"), clock, random.Random(7))
