"""Those who send commands: they send again what was not answered, and some of what was."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.simulation.facts import must
from deploy.simulation.histories import Histories
from deploy.simulation.sending import NOTHING_LEFT, Answer, Command, Run, Sending, as_json
from deploy.simulation.town import Town
from shared.kit.eventstore import Context
from shared.kit.eventstore.answers import AnswerExpired
from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.eventstore.restored import StoreSetBack
from shared.kit.refusals import Refusal

ONCE = "acknowledged means exactly one effect"
AT_ONCE = 8  # of those in doubt


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
        self._attempt([self._new(source, name, run)], pressed=pressed)

    def send_together(
        self,
        asked: Sequence[tuple[str, str, Run]],
        *,
        giving_up: int | None,
        twice: bool,
        pressed: bool,
    ) -> None:
        """Send new commands of one part in one batch.

        The one that is `giving_up`, if any, is refused after it has written. `twice`: the first one
        comes again at the end.
        """
        sent = [self._new(*each) for each in asked]
        if giving_up is not None:
            sent[giving_up].gives_up = True
        self._attempt([*sent, sent[0]] if twice else sent, pressed=pressed)

    def retry(self, number: int) -> None:
        """Send a command again of which nobody knows whether it was done; or all of its part."""
        if not self.in_doubt:
            return
        command = self.in_doubt[number % len(self.in_doubt)]
        self._town.process(command.source)
        sent = [command]
        if number % 2:
            sent = [each for each in self.in_doubt if each.source == command.source][:AT_ONCE]
        for each in sent:
            self.in_doubt.remove(each)
        self._attempt(sent, again=True)

    def repeat(self, number: int) -> None:
        """Send a command again that was answered before."""
        if not self.acknowledged:
            return
        command = self.acknowledged[number % len(self.acknowledged)]
        process = self._town.process(command.source)
        with self._town.at_work(command.source, "command"):
            try:
                context = Context(command.key, "simulation", command.key)
                answer, known = process.store.execute(
                    context, command.name, lambda: command.run(process.work)
                )
            except AnswerExpired:
                return
            except UNAVAILABLE:
                return
            except Refusal as refusal:
                must(False, ONCE, f"{command.name}, sent again: {refusal.code}")
                raise
            must(bool(known), ONCE, f"{command.name} was done again")
            must(as_json(answer) == command.answer, ONCE, f"{command.name}: another answer")
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

    def _new(self, source: str, name: str, run: Run) -> Command:
        self._sent += 1
        return Command(source, name, f"command-{self._sent}", run)

    def _attempt(
        self, sent: Sequence[Command], *, again: bool = False, pressed: bool = False
    ) -> None:
        """Send commands of one part, and believe what they are answered."""
        source = sent[0].source
        process = self._town.process(source)
        self._histories.read(process.store)
        of_command = self._histories.of_command
        before = {each.key: list(of_command[source, each.key]) for each in sent}
        head = len(self._histories.said[source])
        answers = Sending(self._town, process, head, pressed=pressed).answers(sent)
        if not answers:
            for each in sent:
                self._note(each, "not answered")
                self._doubt(each)
            return
        self._histories.read(process.store)
        of_this = dict[str, Answer]()
        for each in answers:
            if each.refusal is not None:
                self._refused(each.command, each.refusal, before[each.command.key])
            elif (first := of_this.setdefault(each.command.key, each)) is each:
                self._done(each, before[each.command.key], again=again)
            else:
                same = each.known and each.text == first.text
                must(same, ONCE, f"{each.command.name}, twice in a batch: {each.text}")
                self._town.sightings.see("same key twice in a batch had one effect and one answer")
        self._look_between(answers)

    def _refused(self, command: Command, refusal: Refusal, before: list[int]) -> None:
        see = self._town.sightings.see
        self._note(command, refusal.code)
        left = self._histories.of_command[command.source, command.key]
        must(left == before, NOTHING_LEFT, f"{command.name}: {left}, {before} before")
        see("command was refused and left nothing")
        if isinstance(refusal, StoreSetBack):
            see("command was refused by a source set back")
            self._doubt(command)

    def _done(self, answer: Answer, before: list[int], *, again: bool) -> None:
        command, known = answer.command, answer.known
        self._note(command, "known" if known else "done")
        command.answer = answer.text
        if again:
            self._town.sightings.see(f"command in doubt had {'' if known else 'not '}been done")
            must(known or not before, ONCE, f"{command.name} was done a second time")
        else:
            must(not known, ONCE, f"{command.name} is new")
        command.positions = list(self._histories.of_command[command.source, command.key])
        stored = before if known else list(answer.positions)
        must(command.positions == stored, ONCE, f"{command.name}: {command.positions}, {stored}")
        self.acknowledged.append(command)

    def _look_between(self, answers: Sequence[Answer]) -> None:
        """See what was refused between others that have written."""
        wrote = [at for at, each in enumerate(answers) if each.positions]
        for at, each in enumerate(answers):
            if each.refusal is not None and wrote and wrote[0] < at < wrote[-1]:
                how = "after it had written" if each.command.gives_up else "between others"
                self._town.sightings.see(f"command of a batch was refused {how}")

    def _doubt(self, command: Command) -> None:
        if command not in self.in_doubt:
            self.in_doubt.append(command)

    def _note(self, command: Command, what: str) -> None:
        self._town.notes.append(f"{command.name} at {command.source}: {what}")
