"""A reader that pulls as the engine does: it keeps cursor, images and fingerprints, and holds every page to the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from synchub.sdk import Connector, Page, RawRecord, RawValue
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.sameness import same


@dataclass
class Pulled:
    """What one pull brought."""

    pages: list[Page] = field(default_factory=list)

    @property
    def all(self) -> list[RawRecord]:
        """Every record, as often as it came."""
        return [record for page in self.pages for record in page.records]

    @property
    def records(self) -> dict[str, RawRecord]:
        """The latest image of each."""
        return {record.id: record for record in self.all}

    @property
    def unchanged(self) -> set[str]:
        return {id for page in self.pages for id in page.unchanged}

    @property
    def complete(self) -> bool:
        return self.pages[-1].complete


class Reader:
    """Begin with `pull`, go on with `pull`; `whole=True` reads everything again."""

    def __init__(self, harness: Harness, *columns: str, connector: Connector[Any] | None = None) -> None:
        self.harness = harness
        self.columns = columns or harness.columns.all()
        self.connector = connector or harness.connector()
        self.cursor: str | None = None
        self.images: dict[str, tuple[RawValue, ...]] = {}
        self.prints: dict[str, str] = {}

    def pull(self, *, whole: bool = False) -> Pulled:
        """One pull to its end."""
        pulled = Pulled()
        pulled.pages.extend(self.walk(whole=whole))
        return pulled

    def walk(self, *, whole: bool = False, resume: str | None = None) -> Iterator[Page]:
        """One pull page by page; what happens between two pages happens while the pages are turned."""
        cursor = None if whole else self.cursor
        request = self.harness.request(self.columns, cursor=cursor, resume=resume, known=self.known)
        seen: set[str] = set()
        last: Page | None = None
        for page in self.connector.pull(request):
            assert last is None or last.cursor is None, "only the last page carries the cursor"
            assert last is None or not last.complete, "only the last page knows that it was all"
            last = page
            self._absorb(page)
            seen |= {record.id for record in page.records if not record.deleted} | set(page.unchanged)
            yield page
        assert last is not None, "a pull yields at least one page"
        assert last.cursor is not None, "the last page carries the cursor"
        self.cursor = last.cursor
        if last.complete and resume is None:
            # What a complete listing does not tell is not there.
            self.images = {id: image for id, image in self.images.items() if id in seen}

    def known(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {id: self.prints[id] for id in ids if self.prints.get(id)}

    def value(self, id: str, column: str) -> RawValue:
        """What was last read of a cell."""
        return self.images[id][self.columns.index(column)]

    def must_agree(self) -> None:
        """Everything read is everything there is."""
        held = self.harness.held()
        assert self.images.keys() == held.keys()
        wrong = {
            (id, column): (held[id].get(column), value)
            for id, image in self.images.items()
            for column, value in zip(self.columns, image, strict=True)
            if not same(held[id].get(column), value)
        }
        assert not wrong, "held by the system, read by the connector"

    def _absorb(self, page: Page) -> None:
        assert not page.rejected, page.rejected
        for record in page.records:
            assert record.id
            assert len(record.values) == len(self.columns), "a value for each column asked for"
            assert record.modified is None or record.modified.utcoffset() == timedelta(0), (
                "times are aware and UTC"
            )
            self.prints[record.id] = record.fingerprint
            if record.deleted:
                self.images.pop(record.id, None)
            else:
                self.images[record.id] = record.values
