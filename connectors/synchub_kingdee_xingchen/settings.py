"""What hub.yaml says about one 金蝶云星辰 account set."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class XingchenSettings(BaseModel):
    """The three keys of the vendor, and how careful to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str
    client_secret: SecretStr
    """Signs requests, and is the key of sensitive columns: 32 characters."""
    outer_instance_id: str
    """Names the account set; the vendor exchanges it for the keys of the day."""
    gateway: str = "https://api.kingdee.com"
    uid: str = ""
    """The user to act as; empty means the administrator of the account set."""
    calls_per_minute: float = Field(default=480.0, gt=0)
    """The vendor allows 500 a minute for the account set, whoever calls."""
    overlap_minutes: float = Field(default=10.0, ge=10)
    """How far a pull reaches back before the last one: fresh changes were seen to show late [D3]."""
    save: Literal["whole", "changed"] = "whole"
    """What a save carries. Whether the vendor keeps columns that are left out is not confirmed [R], so by default a save
    repeats the whole record as read a moment before. `changed` sends only what changed: choose it after you have seen on your
    account set that the rest stays."""

    write_orders: bool = False
    """May sales orders be written? A save of an order repeats what this connector knows of it; prepayments, fees and attachments are not
    among that, and whether the vendor keeps them is not confirmed [R]: say yes after you have seen it on a bill of your account set."""

    @property
    def account(self) -> str:
        """A short name for whom we log in as, fit for file names: what is kept for one must not serve another."""
        told = f"{self.client_id}\x1f{self.outer_instance_id}\x1f{self.uid}"
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
