"""Who stands on which list in which role, before anything is written."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle

from shared.town.campaign import Unit
from shared.town.identity_documents.reading import checksum_of
from tests.rosters.cells import BESIDE, CARD_FAULTS, PASSPORT_FAULTS, SLIPS
from tests.rosters.doubles import WAYS, double, is_possible
from tests.rosters.people import People, Person
from tests.rosters.planted import CLOSE, ELSEWHERE, ERROR, GOOD, SHARED, ClosePair, Correction

ERROR_SHARE = 0.012
SLIP_SHARE = 0.015
TWICE_SHARE = 0.003
CLOSE_SHARE = 0.004
SHARED_SHARE = 0.04
ELSEWHERE_SHARE = 0.002
CORRECTED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be written; `code` of an error, or of what a good row has beside the facts."""

    person: Person
    role: str = GOOD
    code: str = ""
    corrected: bool = False


Lists = dict[str, list[Entry]]


class Town:
    """All lists of a town; the same seed makes the same town."""

    def __init__(self, units: list[Unit], count: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.units = units
        self.people = People(self.rng)
        self.close: list[ClosePair] = []
        self.lists: Lists = {}
        self._codes = cycle((*CARD_FAULTS, *PASSPORT_FAULTS))
        self._slips = cycle((*SLIPS, *BESIDE))
        self._ways = cycle(WAYS)
        for n, unit in enumerate(units):
            size = count // len(units) + (n < count % len(units))
            self.lists[unit.code] = self._list(unit, size)
        self._spread()

    def _list(self, unit: Unit, size: int) -> list[Entry]:
        rng, people = self.rng, self.people
        earlier = [
            e
            for entries in self.lists.values()
            for e in entries[:50]
            if e.role == GOOD and not e.code
        ]
        entries: list[Entry] = []
        take = 0
        while take < size:
            chance = rng.random()
            if chance < ERROR_SHARE:
                entries.append(self._wrong(unit))
            elif chance > 1 - SLIP_SHARE:
                entries.append(self._slip(unit))
            elif chance < ERROR_SHARE + ELSEWHERE_SHARE and earlier and unit.kind != "sector":
                entries.append(Entry(rng.choice(earlier).person, ELSEWHERE))
                earlier = [e for e in earlier if e.person is not entries[-1].person]
            else:
                entries.append(Entry(people.person(unit)))
            take += 1
        for _ in range(max(2, round(size * TWICE_SHARE))):
            self._twice(entries)
        if any(entry.code == "excel_damage" for entry in entries):
            entries.insert(
                rng.randrange(len(entries)), Entry(self._zeros(unit), ERROR, "excel_doubt")
            )
        return entries

    def _wrong(self, unit: Unit) -> Entry:
        code = next(self._codes)
        kind = "resident_card" if code in CARD_FAULTS else "passport"
        return Entry(self.people.person(unit, kind), ERROR, code)

    def _slip(self, unit: Unit) -> Entry:
        """A good row with something that is left out, or said beside the facts."""
        code = next(self._slips)
        _, lost = SLIPS.get(code, (None, {}))
        return Entry(self.people.person(unit, "resident_card").changed(**lost), GOOD, code)

    def _twice(self, entries: list[Entry]) -> None:
        """One more row for somebody: the same again, or with another telephone number."""
        good = [n for n, each in enumerate(entries) if each.role == GOOD and not each.code]
        at = self.rng.choice(good)
        person = entries[at].person
        later = self.rng.randrange(at + 1, len(entries) + 1)
        if self.rng.random() < 0.5:
            entries.insert(later, Entry(person, ERROR, "duplicate"))
            entries[at] = replace(entries[at], code="original")
        else:
            other = person.changed(phone=self.people.phone())
            entries.insert(later, Entry(other, ERROR, "same_person"))
            entries[at] = Entry(person, ERROR, "same_person")

    def _zeros(self, unit: Unit) -> Person:
        """Somebody whose number ends in 000 and is right."""
        person = self.people.person(unit, "resident_card").changed(sex="female")
        born = person.birth_date
        while True:
            stem = f"420000{born:%Y%m%d}{self.rng.randrange(10)}00"
            if checksum_of(stem) == "0":
                return person.changed(number=f"{stem}0", birth_date=born)
            born -= timedelta(days=1)

    def _spread(self) -> None:
        """Put people of the villages on the lists of sectors, and some under two documents."""
        villages = [u for u in self.units if u.kind != "sector"]
        sectors = [u for u in self.units if u.kind == "sector"]
        homes = [
            entry.person
            for unit in villages
            for entry in self.lists[unit.code]
            if entry.role == GOOD and not entry.code
        ]
        wanted = {u.code: round(len(self.lists[u.code]) * SHARED_SHARE) for u in sectors}
        chosen = self.rng.sample(homes, min(sum(wanted.values()), len(homes) // 2))
        for code, many in wanted.items():
            for person in chosen[:many]:
                working = person.changed(tie="workplace", cohorts=("merchant",), cadre="cadre-30")
                self._insert(code, Entry(working, SHARED))
            chosen = chosen[many:]
        for place, unit in enumerate(self.units):
            for _ in range(max(1, round(len(self.lists[unit.code]) * CLOSE_SHARE))):
                self._double(unit, self.units[place:])

    def _double(self, unit: Unit, later: list[Unit]) -> None:
        good = [
            entry.person
            for entry in self.lists[unit.code]
            if entry.role == GOOD and not entry.code and entry.person.kind == "resident_card"
        ]
        doubled = {pair.first.number for pair in self.close}
        way = next(self._ways)
        able = [p for p in good if p.number not in doubled and is_possible(p, way)]
        if not able:
            return
        person = self.rng.choice(able)
        other = double(person, self.people, way)
        where = unit if self.rng.random() < 0.5 else self.rng.choice(later)
        entries = self.lists[where.code]
        first = next((n for n, e in enumerate(entries) if e.person is person), -1)
        entries.insert(self.rng.randrange(first + 1, len(entries) + 1), Entry(other, CLOSE))
        self.close.append(ClosePair(way, person, unit.code, other, where.code))

    def _insert(self, code: str, entry: Entry) -> None:
        entries = self.lists[code]
        entries.insert(self.rng.randrange(len(entries) + 1), entry)

    def corrected(self) -> tuple[Lists, list[Correction]]:
        """The lists with some values changed, and which."""
        changes: list[Correction] = []
        lists: Lists = {}
        for code, entries in self.lists.items():
            lists[code] = []
            for entry in entries:
                if entry.role == GOOD and not entry.code and self.rng.random() < CORRECTED_SHARE:
                    entry = self._correct(code, entry, changes)
                lists[code].append(entry)
        return lists, changes

    def _correct(self, code: str, entry: Entry, changes: list[Correction]) -> Entry:
        person = entry.person
        of = self.rng.choice(("phone", "address", "tie", "name", "cohorts", "birth_date"))
        new: object
        if of == "phone":
            new = self.people.phone()
        elif of == "address":
            new = f"{person.address}之一"
        elif of == "tie":
            new = "home" if person.tie != "home" else "household"
        elif of == "cohorts":
            new = ("teacher",) if person.cohorts[0] != "teacher" else ("builder",)
        elif of == "birth_date" and person.kind == "passport":
            new = date(person.birth_date.year - 1, 6, 15)
        else:
            of, new = (
                "name",
                f"{person.name}某" if not person.name.isascii() else f"{person.name} JR",
            )
        changes.append(Correction(code, person.number, of, getattr(person, of), new))
        return replace(entry, person=person.changed(**{of: new}), corrected=True)
