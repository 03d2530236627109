"""Tryton for synchub."""

from synchub.sdk import register

from .connector import Tryton
from .messages import MESSAGES
from .settings import TrytonSettings

register(MESSAGES)

__all__ = ["Tryton", "TrytonSettings"]
