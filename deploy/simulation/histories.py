"""Every source's log as it was first seen: later it may have grown, and nothing else."""

from __future__ import annotations

from collections import defaultdict

from deploy.simulation.facts import Facts, must
from deploy.simulation.sightings import Sightings
from shared.kit.contracts import Event, decode
from shared.kit.contracts.chain import Linked, beginning
from shared.kit.contracts.envelope import NOT_THEIRS
from shared.kit.eventstore import Store
from shared.town.campaign import Campaign

STARTING = "start"  # what a part does whenever it starts has no key of its own
READ_AT_ONCE = 100_000  # all
_SEEN = {
    "ResidentErased": "person was erased",
    "ResidentsMerged": "records were merged",
    "BookingsMoveOrdered": "unit went to another site",
    "DoseAdministered": "dose was given",
}


class Histories:
    """What each source has said, in order, and what that means for the town."""

    def __init__(self, campaign: Campaign, sightings: Sightings) -> None:
        """Nobody has said anything yet."""
        self._campaign = campaign
        self._sightings = sightings
        self.facts = Facts(campaign)
        self.said: dict[str, list[Linked]] = defaultdict(list)
        self.lost: dict[str, list[Linked]] = defaultdict(list)
        # With what a source has lost since it said it.
        self.ever: dict[str, dict[bytes, int]] = defaultdict(dict)
        self.events: dict[str, list[Event]] = defaultdict(list)
        self.of_command: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.disowned: set[tuple[str, int]] = set()

    def read(self, store: Store) -> None:
        """Read what a store says that is new; raises `Broken` if it does not continue."""
        source, known = store.source, self.said[store.source]
        # From the last known event on: is it there?
        last = known[-1:]
        page = store.log(len(known) - len(last), READ_AT_ONCE)
        is_there = page[: len(last)] == last
        must(is_there, "nothing that was said is lost", f"{source}: {len(known)} were said")
        if not (new := page[len(last) :]):
            return
        told = store.histories(source)
        for each in new:
            where = f"{source}:{each.position}"
            must(each.position == len(known) + 1, "positions without gap", where)
            before = known[-1].link if known else beginning(source)
            fits = each.link == told.link(before, each.position, each.body)
            must(fits, "the chain verifies", where)
            known.append(each)
            self.ever[source][each.link] = each.position
            if self.was_lost(source, each.position, each.body):
                self._sightings.see("source said again what it had lost")
            self._see(self._take_in(source, each))

    def _see(self, event: Event) -> None:
        if (what := _SEEN.get(event.name)) is not None:
            self._sightings.see(what)
        if event.name == "DoseAdministered" and event.data["dose"] == 2:
            self._sightings.see("person completed the course")
        if event.id in self.facts.second_courses:
            self._sightings.see("second course was begun after a docking")
        if event.actor.startswith("policy:"):
            self._sightings.see("policy decided on another part's event")

    def _take_in(self, source: str, each: Linked) -> Event:
        event = decode(source, each.position, each.body)
        self.events[source].append(event)
        done = self.of_command[source, event.command]
        at_once = not done or done[-1] == each.position - 1 or event.command == STARTING
        must(at_once, "decided once", f"{event.id} because of {event.command}, as {done}")
        done.append(each.position)
        if event.name == NOT_THEIRS:
            self.disowned.add((source, each.position))
        self.facts.take_in(event)
        return event

    def must_be_unchanged(self, store: Store) -> None:
        """Read a whole log again: are its bytes those that were seen first?"""
        again = list[Linked]()
        while page := store.log(len(again), READ_AT_ONCE):
            again += page
        must(again == self.said[store.source], "bytes unchanged since first seen", store.source)

    def set_back(self, source: str, length: int) -> None:
        """A source was set back to its first events: what came after was said, and is gone."""
        kept = {name: list(said) for name, said in self.said.items()}
        self.lost[source] = kept[source][length:]
        kept[source] = kept[source][:length]
        for lost in (self.said, self.events, self.of_command):
            lost.clear()
        self.disowned.clear()
        self.facts = Facts(self._campaign)
        # Sources that decide for others first, so that what they decided is known.
        for name in sorted(kept, key=_service_first):
            self.said[name] = kept[name]
            for each in kept[name]:
                self._take_in(name, each)

    def was_lost(self, source: str, position: int, body: bytes) -> bool:
        """Tell whether a source had said this at a position when it was set back."""
        return any(each[:2] == (position, body) for each in self.lost[source])

    def says(self, source: str, position: int, body: bytes) -> bool:
        """Tell whether a source's log, as it is now, has these bytes at a position."""
        return [each.body for each in self.said[source][position - 1 : position]] == [body]

    def has(self, source: str, position: int, link: bytes | None) -> bool:
        """Tell whether a source's log, as it is now, has this link at a position."""
        said = self.said[source]
        return position <= len(said) and (position == 0 or said[position - 1].link == link)


def _service_first(source: str) -> tuple[bool, str]:
    return "/" in source, source
