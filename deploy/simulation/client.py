"""Those who send commands: they send again what was not answered, and some of what was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.simulation.facts import must
from deploy.simulation.histories import Histories
from deploy.simulation.town import Town
from shared.kit.eventstore import Context
from shared.kit.eventstore.answers import AnswerExpired
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.eventstore.restored import StoreSetBack
from shared.kit.refusals import Refusal
from shared.town.work import Work

Run = Callable[[Work], Any]
ONCE = "acknowledged means exactly one effect"


@dataclass(slots=True)
class Command:
    """One command: whom it is sent to, what it is called, and under which key."""

    source: str
    name: str
    key: str
    run: Run
    answer: str = ""
    positions: list[int] = field(default_factory=list[int])


class Client:
    """Sends commands as people's programs do, and remembers what it was answered."""

    def __init__(self, town: Town, histories: Histories) -> None:
        """Nothing is sent yet."""
        self._town = town
        self._histories = histories
        self._sent = 0
        self.acknowledged: list[Command] = []
        self.in_doubt: list[Command] = []

    def send(self, source: str, name: str, run: Run, *, pressed: bool = False) -> None:
        """Send a new command; `pressed`: somebody else tries to write in the middle of it."""
        self._town.process(source)
        self._sent += 1
        self._attempt(Command(source, name, f"command-{self._sent}", run), pressed=pressed)

    def retry(self, number: int) -> None:
        """Send a command again of which nobody knows whether it was done."""
        if self.in_doubt:
            command = self.in_doubt[number % len(self.in_doubt)]
            self._town.process(command.source)
            self.in_doubt.remove(command)
            self._attempt(command, again=True)

    def repeat(self, number: int) -> None:
        """Send a command again that was answered before."""
        if not self.acknowledged:
            return
        command = self.acknowledged[number % len(self.acknowledged)]
        process = self._town.process(command.source)
        with self._town.at_work(command.source, "command"):
            try:
                answer, known = process.store.execute(*self._of(command, process.work))
            except AnswerExpired:
                return
            except UNAVAILABLE:
                return
            except Refusal as refusal:
                must(False, ONCE, f"{command.name}, sent again: {refusal.code}")
                raise
            must(known, ONCE, f"{command.name} was done again")
            must(_text(answer) == command.answer, ONCE, f"{command.name}: another answer")
            self._town.sightings.see("command sent again got its first answer")

    def set_back(self, source: str, acknowledged: int, length: int) -> None:
        """A source was set back to when it had said so much, and so many commands were acknowledged.

        What is lost of the acknowledged ones is what the lost history holds, and nothing else.
        """
        before, later = self.acknowledged[:acknowledged], self.acknowledged[acknowledged:]
        mine = [each for each in later if each.source == source]
        fits = all(at > length for each in mine for at in each.positions) and all(
            at <= length for each in before if each.source == source for at in each.positions
        )
        must(fits, "what is lost is what the lost history holds", source)
        self.acknowledged = before + [each for each in later if each.source != source]

    def give_up(self, source: str) -> None:
        """Nobody waits any more for what a source that stands does not do."""
        self.in_doubt = [each for each in self.in_doubt if each.source != source]

    def must_be_done_once(self) -> None:
        """Every acknowledged command's events are there, and no others of its key."""
        for each in self.acknowledged:
            found = self._histories.of_command[each.source, each.key]
            must(found == each.positions, ONCE, f"{each.name}: {each.positions}, now {found}")

    def _attempt(self, command: Command, *, again: bool = False, pressed: bool = False) -> None:
        town, see = self._town, self._town.sightings.see
        process = town.process(command.source)
        self._histories.read(process.store)
        before = list(self._histories.of_command[command.source, command.key])
        head = len(self._histories.said[command.source])
        answered = False
        with town.at_work(command.source, "command"):
            try:
                run = self._of(command, process.work, pressed=pressed)
                answer, known = process.store.execute(*run)
            except AnswerExpired:
                answer, known = None, True
            except Refusal as refusal:
                self._note(command, refusal.code)
                self._histories.read(process.store)
                left = len(self._histories.said[command.source]) - head
                must(not left, "a refused command leaves nothing", f"{command.name}: {left}")
                see("command was refused and left nothing")
                if isinstance(refusal, StoreSetBack):
                    see("command was refused by a source set back")
                    self.in_doubt.append(command)
                return
            except UNAVAILABLE:
                see("disk was full and the command was refused")
                self.in_doubt.append(command)
                return
            answered = True
            self._note(command, "known" if known else "done")
            command.answer = _text(answer)
            if again:
                see(f"command in doubt had {'' if known else 'not '}been done")
                must(known or not before, ONCE, f"{command.name} was done a second time")
            else:
                must(not known, ONCE, f"{command.name} is new")
            self._histories.read(process.store)
            command.positions = list(self._histories.of_command[command.source, command.key])
            self.acknowledged.append(command)
        if not answered:
            self._note(command, "not answered")
            self.in_doubt.append(command)

    def _note(self, command: Command, what: str) -> None:
        self._town.notes.append(f"{command.name} at {command.source}: {what}")

    def _of(
        self, command: Command, work: Work, *, pressed: bool = False
    ) -> tuple[Context, str, Callable[[], Any]]:
        def run() -> Any:
            if pressed:
                got_in = self._town.disk.takes_another_writer(command.source)
                must(not got_in, "one writer at a time", f"{command.name} at {command.source}")
                self._town.sightings.see("another writer had to wait")
            return command.run(work)

        return Context(command.key, "simulation", command.key), command.name, run


def _text(answer: Any) -> str:
    return json.dumps(json.loads(json.dumps(answer, default=str)), sort_keys=True)
