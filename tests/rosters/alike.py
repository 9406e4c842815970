"""People who are alike and are not one person: cousins, twins, namesakes, one telephone of many.

Nobody here exists. The same seed gives the same people.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.registration.search.blind_index import Seen
from tests.rosters.duplicates import (
    REGIONS,
    a_phone,
    born_at,
    card_of,
    given_of,
    resident_id,
    sign_of,
    surname_of,
)

Kind = Callable[[random.Random], list[Seen]]


def planted(seed: int, people: int = 200, kinds: Sequence[str] = ()) -> list[Seen]:
    """Return so many people of these kinds (all of them, if none is named), no two of them one."""
    rng = random.Random(seed)
    found: list[Seen] = []
    while len(found) < people:
        for kind in kinds or tuple(KINDS):
            found += KINDS[kind](rng)
    return found[:people]


def _person(
    rng: random.Random, name: str, born: str, sex: str, phone: str, number: str = ""
) -> Seen:
    number = number or card_of(rng, born, sex, rng.choice(REGIONS))
    return Seen(resident_id(rng), name, number, phone, born, sex)


def _day_of(rng: random.Random, year: int) -> str:
    return (date(year, 1, 1) + timedelta(days=rng.randrange(365))).isoformat()


def _cousins(rng: random.Random, passports: bool = False) -> list[Seen]:
    """Ten of one generation on one landline, born within a few years, some days a digit apart."""
    surname, generation, phone = surname_of(rng), sign_of(rng, "male"), a_phone(rng)
    year, region, first = rng.randrange(1960, 2004), rng.choice(REGIONS), rng.randrange(10**7)
    found: list[Seen] = []
    names: set[str] = set()
    while len(found) < 10:
        sex = rng.choice(("female", "male"))
        name = surname + given_of(rng, sex, generation)
        if name in names:
            continue
        names.add(name)
        born = _day_of(rng, year + rng.randrange(4))
        if found and rng.random() < 0.4:
            born = found[-1].birth_date[:9] + rng.choice("12345678")
        number = card_of(rng, born, sex, region)
        if passports:
            number = f"E{first + len(found):08d}"
        found.append(_person(rng, name, born, sex, phone, number))
    return found


def _cousins_abroad(rng: random.Random) -> list[Seen]:
    return _cousins(rng, passports=True)


def _twins(rng: random.Random) -> list[Seen]:
    """Born on one day at one place, on their parents' telephone: cards lie side by side."""
    sex, born, phone = rng.choice(("female", "male")), born_at(rng, 18, 40), a_phone(rng)
    surname, region = surname_of(rng), rng.choice(REGIONS)
    generation = sign_of(rng, sex) if rng.random() < 0.6 else ""
    order = rng.randrange(1, 490)
    one, two = "", ""
    while one == two:
        one, two = given_of(rng, sex, generation), given_of(rng, sex, generation)
    cards = [
        card_of(rng, born, sex, region, at) for at in (order, order + rng.choice((1, 1, 2, 5)))
    ]
    if rng.random() < 0.2:
        cards[1] = f"E{rng.randrange(10**8):08d}"
    return [
        _person(rng, surname + given, born, sex, phone, card)
        for given, card in zip((one, two), cards, strict=True)
    ]


def _namesakes(rng: random.Random) -> list[Seen]:
    """Two strangers of one name, sex and birth date, half of them registered at one place."""
    sex, born = rng.choice(("female", "male")), born_at(rng, 18, 80)
    name, region = surname_of(rng) + given_of(rng, sex), rng.choice(REGIONS)
    order = rng.randrange(1, 450)
    near = rng.random() < 0.5
    other = order + rng.choice((1, 2, 3, 5, 10, 20)) if near else None
    place = region if near else rng.choice(REGIONS)
    return [
        _person(rng, name, born, sex, phone, card_of(rng, born, sex, at, number))
        for phone, at, number in (
            (a_phone(rng), region, order),
            (rng.choice(("", a_phone(rng))), place, other),
        )
    ]


def _one_telephone(rng: random.Random) -> list[Seen]:
    """The telephone of a village office, or of a foreman, beside six people's names."""
    phone = a_phone(rng)
    found = [_namesakes(rng)[0] for _ in range(6)]
    # Two of them are namesakes born in one year.
    born = _day_of(rng, int(found[0].birth_date[:4]))
    found[1] = _person(rng, found[0].name, born, found[0].sex, phone)
    return [replace(each, phone=phone) for each in found]


KINDS: dict[str, Kind] = {
    "cousins": _cousins,
    "cousins_abroad": _cousins_abroad,
    "twins": _twins,
    "namesakes": _namesakes,
    "one_telephone": _one_telephone,
}
