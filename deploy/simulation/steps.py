"""Steps: a schedule is a list of them, made of the seed alone, so that any of them can be left out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

STEPS = (40, 100)
SETS_BACK = 0.2
"""In so many of the seeds a store is set back to an older copy."""


class Step(NamedTuple):
    """What is done, by or to which part, with regard to which other; what is left to choose.

    `number` and `chance` (0 to 1) mean what the verb makes of them, in whatever state the town is.
    """

    verb: str
    part: str
    other: str
    number: int
    chance: float

    def __str__(self) -> str:
        """Return it as a line of a schedule."""
        about = f"{self.part} {self.other}".strip()
        return f"{self.verb:<13} {about:<36} {self.number:>4} {self.chance:.4f}"


_USUAL = {
    "command": 42,
    "other": 9,
    "retry": 5,
    "repeat": 3,
    "flow": 28,
    "relay": 4,
    "deliver": 8,
    "look": 6,
    "read a name": 3,
    "clock": 3,
}
_FAULTS = {
    "lose": 3,
    "double": 2,
    "shuffle": 4,
    "broker away": 1,
    "broker empty": 1,
    "cut": 1,
    "cut log": 1,
    "forge": 5,
    "foreign event": 1,
    "backlog": 2,
    "trap": 8,
    "kill": 1,
    "power cut": 2,
    "disk full": 2,
    "second relay": 1,
    "second": 3,
    "rebuild": 2,
    "wrong clock": 1,
}
_RARE = {"copy": 8, "set back": 5}


def schedule(seed: int, sources: Sequence[str], follows: Mapping[str, Sequence[str]]) -> list[Step]:
    """Return the steps of a seed; `follows` names the sources that each part follows."""
    chance = random.Random(f"schedule {seed}")  # nosec B311
    weights = _USUAL | _FAULTS | (_RARE if chance.random() < SETS_BACK else {})
    verbs = chance.choices(list(weights), list(weights.values()), k=chance.randint(*STEPS))
    # One part is in trouble more often than the others.
    poor = chance.choice(list(sources))
    return [_step(chance, verb, sources, follows, poor) for verb in verbs]


def _step(
    chance: random.Random,
    verb: str,
    sources: Sequence[str],
    follows: Mapping[str, Sequence[str]],
    poor: str,
) -> Step:
    part = poor if verb in _FAULTS and chance.random() < 0.4 else chance.choice(list(sources))
    other = chance.choice(list(follows[part]))
    return Step(verb, part, other, chance.randrange(1000), round(chance.random(), 4))
