"""Drafts a mapping file from what a system says of an object and from sample rows, for a person to correct."""

from synchub.mapping.suggest.draft import Draft, Sample, draft, hub_column_of, nearest_entity
from synchub.mapping.suggest.scoring import Proposal

__all__ = ["Draft", "Proposal", "Sample", "draft", "hub_column_of", "nearest_entity"]
