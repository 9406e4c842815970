"""Generated people with names in letters, some recorded twice with slips, in the manner of FEBRL.

Nobody here exists. The same seed gives the same people.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from services.registration.search.blind_index import Seen
from tests.rosters.duplicates import Town, a_phone, born_at, resident_id


def _words(text: str) -> list[str]:
    return text.split()


GIVEN = {
    "male": _words(
        "james john robert michael william david richard joseph thomas charles daniel matthew anthony mark"
        " steven andrew joshua kenneth kevin brian timothy jason jeffrey ryan jacob nicholas jonathan"
        " benjamin samuel alexander patrick jack dennis tyler aaron adam nathan zachary lachlan mitchell"
        " ivan sergei dmitri nurlan askar timur pierre mathieu antoine hiroshi kenji minh quang"
    ),
    "female": _words(
        "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy margaret"
        " sandra ashley emily michelle amanda melissa deborah stephanie rebecca laura helen sharon"
        " cynthia kathleen amy angela anna ruth brenda nicole samantha katherine isabella charlotte"
        " olga natalya aigul gulnara dinara camille amelie margaux yuki naoko linh huong"
    ),
}
SURNAMES = _words(
    "smith johnson williams brown jones miller davis wilson anderson thomas taylor moore jackson martin"
    " lee thompson white harris clark lewis robinson walker young allen king wright scott torres nguyen"
    " hill green adams nelson baker hall campbell mitchell carter roberts phillips evans turner parker"
    " collins edwards stewart morris murphy cook rogers morgan peterson cooper reed bailey bell kelly"
    " howard ward cox richardson wood watson brooks bennett gray hughes price myers long foster sanders"
    " ross powell sullivan russell fisher henderson coleman ivanov petrov smirnov volkov akhmetov"
    " suleimenov nazarbek dubois lefevre rousseau moreau tanaka watanabe takahashi kobayashi pham tran"
    " goode ryan webb campion mcneill whitford matthews blackwell harding burford dixon hammond"
)


def a_latin_town(seed: int, people: int, *, duplicated: float = 0.3) -> Town:
    """Return so many people with names in letters, a share of them recorded a second time."""
    rng = random.Random(seed)
    town = Town()
    while len(town.people) < people:
        town.people += _household(rng)
    del town.people[people:]
    for who in rng.sample(town.people, int(people * duplicated)):
        again = _recorded_again(rng, who)
        town.again.append(again)
        town.pairs.add((again.resident, who.resident))
    rng.shuffle(town.again)
    return town


def _common(rng: random.Random, names: list[str]) -> str:
    return names[int(len(names) * rng.random() ** 1.4)]


def _number(rng: random.Random) -> str:
    return rng.choice("EGNP") + f"{rng.randrange(10**8):08d}"


def _household(rng: random.Random) -> list[Seen]:
    """One to four people of one surname, some on one telephone, one in fifty with a twin."""
    surname, shared = _common(rng, SURNAMES), a_phone(rng)
    found: list[Seen] = []
    for _ in range(rng.choices((1, 2, 3, 4), (50, 25, 15, 10))[0]):
        sex = rng.choice(("female", "male"))
        born = born_at(rng, 18, 85)
        phone = rng.choices((a_phone(rng), shared, ""), (60, 32, 8))[0]
        found.append(_named(rng, surname, born, sex, phone))
        if rng.random() < 0.02:
            found.append(_named(rng, surname, born, rng.choice(("female", "male")), phone))
    return found


def _named(rng: random.Random, surname: str, born: str, sex: str, phone: str) -> Seen:
    name = f"{_common(rng, GIVEN[sex])} {surname}".title()
    return Seen(resident_id(rng), name, _number(rng), phone, born, sex)


# The same people, recorded again

Change = Callable[[random.Random, Seen], Seen]


def _recorded_again(rng: random.Random, who: Seen) -> Seen:
    """Record a person a second time, with one to three slips, and half with another number."""
    again = replace(who, resident=resident_id(rng))
    number = _number(rng) if rng.random() < 0.5 else _slip(rng, who.number, "0123456789", 1)
    again = replace(again, number=number)
    changes: list[Change] = [_letter, _letter, _order, _short, _middle, _telephone, _birth_date]
    for change in rng.sample(changes, rng.choices((1, 2, 3), (45, 40, 15))[0]):
        again = change(rng, again)
    return again


def _slip(rng: random.Random, text: str, signs: str, first: int = 0) -> str:
    """One sign mistyped, left out, put in, or changed about with the next."""
    at = rng.randrange(first, len(text))
    kind = rng.random()
    if kind < 0.45:
        return text[:at] + rng.choice(signs) + text[at + 1 :]
    if kind < 0.65:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + rng.choice(signs) + text[at:]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _letter(rng: random.Random, who: Seen) -> Seen:
    words = who.name.lower().split()
    at = rng.randrange(len(words))
    if len(words[at]) > 2:
        words[at] = _slip(rng, words[at], "abcdefghijklmnopqrstuvwxyz")
    return replace(who, name=" ".join(words).title())


def _order(rng: random.Random, who: Seen) -> Seen:
    words = who.name.split()
    return replace(who, name=" ".join([*words[1:], words[0]]))


def _short(rng: random.Random, who: Seen) -> Seen:
    words = who.name.split()
    length = rng.choice((1, 3, 4))
    return replace(who, name=" ".join([words[0][:length], *words[1:]]))


def _middle(rng: random.Random, who: Seen) -> Seen:
    first, *others = who.name.split()
    middle = _common(rng, GIVEN[who.sex]).title()
    return replace(who, name=" ".join([first, rng.choice((middle, middle[0])), *others]))


def _telephone(rng: random.Random, who: Seen) -> Seen:
    slipped = _slip(rng, who.phone, "0123456789", 3) if who.phone else a_phone(rng)
    return replace(who, phone=rng.choice((a_phone(rng), "", slipped)))


def _birth_date(rng: random.Random, who: Seen) -> Seen:
    year, month, day = map(int, who.birth_date.split("-"))
    if rng.random() < 0.35 and day <= 12:
        return replace(who, birth_date=date(year, day, month).isoformat())
    if rng.random() < 0.5:
        return replace(who, birth_date=date(year, month, rng.randrange(1, 29)).isoformat())
    year += rng.choice((-10, -1, 1, 10))
    return replace(who, birth_date=date(year, month, min(day, 28)).isoformat())
