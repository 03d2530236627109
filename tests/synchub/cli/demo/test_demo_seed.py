"""The demo's data: the same on every machine, valid where it is right, wrong only where it says so."""

from __future__ import annotations

import pytest

from synchub.cli.demo import fiction
from synchub.cli.demo.distribution import distribute
from synchub.cli.demo.holdings import NOBODY, Holdings
from synchub.cli.demo.seed import CALM, Truth, make_truth
from synchub.cli.demo.vocabulary import LANDS, TOWNS
from synchub.model.kinds import Email, Phone, Uscc
from synchub.model.values import KindProblem

PARTNERS = 80


@pytest.fixture(scope="module")
def truth() -> Truth:
    return make_truth(PARTNERS)


@pytest.fixture(scope="module")
def holdings(truth: Truth) -> Holdings:
    return distribute(truth)


def test_the_same_seed_gives_the_same_data(truth: Truth, holdings: Holdings) -> None:
    again = make_truth(PARTNERS)
    assert again == truth
    assert distribute(again) == holdings
    assert make_truth(PARTNERS, seed=7) != truth


def test_numbers_and_addresses_pass_every_check(truth: Truth) -> None:
    for company in truth.companies:
        assert Phone().parse(company.phone)
        if company.overseas:
            assert not company.tax_id
        else:
            assert Uscc().parse(company.tax_id) == company.tax_id
        for person in company.people:
            assert Phone().parse(person.mobile) == f"+86{person.mobile}"
            assert Email().parse(person.email) == person.email
    for manager in truth.managers:
        assert Phone().parse(manager.mobile)


def test_numbers_and_addresses_are_nobody_s(truth: Truth) -> None:
    people = [person for company in truth.companies for person in company.people]
    assert all(person.mobile[3:7] == "0000" for person in people)
    assert all(person.email.endswith(".example.com") for person in people)
    assert len({person.mobile for person in people}) == len(people)
    assert all("555" in land.phone or "7946 0" in land.phone or "23125" in land.phone for land in LANDS)


def test_every_town_has_working_landlines() -> None:
    for town in TOWNS:
        assert {Phone().parse(fiction.landline(town.area, number)) is not None for number in range(240)} == {
            True
        }


def test_names_that_are_looked_up_are_unique(truth: Truth) -> None:
    assert len({company.name for company in truth.companies}) == len(truth.companies)
    assert len({manager.name for manager in truth.managers}) == len(truth.managers)
    for company in truth.companies:
        assert len({person.name for person in company.people}) == len(company.people)


def test_both_languages_and_overseas_occur(truth: Truth) -> None:
    assert any(company.overseas for company in truth.companies)
    assert any(not company.name.isascii() for company in truth.companies)
    assert {company.region for company in truth.companies} == {"华东", "华南", "华北", "西南", "海外"}


def test_a_misprint_is_one_that_the_check_character_finds(truth: Truth) -> None:
    for company in truth.companies:
        if company.tax_id:
            with pytest.raises(KindProblem, match=r"last character|校验位"):
                Uscc().parse(fiction.misprinted(company.tax_id))


def test_spellings_of_a_telephone_number_mean_the_same() -> None:
    digits = fiction.mobile(5)
    assert {Phone().parse(fiction.spelled(digits, style)) for style in range(6)} == {f"+86{digits}"}
    assert fiction.wide("Alpine Systems (Ltd)").replace("\u3000", " ") != "Alpine Systems (Ltd)"


def test_every_company_is_somewhere_and_the_first_ones_are_everywhere(
    truth: Truth, holdings: Holdings
) -> None:
    places = (holdings.accounts, holdings.customers, holdings.partner_sheet)
    known = [{row.company for row in rows} for rows in places]
    assert set.union(*known) - {NOBODY} == {company.number for company in truth.companies}
    assert all(set(range(CALM)) <= numbers for numbers in known)
    assert not all(len(numbers - {NOBODY}) == PARTNERS for numbers in known), "some miss some"


def test_trouble_never_befalls_a_company_whose_story_is_told(holdings: Holdings) -> None:
    befallen = [number for numbers in holdings.troubles.values() for number in numbers if number != NOBODY]
    assert len(befallen) == len(set(befallen))
    assert min(befallen) >= CALM
    assert len(holdings.troubles) == 8


def test_systems_disagree_in_spelling(truth: Truth, holdings: Holdings) -> None:
    names = {company.number: company.name for company in truth.companies}
    spellings = [
        row.values["渠道名称"] != names[row.company]
        for row in holdings.partner_sheet
        if row.company != NOBODY
    ]
    assert any(spellings)
    phones = {str(row.values["MobilePhone"])[0] for row in holdings.contacts}
    assert {"+", "1", "("} <= phones
