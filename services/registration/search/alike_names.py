"""How two names compare: sign by sign, by sound across scripts, and by letters word by word.

What the outcomes weigh stands in `weights.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from services.registration.search.blind_index import Parts
from services.registration.search.lookalikes import look_alike
from services.registration.search.names import Name, ring_of

SIMILAR_SOUND = 88.0
LONG_GIVEN = 5
# Of two words in letters: the shorter one's least length, also of a name cut short (Alex, Tom);
# the longer one's, for a slip to be told from another name; how alike they are then.
SHORTEST_WORD, SHORTEST_CUT = 4, 3
ALIKE_LETTERS = 0.92


def names_compared(one: Parts, other: Parts) -> str:
    """Return the outcome of comparing two names, the same whichever comes first."""
    a, b = one.name, other.name
    if a.written == b.written:
        return "same_name" if one.said == other.said or not a.han else "name_other_script"
    if a.han != b.han:
        if b.sound in (a.sound, a.reversed) or a.sound in (b.sound, b.reversed):
            return "name_other_script"
    elif not a.han and sorted(a.words) == sorted(b.words):
        return "same_name"
    if a.sound == b.sound:
        return "same_pinyin"
    if a.words and b.words:
        return _by_letters(a, b)
    return _similar_names(a, b)


def _similar_names(a: Name, b: Name) -> str:
    if sorted(a.written) == sorted(b.written):
        return "similar_name"
    if a.han and b.han and len(a.written) == len(b.written):
        return _sign_by_sign(a, b)
    if a.surname != b.surname:
        # A mistyped surname leaves the given name as it was.
        return "similar_name" if a.given == b.given and len(a.given) >= LONG_GIVEN else "different"
    return "similar_name" if ratio(a.given, b.given) >= SIMILAR_SOUND else "surname_only"


def _sign_by_sign(a: Name, b: Name) -> str:
    """Compare names of as many signs: those that differ may still sound or look alike."""
    signs = list(zip(a.written, b.written, strict=True))
    differing = [at for at, (one, other) in enumerate(signs) if one != other]
    if all(
        _sound_alike(a.syllables[at], b.syllables[at]) or look_alike(*signs[at]) for at in differing
    ):
        return "similar_name"
    if len(differing) == 1 and len(a.written) > 2:
        return "part_of_name"
    return "surname_only" if a.surname == b.surname else "different"


def _sound_alike(one: str, other: str) -> bool:
    return one == other or _slurred(one) == _slurred(other)


def _slurred(syllable: str) -> str:
    """Return a syllable without what many speakers do not tell apart: zh and z, n and l, ng and n."""
    syllable = syllable.replace("h", "", 1) if syllable[1:2] == "h" else syllable
    if syllable.endswith("ng"):
        syllable = syllable[:-1]
    return "l" + syllable[1:] if syllable[:1] in ("n", "r") else syllable


# Letters


def _by_letters(a: Name, b: Name) -> str:
    """Compare names in letters word by word, in whatever order the words stand."""
    if ring_of(a.sound) == ring_of(b.sound):
        return "similar_letters"  # the same letters, parted otherwise
    fewer, more = sorted((a.words, b.words), key=lambda words: (len(words), words))
    met = _met(fewer, more)
    if len(met) == len(fewer) > 1 and any(len(word) >= SHORTEST_CUT for word in met):
        return "short_name" if "cut" in met.values() else "similar_letters"
    return "surname_only" if met else "different"


def _met(fewer: Sequence[str], more: Sequence[str]) -> dict[str, str]:
    """Return the words that have a like among the others, each of which is one's like at most."""
    left, met = list(more), dict[str, str]()
    for how, alike in (("same", str.__eq__), ("slip", _slip), ("cut", _cut)):
        for word in fewer:
            found = next((each for each in left if word not in met and alike(word, each)), None)
            if found is not None:
                left.remove(found)
                met[word] = how
    return met


def _slip(one: str, other: str) -> bool:
    """Whether two words may be one, with letters mistyped, left out or changed about."""
    shorter, longer = sorted((len(one), len(other)))
    if longer < SHORTEST_WORD or shorter < SHORTEST_CUT:
        return False
    return (
        OSA.distance(one, other, score_cutoff=1) <= 1
        or JaroWinkler.similarity(one, other) >= ALIKE_LETTERS
    )


def _cut(one: str, other: str) -> bool:
    """Whether one word is the initial of the other, or the other cut short."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= SHORTEST_CUT)
