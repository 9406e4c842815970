"""Close matches: who among people newly seen is likely somebody who is known already (ADR 0010)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import literal, select, union_all

from services.registration.residents.queries import registered
from services.registration.search.blind_index import Parts, Seen
from services.registration.search.likeness import POSSIBLE, likeness_of
from services.registration.search.queries import opened, tracer_of
from services.registration.search.views import SHARED, traces
from shared.kit.eventstore import Prepared, among, in_json
from shared.town import request_context
from shared.town.work import Work

Key = tuple[str, int]

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


@dataclass(frozen=True, slots=True)
class CloseMatch:
    """Two records that are possibly one person: `score` 0 to 1, `reasons` of `likeness.REASONS`."""

    resident: str
    other: str
    score: float
    reasons: tuple[str, ...]


def close_matches(
    work: Work, people: Sequence[Seen], *, at_least: float = POSSIBLE
) -> list[CloseMatch]:
    """Return the close matches of people among all remembered, each pair once.

    `resident` is one of `people`; `other` is remembered, or stands before in `people`. Whoever
    shares a trace is opened by the system and compared; nobody is shown anybody.
    """
    latest = {who.resident: who for who in people}
    parts = {resident: who.parts for resident, who in latest.items()}
    tracer = tracer_of(work)
    keys = {
        resident: [(column, at) for column, at in tracer.shared(who).items() if at is not None]
        for resident, who in latest.items()
    }
    pairs = [*_within(keys), *_among_remembered(work, keys)]
    strangers = {other for _, other in pairs if other not in parts}
    with request_context.answering(None):
        met = opened(work, list(registered(work, sorted(strangers))))
    parts |= {who.resident: who.parts for who in met}
    return _scored(pairs, parts, at_least)


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
) -> list[CloseMatch]:
    matches: list[CloseMatch] = []
    for resident, other in pairs:
        if other not in parts:
            continue  # nothing of the other can be read any more
        found = likeness_of(parts[resident], parts[other])
        if found.score >= at_least:
            matches.append(CloseMatch(resident, other, round(found.score, 4), found.reasons))
    return matches
