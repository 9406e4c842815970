"""A roster disturbed in ten of the ways in which clerks disturb one says the same of the same people.

What it does not say is asked; nobody is lost or changed in silence (R21). 60 files, 5,000 where LONG=1.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from services.registration.rosters.reading.roster import read_roster
from services.registration.rosters.reading.roster_lines import Line, Roster, Said
from shared.town.telephones import BETWEEN
from tests.rosters.__main__ import TOWN
from tests.rosters.disturbing import DISTURBANCES, Disturb, disturbed
from tests.rosters.drafts import Draft, Places, clean, pages_of
from tests.rosters.messy import units_of
from tests.rosters.people import People, Person
from tests.rosters.writing import write
from tests.support.examples import LONG

FILES = 5000 if LONG else 60
TEN = 10
MOST_FAULTS = 0
UNITS = units_of(TOWN, 12)


def households(rng: random.Random) -> list[Person]:
    """People who live together by ones to fours."""
    people, unit = People(rng), rng.choice(UNITS)
    found: list[Person] = []
    while len(found) < rng.randrange(12, 30):
        first = people.person(unit)
        members = [people.person(unit) for _ in range(rng.randrange(4))]
        found += [first, *(each.changed(address=first.address) for each in members)]
    return found


def read_with_answers(content: bytes, draft: Draft) -> Roster:
    """Read a file, and once more with what it asks about."""
    roster = read_roster(content)
    said: Said = {}
    for ask in roster.asks:
        assert ask["rows"] > 0
        if ask["ask"] == "tie":
            said["tie"] = "household"
        else:
            assert draft.titles["phone"] in ask["choices"]
            said["mobile"] = draft.titles["phone"]
    if not said:
        return roster
    roster = read_roster(content, said=said)
    assert not roster.asks
    return roster


def facts(line: Line) -> tuple[object, ...]:
    phones = tuple(sorted((line.phone or "").split(BETWEEN)))
    return (line.name, line.birth_date, line.sex, phones, line.address)


def expected(draft: Draft) -> dict[str, tuple[object, ...]]:
    return {
        person.number: (
            person.name,
            person.birth_date,
            person.sex,
            tuple(sorted(draft.phones[person.number])),
            person.address,
        )
        for person in draft.people
    }


def check(roster: Roster, draft: Draft, places: Places) -> int:
    """Everybody is there and the same, or a fault at the row; every row is accounted for."""
    found = {line.document.number: line for line in roster.lines}
    assert len(found) == len(roster.lines)
    wanted = expected(draft)
    assert found.keys() <= wanted.keys()
    faulty = Counter((fault["sheet"], fault["row"]) for fault in roster.faults)
    for number, person in wanted.items():
        sheet, row = places[number]
        sheet = "CSV" if draft.kind.startswith("csv") else sheet
        if number in found:
            line = found[number]
            assert (line.sheet, line.row) == (sheet, row)
            assert facts(line) == person
        else:
            assert faulty[sheet, row], (number, "is lost")
    for a in roster.accounts:
        others = a["people"] + a["heading"] + a["empty"] + len(a["remarks"]) + a["unread"]
        assert a["rows"] == others
    assert sum(a["people"] for a in roster.accounts) == len(roster.lines) + len(roster.faults)
    assert sum(a["people"] for a in roster.accounts) == len(draft.people)
    return len(roster.faults)


def tried(folder: Path, seed: int, most: int, without: frozenset[Disturb]) -> int:
    rng = random.Random(f"disturbed {seed}")
    draft = clean(households(rng))
    ways = disturbed(draft, rng, most, without)
    pages, places = pages_of(draft)
    path = folder / f"{seed}.{draft.kind.partition('-')[0]}"
    write(path, draft.kind, pages, date1904=draft.date1904)
    try:
        faults = check(read_with_answers(path.read_bytes(), draft), draft, places)
        assert faults <= MOST_FAULTS, faults
    except BaseException as error:
        error.add_note(f"seed {seed}: {', '.join(ways)}")
        raise
    path.unlink()
    return len(ways)


@pytest.mark.parametrize("part", range(10))
def test_ten_disturbances_change_nobody(tmp_path: Path, part: int):
    for seed in range(part, FILES, 10):
        assert tried(tmp_path, seed, TEN, frozenset()) == TEN


@pytest.mark.parametrize("way", DISTURBANCES, ids=lambda way: way.__name__)
def test_each_alone_changes_nobody(tmp_path: Path, way: Disturb):
    others = frozenset(DISTURBANCES) - {way}
    assert tried(tmp_path, 7, 1, others) == 1


def test_there_are_thirty_of_them():
    assert len(DISTURBANCES) >= 30
