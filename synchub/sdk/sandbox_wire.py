"""What goes in and out of a sandbox: requests, replies, routes, and the misbehaviour of one answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from synchub.sdk.reply import decode_json, encode_json
from synchub.sdk.sandbox_data import Fault


@dataclass(frozen=True)
class SandboxRequest:
    """A request as it arrived. `raw_path` and `raw_query` are still encoded, for signatures; `at` are the route's named parts."""

    method: str
    path: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    """Names ignore case."""
    body: bytes
    at: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = ""
    fault: Fault | None = None
    """A misbehaviour of the vendor's own kind that is due now."""

    @cached_property
    def query(self) -> dict[str, str]:
        """The query; of a name given twice, the last."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> object:
        """The body as JSON with exact numbers; None when there is none. Raises ValueError when it is broken."""
        return decode_json(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class SandboxReply:
    """An answer; a body that is no text and no bytes goes out as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def payload(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else encode_json(self.body)


class Refusal(Exception):  # noqa: N818 - it is an answer, thrown to undo what the request had done so far
    """Answer with this, and let nothing of the request have happened."""

    def __init__(self, reply: SandboxReply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Aftermath:
    """How an answer goes wrong on its way: late by so many seconds, or never."""

    hang_s: float = 0.0
    drop: bool = False


Handler = Callable[[SandboxRequest], SandboxReply]


@dataclass(frozen=True)
class SandboxRoute:
    """An endpoint. `{name}` in the path matches one part (the last may be `{name:path}`), a slash at the end of an address does not matter; `name` is what counters and faults call it."""

    method: str
    path: str
    name: str
    handler: Handler

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)(:path)?\}", self.path)
        text = ""
        for literal, name, whole in zip(parts[0::3], [*parts[1::3], None], [*parts[2::3], None], strict=True):
            text += re.escape(literal) + (f"(?P<{name}>{'.+' if whole else '[^/]+'})" if name else "")
        return re.compile(text)

    def match(self, request: SandboxRequest) -> dict[str, str] | None:
        """The named parts, decoded after splitting, so that an encoded slash stays within its part."""
        path = request.raw_path.rstrip("/") or "/"
        found = self._pattern.fullmatch(path) if request.method == self.method else None
        return None if found is None else {name: unquote(part) for name, part in found.groupdict().items()}
