"""What a schedule is played in: the town, its clients, what was seen, and what is out of order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.simulation.client import Client
from deploy.simulation.disk import Copy
from deploy.simulation.histories import Histories
from deploy.simulation.machine import Clock
from deploy.simulation.sightings import Sightings
from deploy.simulation.town import Town

RESTART_AFTER = 3


@dataclass(slots=True)
class OldCopy:
    """A store as it was: its file, how long its log was, how many commands were acknowledged."""

    copy: Copy
    length: int
    acknowledged: int


@dataclass(slots=True)
class World:
    """One simulation while it runs; `at` counts its steps."""

    town: Town
    histories: Histories
    client: Client
    at: int = 0
    touched: set[str] = field(default_factory=set[str])
    copies: dict[str, OldCopy] = field(default_factory=dict[str, OldCopy])
    set_back: set[str] = field(default_factory=set[str])
    accepted: set[str] = field(default_factory=set[str])
    # Follower and source: it followed what is lost, and no acceptance tells it so.
    standing: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _ends: list[tuple[int, Callable[[], object]]] = field(
        default_factory=list[tuple[int, Callable[[], object]]]
    )
    _starts: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(
        cls,
        folder: Path,
        clock: Clock,
        sightings: Sightings,
        stores: dict[str, Copy],
        *,
        real_seals: bool,
    ) -> World:
        """Return the world in which a seed begins: prepared stores, nothing running yet."""
        town = Town(folder, clock, sightings, real_seals=real_seals)
        for source, copy in stores.items():
            town.disk.put(source, copy)
        histories = Histories(town.campaign, sightings)
        return cls(town, histories, Client(town, histories))

    def lasts(self, steps: int, end: Callable[[], object]) -> None:
        """Let a trouble end after some steps."""
        self._ends.append((self.at + steps, end))

    def tick(self) -> None:
        """Begin the next step: troubles that are over end, parts that died are started again."""
        self.at += 1
        for when, end in [each for each in self._ends if each[0] <= self.at]:
            self._ends.remove((when, end))
            end()
        for source in self.town.sources:
            if source in self.town.processes:
                self._starts.pop(source, None)
            elif self._starts.setdefault(source, self.at + RESTART_AFTER) <= self.at:
                self.start(source)

    def start(self, source: str) -> None:
        """Start a part; it may die at once, and is tried again later."""
        self.touched.add(source)
        self._starts.pop(source, None)
        self.town.start(source)

    def heal(self) -> None:
        """End every trouble, and start every part."""
        self.town.traps.clear()
        for _, end in self._ends:
            end()
        self._ends.clear()
        for source in self.town.sources:
            self.start(source)
