"""An answer over HTTP, and JSON whose numbers stay exact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import msgspec

from synchub.errors import ProtocolError
from synchub.stillness import still

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def decode_json(text: bytes | str) -> object:
    """Python values of a JSON text: int stays int, every other number is a Decimal. Raises ValueError."""
    try:
        with still():
            return _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None


def encode_json(value: object) -> bytes:
    """JSON of plain values; a Decimal is written as a number, digit for digit."""
    return _encoder.encode(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `headers` ignores the case of names; `system` is for messages."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    system: str = ""
    elapsed_s: float = 0.0
    """From sending the request to the end of the answer, by the injected clock."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> object:
        """The body as JSON; raises ProtocolError when it is none."""
        try:
            return decode_json(self.body)
        except ValueError:
            raise self.misread() from None

    def fields(self) -> dict[str, object]:
        """The body as one JSON object; raises ProtocolError when it is none."""
        value = self.json()
        if not isinstance(value, dict):
            raise self.misread()
        return value

    def misread(self) -> ProtocolError:
        """An error that shows the beginning of what came."""
        start = " ".join(self.text[:200].split())
        return ProtocolError("C108", system=self.system, detail=f"HTTP {self.status} {start}".strip())

    @property
    def date(self) -> datetime | None:
        """The server's time, aware, whole seconds; None when the header is missing or broken."""
        return _http_date(self.headers.get("Date"))

    @property
    def asked_at(self) -> datetime | None:
        """A server time that surely lies before the request was looked at: its date less the time the call took, and a second.

        So a pull knows its upper bound without another call.
        """
        date = self.date
        return None if date is None else date - timedelta(seconds=math.ceil(self.elapsed_s) + 1)

    def retry_after(self, now: datetime) -> float | None:
        """Seconds the server asks us to wait, from either form of the header; `now` is used when it told no time."""
        text = self.headers.get("Retry-After")
        if text is None:
            return None
        if text.strip().isdigit():
            return float(text)
        moment = _http_date(text)
        return None if moment is None else max(0.0, (moment - (self.date or now)).total_seconds())


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
