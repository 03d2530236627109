"""Links with their agreements: read and written by the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from synchub.store import tables
from synchub.store.link_rows import AGREEMENT, LINK_COLUMNS, agreement_row, link_of, link_row, selected_link
from synchub.store.pending import PendingStatements
from synchub.store.rows import OUTGOING, Link, LinkMark, LinkState


class LinkStatements(PendingStatements):
    """Links by external id, by id, by golden record; and what they translate."""

    def link_marks(self, mapping: str, external_ids: Collection[str]) -> dict[tuple[str, str], LinkMark]:
        """What the unchanged path needs, by (external id, part)."""
        found = self._sql.rows(
            "SELECT external_id, part, id, hash, state, version FROM link WHERE mapping = ? AND external_id {among}",
            mapping,
            self._sql.list(external_ids),
        )
        return {
            (external_id, part): LinkMark(link_id, bytes(hash_), state, version)
            for external_id, part, link_id, hash_, state, version in found
        }

    def links(self, mapping: str, external_ids: Collection[str]) -> dict[tuple[str, str], Link]:
        """Whole links, by (external id, part)."""
        found = self._links("l.mapping = ? AND l.external_id {among}", mapping, self._sql.list(external_ids))
        return {(link.external_id or "", link.part): link for link in found}

    def links_by_id(self, ids: Collection[str]) -> dict[str, Link]:
        return {link.id: link for link in self._links("l.id {among}", self._sql.list(ids))}

    def links_of(self, entity: str, entity_ids: Collection[str]) -> dict[str, list[Link]]:
        """The links of golden records in all mappings; a record without any is not in the answer."""
        found: dict[str, list[Link]] = defaultdict(list)
        for link in self._links(
            "l.entity_id {among} AND l.entity = ? ORDER BY l.mapping, l.id",
            self._sql.list(entity_ids),
            entity,
        ):
            found[link.entity_id].append(link)
        return dict(found)

    def links_without_record(self, mapping: str, entity_ids: Collection[str]) -> list[Link]:
        """The links of golden records in a mapping whose record is still to be created, or has vanished."""
        return self._links(
            "l.entity_id {among} AND l.mapping = ? AND l.state IN ('wanted', 'missing') ORDER BY l.id",
            self._sql.list(entity_ids),
            mapping,
        )

    def link_versions(self, mapping: str) -> set[str]:
        """The mapping versions under which agreements with records that are there were made."""
        found = self._sql.rows(
            "SELECT DISTINCT version FROM link WHERE mapping = ? AND state = 'linked'", mapping
        )
        return {version for (version,) in found}

    def links_behind(self, mapping: str, version: str, after: str, limit: int) -> list[Link]:
        """Links with records that are there, whose agreements were made under another version; a page behind the id `after`."""
        return self._links(
            "l.mapping = ? AND l.state = 'linked' AND l.version <> ? AND l.id > ? ORDER BY l.id LIMIT ?",
            mapping,
            version,
            after,
            limit,
        )

    def all_external_ids(self, mapping: str) -> set[tuple[str, str]]:
        """(external id, part) of every record that is linked; who is not among a complete listing has vanished."""
        found = self._sql.rows(
            "SELECT external_id, part FROM link WHERE mapping = ? AND state = 'linked'", mapping
        )
        return {(external_id, part) for external_id, part in found}

    def linked_keys(self, mapping: str, limit: int, after: tuple[str, str]) -> list[tuple[str, str]]:
        """The same in their order, at most so many behind `after`."""
        found = self._sql.rows(
            "SELECT external_id, part FROM link WHERE mapping = ? AND state = 'linked' AND (external_id, part) > (?, ?)"
            " ORDER BY external_id, part LIMIT ?",
            mapping,
            *after,
            limit,
        )
        return [(external_id, part) for external_id, part in found]

    def fingerprints(
        self,
        system: str,
        object: str,
        external_ids: Collection[str],
        *,
        versions: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """The listing fingerprints held of these records, linked or waiting to be matched.

        None of a record that was taken for gone, however unchanged it is there again, nor of one that was read through another version of a
        mapping than `versions` names. Without `versions` the mappings of the object are found by their links, so those that hold none yet are missed.
        """
        names = self._sql.list(self._mappings_of(system, object) if versions is None else versions)
        found: dict[str, str] = {}
        unsaid: set[str] = set()
        for state, table in (("''", "unlinked"), ("state", "link")):
            rows = self._sql.rows(
                f"SELECT external_id, fingerprint, mapping, version, {state} FROM {table}"
                " WHERE mapping {among} AND external_id {among} AND part = '' AND fingerprint <> ''",
                names,
                self._sql.list(external_ids),
            )
            for external_id, fingerprint, mapping, version, what in rows:
                found[external_id] = fingerprint
                if what == LinkState.MISSING.value or (versions and versions[mapping] != version):
                    unsaid.add(external_id)
        return {external_id: one for external_id, one in found.items() if external_id not in unsaid}

    def _mappings_of(self, system: str, object: str) -> list[str]:
        """The mappings that hold links to this object: one step in the index for each mapping, not for each link."""
        found = self._sql.rows(
            "WITH RECURSIVE names(name) AS (SELECT MIN(mapping) FROM link UNION ALL"
            " SELECT (SELECT MIN(l.mapping) FROM link l WHERE l.mapping > n.name) FROM names n WHERE n.name IS NOT NULL)"
            " SELECT n.name FROM names n WHERE EXISTS"
            " (SELECT 1 FROM (SELECT l.system, l.object FROM link l WHERE l.mapping = n.name LIMIT 1) one"
            "  WHERE one.system = ? AND one.object = ?)",
            system,
            object,
        )
        return [row[0] for row in found]

    def every_link(self) -> list[Link]:
        """All links of the hub, for those who check the whole."""
        return self._links("TRUE ORDER BY id")

    def some_links(self, mapping: str, count: int) -> list[Link]:
        """At most so many linked records, the same every time and no neighbours: ids of links are digests."""
        condition = "l.mapping = ? AND l.state = 'linked' ORDER BY l.id LIMIT ?"
        return self._links(condition, mapping, count)

    def links_by_state(self, mapping: str) -> dict[str, int]:
        found = self._sql.rows("SELECT state, COUNT(*) FROM link WHERE mapping = ? GROUP BY state", mapping)
        return dict(sorted((state, count) for state, count in found))

    def _links(self, condition: str, *parameters: Any) -> list[Link]:
        columns = selected_link("l", self._sql.json_text)
        return [
            link_of(row)
            for row in self._sql.rows(f"SELECT {columns} FROM link l WHERE {condition}", *parameters)
        ]

    def insert_links(self, links: Sequence[Link]) -> None:
        """New links. Raises StoreError S116 where an external id, or a golden record, would be linked twice in a mapping."""
        if not links:
            return
        self._lock_golden(links)
        self._sql.insert(tables.link, LINK_COLUMNS, sorted(map(link_row, links), key=itemgetter(-1)))
        self._put_waiting(links, replace=False)
        self._newly_due(links)
        self._close_gaps(links)

    def update_links(self, links: Sequence[Link], changing: Container[str] = ()) -> None:
        """Whole rows by id; of a link that is where it was read, only the agreement is written, which no index holds.

        `changing`: golden records that are updated next in this transaction. Which of their links are due is found out then.
        """
        if not links:
            return
        self._lock_golden(links)
        moved: list[Link] = []
        stayed: list[Link] = []
        for link in links:
            (stayed if link.read_as == link.place else moved).append(link)
        if moved:
            self._open_gaps(moved)
            self._sql.update(tables.link, LINK_COLUMNS[:-1], list(map(link_row, moved)))
        self._sql.update(tables.link, AGREEMENT[:-1], list(map(agreement_row, stayed)))
        waiting = [*moved, *(link for link in stayed if link.waiting)]
        if waiting:
            self._put_waiting(waiting, replace=True)
        self._due_again(links, changing)
        if moved:
            self._close_gaps(moved)
        for link in moved:
            link.read_as = None  # what was written may be taken back, so nothing is known of it

    def forget_looks(self, mapping: str) -> None:
        """Whatever is read of these next counts as changed, and each may need a push."""
        self._sql.run(
            "UPDATE link SET hash = ?, fingerprint = '', settled_rev = 0 WHERE mapping = ? AND state = 'linked'",
            b"",
            mapping,
        )
        self._sql.run(
            "INSERT INTO due SELECT mapping, entity, id FROM link WHERE mapping = ? AND state = 'linked'"
            " ON CONFLICT DO NOTHING",
            mapping,
        )

    def delete_links(self, ids: Collection[str]) -> None:
        """Forget these links altogether; their golden records may get others."""
        if not ids:
            return
        links = list(self.links_by_id(ids).values())
        listed = self._sql.list(ids)
        for table in ("due", "waiting_ref", "suspect", "tombstone"):
            self._sql.run(f"DELETE FROM {table} WHERE link_id {{among}}", listed)
        self._sql.run("DELETE FROM link WHERE id {among}", listed)
        watched = self._watched
        self._sql.run_each(
            "INSERT INTO gap VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (one.mapping, one.entity, one.entity_id)
                for one in links
                if (one.mapping, one.entity) in watched
            ],
        )

    def mark_links(self, ids: Collection[str], state: LinkState) -> None:
        """Set the state of links."""
        if not ids:
            return
        self._sql.run("UPDATE link SET state = ? WHERE id {among}", state.value, self._sql.list(ids))
        self._due_again(self.links_by_id(ids).values())

    def _put_waiting(self, links: Iterable[Link], *, replace: bool) -> None:
        links = list(links)
        if replace:
            self._sql.run(
                "DELETE FROM waiting_ref WHERE link_id {among}", self._sql.list([link.id for link in links])
            )
        rows = [
            (entity, key, link.id, field)
            for link in links
            for field, key in link.waiting.items()
            for entity in self._referred(link.entity, field.removeprefix(OUTGOING))
        ]
        self._sql.insert(tables.waiting_ref, ("entity", "key", "link_id", "field"), rows)

    def _referred(self, entity: str, field: str) -> list[str]:
        """The entity that a reference field refers to."""
        model = self._entity(entity).model
        if field not in model.position:
            return []
        kind = model[field].kind
        kind = getattr(kind, "kind", kind)  # a list of references
        target = getattr(kind, "entity", "")
        return [target] if target else []

    def waiting_links(self, entity: str, keys: Collection[str]) -> list[Link]:
        """Links with a reference to this entity that waits for one of these raw keys, in the order of their ids."""
        return self._links(
            "l.id IN (SELECT w.link_id FROM waiting_ref w WHERE w.entity = ? AND w.key {among}) ORDER BY l.id",
            entity,
            self._sql.list(keys),
        )

    def awaited(self, entity: str, keys: Collection[str]) -> set[str]:
        """Those keys that some reference to this entity waits for."""
        if not self._sql.rows("SELECT 1 FROM waiting_ref WHERE entity = ? LIMIT 1", entity):
            return set()  # mostly so
        found = self._sql.rows(
            "SELECT DISTINCT key FROM waiting_ref WHERE entity = ? AND key {among}",
            entity,
            self._sql.list(keys),
        )
        return {row[0] for row in found}

    def waiting_keys(self) -> set[str]:
        """Every key that some reference waits for."""
        return {row[0] for row in self._sql.rows("SELECT DISTINCT key FROM waiting_ref")}

    def translate(self, system: str, entity: str, external_ids: Collection[str]) -> dict[str, str]:
        """External ids as golden ids, joined records redirected. An id that two objects give to different records is left out."""
        found = self._sql.rows(
            "SELECT external_id, entity_id FROM link WHERE system = ? AND entity = ? AND part = ''"
            " AND state IN ('linked', 'out_of_scope') AND external_id {among}",
            system,
            entity,
            self._sql.list(external_ids),
        )
        survivors = self._survivors(entity, {golden_id for _, golden_id in found})
        return _unambiguous((external_id, survivors[golden_id]) for external_id, golden_id in found)

    def external_ids(self, system: str, entity: str, golden_ids: Collection[str]) -> dict[str, str]:
        """Golden ids as the ids this system knows them by. A record that is two records there is left out."""
        found = self._sql.rows(
            "SELECT entity_id, external_id FROM link WHERE entity_id {among} AND system = ? AND entity = ?"
            " AND part = '' AND state = 'linked'",
            self._sql.list(golden_ids),
            system,
            entity,
        )
        return _unambiguous((golden_id, external_id) for golden_id, external_id in found)

    def _survivors(self, entity: str, golden_ids: Collection[str]) -> dict[str, str]:
        """Each id as the id of the record it was joined into, or itself."""
        survivors = {golden_id: golden_id for golden_id in golden_ids}
        table = self._entity(entity).name
        open_ids = set(golden_ids)
        passed = set(golden_ids)
        while open_ids:
            moved = dict(
                tuple(row)
                for row in self._sql.rows(
                    f"SELECT id, merged_into FROM {table} WHERE id {{among}} AND merged_into IS NOT NULL",
                    self._sql.list(open_ids),
                )
            )
            survivors = {golden_id: moved.get(now, now) for golden_id, now in survivors.items()}
            open_ids = set(moved.values()) - passed
            passed |= open_ids
        return survivors


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    meanings: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        meanings[key].add(value)
    return {key: next(iter(values)) for key, values in meanings.items() if len(values) == 1}
