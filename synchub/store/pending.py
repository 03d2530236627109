"""What must be pushed, found without scanning: `due` names links behind their golden record, `gap` golden records without a link.

Both tables may name too much and never too little; queries check each row against the truth. On PostgreSQL whoever writes a link locks
its golden record first, so that a concurrent change of the record and the link's new `settled_rev` cannot miss each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from functools import cached_property

from synchub.store import tables
from synchub.store.context import InTransaction
from synchub.store.link_rows import LINK_WIDTH, link_of, selected_link
from synchub.store.rows import Golden, Link

_BEHIND = "(l.state IN ('wanted', 'linked') AND l.settled_rev < g.rev)"


class PendingStatements(InTransaction):
    """Pushes and creates that are due."""

    def pending(self, mapping: str, entity: str, limit: int, after_id: str = "") -> list[tuple[Link, Golden]]:
        """Links in order of id, after `after_id`, that are linked or wanted and whose settled rev is behind their live golden record."""
        golden = self._entity(entity)
        found = self._sql.rows(
            f"SELECT {selected_link('l', self._sql.json_text)}, {golden.selected('g')}"
            f" FROM due d JOIN link l ON l.id = d.link_id JOIN {golden.name} g ON g.id = l.entity_id"
            f" WHERE d.mapping = ? AND d.entity = ? AND d.link_id > ? AND g.state = 'live' AND {_BEHIND}"
            " ORDER BY d.link_id LIMIT ?",
            mapping,
            entity,
            after_id,
            limit,
        )
        return [(link_of(row), golden.from_row(row[LINK_WIDTH:])) for row in found]

    def due_mappings(self) -> set[str]:
        """Mappings in which something may be pending."""
        return {row[0] for row in self._sql.rows("SELECT DISTINCT mapping FROM due")}

    def settle(self, settled: Sequence[tuple[str, int]]) -> None:
        """Each link's push of this rev of its golden record is done or was not needed."""
        if not settled:
            return
        ids = [link_id for link_id, _ in settled]
        entities = [
            row[0]
            for row in self._sql.rows(
                "SELECT DISTINCT entity FROM link WHERE id {among}", self._sql.list(ids)
            )
        ]
        for entity in entities:
            self._lock(
                entity,
                "SELECT entity_id FROM link WHERE entity = ? AND id {among}",
                entity,
                self._sql.list(ids),
            )
        self._sql.update(tables.link, ("settled_rev",), [(rev, link_id) for link_id, rev in settled])
        self._not_due(ids)
        self._note_due(entities, ids)

    def _lock_golden(self, links: Iterable[Link]) -> None:
        if not self._sql.postgres:
            return
        by_entity: dict[str, set[str]] = defaultdict(set)
        for link in links:
            by_entity[link.entity].add(link.entity_id)
        for entity, ids in sorted(by_entity.items()):
            self._lock(entity, "SELECT unnest(?::text[])", self._sql.list(ids))

    def _lock(self, entity: str, ids_query: str, *parameters: object) -> None:
        if self._sql.postgres:
            table = self._entity(entity).name
            self._sql.rows(  # counted, so that nobody is sent ids that we know
                f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE id IN ({ids_query}) ORDER BY id FOR NO KEY UPDATE) one",
                *parameters,
            )

    def _due_again(self, links: Collection[Link], changing: Container[str] = ()) -> None:
        """Recompute `due` for links that were just written; for those of golden records in `changing`, `_due_for` will."""
        self._not_due([link.id for link in links])
        self._newly_due([link for link in links if link.entity_id not in changing])

    def _not_due(self, link_ids: Collection[str]) -> None:
        self._sql.run("DELETE FROM due WHERE link_id {among}", self._sql.list(link_ids))

    def _newly_due(self, links: Collection[Link]) -> None:
        """What is due of links of which none is noted."""
        self._note_due({link.entity for link in links}, [link.id for link in links])

    def _note_due(self, entities: Collection[str], link_ids: Collection[str]) -> None:
        listed = self._sql.list(link_ids)
        for entity in sorted(entities):
            table = self._entity(entity).name
            self._sql.run(
                f"INSERT INTO due SELECT l.mapping, l.entity, l.id FROM link l JOIN {table} g ON g.id = l.entity_id"
                f" WHERE l.id {{among}} AND l.entity = ? AND g.state = 'live' AND {_BEHIND} ON CONFLICT DO NOTHING",
                listed,
                entity,
            )

    def _due_for(self, entity: str, golden_ids: Collection[str]) -> None:
        """The links of golden records that just moved."""
        table = self._entity(entity).name
        self._sql.run(
            f"INSERT INTO due SELECT l.mapping, l.entity, l.id FROM link l JOIN {table} g ON g.id = l.entity_id"
            f" WHERE l.entity_id {{among}} AND l.entity = ? AND g.state = 'live' AND {_BEHIND} ON CONFLICT DO NOTHING",
            self._sql.list(golden_ids),
            entity,
        )

    def golden_without_link(self, mapping: str, entity: str, limit: int, after_id: str = "") -> list[Golden]:
        """Live golden records, in order of id, that have no link of any state in this mapping.

        The first question of a mapping looks at every record; from then on only candidates are kept and looked at.
        """
        golden = self._entity(entity)
        source = "gap c"
        if (mapping, entity) not in self._watched and not self._watch(mapping, entity):
            source = f"(SELECT ? AS mapping, ? AS entity, id AS entity_id FROM {golden.name}) c"
        parameters = (mapping, entity) if source != "gap c" else ()
        found = self._sql.rows(
            f"SELECT {golden.selected('g')} FROM {source} JOIN {golden.name} g ON g.id = c.entity_id"
            " WHERE c.mapping = ? AND c.entity = ? AND c.entity_id > ? AND g.state = 'live'"
            " AND NOT EXISTS (SELECT 1 FROM link l WHERE l.entity_id = c.entity_id AND l.mapping = c.mapping)"
            " ORDER BY c.entity_id LIMIT ?",
            *parameters,
            mapping,
            entity,
            after_id,
            limit,
        )
        return [golden.from_row(row) for row in found]

    def may_lack_links(self, mapping: str, entity: str) -> bool:
        """May `golden_without_link` find any? Yes, too, as long as nobody keeps count."""
        if (mapping, entity) not in self._watched:
            return True
        return bool(self.golden_without_link(mapping, entity, 1))

    @property
    def _watched(self) -> set[tuple[str, str]]:
        if self._sql.postgres:  # another transaction may have begun to watch since
            return self._read_watched()
        return self._watched_here

    @cached_property
    def _watched_here(self) -> set[tuple[str, str]]:
        return self._read_watched()

    def _read_watched(self) -> set[tuple[str, str]]:
        return {(row[0], row[1]) for row in self._sql.rows("SELECT mapping, entity FROM gap_watch")}

    def _watch(self, mapping: str, entity: str) -> bool:
        """Keep the gaps of this mapping from now on; False in a transaction that may not write."""
        if self._read_only:
            return False
        table = self._entity(entity).name
        if self._sql.postgres:  # nobody may add a record between our look and our notice
            self._sql.run(f"LOCK TABLE {table}, link IN SHARE ROW EXCLUSIVE MODE")
        self._sql.run("INSERT INTO gap_watch VALUES (?, ?) ON CONFLICT DO NOTHING", mapping, entity)
        self._sql.run(
            f"INSERT INTO gap SELECT w.mapping, w.entity, g.id FROM gap_watch w CROSS JOIN {table} g"
            " WHERE w.mapping = ? AND w.entity = ?"
            " AND NOT EXISTS (SELECT 1 FROM link l WHERE l.entity_id = g.id AND l.mapping = w.mapping)"
            " ON CONFLICT DO NOTHING",
            mapping,
            entity,
        )
        self.__dict__.pop("_watched_here", None)
        return True

    def _gaps_of_new(self, entity: str, golden_ids: Collection[str]) -> None:
        """New golden records have no link anywhere yet."""
        if not any(watched == entity for _, watched in self._watched):
            return
        self._sql.run(
            f"INSERT INTO gap SELECT w.mapping, w.entity, g.id FROM gap_watch w CROSS JOIN {self._entity(entity).name} g"
            " WHERE w.entity = ? AND g.id {among} ON CONFLICT DO NOTHING",
            entity,
            self._sql.list(golden_ids),
        )

    def _open_gaps(self, links: Collection[Link]) -> None:
        """Links that are about to move to another golden record leave the old one without."""
        watched = self._watched
        if not any((link.mapping, link.entity) in watched for link in links):
            return
        moved = {link.id: link.entity_id for link in links}
        before = self._sql.rows(
            "SELECT id, mapping, entity, entity_id FROM link WHERE id {among}", self._sql.list(moved)
        )
        self._sql.run_each(
            "INSERT INTO gap VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (mapping, entity, entity_id)
                for link_id, mapping, entity, entity_id in before
                if moved[link_id] != entity_id and (mapping, entity) in watched
            ],
        )

    def _close_gaps(self, links: Iterable[Link]) -> None:
        closed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in links:
            closed[link.mapping, link.entity].append(link.entity_id)
        for (mapping, entity), ids in closed.items():
            self._close_gaps_of(mapping, entity, ids)

    def _close_gaps_of(self, mapping: str, entity: str, ids: Collection[str]) -> None:
        """These golden records have a link in this mapping now."""
        if (mapping, entity) in self._watched:
            self._sql.run(
                "DELETE FROM gap WHERE mapping = ? AND entity = ? AND entity_id {among}",
                mapping,
                entity,
                self._sql.list(ids),
            )
