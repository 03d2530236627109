"""What is wrong in the first data: one or two of everything that a channel team meets."""

from __future__ import annotations

from collections.abc import Mapping

from synchub.cli.demo import fiction
from synchub.cli.demo.holdings import NOBODY, Holdings, Row, Where
from synchub.cli.demo.seed import CALM, Truth
from synchub.model.values import Raw


class Mischief:
    """Spoils rows that are right, and notes in the holdings whom it befell."""

    def __init__(self, truth: Truth, holdings: Holdings, where: Mapping[int, Where]) -> None:
        self.truth = truth
        self.holdings = holdings
        self.where = where

    def spread(self) -> None:
        """One or two of everything that a channel team meets. Each takes a company of its own."""
        everywhere = [
            number
            for number, where in self.where.items()
            if number >= CALM
            and where.salesforce
            and where.kingdee
            and where.workbook
            and self.truth.companies[number].active
            and not self.truth.companies[number].overseas
        ]
        by_code = [number for number in everywhere if self.where[number].workbook_key == "code"]
        found = self.holdings.troubles
        taken: set[int] = set()

        def take(candidates: list[int]) -> int:
            number = next(one for one in candidates if one not in taken)
            taken.add(number)
            return number

        self._wrong_number(found, take(by_code))
        found["status_disagrees"] = (take(by_code), take(by_code))
        for number in found["status_disagrees"]:
            self._spoil("accounts", number, Active__c="No")
        found["telephone_unreadable"] = (take(by_code),)
        self._spoil("accounts", *found["telephone_unreadable"], Phone="电话见名片")
        found["region_unknown"] = (take(by_code),)
        self._spoil("partner_sheet", *found["region_unknown"], 区域="华中区")
        found["entered_twice"] = (take([n for n in everywhere if self.where[n].salesforce_key == "tax_id"]),)
        self._duplicate_account(*found["entered_twice"])
        found["row_copied"] = (take(by_code),)
        self._copied_row(*found["row_copied"])
        self._strays()
        found["row_without_name"] = (NOBODY,)
        found["contact_of_nobody"] = (NOBODY,)

    def _wrong_number(self, found: dict[str, tuple[int, ...]], number: int) -> None:
        """The ERP knows the right one, or nobody would."""
        self._spoil("customers", number, taxpayer_no=self.truth.companies[number].tax_id)
        self._spoil("partner_sheet", number, 税号=fiction.misprinted(self.truth.companies[number].tax_id))
        found["wrong_registration_number"] = (number,)

    def _spoil(self, table: str, company: int, **changes: Raw) -> None:
        rows: list[Row] = getattr(self.holdings, table)
        place = next(at for at, row in enumerate(rows) if row.company == company)
        row = rows[place]
        rows[place] = Row(company, {**row.values, **changes}, row.owner, row.parent)

    def _duplicate_account(self, company: int) -> None:
        """Two sales people entered the same company; the second one with a shorter name and an address."""
        row = next(one for one in self.holdings.accounts if one.company == company)
        changes: dict[str, Raw] = {
            "Name": self.truth.companies[company].short,
            "Website": None,
            "Phone": None,
        }
        self.holdings.accounts.append(Row(company, {**row.values, **changes}, row.owner))

    def _copied_row(self, company: int) -> None:
        """Somebody copied a row of the workbook to the end and forgot it."""
        row = next(one for one in self.holdings.partner_sheet if one.company == company)
        self.holdings.partner_sheet.append(Row(company, {**row.values, "备注": "复制过来待改"}, row.owner))

    def _strays(self) -> None:
        self.holdings.partner_sheet.append(
            Row(NOBODY, {"联系电话": "010-55509999", "备注": "展会名片，名称待补", "区域": "华北区"})
        )
        self.holdings.contact_sheet.append(
            Row(
                NOBODY,
                {
                    "渠道编码": "KH9999",
                    "渠道名称": "（待建档）",
                    "姓名": "钱多多",
                    "手机": fiction.mobile(9000),
                    "主要": "否",
                },
            )
        )
