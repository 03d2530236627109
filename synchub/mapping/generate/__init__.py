"""Writes the source of a mapping's functions: one that reads a row, one that gives its images, one that writes.

Only positions and switches of the checked spec go into the source; names, columns and texts of the file are handed over as
objects, so that nothing a file says can become code. The everyday values are dealt with in place; every other one goes to the getter or the
putter of its field, which know all there is to know.
"""

from synchub.mapping.generate.plan import Getter, Memory, PiecePutter, Plan, Putter
from synchub.mapping.generate.read import image_function, image_reader, read_function
from synchub.mapping.generate.write import write_function

__all__ = [
    "Getter",
    "Memory",
    "PiecePutter",
    "Plan",
    "Putter",
    "image_function",
    "image_reader",
    "read_function",
    "write_function",
]
