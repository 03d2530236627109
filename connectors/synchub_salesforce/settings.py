"""What hub.yaml says about one Salesforce org."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class SalesforceSettings(BaseModel):
    """How to log in, and how careful to be. Either `consumer_secret`, or `username` and `private_key`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    domain: str = "login"
    """The org's My Domain without ``.salesforce.com``: ``acme.my``, ``acme--uat.sandbox.my``. With a private key also
    ``login`` or ``test``."""
    consumer_key: str = ""
    consumer_secret: SecretStr | None = None
    """Of the connected app: the client credentials grant."""
    username: str = ""
    private_key: SecretStr | None = None
    """PEM text whose certificate the connected app knows: the JWT bearer grant, for `username`."""
    api_version: str = Field(default="62.0", pattern=r"^\d\d\.0$")
    address: str = ""
    """Where the org is served if not at salesforce.com: a sandbox of ours (``http://127.0.0.1:…``) or a gateway."""
    reserve_percent: int = Field(default=20, ge=0, le=90)
    """This share of the org's daily calls is left to people and other programs."""
    overlap_minutes: int = Field(default=10, ge=10)
    """How far a pull reaches back before the last one: a transaction may take ten minutes to become visible."""
