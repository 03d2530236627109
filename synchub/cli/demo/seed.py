"""The truth of the demo: companies, their people and our managers, made from a seeded random generator and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from synchub.cli.demo import fiction
from synchub.cli.demo import vocabulary as words
from synchub.cli.demo.vocabulary import Town

SEED: Final = 20_260_801
PARTNERS: Final = 240
CALM: Final = 16
"""So many companies come first that stand in all three systems without any trouble: the stories of the demo happen to them."""

_ROUND_LIMITS: Final = (50_000, 100_000, 200_000, 300_000, 500_000, 800_000, 1_000_000)
_ODD_LIMITS: Final = (Decimal("123456.78"), Decimal("88888.50"), Decimal("265432.10"))
_FIRST_DAY: Final = date(2022, 3, 1)


@dataclass(frozen=True, slots=True)
class Manager:
    """One of our own people."""

    code: str
    name: str
    email: str
    mobile: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A contact at a company; `primary` is the one whom people call first."""

    name: str
    title: str
    mobile: str
    email: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Company:
    """A channel partner as it really is. What the systems hold of it is another matter."""

    number: int
    code: str
    """Its code in the ERP, if the ERP has it."""
    name: str
    short: str
    tax_id: str
    """"" for companies from overseas, which have none."""
    region: str
    province: str
    city: str
    address: str
    phone: str
    website: str
    level: str
    limit: Decimal
    active: bool
    stage: str
    signed: date
    expires: date
    manager: int
    note: str
    people: tuple[Person, ...]

    @property
    def overseas(self) -> bool:
        return self.region == "海外"


@dataclass(frozen=True, slots=True)
class Truth:
    """Everybody and everything."""

    managers: tuple[Manager, ...]
    companies: tuple[Company, ...]


def make_truth(partners: int = PARTNERS, seed: int = SEED) -> Truth:
    """The same numbers give the same truth, on every machine. `partners` is at least CALM."""
    maker = _Maker(random.Random(seed))  # noqa: S311 - a story, not a secret
    managers = maker.managers()
    return Truth(managers, tuple(maker.company(number, len(managers)) for number in range(partners)))


class _Maker:
    """Draws from one generator, and never gives a name or a number twice."""

    def __init__(self, random: random.Random) -> None:
        self.random = random
        self.names: set[str] = set()
        self.mobiles = 0

    def managers(self) -> tuple[Manager, ...]:
        chinese = self.distinct(self.chinese_name, 10)
        western = self.distinct(self.western_name, 3)
        return tuple(
            Manager(
                f"ZY{number:03}",
                name,
                fiction.e_mail(self.login(name, number), "hub"),
                self.mobile(),
                # The last one has left, and nobody is theirs.
                active=number <= 12,
            )
            for number, name in enumerate([*chinese, *western], 1)
        )

    def company(self, number: int, managers: int) -> Company:
        overseas = number % 8 == 7
        town = None if overseas else self.random.choice(words.TOWNS)
        name, short, address, phone = self.abroad(number) if town is None else self.at_home(town, number)
        signed = _FIRST_DAY + timedelta(days=self.random.randrange(1500))
        active = number < CALM or self.random.random() > 0.05
        return Company(
            number=number,
            code=f"KH{number + 1:04}",
            name=name,
            short=short,
            tax_id="" if town is None else fiction.registration_number(self.random, town.division),
            region="海外" if town is None else town.region,
            province="" if town is None else town.province,
            city="" if town is None else town.city,
            address=address,
            phone=phone,
            website=f"https://p{number + 1:03}.example.com",
            level=self.random.choices(("金牌", "银牌", "注册"), (2, 4, 5))[0],
            limit=self.limit(number) if active else Decimal(0),
            active=active,
            stage=self.random.choices(("洽谈", "签约", "运营"), (1, 2, 5))[0] if active else "退出",
            signed=signed,
            expires=signed + timedelta(days=365 * self.random.randint(2, 5)),
            # The last two managers look after nobody: one is new, one has left.
            manager=self.random.randrange(managers - 2),
            note=self.random.choice(words.NOTES) if self.random.random() < 0.4 or number < CALM else "",
            people=self.people(number, overseas=overseas),
        )

    def limit(self, number: int) -> Decimal:
        odd = number >= CALM and self.random.random() < 0.03
        return self.random.choice(_ODD_LIMITS) if odd else Decimal(self.random.choice(_ROUND_LIMITS))

    def at_home(self, town: Town, number: int) -> tuple[str, str, str, str]:
        while True:
            brand, trade = self.random.choice(words.BRANDS), self.random.choice(words.TRADES)
            name = f"{town.short}{brand}{trade}有限公司"
            if name not in self.names:
                break
        self.names.add(name)
        address = f"{self.random.choice(town.streets)} {self.random.randint(1, 999)} 号"
        return name, f"{town.short}{brand}{trade}", address, fiction.landline(town.area, number)

    def abroad(self, number: int) -> tuple[str, str, str, str]:
        land = words.LANDS[number // 8 % len(words.LANDS)]
        while True:
            short = f"{self.random.choice(words.OVERSEAS_BRANDS)} {self.random.choice(words.OVERSEAS_TRADES)}"
            if short not in self.names:
                break
        self.names.add(short)
        address = land.address.format(self.random.randint(1, 250))
        return (
            f"{short} {self.random.choice(land.forms)}",
            short,
            address,
            land.phone.format(number // 8 % 100),
        )

    def people(self, number: int, *, overseas: bool) -> tuple[Person, ...]:
        names: list[str] = []
        while len(names) < self.random.choices((1, 2, 3), (5, 4, 1))[0]:
            name = self.western_name() if overseas else self.chinese_name()
            if name not in names:
                names.append(name)
        titles = words.OVERSEAS_TITLES if overseas else words.TITLES
        return tuple(
            Person(
                name,
                self.random.choice(titles),
                self.mobile(),
                fiction.e_mail(self.login(name, place), f"p{number + 1:03}"),
                primary=place == 1,
            )
            for place, name in enumerate(names, 1)
        )

    @staticmethod
    def distinct(draw: Callable[[], str], count: int) -> list[str]:
        """The workbook names managers by name, so no two may share one."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[draw()] = None
        return list(found)

    def mobile(self) -> str:
        self.mobiles += 1
        return fiction.mobile(self.mobiles)

    def chinese_name(self) -> str:
        return self.random.choice(words.SURNAMES) + self.random.choice(words.GIVEN)

    def western_name(self) -> str:
        return f"{self.random.choice(words.FIRST_NAMES)} {self.random.choice(words.LAST_NAMES)}"

    @staticmethod
    def login(name: str, number: int) -> str:
        """The local part of an address."""
        stem = words.PINYIN.get(name[0], "") or name.lower().replace(" ", ".")
        return f"{stem}{number}"
