"""What hub.yaml says about one Tryton database."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class TrytonSettings(BaseModel):
    """Where the server is, who we are there, and how careful to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(pattern=r"^https?://")
    """The server without the database: ``https://erp.example.com``."""
    database: str = Field(pattern=r"^[^/?#\s]+$")
    login: str
    password: SecretStr
    language: str = ""
    """Of the names of fields in `discover` (``zh_CN``); without it that of our user. Values always come in our user's language."""
    overlap_minutes: float = Field(default=10.0, ge=10)
    """How far a pull reaches back before the last one: stamps are those of the beginning of a transaction, which others see when it ends.
    It has to cover the longest one (a large import) and the difference of the clocks of web server and database."""

    @property
    def account(self) -> str:
        """A short name for whom we log in as, fit for file names: what is kept for one must not serve another.

        The port is left out of it: a server that comes back under another one is the same.
        """
        host = self.address.rstrip("/").rpartition(":")[0]
        told = f"{host}\x1f{self.database}\x1f{self.login}"
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
