"""Values there and back: what we write is what is held, what is held is what we read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from synchub.sdk import OutcomeKind, Raw
from synchub.testing.conformance.harness import Harness
from synchub.testing.conformance.needs import needs_column
from synchub.testing.conformance.sameness import same

TEXTS = (
    "渠道伙伴有限公司",
    "emoji 😀👨‍👩‍👧 𠮷",
    "Ünïcode é e\u0301",
    "ＡＢＣ１２３",
    "00123",
    "12345678901234567890",
    "1e5",
    "-0",
    "12.50",
    "true",
    "NULL",
    "#N/A",
    "2026-08-01",
    "=1+1",
    "+86 138 0013 8000",
    "@SUM(A1)",
    'O\'Brien "x" \\ %_ <&> {0} ${x}',
    "a, b; c\td",
)
DECIMALS = ("0.1", "0.30", "123456789.01", "-5.5", "1000000", "0.01", "99999999999.99")
INTEGERS = (0, 1, -1, 2_147_483_648, 999_999_999_999)
DATES = ("2026-02-28", "2024-02-29", "1999-12-31", "2099-01-01")
DATETIMES = ("2026-08-01T12:34:56", "1999-12-31T23:59:59")


class ValueTests:
    """One test for each kind of column the object has."""

    def test_texts_stay_as_they_are(self, harness: Harness) -> None:
        _travel(harness, harness.columns.text, TEXTS)

    def test_keys_stay_as_they_are(self, harness: Harness) -> None:
        _written(
            harness, harness.columns.key, ("00123", "渠道-华东-😀", "12345678901234567890", "A/B:C?D#E&F=G H")
        )

    @needs_column("long_text")
    def test_long_texts_and_line_breaks_stay_as_they_are(self, harness: Harness) -> None:
        pages = ("长" * harness.long_length, "first\nsecond\n\nfourth", "x" * harness.long_length)
        _travel(harness, harness.columns.long_text, pages)

    def test_blank_is_written_and_read_as_blank(self, harness: Harness) -> None:
        _travel(harness, harness.columns.other_text, (None, ""))

    @needs_column("decimal")
    def test_decimals_are_exact(self, harness: Harness) -> None:
        _travel(harness, harness.columns.decimal, tuple(map(Decimal, DECIMALS)))

    @needs_column("decimal")
    def test_a_number_can_be_taken_away(self, harness: Harness) -> None:
        _travel(harness, harness.columns.decimal, (None,))

    @needs_column("integer")
    def test_whole_numbers_stay_whole(self, harness: Harness) -> None:
        _travel(harness, harness.columns.integer, INTEGERS)

    @needs_column("date")
    def test_dates_do_not_move(self, harness: Harness) -> None:
        _travel(harness, harness.columns.date, (*DATES, None))

    @needs_column("datetime")
    def test_times_do_not_move(self, harness: Harness) -> None:
        _travel(harness, harness.columns.datetime, (*DATETIMES, None))

    @needs_column("boolean")
    def test_yes_and_no_stay_yes_and_no(self, harness: Harness) -> None:
        _travel(harness, harness.columns.boolean, (True, False))


def _travel(harness: Harness, column: str, values: Sequence[Raw]) -> None:
    """Written by the hub, and typed by a person: held and read as given, or refused out loud."""
    _written(harness, column, values)
    typed = [value for value in values if str(value) not in harness.unkept]
    rows = [{**harness.row(number), column: value} for number, value in enumerate(typed, 500)]
    held = {harness.create(row): row[column] for row in rows}
    _is_read(harness, column, held)


def _written(harness: Harness, column: str, values: Sequence[Raw]) -> None:
    ids = harness.creates(len(values))
    writes = [harness.update(id, {column: value}) for id, value in zip(ids, values, strict=True)]
    outcomes = harness.push(harness.connector(), *writes)
    refused = [value for value, one in zip(values, outcomes, strict=True) if one.kind is not OutcomeKind.OK]
    assert set(map(str, refused)) == harness.unkept & set(map(str, values)), [one.error for one in outcomes]
    kept = {id: value for id, value in zip(ids, values, strict=True) if value not in refused}
    lost = [
        found for id, value in kept.items() for found in harness.differences(id, {column: value}).values()
    ]
    assert not lost, "written, held"
    _is_read(harness, column, kept)


def _is_read(harness: Harness, column: str, wanted: Mapping[str, Raw]) -> None:
    connector = harness.connector()
    fetched = harness.fetch(connector, list(wanted), column)
    pulled = {one.id: one for page in connector.pull(harness.request([column])) for one in page.records}
    for found in (fetched, pulled):
        misread = [
            (value, found[id].values[0])
            for id, value in wanted.items()
            if not same(value, found[id].values[0])
        ]
        assert not misread, "held, read"
