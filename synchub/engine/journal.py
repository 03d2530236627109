"""Values as ledger, conflicts and reports hold them."""

from __future__ import annotations

from synchub.model.provenance import Candidate, Origin
from synchub.model.values import ABSENT, CANONICAL, UNKNOWN, Raw, Unreadable


def candidate_json(candidate: Candidate) -> dict[str, Raw]:
    """A candidate as it stands in ledger and conflicts."""
    return {
        "system": candidate.system,
        "value": raw_of(candidate.value),
        "at": candidate.at.isoformat(),
        "record": candidate.external_id,
    }


def origin_json(origin: Origin | None) -> dict[str, Raw]:
    """Where a value came from, as the cause of an external write."""
    if origin is None:
        return {"why": "unknown"}
    return {
        "why": "conflict" if origin.losers else "edit",
        "system": origin.system,
        "object": origin.object,
        "record": origin.external_id,
        "run": origin.run,
        "at": origin.at.isoformat(),
        "losers": [candidate_json(one) for one in origin.losers],
    }


def raw_of(value: object) -> Raw:
    """A canonical value as a ledger, a conflict or a report holds it; None for whatever is no value."""
    return value if isinstance(value, CANONICAL) else None


def raw_image(image: object) -> Raw:
    """An image as a conflict or a plan holds it; None for what is no value."""
    return None if isinstance(image, Unreadable) or image is ABSENT or image is UNKNOWN else image  # type: ignore[return-value]  # what remains of an image is raw
