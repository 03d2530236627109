"""Where we are, for errors: the system, the file and the worksheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from synchub.sdk import ConnectorError, ProtocolError

E = TypeVar("E", bound=ConnectorError)


@dataclass(frozen=True, slots=True)
class Place:
    """Names the workbook (and the worksheet, once known) in every error."""

    system: str
    file: str
    sheet: str = ""

    def on(self, sheet: str) -> Place:
        return replace(self, sheet=sheet)

    def fault(self, code: str, **params: object) -> ProtocolError:
        """Something is wrong with the file as a whole; a person must correct it."""
        return self.of(ProtocolError, code, external_id="", **params)

    def of(self, type_: type[E], code: str, *, external_id: str = "", **params: object) -> E:
        """An error of this kind that carries the place."""
        return type_(
            code,
            system=self.system,
            object=self.sheet,
            external_id=external_id,
            file=self.file,
            sheet=self.sheet,
            **params,
        )
