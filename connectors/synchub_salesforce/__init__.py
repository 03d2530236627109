"""Salesforce for synchub: connector and sandbox."""

from synchub.sdk import register

from .connector import Salesforce
from .messages import MESSAGES
from .sandbox import SalesforceSandbox
from .settings import SalesforceSettings

register(MESSAGES)

__all__ = ["Salesforce", "SalesforceSandbox", "SalesforceSettings"]
