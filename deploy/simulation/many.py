"""Many seeds, on all processors; what was seen in them together, and which of them broke something."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from deploy.simulation.run import Outcome, play
from deploy.simulation.sightings import EXPECTED, Sightings

AT_ONCE = 10


@dataclass(slots=True)
class Tally:
    """What many seeds came to."""

    seeds: int = 0
    steps: int = 0
    sightings: Sightings = field(default_factory=Sightings)
    broken: list[Outcome] = field(default_factory=list[Outcome])

    def add(self, outcome: Outcome) -> None:
        """Count one seed."""
        self.seeds += 1
        self.steps += len(outcome.steps)
        self.sightings.update(outcome.sightings)
        if outcome.broken:
            self.broken.append(outcome)

    @property
    def never(self) -> list[str]:
        """What should have happened in so many seeds, and has not."""
        return [what for what in EXPECTED if not self.sightings[what]]


def play_all(
    seeds: Iterable[int], workers: int, progress: Callable[[Tally], object] = lambda _: None
) -> Tally:
    """Play seeds, with `workers` processes beside this one if more than one; `progress` is told."""
    tally = Tally()

    def count(outcome: Outcome) -> None:
        tally.add(outcome)
        progress(tally)

    if workers < 2:
        for seed in seeds:
            count(play(seed))
        return tally
    # Not forked: what a process has open belongs to one machine that a seed decides.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for outcome in pool.map(play, seeds, chunksize=AT_ONCE):
            count(outcome)
    return tally
