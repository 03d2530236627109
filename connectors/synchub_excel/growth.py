"""What must grow with new rows: the used range a sheet declares, its filter, the table the rows belong to."""

from __future__ import annotations

import re
from collections.abc import Callable

from .refs import Area, parse_area
from .sheetxml import attribute, with_attribute


def with_dimension(data: bytes, prefix: bytes, row: int, column: int) -> bytes:
    """The worksheet with its ``dimension`` wide enough for this cell; unchanged when it is, or when there is none."""
    return _with_area(data, b"<" + prefix + b"dimension", lambda area: _reaching(area, row, column))


def with_longer_filter(data: bytes, prefix: bytes, header: int, old_last: int, new_last: int) -> bytes:
    """The worksheet with an auto filter that ended at the last row reaching to the new last row."""

    def longer(area: Area) -> Area:
        grows = area.top == header and area.bottom == old_last
        return area._replace(bottom=new_last) if grows else area

    return _with_area(data, b"<" + prefix + b"autoFilter", longer)


def longer_table(data: bytes, new_last: int) -> bytes:
    """A table's part with its range, and its filter's, ending at the new last row."""

    def longer(area: Area) -> Area:
        return area._replace(bottom=new_last)

    root = re.search(rb"<((?:[\w.-]+:)?)table\s", data)
    prefix = root[1] if root is not None else b""
    data = _with_area(data, b"<" + prefix + b"table", longer)
    return _with_area(data, b"<" + prefix + b"autoFilter", longer)


def _reaching(area: Area, row: int, column: int) -> Area:
    return Area(min(area.top, row), min(area.left, column), max(area.bottom, row), max(area.right, column))


def _with_area(data: bytes, tag: bytes, change: Callable[[Area], Area]) -> bytes:
    """The data with the ``ref`` of the first element of this tag changed."""
    found = re.compile(re.escape(tag) + rb"(\s[^>]*)").search(data)
    text = attribute(found[1], b"ref") if found is not None else None
    area = parse_area(text.decode("ascii", "replace")) if text is not None else None
    if found is None or area is None or change(area) == area:
        return data
    attributes = with_attribute(found[1], b"ref", str(change(area)).encode())
    return data[: found.start(1)] + attributes + data[found.end(1) :]
