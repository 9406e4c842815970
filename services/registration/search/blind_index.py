"""Blind index: from a person to the traces they are found by, and from a value to those it may have.

Surnames are so unequally common that equal traces would tell them by their number alone. So a
value's trace differs from row to row: rows are numbered, `REGION` of them make a region, and each
row has, by the resident's id, one of `SALTS` salts of its region. About `REGION / SALTS` people
share one trace of one value. A search computes the trace of every salt of every region. Rows
written together lie together in every index, which keeps large imports cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from services.registration.search.names import Name, name_of, plain, ring_of
from services.registration.search.views import SHARED, SOUGHT
from shared.town.privacy import Blind
from shared.town.privacy.blind import WORDS
from shared.town.telephones import digits_of_first

REGION = 4096
SALTS = 64
_BLOCKS = SALTS // WORDS
_NOT_IN_NUMBERS = re.compile(r"[\s\-‐-―_.()（）/]+")


def number_of(text: str) -> str:
    """Return a document number without what does not matter: width, spaces, hyphens, case."""
    return _NOT_IN_NUMBERS.sub("", plain(text)).upper()


def phone_of(text: str) -> str:
    """Return the first telephone number of a cell: its digits, without the country's prefix."""
    return digits_of_first(plain(text))


class Parts(NamedTuple):
    """What is known of a person, each put into the one form in which it is compared.

    `said` is the name as it was written, `name` the same taken apart.
    """

    said: str
    name: Name
    number: str
    phone: str
    born: str
    sex: str


@dataclass(frozen=True)
class Seen:
    """Somebody whose identity is at hand in clear; what is not known is empty.

    `birth_date` is ISO 8601, `number` that of the identity document.
    """

    resident: str
    name: str
    number: str
    phone: str
    birth_date: str
    sex: str

    @cached_property
    def parts(self) -> Parts:
        """What is known, in the form in which it is compared; kept here and nowhere else."""
        number, phone = number_of(self.number), phone_of(self.phone)
        name = name_of(self.name)
        return Parts(plain(self.name), name, number, phone, self.birth_date, self.sex)


def sought_of(who: Seen) -> dict[str, str]:
    """Return what a search finds a person by, in clear: column and value, missing ones left out."""
    _, name, number, phone, *_ = who.parts
    values = {
        "name": name.written,
        "first_sign": name.written[:1] if name.han else name.words[-1] if name.words else "",
        "two_signs": name.written[:2] if name.han else "",
        "sound": name.sound,
        "surname": name.surname,
        "initials": name.initials,
        "last_four": number[-4:] if len(number) >= 4 else "",
        "last_six": number[-6:] if len(number) >= 6 else "",
        "phone": phone,
        "phone_four": phone[-4:] if len(phone) >= 7 else "",
    }
    return {column: value for column, value in values.items() if value}


def shared_of(who: Seen) -> dict[str, str]:
    """Return what close matches of a person share with them, in clear (see `SHARED`)."""
    _, name, _, phone, born, _ = who.parts
    values = {"surname_born": f"{name.surname}|{born}"} if name.surname and born else {}
    said = ring_of(name.sound)
    if said and born:
        values |= {"sound_year": f"{said}|{born[:4]}", "sound_day": f"{said}|{born[5:]}"}
    if len(phone) >= 7 and born:
        values["phone_year"] = f"{phone}|{born[:4]}"
    return values


def first_letters(who: Seen) -> set[str]:
    """Return the first letters of a name in letters; of a Chinese name none."""
    return {word[0] for word in who.parts.name.words}


def salt_of(resident: str) -> int:
    """Return which of its region's salts a resident's row has; the id is a keyed hash itself."""
    return int(resident[:2], 16) % SALTS


class Tracer:
    """Computes traces under one deployment's key."""

    def __init__(self, blind: Blind) -> None:
        """Take what hashes under the key."""
        self._blind = blind
        # An import asks for each person's twice; what is about a person goes with them.
        self._shared: WeakKeyDictionary[Seen, dict[str, int | None]] = WeakKeyDictionary()

    def row(self, number: int, who: Seen) -> dict[str, int | str | None]:
        """Return the row of a person in the table of traces."""
        region, salt = number // REGION, salt_of(who.resident)
        block, word = divmod(salt, WORDS)
        mixed, base = f"{region}.{block}", region << 32
        values, trace = sought_of(who), self._blind.word
        row: dict[str, int | str | None] = {"number": number, "resident": who.resident}
        for column in SOUGHT:
            value = values.get(column)
            row[column] = None if value is None else base | trace(column, mixed, word, value)
        return row | self.shared(who)

    def shared(self, who: Seen) -> dict[str, int | None]:
        """Return the traces close matches share; None for what is not known."""
        if (found := self._shared.get(who)) is None:
            values = shared_of(who)
            found = {
                column: self._blind.number(column, values[column]) if column in values else None
                for column in SHARED
            }
            self._shared[who] = found
        return found

    def sought(self, column: str, value: str, regions: range) -> Iterator[int]:
        """Return every trace that a value may have in a column."""
        for region in regions:
            base = region << 32
            for block in range(_BLOCKS):
                for word in self._blind.words(column, f"{region}.{block}", value):
                    yield base | word
