"""Close matches: who among people newly seen is likely somebody who is known already (ADR 0010)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all

from services.registration.residents.joining import records
from services.registration.residents.queries import registered
from services.registration.search.blind_index import Parts, Seen, first_letters
from services.registration.search.likeness import Likeness, likeness_of
from services.registration.search.queries import opened, tracer_of
from services.registration.search.shared_phones import shared_phones
from services.registration.search.views import SHARED, traces
from services.registration.search.weights import POSSIBLE
from shared.kit.eventstore import Prepared, among, in_json
from shared.town import request_context
from shared.town.work import Work

# What two people may share: a column and its trace, or a day and a first letter.
Key = tuple[str, int | str]

_HOLDERS = Prepared(
    union_all(
        *(
            select(literal(name), traces.c[name], traces.c.resident).where(
                among(traces.c[name], name)
            )
            for name in SHARED
        )
    )
)
_person = records()
_BORN = Prepared(
    select(_person.c.birth_date, _person.c.resident).where(among(_person.c.birth_date, "days"))
)


@dataclass(frozen=True, slots=True)
class CloseMatch:
    """Two records that are possibly one person: `score` 0 to 1.

    `reasons` for it are of `likeness.REASONS`, those `against` it of `likeness.AGAINST`.
    """

    resident: str
    other: str
    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


def close_matches(
    work: Work, people: Sequence[Seen], *, at_least: float = POSSIBLE
) -> list[CloseMatch]:
    """Return the close matches of people among all remembered, each pair once.

    `resident` is one of `people`; `other` is remembered, or stands before in `people`. Whoever
    shares a trace is opened by the system and compared; nobody is shown anybody. A name in letters
    sounds otherwise when one of them is mistyped: these are compared with whoever was born on the
    same day, which stands in clear.
    """
    latest = {who.resident: who for who in people}
    parts = {resident: who.parts for resident, who in latest.items()}
    tracer = tracer_of(work)
    keys: dict[str, list[Key]] = {
        resident: [(column, at) for column, at in tracer.shared(who).items() if at is not None]
        for resident, who in latest.items()
    }
    in_letters = {
        resident: found for resident, who in latest.items() if (found := _in_letters(who))
    }
    together = _within({who: [*mine, *in_letters.get(who, ())] for who, mine in keys.items()})
    born = _born_like(work, {who: parts[who].born for who in in_letters}, keys)
    pairs = list(dict.fromkeys([*together, *_among_remembered(work, keys), *born]))
    strangers = {other for _, other in pairs if other not in parts}
    with request_context.answering(None):
        met = opened(work, list(registered(work, sorted(strangers))))
    parts |= {who.resident: who.parts for who in met}
    scored = _scored(pairs, parts, at_least)
    held = {parts[one].phone for one, two in scored if parts[one].phone == parts[two].phone}
    crowded = shared_phones(work, held, list(latest.values()))
    return _matches(scored, parts, crowded, at_least)


def _in_letters(who: Seen) -> list[Key]:
    """What people with names in letters share, whose names have at least one beginning alike."""
    born = who.parts.born
    return [(born, letter) for letter in sorted(first_letters(who))] if born else []


def _born_like(
    work: Work, born: dict[str, str], keys: dict[str, list[Key]]
) -> list[tuple[str, str]]:
    """Pair people with those remembered who were born on the same day."""
    if not born:
        return []
    wanting: dict[str, list[str]] = {}
    for resident, day in born.items():
        wanting.setdefault(day, []).append(resident)
    with work.store.connection() as connection:
        rows = _BORN.all(connection, {"days": in_json(wanting)})
    return [(one, other) for day, other in rows if other not in keys for one in wanting[day]]


def _among_remembered(work: Work, keys: dict[str, list[Key]]) -> list[tuple[str, str]]:
    """Pair people with those remembered who share a trace and are not of the same people."""
    wanting: dict[Key, list[str]] = {}
    for resident, mine in keys.items():
        for key in mine:
            wanting.setdefault(key, []).append(resident)
    traced = {c: in_json(value for column, value in wanting if column == c) for c in SHARED}
    with work.store.connection() as connection:
        holders = _HOLDERS.all(connection, traced)
    pairs = {
        (resident, other): None
        for column, value, other in holders
        if other not in keys
        for resident in wanting[column, value]
    }
    return list(pairs)


def _within(keys: dict[str, list[Key]]) -> list[tuple[str, str]]:
    """Pair people with those before them who share a trace."""
    holding: dict[Key, list[str]] = {}
    pairs: dict[tuple[str, str], None] = {}
    for resident, mine in keys.items():
        for key in mine:
            before = holding.setdefault(key, [])
            pairs |= {(resident, other): None for other in before}
            before.append(resident)
    return list(pairs)


def _scored(
    pairs: Iterable[tuple[str, str]], parts: dict[str, Parts], at_least: float
) -> dict[tuple[str, str], Likeness]:
    """Compare pairs; those are left out of whom nothing can be read any more."""
    known = (pair for pair in pairs if pair[1] in parts)
    compared = {(one, two): likeness_of(parts[one], parts[two]) for one, two in known}
    return {pair: found for pair, found in compared.items() if found.score >= at_least}


def _matches(
    scored: dict[tuple[str, str], Likeness],
    parts: dict[str, Parts],
    crowded: set[str],
    at_least: float,
) -> list[CloseMatch]:
    """Return what stands when nothing is made of a telephone that many have."""
    matches: list[CloseMatch] = []
    for (one, two), found in scored.items():
        if parts[one].phone in crowded:
            found = likeness_of(parts[one], parts[two], shared_phone=True)
        if found.score >= at_least:
            score = round(found.score, 4)
            matches.append(CloseMatch(one, two, score, found.reasons, found.against))
    return matches
