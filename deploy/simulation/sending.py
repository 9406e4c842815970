"""Sending: one command, or several of one part that share a commit, and what they are answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from deploy.simulation.facts import must
from deploy.simulation.process import Process
from deploy.simulation.town import Town
from shared.kit.eventstore import Context
from shared.kit.eventstore.answers import AnswerExpired
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.refusals import Refusal
from shared.town.work import Work

Run = Callable[[Work], Any]
NOTHING_LEFT = "a refused command leaves nothing"
ALL_OR_NONE = "a batch is stored as a whole, or nothing of it"


@dataclass(slots=True)
class Command:
    """One command: whom it is sent to, what it is called, and under which key.

    One that `gives_up` is refused when it has done all its work, written events and all.
    """

    source: str
    name: str
    key: str
    run: Run
    gives_up: bool = False
    answer: str = ""
    positions: list[int] = field(default_factory=list[int])


class Answer(NamedTuple):
    """What a command was answered: as JSON, and whether it was known; or why it was refused.

    `positions` are those of its events, as the command saw them in its own transaction.
    """

    command: Command
    text: str = ""
    known: bool = False
    refusal: Refusal | None = None
    positions: Sequence[int] = ()


class Sending:
    """Commands on their way to a process, in order, in one turn of its store if they are several."""

    def __init__(self, town: Town, process: Process, head: int, *, pressed: bool = False) -> None:
        """Begin at a log's end; `pressed`: somebody else tries to write in the middle of it."""
        self._town = town
        self._process = process
        self._begun = self._head = head
        self._pressed = pressed

    def answers(self, sent: Sequence[Command]) -> list[Answer]:
        """Send commands, and return what each was answered; nothing if nobody was answered.

        An answer counts once all is stored. Who is not answered does not know what was done.
        """
        source, see = self._process.source, self._town.sightings.see
        several = len(sent) > 1
        given = list[Answer]()
        after = self._town.sightings["killed at command: after commit"]
        with self._town.at_work(source, "command"):
            try:
                with self._process.store.together() if several else nullcontext():
                    told = [self._ask(command) for command in sent]
                given = told
            except UNAVAILABLE:
                see(f"disk was full and the {'batch' if several else 'command'} was refused")
                self._must_end_at(self._begun)
                return []
        if given:
            self._must_end_at(self._head)
        else:
            done = self._town.sightings["killed at command: after commit"] > after
            self._must_end_at(self._head if done else self._begun)
            if several:
                see(f"batch was killed {'after' if done else 'before'} its commit")
        return given

    def _must_end_at(self, end: int) -> None:
        """The log has grown by what was done in a commit, and by nothing else."""
        stored = self._town.disk.end(self._process.source)
        must(stored == end, ALL_OR_NONE, f"{self._process.source}: {stored} stored, not {end}")

    def _ask(self, command: Command) -> Answer:
        store, before = self._process.store, self._head
        context = Context(command.key, "simulation", command.key)
        try:
            answer, known = store.execute(context, command.name, lambda: self._do(command))
        except AnswerExpired:
            return Answer(command, known=True)
        except Refusal as refusal:
            self._head = before
            return Answer(command, refusal=refusal)
        return Answer(
            command, as_json(answer), bool(known), positions=range(before + 1, self._head + 1)
        )

    def _do(self, command: Command) -> Any:
        source, store = self._process.source, self._process.store
        left = store.head() - self._head
        must(not left, NOTHING_LEFT, f"{command.name} finds {left} of the one before it")
        if self._pressed:
            got_in = self._town.disk.takes_another_writer(source)
            must(not got_in, "one writer at a time", f"{command.name} at {source}")
            self._town.sightings.see("another writer had to wait")
        answer = command.run(self._process.work)
        self._head = store.head()
        if command.gives_up:
            raise Refusal
        return answer


def as_json(answer: Any) -> str:
    """Return an answer as whoever sent the command reads it."""
    return json.dumps(json.loads(json.dumps(answer, default=str)), sort_keys=True)
