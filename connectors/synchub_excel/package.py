"""The zip container of a workbook: opened with suspicion, written back with every other entry as it was."""

from __future__ import annotations

import copy
import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from .place import Place

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MEGABYTE: Final = 1024 * 1024
_ZIP64_EXTRA: Final = 1

_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error)


class Package:
    """The parts of one workbook, by name."""

    def __init__(self, data: bytes, place: Place, *, max_unpacked_mb: int) -> None:
        """Raises ProtocolError for anything that is not a sound, open .xlsx."""
        self.place = place
        _refuse_other_formats(data, place)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise place.fault("XL107") from error
        self.entries = self._zip.infolist()
        if sum(entry.file_size for entry in self.entries) > max_unpacked_mb * _MEGABYTE:
            raise place.fault("XL108", limit=max_unpacked_mb)
        self._names = {entry.filename.lower(): entry.filename for entry in self.entries}
        if len(self._names) != len(self.entries):
            raise place.fault("XL107")

    def find(self, name: str) -> str | None:
        """The entry of this part name; parts are found without regard to upper and lower case."""
        return self._names.get(name.lstrip("/").lower())

    def read(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except (*_BROKEN, KeyError) as error:
            raise self.place.fault("XL107") from error

    def xml(self, name: str) -> bytes:
        """A part that is plain UTF-8 XML without a document type."""
        data = self.read(name)
        head = data[:200].lower()
        plain = b"encoding" not in head.partition(b"?>")[0] or b"utf-8" in head
        if not plain or b"\x00" in data or b"<!DOCTYPE" in data:
            raise self.place.fault("XL109", part=name)
        return data

    def tree(self, name: str) -> ET.Element:
        try:
            return ET.fromstring(self.xml(name))  # noqa: S314 - no document type, so no entities
        except ET.ParseError as error:
            raise self.place.fault("XL109", part=name) from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relations of a part ("" for the package): id -> (last word of the type, entry name)."""
        folder, name = posixpath.split(part)
        entry = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        if entry is None:
            return found
        for node in self.tree(entry):
            if node.get("TargetMode") == "External":
                continue
            target = self.find(posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))))
            if target is not None:
                found[node.get("Id", "")] = (node.get("Type", "").rpartition("/")[2], target)
        return found

    def rewritten(self, changes: Mapping[str, bytes]) -> bytes:
        """The workbook with these entries' contents replaced; order, names, dates and attributes stay."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = self._zip.comment
            for entry in self.entries:
                content = changes[entry.filename] if entry.filename in changes else self.read(entry.filename)
                info = copy.copy(entry)
                info.extra = _without_zip64(entry.extra)
                target.writestr(info, content, entry.compress_type)
                info.external_attr = entry.external_attr  # zipfile has put rights where there were none
        return out.getvalue()


def _refuse_other_formats(data: bytes, place: Place) -> None:
    if not data:
        raise place.fault("XL110")
    if data.startswith(_OLE):
        raise place.fault("XL105" if _ENCRYPTED in data else "XL106")


def _without_zip64(extra: bytes) -> bytes:
    """Some writers note 64-bit sizes for small entries too; the sizes are new, so the note must go."""
    kept, rest = b"", extra
    while len(rest) >= 4:
        kind, length = struct.unpack_from("<HH", rest)
        block, rest = rest[: 4 + length], rest[4 + length :]
        kept += block if kind != _ZIP64_EXTRA else b""
    return kept
