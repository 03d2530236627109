"""Model overlays: how a hub governs and extends the standard entities without code (``mappings/model/*.yaml``).

The class brings the standard fields with kind, label and PII class; the overlay narrows them, names owners, conflict policies, groups,
rules and visibility, and adds the hub's own fields. Both become one `EntityModel` per entity.
"""

from synchub.model.overlay.compiling import compile_entities, load_entities
from synchub.model.overlay.reading import Overlay, read_overlay, read_overlays

__all__ = ["Overlay", "compile_entities", "load_entities", "read_overlay", "read_overlays"]
