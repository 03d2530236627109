"""What `hub.yaml` says about a workbook."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ExcelSettings(BaseModel):
    """One system is one workbook; its worksheets are the objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1)
    """Relative to the hub folder, or absolute."""
    lock_files: Literal["respect", "ignore"] = "respect"
    """Whether the lock file of Excel or LibreOffice beside the workbook stops us from writing."""
    lock_stale_hours: float = Field(default=72, gt=0)
    """A lock file older than this was left behind by a crash, unless the file cannot be opened for writing."""
    keep_versions: int = Field(default=10, ge=0)
    """How many versions from before our writes are kept in the system's state folder."""
    max_unpacked_mb: int = Field(default=1024, ge=1)
    """A workbook that unpacks to more than this is not opened."""
