"""Excel workbooks in (shared) folders: worksheets as objects, rows as records, cells changed in place."""

from synchub.sdk import register

from .connector import Excel
from .messages import MESSAGES
from .settings import ExcelSettings

register(MESSAGES)

__all__ = ["Excel", "ExcelSettings"]
