"""Invented people with documents of every kind; no number belongs to anybody."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from deploy.rehearsal import names
from shared.town.campaign import Unit
from shared.town.identity_documents import Kind, Sex, looks_excel_damaged
from shared.town.identity_documents.reading import checksum_of, old_foreign_check_digit

DIVISIONS = ("420000", "420111", "420000", "110000", "510000")
COUNTRIES = (("KAZ", "398"), ("FRA", "250"), ("USA", "840"), ("VNM", "704"), ("JPN", "392"))
COHORTS = (
    "general",
    "cadre",
    "party_member",
    "group_leader",
    "grid_worker",
    "health_worker",
    "teacher",
    "merchant",
    "builder",
)
TIES = ("household", "household", "household", "home", "workplace")
_OLDEST = date(1930, 1, 1)
_DAYS = (date(2010, 12, 31) - _OLDEST).days
# So many that no two of a town have one name and nearly one birth date by accident.
_LATIN = (
    "JOHN",
    "MARIE",
    "AIGERIM",
    "YUKI",
    "NGUYEN-VAN",
    "PEDRO",
    "OLGA",
    "FATIMA",
    "KWAME",
    "INGRID",
    "RAJESH",
    "SOFIA",
    "MEHMET",
    "CHIARA",
    "TOMASZ",
    "AISHA",
    "BOJAN",
    "NOOR",
    "LUCIA",
    "HENRIK",
    "PRIYA",
    "DIEGO",
    "ANIKA",
    "SERGEI",
    "MINJUN",
)
_LATIN_SURNAMES = (
    "SMITH",
    "DUPONT",
    "OSPANOVA",
    "ANH",
    "TANAKA",
    "GARCIA",
    "IVANOVA",
    "HADDAD",
    "MENSAH",
    "LARSEN",
    "PATEL",
    "ROSSI",
    "YILMAZ",
    "KOWALSKI",
    "BEGUM",
    "PETROVIC",
    "JANSEN",
    "FERNANDES",
    "NOVAK",
    "SCHMIDT",
    "OKAFOR",
    "SILVA",
    "WILLIAMS",
    "ANDERSSON",
    "MOREAU",
    "NAKAMURA",
    "KIM",
    "TRAN",
    "SINGH",
    "POPESCU",
    "HORVAT",
    "COHEN",
    "MULLER",
    "DIALLO",
    "REYES",
    "OYELARAN",
)

# A share of each kind among those who have no resident card.
FOREIGN: tuple[Kind, ...] = (
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "residence_permit",
    "foreign_permanent_resident_card",
)
FOREIGN_SHARE = 0.04
OLD_FORM = "old"


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands on a list; `form` tells an old number's form where a kind has two."""

    name: str
    kind: Kind
    number: str
    birth_date: date
    sex: Sex
    phone: str
    email: str
    address: str
    tie: str
    cohorts: tuple[str, ...]
    cadre: str
    form: str = ""

    def changed(self, **values: object) -> Person:
        """The same person with other values."""
        return replace(self, **values)  # type: ignore[arg-type]


class People:
    """Makes people, each document number once."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._numbers: set[str] = set()
        self._phone = rng.randrange(10**7)

    def person(self, unit: Unit, kind: Kind | None = None) -> Person:
        """A person of a unit; the kind of document by chance if not said."""
        rng = self.rng
        sex: Sex = "male" if rng.random() < 0.5 else "female"
        if kind is None:
            kind = rng.choice(FOREIGN) if rng.random() < FOREIGN_SHARE else "resident_card"
        born = _OLDEST + timedelta(days=int(rng.random() * _DAYS))
        form = OLD_FORM if kind == FOREIGN[-1] and rng.random() < 0.5 else ""
        latin = kind in ("passport", FOREIGN[-1]) and rng.random() < 0.7
        name = (
            f"{rng.choice(_LATIN)} {rng.choice(_LATIN_SURNAMES)}" if latin else names.name(rng, sex)
        )
        cohort = unit.cohort if rng.random() < 0.6 else rng.choice(COHORTS)
        more = (rng.choice(COHORTS),) if rng.random() < 0.05 else ()
        return Person(
            name=name,
            kind=kind,
            number=self.number(kind, born, sex, form),
            birth_date=born,
            sex=sex,
            phone=self.phone(),
            email=f"p{self._phone}@example.com" if rng.random() < 0.1 else "",
            address=names.address(rng, unit),
            tie=rng.choice(TIES),
            cohorts=tuple(dict.fromkeys((cohort, *more))),
            cadre=f"cadre-{int(rng.random() * 20):02d}",
            form=form,
        )

    def phone(self) -> str:
        """A telephone number that nobody else has, under a prefix that is assigned to nobody."""
        self._phone = (self._phone + 7919) % 10**8
        return f"{names.PHONE_PREFIX}{self._phone:08d}"

    def number(self, kind: Kind, born: date, sex: Sex, form: str = "") -> str:
        """A valid number that nobody else has."""
        while True:
            number = self._number(kind, born, sex, form)
            if number not in self._numbers and not looks_excel_damaged(number):
                self._numbers.add(number)
                return number

    def _number(self, kind: Kind, born: date, sex: Sex, form: str) -> str:
        rng = self.rng
        if kind == "passport":
            return f"{rng.choice('EG')}{rng.randrange(10**8):08d}"
        if kind == "hk_macau_permit":
            return f"{rng.choice('HM')}{rng.randrange(10**8):08d}"
        if kind == "taiwan_permit":
            return f"{rng.randrange(10**8):08d}"
        letters, digits = rng.choice(COUNTRIES)
        if form == OLD_FORM:
            stem = f"{letters}4200{born:%y%m%d}{rng.randrange(10)}"
            return stem + old_foreign_check_digit(stem)
        if kind == "residence_permit":
            place = rng.choice(("810000", "820000", "830000"))
        elif kind == "foreign_permanent_resident_card":
            place = f"942{digits}"
        else:
            place = rng.choice(DIVISIONS)
        order = int(rng.random() * 500) * 2 + (sex == "male")
        stem = f"{place}{born:%Y%m%d}{order:03d}"
        return stem + checksum_of(stem)
