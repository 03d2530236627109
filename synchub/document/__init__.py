"""Strict YAML in which every scalar is text and every node knows its place.

Neither YAML 1.1 nor 1.2 typing is safe for this data (``NO`` becomes false, ``0755`` becomes 493), so nothing is typed here: the reader of
a file asks for what it expects. Full-width marks, tabs and wrong encodings are found before YAML sees them, since YAML
would complain about another line or not at all.
"""

from synchub.document.loading import load, load_anyway, parse
from synchub.document.nodes import Entry, Findings, Items, Node, Scalar, Table, Word, place
from synchub.document.reading import YES_NO, Keyword, Reading, nearest, shape

__all__ = [
    "YES_NO",
    "Entry",
    "Findings",
    "Items",
    "Keyword",
    "Node",
    "Reading",
    "Scalar",
    "Table",
    "Word",
    "load",
    "load_anyway",
    "nearest",
    "parse",
    "place",
    "shape",
]
