"""Who lives in the simulated town: ten invented people, the same ones in every seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from stdnum.cn import ric

from deploy.rehearsal import names
from deploy.rehearsal.town import DIVISION
from deploy.simulation.town import campaign, secret_of
from services.registration.rosters.reading.roster_lines import Line
from shared.town.identity_documents import Document, Sex
from shared.town.privacy.keys import derive_resident_id

BORN = date(1960, 1, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a unit; `phone` is what the first roster says."""

    unit: str
    name: str
    number: str
    birth_date: date
    sex: Sex
    phone: str

    @property
    def resident(self) -> UUID:
        """The resident's id, as registration makes it of the document."""
        secret = bytes.fromhex(secret_of("identity"))
        return derive_resident_id(secret, "resident_card", self.number)

    def line(self, row: int, phone: str = "") -> Line:
        """Return the person's row of a roster, perhaps with another telephone number."""
        document = Document("resident_card", self.number, self.birth_date, self.sex)
        return Line(
            sheet="1",
            row=row,
            name=self.name,
            document=document,
            birth_date=self.birth_date,
            sex=self.sex,
            tie="household",
            cohorts=None,
            phone=phone or self.phone,
            email=None,
            address=None,
            cadre=None,
        )


@cache
def people() -> tuple[Person, ...]:
    """Return the people of the town; the units take turns."""
    chance = random.Random("people")  # nosec B311
    phones = names.phones(chance, 10)
    units = [unit.code for unit in campaign().units]
    return tuple(
        _person(chance, units[number % len(units)], number, phone)
        for number, phone in enumerate(phones)
    )


def _person(chance: random.Random, unit: str, number: int, phone: str) -> Person:
    sex: Sex = "female" if number % 2 else "male"
    born = BORN + timedelta(days=chance.randrange(40 * 365) if number != 9 else 60 * 365 - 900)
    born = min(born, date(2005, 1, 1))
    stem = f"{DIVISION}{born:%Y%m%d}{101 + 2 * number + (sex == 'female'):03d}"
    card = stem + ric.calc_check_digit(stem + "0")
    return Person(unit, names.name(chance, sex), card, born, sex, phone)
