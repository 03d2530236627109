"""The contract of a connector: six verbs, capabilities as data, and what the hub hands it.

Terms: an *object* is a kind of record there; a *column* is a field of it, or a dotted path into it; a *cursor* is
opaque to everyone but the connector; a *page* is committed as a whole by the engine.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from synchub.model.schema import ObjectSchema, RawRecord
from synchub.model.values import Label
from synchub.sdk.capabilities import Capabilities
from synchub.sdk.clock import Clock
from synchub.sdk.outcome import Outcome, Write

if TYPE_CHECKING:
    from synchub.sdk.sandbox import Sandbox

SettingsT = TypeVar("SettingsT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Context:
    """What the hub hands a connector: its name there, and everything that must be injected."""

    system: str
    folder: Path
    """The hub folder; relative paths in settings start here."""
    state: Path
    """A private folder under `.synchub/` that the connector may write (token caches, backups)."""
    timezone: ZoneInfo
    clock: Clock
    random: random.Random
    ca_file: Path | None = None
    """Certificates to trust when talking to the system, in place of the usual ones."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What the engine wants to read.

    `columns` are the values wanted, in this order. `options` are the mapping's own settings of the object (header row …). `cursor` None asks
    for everything; `resume` continues a pull whose earlier pages are already committed. `known` tells, for ids of a thin
    listing, the fingerprint held, so that unchanged rows need no detail call.
    """

    object: str
    columns: tuple[str, ...]
    cursor: str | None = None
    resume: str | None = None
    hub_column: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    known: Callable[[Sequence[str]], Mapping[str, str]] = lambda _ids: {}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a pull. `unchanged` are ids seen in a thin listing whose fingerprint is the known one.

    The last page carries `cursor` (the covered bound, to start from next time) and says in `complete` whether the pull listed
    everything there is. A pull yields at least one page, empty if nothing changed. Rows may repeat. `notes` are
    problems with rows that have no identity, or warnings about the listing as a whole.
    """

    records: Sequence[RawRecord] = ()
    unchanged: Sequence[str] = ()
    resume: str | None = None
    cursor: str | None = None
    complete: bool = False
    rejected: Sequence[RejectedRow] = ()


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A record that cannot be read as one (duplicate key, no identity, lost digits in the key): set aside, never guessed.

    `where` is a place a person can find (``渠道台账 row 12``); `image` what could be read.
    """

    id: str
    where: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    image: Mapping[str, object] = field(default_factory=dict)


class Connector(ABC, Generic[SettingsT]):
    """A plugin that talks to one kind of system.

    Every method may raise AuthError, RateLimitError (after the session's own patience), UnavailableError or ProtocolError.
    Methods of one instance are called from one thread at a time.
    """

    name: ClassVar[str]
    title: ClassVar[Label]
    capabilities: ClassVar[Capabilities]
    settings_type: ClassVar[type[BaseModel]]
    """A Pydantic model with ``extra="forbid"``; secrets are `SecretStr`."""
    options: ClassVar[frozenset[str]] = frozenset()
    """The object settings a mapping file may carry for this connector, such as ``header_row``."""

    sandbox_type: ClassVar[type[Sandbox] | None] = None
    """The stand-in of the vendor's API; None where none is needed (files). Kept in `.synchub/sandbox/<system>.sqlite`."""

    @classmethod
    def sandbox_settings(cls, sandbox: Sandbox, settings: SettingsT) -> SettingsT:  # noqa: ARG003 - most need nothing of it
        """These settings, pointed at a running sandbox: its address and test credentials."""
        return settings

    def __init__(self, settings: SettingsT, context: Context) -> None:
        self.settings = settings
        self.context = context

    @property
    def account(self) -> str:
        """Who asks, as far as it decides which records are shown (a user, a company); no secret. Absence counts only for the same."""
        return ""

    @property
    def calls(self) -> int:
        """Requests sent to the vendor so far by this instance; files count one for each read or write."""
        return 0

    @abstractmethod
    def check(self) -> str:
        """Prove that credentials and address work; returns what was found, for people (organisation, file, version)."""

    @abstractmethod
    def discover(self, objects: Sequence[str] | None = None) -> list[ObjectSchema]:
        """The objects there (or only these), with fields. An unknown name is left out."""

    @abstractmethod
    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Read what changed since the cursor, or everything. See `PullRequest` and `Page`."""

    @abstractmethod
    def fetch(self, request: PullRequest, ids: Sequence[str]) -> list[RawRecord]:
        """The records with these ids, in any order; an id that is not there is left out (or comes with `deleted`)."""

    def find(self, request: PullRequest, column: str, values: Sequence[str]) -> list[RawRecord]:
        """The records whose column equals one of these values, for finding a create again whose reply was lost.

        The default reads everything and filters: right everywhere, slow on large objects.
        """
        wanted = set(values)
        columns = request.columns if column in request.columns else (*request.columns, column)
        where = columns.index(column)
        everything = PullRequest(
            request.object, columns, hub_column=request.hub_column, options=request.options
        )
        return [
            record._replace(values=record.values[: len(request.columns)])
            for page in self.pull(everything)
            for record in page.records
            if str(record.values[where]) in wanted and not record.deleted
        ]

    @abstractmethod
    def push(self, request: PullRequest, writes: Sequence[Write]) -> list[Outcome]:
        """Write these records; one outcome for each, in order.

        `request` names object, columns and options as for a pull; an outcome's record has its columns. At most `write_batch` writes are
        given at once. A create is never blindly repeated. Raises only when nothing can be said about any of them.
        """

    def close(self) -> None:
        """Give back what is held (connections, sandboxes)."""
