"""How far a rehearsal has come, written down beside its data, so that a stopped one goes on.

What was said to the parts is theirs to keep; here stands what the rehearsal itself remembers. It
is written at three points of each day, each time whole, and a day that broke off goes on from the
last of them: commands that were sent before are recognised by their keys.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.kit.language import t
from shared.kit.refusals import refusal
from shared.kit.web.pages import day_text

if TYPE_CHECKING:
    from deploy.rehearsal.driver import Rehearsal

Row = dict[str, Any]
State = dict[str, Any]
Residents = list[tuple[str, int]]


AnotherRehearsal = refusal(
    "another-rehearsal",
    zh="{folder} 里是另一次演练（{people} 人，种子 {seed}）的数据：请用同样的参数接着演练，或换一个"
    " --folder。",
    en="{folder} holds another rehearsal ({people} people, seed {seed}): go on with the same"
    " options, or choose another --folder.",
    doc="The folder holds a rehearsal of another town.",
)


MorningPast = refusal(
    "morning-past",
    zh="{day}上午已经演练过，或不在方案的日期内：请换一天，或换一个 --folder 从头演练。",
    en="The morning of {day} is rehearsed already, or is not in the campaign: choose another day, or another"
    " --folder to begin anew.",
    doc="A rehearsal cannot stop on that morning.",
)


class Stopped(Exception):
    """A rehearsal was asked to stop, and did so between two days."""

    def __init__(self, day: date) -> None:
        """Name the last day that was lived through."""
        super().__init__()
        self.day = day

    def __str__(self) -> str:
        """Say how to go on."""
        return t(
            "演练停在{day}晚上；再次运行同样的命令，从第二天接着演练。",
            "The rehearsal stopped on the evening of {day}; the same command goes on from there.",
            day=day_text(self.day),
        )


@dataclass(slots=True)
class Today:
    """A day that has begun: who is expected, and once all have arrived, who was cleared."""

    day: date
    rows: list[Row]
    cleared: list[Row] | None = None


class Journal:
    """The files of one rehearsal in its deployment's folder."""

    def __init__(self, folder: Path, people: int, seed: int) -> None:
        """Go on with what is written in `folder`; raise `AnotherRehearsal` if it is not ours."""
        self._residents = folder / "rehearsal-residents.json"
        self._state = folder / "rehearsal-state.json"
        self._who = {"people": people, "seed": seed}
        if self._residents.exists():
            written = json.loads(self._residents.read_text())
            if written["who"] != self._who:
                raise AnotherRehearsal(folder=folder, **written["who"])

    @property
    def residents(self) -> Residents:
        """Who was registered, in order: id, and number within the town. Empty: not prepared yet."""
        if not self._state.exists():
            return []
        return [(resident, number) for resident, number in _read(self._residents)["residents"]]

    def prepared(self, residents: Residents) -> None:
        """Write down who was registered."""
        _write(self._residents, {"who": self._who, "residents": residents})

    def write(self, state: State, last: date | None, today: Today | None = None) -> None:
        """Write down the rehearsal's state, the last whole day, and how far today has come."""
        begun = today and {"day": str(today.day), "rows": today.rows, "cleared": today.cleared}
        _write(self._state, {"state": state, "last": last and str(last), "today": begun})

    def read(self) -> tuple[State, date | None, Today | None]:
        """Return what was written last."""
        written = _read(self._state)
        last, begun = written["last"], written["today"]
        today = begun and Today(date.fromisoformat(begun["day"]), begun["rows"], begun["cleared"])
        return written["state"], last and date.fromisoformat(last), today


def residents_of(rehearsal: Rehearsal) -> Residents:
    """Who was registered, in order: id, and number within the town."""
    numbers = {id(person): number for number, person in enumerate(rehearsal.town.residents)}
    return [(resident, numbers[id(person)]) for resident, person in rehearsal.people.items()]


def state_of(rehearsal: Rehearsal) -> State:
    """What a rehearsal has to remember from one day to the next."""
    counts = [rehearsal.doses, rehearsal.no_shows, rehearsal.deferrals, rehearsal.api.repeated]
    return {
        "to_book": {str(day): wanted for day, wanted in rehearsal.to_book.items()},
        "given": rehearsal.given,
        "came": sorted(rehearsal.came),
        "counts": counts,
        "refusals": rehearsal.api.refusals,
        "mistakes": sorted(rehearsal.mistakes.made),
    }


def restore(rehearsal: Rehearsal, residents: Residents, state: State) -> None:
    """Give a new rehearsal the memory of the one that stopped."""
    for order, (resident, number) in enumerate(residents):
        rehearsal.order[resident] = order
        rehearsal.people[resident] = rehearsal.town.residents[number]
    wanted: dict[str, list[str]] = state["to_book"]
    rehearsal.to_book = {date.fromisoformat(day): them for day, them in wanted.items()}
    rehearsal.given = state["given"]
    rehearsal.came = {(resident, dose, what) for resident, dose, what in state["came"]}
    rehearsal.doses, rehearsal.no_shows, rehearsal.deferrals, rehearsal.api.repeated = state[
        "counts"
    ]
    rehearsal.api.refusals = Counter(state["refusals"])
    rehearsal.mistakes.made = set(state["mistakes"])


def _read(file: Path) -> Any:
    return json.loads(file.read_text())


def _write(file: Path, document: Any) -> None:
    """Write a file so that never half of it is there."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(document, ensure_ascii=False))
    draft.replace(file)
