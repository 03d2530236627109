"""Furnishes the demo: fills the two sandboxes through their Python interface and lays the workbook beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from synchub.cli.demo.holdings import Holdings, Row
from synchub.cli.demo.workbook import build_workbook
from synchub.model.values import Raw
from synchub.paths import HubPaths
from synchub.sdk import Clock, SystemClock
from synchub_kingdee_xingchen import XingchenSandbox
from synchub_salesforce import SalesforceSandbox

SALESFORCE: Final = "salesforce"
KINGDEE: Final = "kingdee"
WORKBOOK: Final = "workbook"
WORKBOOK_FILE: Final = "渠道台账.xlsx"
SEEDED_BEFORE: Final = timedelta(days=30)
"""The first data is a month old, so that it lies outside of what pulls re-read for safety."""


@dataclass(frozen=True, slots=True)
class Shifted:
    """The machine's clock, moved."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() + self.by

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Systems:
    """The demo's three systems as people sit in front of them, beside the hub. Nothing here is known to the hub."""

    paths: HubPaths
    clock: Clock

    @classmethod
    def of(cls, folder: Path, clock: Clock | None = None) -> Systems:
        return cls(HubPaths(folder), clock or SystemClock())

    @property
    def workbook(self) -> Path:
        return self.paths.folder / WORKBOOK_FILE

    @contextmanager
    def salesforce(self, by: timedelta = timedelta()) -> Iterator[SalesforceSandbox]:
        """The org, with its clock moved `by`."""
        sandbox = SalesforceSandbox(self._file(SALESFORCE), Shifted(self.clock, by))
        try:
            yield sandbox
        finally:
            sandbox.close()

    @contextmanager
    def kingdee(self, by: timedelta = timedelta()) -> Iterator[XingchenSandbox]:
        """The account set, with its clock moved `by`."""
        sandbox = XingchenSandbox(self._file(KINGDEE), Shifted(self.clock, by))
        try:
            yield sandbox
        finally:
            sandbox.close()

    def _file(self, system: str) -> Path:
        file = self.paths.sandbox(system)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return file

    def furnish(self, holdings: Holdings) -> None:
        """Lay out the first data."""
        self._fill_salesforce(holdings)
        self._fill_kingdee(holdings)
        build_workbook(
            self.workbook,
            [row.values for row in holdings.partner_sheet],
            [row.values for row in holdings.contact_sheet],
            [row.values for row in holdings.employee_sheet],
        )

    def _fill_salesforce(self, holdings: Holdings) -> None:
        with self.salesforce(-SEEDED_BEFORE) as org:
            ids = org.seed("User", [row.values for row in holdings.users])
            users = {row.owner: id for row, id in zip(holdings.users, ids, strict=True)}
            accounts = org.seed("Account", [_owned(row, users) for row in holdings.accounts])
            org.seed(
                "Contact",
                [{**_owned(row, users), "AccountId": accounts[row.parent]} for row in holdings.contacts],
            )

    def _fill_kingdee(self, holdings: Holdings) -> None:
        with self.kingdee(-SEEDED_BEFORE) as books:
            # The vendor's 500 calls a minute would make the demo wait, not teach anything.
            books.behave(calls_per_minute=1_000_000, token_calls_per_minute=1_000)
            books.seed_employees([row.values for row in holdings.employees])
            books.seed_customers([row.values for row in holdings.customers])


def _owned(row: Row, users: Mapping[int | None, str]) -> dict[str, Raw]:
    owner = users.get(row.owner)
    return {**row.values, **({} if owner is None else {"OwnerId": owner})}
