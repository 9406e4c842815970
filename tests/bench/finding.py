"""Measurements of finding the sealed: searches at 200,000 residents, and close matches.

Everybody here is generated (`tests/rosters/duplicates.py`).
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.search.blind_index import REGION, Seen, Tracer, salt_of, sought_of
from services.registration.search.close_matches import close_matches
from services.registration.search.commands import remember
from services.registration.search.names import name_of
from services.registration.search.weights import LIKELY
from shared.town.privacy import Blind
from tests.rosters.duplicates import a_town
from tests.support.part import PartUnderTest

Figures = dict[str, float]
BATCH = 1000
# Seeds on which no weight was set.
SEED, OTHER_SEED = 20_240_325, 20_240_620


def batches(people: list[Seen], size: int = BATCH) -> Iterator[list[Seen]]:
    """Cut people into an import's batches."""
    for start in range(0, len(people), size):
        yield people[start : start + size]


def registered(part: PartUnderTest, people: Iterable[Seen]) -> float:
    """Register people with sealed identities; return the seconds that remembering them took."""
    app: Any = part.app
    units, took = [unit.code for unit in app.campaign.units], 0.0
    for at, batch in enumerate(batches(list(people))):
        with part.transaction():
            app.privacy.table.prepare([who.resident for who in batch])
            app.save(*(_resident(who, units[at % len(units)]) for who in batch))
            began = time.perf_counter()
            remember(app, batch)
            took += time.perf_counter() - began
    return took


def _resident(who: Seen, unit: str) -> Resident:
    identity = {"name": who.name, "card_number": who.number, "phone": who.phone, "address": ""}
    born = date.fromisoformat(who.birth_date)
    return Resident(
        resident=UUID(who.resident),
        unit=unit,
        tie="home",
        cohort="general",
        sex=who.sex,
        birth_date=born,
        document_kind="resident_card",
        identity=identity,
    )


def matching(people: int) -> Figures:
    """Precision and recall of close matches, and what they cost, importing as many as are there.

    A tenth of those imported are recorded already, with mistakes; the rest are other people.
    """
    town = a_town(SEED, people)
    others = a_town(OTHER_SEED, people - len(town.again), duplicated=0).people
    arriving = [*others]
    rng = random.Random(SEED)
    for again in town.again:
        arriving.insert(rng.randrange(len(arriving)), again)
    with tempfile.TemporaryDirectory() as place:
        part = PartUnderTest(Path(place), "registration")
        app: Any = part.app
        remembering = registered(part, town.people)
        matches, matching_took = [], 0.0
        for batch in batches(arriving):
            began = time.perf_counter()
            matches += close_matches(app, batch, at_least=LIKELY)
            matching_took += time.perf_counter() - began
            with part.transaction():
                remember(app, batch)
        app.store.close()
    right = sum((match.resident, match.other) in town.pairs for match in matches)
    return {
        "match_precision_percent": 100 * right / len(matches),
        "match_recall_percent": 100 * right / len(town.pairs),
        "match_us_per_person": 1e6 * matching_took / len(arriving),
        "remember_us_per_person": 1e6 * remembering / len(town.people),
    }


def typed(who: Seen) -> dict[str, str]:
    """What somebody may type to find a person, by kind."""
    name = name_of(who.name)
    return {
        "name": who.name,
        "surname": who.name[:1],
        "two_signs": who.name[:2],
        "pinyin": name.sound,
        "initials": name.initials,
        "last_four": who.number[-4:],
        "last_six": who.number[-6:],
        "number": who.number,
        "phone": who.phone or "10000000000",
        "phone_four": (who.phone or "10000000000")[-4:],
        "nobody": who.name[::-1],
    }


def search(people: int) -> Figures:
    """Milliseconds of searches over HTTP, of every kind, with the look recorded."""
    town = a_town(SEED, people, duplicated=0)
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place:
        part = PartUnderTest(Path(place), "registration")
        registered(part, town.people)
        for who in random.Random(SEED).sample(town.people, min(30, people)):
            for kind, text in typed(who).items():
                began = time.perf_counter()
                answer = part.http.post("/api/residents/search", {"text": text})
                took.setdefault(kind, []).append(1000 * (time.perf_counter() - began))
                assert answer.status_code == 200, answer.text
        part.app.store.close()
    every = sorted(each for kind in took.values() for each in kind)
    found = {
        "search_ms_p50": statistics.median(every),
        "search_ms_p99": every[int(0.99 * (len(every) - 1))],
    }
    return found | {f"search_{kind}_ms": statistics.median(of) for kind, of in took.items()}


def guessing(people: int) -> Figures:
    """How many surnames a copy of the database gives away to somebody who counts equal traces.

    The attacker knows how common each surname is in the town, and takes the most frequent trace
    for the most common surname, and so on: as the traces are, and as they would be without salts.
    """
    town = a_town(SEED, people, duplicated=0).people
    surnames = [sought_of(who)["surname"] for who in town]
    ranked = [name for name, _ in Counter(surnames).most_common()]
    tracer = Tracer(Blind(bytes(32)))
    salted: dict[tuple[int, int], list[tuple[str, Any]]] = {}
    for number, (who, surname) in enumerate(zip(town, surnames, strict=True)):
        group = (number // REGION, salt_of(who.resident))
        salted.setdefault(group, []).append((surname, tracer.row(number, who)["surname"]))
    return {
        "guessed_percent": _guessed(salted.values(), ranked),
        "guessed_unsalted_percent": _guessed([[(name, name) for name in surnames]], ranked),
        "guessed_blindly_percent": 100 * surnames.count(ranked[0]) / people,
    }


def _guessed(groups: Iterable[list[tuple[str, Any]]], ranked: list[str]) -> float:
    right = total = 0
    for group in groups:
        traces = [trace for trace, _ in Counter(trace for _, trace in group).most_common()]
        guess = dict(zip(traces, ranked, strict=False))
        right += sum(guess.get(trace) == surname for surname, trace in group)
        total += len(group)
    return 100 * right / total
