"""`python -m tests.rosters.learning`: learn the weights of close matches on generated people.

Candidate pairs of generated towns, of names in letters and of people who are alike are compared
and counted. A logistic regression moves what is believed beforehand as far as the pairs tell; it
is held by that belief, as generated people lack what real ones have (a father's number, a change
of name). What an outcome must mean is not learned: what is missing says nothing, and twins. Beside
it stands how the outcomes alone were counted (Fellegi and Sunter). Nothing is drawn by lot.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from services.registration.search.blind_index import Seen, first_letters, shared_of
from services.registration.search.likeness import outcomes_of
from services.registration.search.shared_phones import MOST
from services.registration.search.weights import LIKELY, POSSIBLE, PRIOR, TOGETHER, WEIGHTS
from tests.rosters.alike import planted
from tests.rosters.duplicates import Town, a_town
from tests.rosters.latin import a_latin_town

SEEDS = (1, 2, 3)
PEOPLE, LATIN, ALIKE = 6_000, 2_000, 2_000
# How strongly the belief holds; how often and how far the regression steps.
HOLD, STEPS, STEP = 10.0, 400, 0.5
MOST_COUNTED = 12.0
# Set by hand before anything was counted.
BELIEVED: dict[str, dict[str, float]] = {
    "name": {
        "same_name": 8.5,
        "name_other_script": 8.5,
        "same_pinyin": 7.0,
        "similar_letters": 8.0,
        "similar_name": 4.5,
        "short_name": 4.5,
        "part_of_name": -1.0,
        "surname_only": -9.0,
        "different": -12.0,
    },
    "number": {
        "same_number": 12.0,
        "similar_number": 4.5,
        "other_document": 1.0,
        "different_documents": -1.0,
        "neighbouring_cards": -6.0,
        "different_cards": -9.0,
    },
    "phone": {"same_phone": 5.0, "similar_phone": 4.5, "different": -1.5},
    "born": {
        "same_birth_date": 5.5,
        "similar_birth_date": 4.0,
        "same_year": -4.0,
        "different": -6.5,
    },
    "sex": {"different": -5.0},
}

Outcome = tuple[str, str]
Counts = dict[tuple[Outcome, ...], list[int]]
FEATURES: list[Outcome] = [(of, said) for of, table in WEIGHTS.items() for said in table]


def candidates(people: Sequence[Seen], again: Sequence[Seen]) -> Iterator[tuple[Seen, Seen]]:
    """Pair people as `close_matches` does: those of `again` with all who stand before them."""
    holding: dict[tuple[str, str], list[Seen]] = defaultdict(list)

    def keys(who: Seen) -> list[tuple[str, str]]:
        letters = [(f"letter {letter}", who.birth_date) for letter in first_letters(who)]
        return [*shared_of(who).items(), *letters]

    for who in people:
        for key in keys(who):
            holding[key].append(who)
    for who in again:
        yield from ((who, other) for other in _met(who, holding, keys(who)))
        for key in keys(who):
            holding[key].append(who)


def _met(
    who: Seen, holding: dict[tuple[str, str], list[Seen]], keys: list[tuple[str, str]]
) -> list[Seen]:
    return list({other.resident: other for key in keys for other in holding[key]}.values())


def counted(seeds: Sequence[int] = SEEDS) -> Counts:
    """Count outcomes of candidate pairs: how many are of two people, how many of one."""
    counts: Counts = defaultdict(lambda: [0, 0])
    towns: list[Town] = []
    for seed in seeds:
        towns += [a_town(seed, PEOPLE), a_latin_town(seed, LATIN), Town(again=planted(seed, ALIKE))]
    for town in towns:
        phones = Counter(who.parts.phone for who in (*town.people, *town.again))
        for one, other in candidates(town.people, town.again):
            crowded = phones[one.parts.phone] > MOST
            outcomes = outcomes_of(one.parts, other.parts, shared_phone=crowded)
            counts[tuple(outcomes.items())][(one.resident, other.resident) in town.pairs] += 1
    return counts


def log_odds(counts: Counts) -> dict[Outcome, float]:
    """Return by how much likelier each outcome is between two records of one person, in bits."""
    seen = Counter[tuple[Outcome, bool]]()
    for outcomes, (two, one) in counts.items():
        for each in outcomes:
            seen[each, False] += two
            seen[each, True] += one
    twos, ones = (sum(each[at] for each in counts.values()) for at in (0, 1))
    found = {
        each: math.log2(
            (seen[each, True] + 0.5) / (ones + 1) * (twos + 1) / (seen[each, False] + 0.5)
        )
        for each in FEATURES
    }
    return {each: max(-MOST_COUNTED, min(MOST_COUNTED, bits)) for each, bits in found.items()}


def learned(counts: Counts) -> dict[Outcome, float]:
    """Return the weight of each outcome that is learned, to a tenth of a bit."""
    start = {(of, said): bits for of, table in BELIEVED.items() for said, bits in table.items()}
    weights = {(of, said): bits for of, table in WEIGHTS.items() for said, bits in table.items()}
    weights |= start
    steepness = dict.fromkeys(start, 0.0)
    for _ in range(STEPS):
        slope = {each: HOLD * (weights[each] - begun) for each, begun in start.items()}
        for outcomes, (two, one) in counts.items():
            bits = weight_of(dict(outcomes), weights)
            off = (two + one) / (1 + 2 ** -max(-60.0, min(60.0, bits))) - one
            for each in outcomes:
                if each in slope:
                    slope[each] += off
        # Each weight steps by its own measure of how steep it has been (Adagrad).
        for each, steep in slope.items():
            steepness[each] += steep * steep
            weights[each] -= STEP * steep / math.sqrt(steepness[each] + 1e-9)
    return {each: round(weights[each], 1) for each in FEATURES}


def weight_of(outcomes: dict[str, str], weights: dict[Outcome, float]) -> float:
    """Return what outcomes weigh together by such weights."""
    more = sum(bits for of, bits in TOGETHER if of.items() <= outcomes.items())
    return PRIOR + more + sum(weights[each] for each in outcomes.items())


def figures(counts: Counts, weights: dict[Outcome, float], least: float) -> tuple[float, float]:
    """Return precision and recall among all candidates, from a score on."""
    bits = math.log2(least / (1 - least))
    found = [each for of, each in counts.items() if weight_of(dict(of), weights) >= bits]
    right, wrong = sum(one for _, one in found), sum(two for two, _ in found)
    return right / (right + wrong), right / sum(one for _, one in counts.values())


def main() -> None:
    """Print the table that stands, what was counted, and what is learned."""
    counts = counted()
    odds, found = log_odds(counts), learned(counts)
    stands = {(of, said): bits for of, table in WEIGHTS.items() for said, bits in table.items()}
    table = Table("compared", "outcome", "stands", "counted alone", "learned")
    for each in FEATURES:
        table.add_row(*each, *(f"{of[each]:+.1f}" for of in (stands, odds, found)))
    console = Console(width=120)
    console.print(table)
    for least in (POSSIBLE, LIKELY):
        precision, recall = figures(counts, found, least)
        console.print(f"learned, from {least}: precision {precision:.4f}, recall {recall:.4f}")


if __name__ == "__main__":
    main()
