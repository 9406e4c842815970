"""What taking an import back would do: who goes, who is as before, who stays and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict
from uuid import UUID

from services.registration.domain.import_refusals import ImportRunning
from services.registration.domain.taking_back_refusals import AlreadyTakenBack
from services.registration.residents import queries as residents
from services.registration.rosters.job_rows import ImportRow, answers_to, import_row
from services.registration.rosters.views import OPEN
from services.registration.taking_back.built import TAKEN_BACK, built_since
from services.registration.units import queries as units
from shared.kit.contracts import Event
from shared.kit.eventstore.streams import run_around, streams
from shared.kit.formats import Id
from shared.town.work import Work

PAGE = 50
LISTING = ("ResidentRegistered", "ResidentCorrected")


class Stays(TypedDict):
    """Somebody who is not taken back; `built` says why, in codes."""

    resident: Id
    name: str | None
    built: list[str]


Preview = TypedDict(
    "Preview",
    {
        "import": Id,
        "unit": str,
        "taken_back": int,
        "restored": int,
        "stays": int,
        "who": list[Stays],
    },
)
"""What taking an import back would do; `who` are a page of those who stay."""


class Touched(NamedTuple):
    """A resident of an import: what it said of them, and all that was said before."""

    said: list[Event]
    before: list[Event]


@dataclass(frozen=True, slots=True)
class Judged:
    """Whom taking an import back takes off the list, whom it restores, and who stays and why."""

    row: ImportRow
    touched: dict[str, Touched]
    taken_back: list[str]
    restored: list[str]
    stays: dict[str, list[str]]


def command_around(work: Work, event: Event) -> list[Event]:
    """Return everything that was recorded by the command of an event, in order."""
    mine = (event.command, event.actor)
    return run_around(work.store, event.position, lambda each: (each.command, each.actor) == mine)


def judged(work: Work, job: str) -> Judged:
    """Return whom taking an import back concerns, and how.

    Found in the events, so also when nothing of the sealed result is kept. Raises `UnknownImport`,
    `ImportRunning`, `AlreadyTakenBack`.
    """
    row = import_row(work, job)
    if row["state"] in OPEN:
        raise ImportRunning(state=row["state"])
    if UUID(job) in units.stored_unit(work, row["unit"]).taken_back:
        raise AlreadyTakenBack
    found = Judged(row, {}, [], [], {})
    for events in _commands_of(work, row):
        said: dict[str, list[Event]] = {}
        for each in events:
            if each.data.get("resident") == each.stream:
                said.setdefault(each.stream, []).append(each)
        own = streams(work.store, list(said))
        built = built_since(work, own, events[-1])
        for resident, events_said in said.items():
            _judge(found, resident, events_said, own[resident], built.get(resident))
    return found


def _judge(
    found: Judged, resident: str, said: list[Event], own: Sequence[Event], built: list[str] | None
) -> None:
    if any(each.name == TAKEN_BACK for each in own if each.position > said[-1].position):
        return  # gone already
    before = [each for each in own if each.position < said[0].position]
    found.touched[resident] = Touched(said, before)
    latest = [each.name for each in before if each.name in (*LISTING, TAKEN_BACK)]
    is_new = not latest or latest[-1] == TAKEN_BACK
    if built is None and not is_new and _is_erased(before):
        built = ["erased"]  # there is nothing to restore
    if built is not None:
        found.stays[resident] = built
    elif is_new:
        found.taken_back.append(resident)
    else:
        found.restored.append(resident)


def _is_erased(before: Sequence[Event]) -> bool:
    names = [each.name for each in before if each.name in (*LISTING, "ResidentErased")]
    return names[-1] == "ResidentErased"


def _commands_of(work: Work, row: ImportRow) -> Iterator[list[Event]]:
    """Everything that an import recorded, and then what each answer to its questions did."""
    stream = units.stored_unit(work, row["unit"]).id
    for event in work.store.stream(str(stream)):
        if (event.command, event.actor) == (row["command"], row["actor"]):
            yield command_around(work, event)
            break
    for answer in answers_to(work, row["id"]):
        by = answer["command"], answer["actor"]
        own = work.store.stream(answer["resident"])
        if said := [each for each in own if (each.command, each.actor) == by]:
            yield said


def preview(work: Work, job: str, after: int = 0) -> Preview:
    """Return what taking an import back would do, with a page of those who stay by name."""
    found = judged(work, job)
    some = list(found.stays)[after : after + PAGE]
    names = residents.names(work, some)
    return {
        "import": job,
        "unit": found.row["unit"],
        "taken_back": len(found.taken_back),
        "restored": len(found.restored),
        "stays": len(found.stays),
        "who": [Stays(resident=w, name=names.get(w), built=found.stays[w]) for w in some],
    }


class Listed(NamedTuple):
    """How somebody came on the list the last time: the event, and all that was recorded with it."""

    event: Event
    own: list[Event]
    with_it: list[Event]


def listed_last(work: Work, resident: UUID) -> Listed:
    """Return how a resident came on the list the last time. Raises `UnknownResident`."""
    residents.one_row(work, resident)
    own = work.store.stream(str(resident))
    since = max((n for n, each in enumerate(own, 1) if each.name == TAKEN_BACK), default=0)
    event = next(each for each in own[since:] if each.name in LISTING)
    return Listed(event, own, command_around(work, event))


def taken_back_in(work: Work, unit: str) -> set[str]:
    """Return which imports of a unit were taken back. Raises `UnknownUnit`."""
    return {str(each) for each in units.stored_unit(work, unit).taken_back}
