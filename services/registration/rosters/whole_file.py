"""What looks wrong with a file as a whole, before anything of it is written (R21).

Names moved by a row, another unit's people, an older file, too many changes, a file of the dead.
Pure: lines beside what is known give stops, each with its rows and a few examples. Nothing is
decided here: the clerk ends the import, or goes on and is asked row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq, ne
from typing import TypedDict

from services.registration.rosters.comparison import Known, changes
from services.registration.rosters.name_rule import is_other_name, is_other_spelling
from services.registration.rosters.outcome import Change
from services.registration.rosters.reading.roster_lines import Line
from shared.kit.formats import Day
from shared.town.contracts.asked_rosters import LEFT

THRESHOLDS: Mapping[str, tuple[int, float]] = {
    "names_moved": (3, 0.10),
    "phones_moved": (3, 0.10),
    "addresses_moved": (3, 0.10),
    "other_unit": (5, 0.50),
    "older_values": (3, 0.50),
    "many_changes": (3, 0.10),
    "of_the_dead": (3, 0.50),
}
"""From how many rows on, and from which share on, something is a stop; the share is of the rows that
could have it: known people, changed rows, or all rows."""

FITTING = 0.5
"""Share of the differing values that stand with a neighbour, from which on they have moved."""
FURTHEST = 3
"""Rows by which values are looked for further up and down."""
EXAMPLES = 5
WHO = ("name", "birth_date", "sex")

Pairs = Sequence[tuple[Line, str]]
Place = tuple[str, int]


class Stop(TypedDict):
    """Why a file is stopped: how many `rows`, of how many, and some of them as sheet and row.

    `moved` by so many rows downwards, if it is that; `unit` whose people they are; `day` of the
    import that the file was or that has come since.
    """

    stop: str
    rows: int
    of: int
    examples: list[tuple[str, int]]
    residents: list[str]
    moved: int | None
    unit: str | None
    day: Day | None


@dataclass(frozen=True, slots=True)
class Before:
    """What is known beside the people: earlier imports, and what changed people were once.

    `same_file` is the day of this very file's import, if others have come since. `former` tells of
    a resident all values a field has had before. `sharable` are units whose people this one may list.
    """

    unit: str
    same_file: str | None = None
    former: Mapping[str, Mapping[str, set[str]]] = field(
        default_factory=dict[str, Mapping[str, set[str]]]
    )
    sharable: frozenset[str] = frozenset()


def stops_of(pairs: Pairs, known: Mapping[str, Known], before: Before) -> list[Stop]:
    """Return what stops a file, the gravest first."""
    mine = [
        (line, who, there)
        for line, who in pairs
        if (there := known.get(who)) is not None and there.row["unit"] == before.unit
    ]
    opened = [each for each in mine if each[2].identity]
    changed = {who: made for line, who, there in mine if (made := changes(line, there))}
    found = [
        *_other_unit(pairs, known, before),
        *_moved(opened),
        *_older(opened, changed, before),
        *_of_the_dead(pairs),
    ]
    if not any(stop["stop"] in ("names_moved", "older_file", "older_values") for stop in found):
        found += _many_changes(mine, changed)
    return found


def _stop(
    code: str,
    rows: Pairs,
    of: int,
    *,
    moved: int | None = None,
    unit: str | None = None,
    day: str | None = None,
) -> Stop:
    return Stop(
        stop=code,
        rows=len(rows),
        of=of,
        examples=[(line.sheet, line.row) for line, _ in rows[:EXAMPLES]],
        residents=[who for _, who in rows],
        moved=moved,
        unit=unit,
        day=day,
    )


def _many(code: str, rows: int, of: int) -> bool:
    least, share = THRESHOLDS[code]
    return rows >= least and rows >= share * of


# Values of the neighbours

Known3 = Sequence[tuple[Line, str, Known]]


def _moved(mine: Known3) -> Iterator[Stop]:
    """Names wholly different stop a file wherever they come from; other values, if they moved."""
    if found := _differing(mine, "names_moved", "name", lambda line: line.name, is_other_name):
        yield found
    by_value: tuple[tuple[str, str, Callable[[Line], str | None]], ...] = (
        ("phones_moved", "phone", lambda line: line.phone),
        ("addresses_moved", "address", lambda line: line.address),
    )
    for code, name, said in by_value:
        found = _differing(mine, code, name, said, ne)
        if found is not None and found["moved"] is not None:
            yield found


def _differing(
    mine: Known3,
    code: str,
    name: str,
    said: Callable[[Line], str | None],
    differs: Callable[[str, str], bool],
) -> Stop | None:
    there: dict[Place, str] = {}
    odd: list[tuple[Line, str]] = []
    for line, who, known in mine:
        before, now = (known.identity or {}).get(name, ""), said(line)
        if before:
            there[line.sheet, line.row] = before
            if now and differs(before, now):
                odd.append((line, who))
    if not _many(code, len(odd), len(mine)):
        return None
    return _stop(code, odd, len(mine), moved=_shift(odd, there, said, _same_for(name)))


def _same_for(name: str) -> Callable[[str, str], bool]:
    return is_other_spelling if name == "name" else eq


def _shift(
    odd: Pairs,
    there: Mapping[Place, str],
    said: Callable[[Line], str | None],
    same: Callable[[str, str], bool],
) -> int | None:
    """Return by how many rows the values have moved down (negative: up); None: they have not."""
    fitting: Counter[int] = Counter()
    for line, _ in odd:
        for rows in (*range(1, FURTHEST + 1), *range(-FURTHEST, 0)):
            neighbour = there.get((line.sheet, line.row - rows))
            if neighbour is not None and same(neighbour, said(line) or ""):
                fitting[rows] += 1
    [(rows, fits)] = fitting.most_common(1) or [(0, 0)]
    return rows if fits >= FITTING * len(odd) and fits else None


# Other stops


def _other_unit(pairs: Pairs, known: Mapping[str, Known], before: Before) -> Iterator[Stop]:
    theirs: dict[str, list[tuple[Line, str]]] = {}
    for line, who in pairs:
        there = known.get(who)
        if there is not None and there.row["unit"] not in (before.unit, *before.sharable):
            theirs.setdefault(there.row["unit"], []).append((line, who))
    for unit, rows in theirs.items():
        if _many("other_unit", len(rows), len(pairs)):
            yield _stop("other_unit", rows, len(pairs), unit=unit)


def _older(mine: Known3, changed: Mapping[str, list[Change]], before: Before) -> Iterator[Stop]:
    rows = [(line, who) for line, who, _ in mine if who in changed]
    if before.same_file is not None and rows:
        yield _stop("older_file", rows, len(mine), day=before.same_file)
        return
    back = [(line, who) for line, who in rows if _sets_back(changed[who], before.former.get(who))]
    if _many("older_values", len(back), len(rows)):
        yield _stop("older_values", back, len(rows))


def _sets_back(changed: Sequence[Change], former: Mapping[str, set[str]] | None) -> bool:
    return former is not None and all(
        each["after"] in former.get(each["field"], ()) for each in changed
    )


def _many_changes(mine: Known3, changed: Mapping[str, list[Change]]) -> Iterator[Stop]:
    rows = [(line, who) for line, who, _ in mine if _changes_who(changed.get(who, ()))]
    if _many("many_changes", len(rows), len(mine)):
        yield _stop("many_changes", rows, len(mine))


def _changes_who(changed: Sequence[Change]) -> bool:
    return any(
        each["field"] in WHO
        and not (each["field"] == "name" and is_other_spelling(each["before"], each["after"]))
        for each in changed
    )


def _of_the_dead(pairs: Pairs) -> Iterator[Stop]:
    gone = [(line, who) for line, who in pairs if any(mark in LEFT for mark in line.marks)]
    if _many("of_the_dead", len(gone), len(pairs)):
        yield _stop("of_the_dead", gone, len(pairs))
