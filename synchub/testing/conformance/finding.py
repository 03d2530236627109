"""Reading by id and by key."""

from __future__ import annotations

from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.sameness import same

KEYS = (
    "00123",
    "123",
    "1230",
    "渠道-华东",
    "Ünïcode",
    'O\'Brien \\ "x"',
    "a%_b",
    "<&>",
    "=1+1",
    "12345678901234567890",
)
"""Each a text of its own: no zero may go, no sign may mean anything."""


class FindTests:
    """Fetch and find."""

    def test_records_are_fetched_by_id_as_they_are_held(self, harness: Harness) -> None:
        ids = harness.creates(3)
        columns = harness.columns.all()
        found = harness.fetch(harness.connector(), ids[:2])
        assert found.keys() == set(ids[:2])
        held = harness.held()
        for id, record in found.items():
            wrong = [
                name
                for name, value in zip(columns, record.values, strict=True)
                if not same(held[id].get(name), value)
            ]
            assert not wrong, record

    def test_ids_that_are_not_there_are_left_out(self, harness: Harness) -> None:
        ids = harness.creates(2)
        harness.delete(ids[1])
        asked = [harness.unknown_id(1), *ids, harness.unknown_id(2)]
        found = harness.fetch(harness.connector(), asked)
        assert found.keys() - {ids[1]} == {ids[0]}
        assert ids[1] not in found or found[ids[1]].deleted

    def test_nothing_is_fetched_for_no_ids(self, harness: Harness) -> None:
        harness.creates(1)
        assert harness.connector().fetch(harness.request(), []) == []

    def test_as_many_ids_as_declared_are_fetched_at_once(self, harness: Harness) -> None:
        ids = harness.creates(2)
        size = harness.facts().read_batch
        asked = [*ids, *(harness.unknown_id(number) for number in range(size - len(ids)))][:size]
        found = harness.connector().fetch(harness.request(), asked)
        assert {record.id for record in found} == set(ids[:size])

    def test_a_record_is_found_by_its_key_and_no_other_is(self, harness: Harness) -> None:
        key = harness.columns.key
        ids = {
            text: harness.create({**harness.row(number), key: text}) for number, text in enumerate(KEYS, 1)
        }
        connector = harness.connector()
        request = harness.request([harness.columns.text])
        wrong = {}
        for text, id in ids.items():
            found = connector.find(request, key, [text])
            if [record.id for record in found] != [id]:
                wrong[text] = found
        assert not wrong

    def test_found_records_have_the_columns_asked_for(self, harness: Harness) -> None:
        ids = harness.creates(2)
        key, text = harness.columns.key, harness.columns.text
        held = harness.held()[ids[1]]
        for columns in ([text], [text, key], [key, text]):
            (found,) = harness.connector().find(
                harness.request(columns), key, [str(held[key]), "no such key"]
            )
            assert found.id == ids[1]
            assert list(found.values) == [held[name] for name in columns]

    def test_several_keys_are_found_at_once(self, harness: Harness) -> None:
        ids = harness.creates(4)
        held = harness.held()
        keys = [str(held[id][harness.columns.key]) for id in ids[:3]]
        found = harness.connector().find(harness.request(), harness.columns.key, keys)
        assert {record.id for record in found} == set(ids[:3])

    def test_deleted_records_and_unknown_keys_are_not_found(self, harness: Harness) -> None:
        ids = harness.creates(2)
        key = str(harness.held()[ids[0]][harness.columns.key])
        harness.delete(ids[0])
        found = harness.connector().find(harness.request(), harness.columns.key, [key, "no such key"])
        assert found == []
