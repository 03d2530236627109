"""Every public error of synchub, sorted by what to do next.

::

    SynchubError
    ├── UserError            show the message, no traceback: a person corrects something and tries again
    │   ├── ConfigError          hub.yaml or a setting; carries every problem at once
    │   │   └── MappingError         mapping files and model overlays
    │   └── UnknownConnectorError
    ├── ConnectorError       raised by connectors
    │   ├── TransientError       wait and retry; may carry `retry_after` (seconds)
    │   │   ├── RateLimitError       the vendor throttles
    │   │   ├── QuotaError           the day's quota is used up: stop cleanly, resume at reset
    │   │   └── UnavailableError     the system is down or cannot be reached
    │   ├── AuthError            stop this system; a person must act
    │   ├── RecordError          set this record aside, go on
    │   │   ├── RejectedError        the system refuses the data
    │   │   ├── NotFoundError        the record is not there (any more)
    │   │   └── StaleVersionError    it changed since we read it
    │   ├── UnknownOutcomeError  the call was sent and no usable reply came: verify by reading, never repeat blindly
    │   ├── ConnectorDefectError the connector itself made a mistake: leave its system out, tell those who made it
    │   └── ProtocolError        an answer we do not understand; stop this object and report
    ├── SyncError            the engine refuses
    │   ├── UnapprovedPlanError  the first contact needs a person's approval
    │   └── LeaseHeldError       another run is at work on the same thing
    └── StoreError           the database

An error carries a message code and parameters; `str(error)` is the sentence in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from synchub import messages
from synchub.messages import Language


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file or a value: code, parameters, place."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    position: Position | None = None
    severity: Literal["error", "warning"] = "error"

    def text(self, language: Language | None = None) -> str:
        return messages.text(self.code, self.params, language)

    def fix(self, language: Language | None = None) -> str:
        return messages.fix(self.code, self.params, language)

    def line(self, language: Language | None = None) -> str:
        """One line for a terminal: code, place, sentence, way out."""
        place = f" {self.position}" if self.position else ""
        way_out = self.fix(language)
        return f"{self.code}{place}  {self.text(language)}" + (f" ({way_out})" if way_out else "")


class SynchubError(Exception):
    """Base of all; `code` names the message, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        return messages.text(self.code, self.params)

    @property
    def fix(self) -> str:
        """What the reader can do about it; empty where nothing general can be said."""
        return messages.fix(self.code, self.params)


class UserError(SynchubError):
    """A person corrects something and tries again."""


class ConfigError(UserError):
    """hub.yaml or a setting is wrong; `problems` may hold several."""

    def __init__(self, code: str, *, problems: Iterable[Problem] = (), **params: object) -> None:
        super().__init__(code, **params)
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(problem.line() for problem in self.problems)])


class MappingError(ConfigError):
    """Mapping files or model overlays are wrong; carries all problems of all files."""


class UnknownConnectorError(UserError):
    """hub.yaml names a connector that is not installed."""


class ConnectorError(SynchubError):
    """Something between us and a system; `system`, `object` and `external_id` say where, as far as known."""

    def __init__(
        self, code: str, *, system: str = "", object: str = "", external_id: str = "", **params: object
    ) -> None:
        super().__init__(code, system=system, object=object, external_id=external_id, **params)
        self.system = system
        self.object = object
        self.external_id = external_id


class TransientError(ConnectorError):
    """Wait and retry; `retry_after` in seconds, when the system said so."""

    def __init__(self, code: str, *, retry_after: float | None = None, **params: object) -> None:
        super().__init__(code, **params)  # type: ignore[arg-type]  # params are the keyword fields of ConnectorError
        self.retry_after = retry_after


class RateLimitError(TransientError):
    """The vendor throttles."""


class QuotaError(TransientError):
    """The quota of the day is used up."""


class UnavailableError(TransientError):
    """The system is down, or cannot be reached."""


class AuthError(ConnectorError):
    """Credentials are wrong, expired or lack a permission; a person must act."""


class RecordError(ConnectorError):
    """This record only; the others go on."""


class RejectedError(RecordError):
    """The system refuses the data; the message holds its own words."""


class NotFoundError(RecordError):
    """The record is not there."""


class StaleVersionError(RecordError):
    """The record changed since it was read."""


class UnknownOutcomeError(ConnectorError):
    """The call was sent and no usable reply came: it may or may not have taken effect."""


class ConnectorDefectError(ConnectorError):
    """The connector itself has made a mistake; whoever made it must act."""


class ProtocolError(ConnectorError):
    """An answer we do not understand."""


class SyncError(SynchubError):
    """The engine refuses to go on."""


class UnapprovedPlanError(SyncError):
    """The first contact needs a person's approval; `plan` names what to approve."""

    def __init__(self, code: str, *, plan: str, **params: object) -> None:
        super().__init__(code, plan=plan, **params)
        self.plan = plan


class LeaseHeldError(SyncError):
    """Another run is at work on the same thing."""


class StoreError(SynchubError):
    """The database cannot do it."""
