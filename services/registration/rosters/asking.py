"""What a job of importing asks about its file as a whole, and what was answered (ADR 0037).

Nothing is written while a job asks. The answers are sealed with it; what a unit answered of what
its files do not say is remembered, and told the next time as guessed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypedDict, cast

from sqlalchemy import select

from services.registration.domain.import_refusals import AnswerMissing, NoSuchAnswer, NotKept
from services.registration.rosters.job_rows import payload, sealed, unsealed
from services.registration.rosters.reading.roster_lines import Ask, Said
from services.registration.rosters.views import habits
from services.registration.rosters.whole_file import Stop
from shared.kit.eventstore import put
from shared.kit.formats import Day
from shared.town.terms.residents import TIES
from shared.town.work import Work


class Asked(TypedDict):
    """What a job asks, as it is kept."""

    asks: list[Ask]
    stops: list[Stop]


class Answers(TypedDict):
    """What was answered: what the file does not say, and the stops in spite of which it goes on."""

    said: Said
    go_on: list[str]


class Example(TypedDict):
    """A row that shows what is meant."""

    sheet: str
    row: int


class ToldAsk(TypedDict):
    """What a file does not say: of so many rows; `remembered` is what the unit answered last."""

    ask: str
    rows: int
    choices: list[str]
    remembered: str | None


class ToldStop(TypedDict):
    """Why a file is stopped: `rows` of so many; `moved` down by so many; `unit` or `day` it is about."""

    stop: str
    rows: int
    of: int
    examples: list[Example]
    moved: int | None
    unit: str | None
    day: Day | None


class Questions(TypedDict):
    """What a job asks about its file."""

    asks: list[ToldAsk]
    stops: list[ToldStop]


def keep_asked(work: Work, job: str, asks: Sequence[Ask], stops: Sequence[Stop]) -> bytes:
    """Seal what a job asks; whose rows they are is found out again when it goes on."""
    told: list[Stop] = [{**stop, "residents": []} for stop in stops]
    kept = json.dumps(Asked(asks=[*asks], stops=told), ensure_ascii=False).encode()
    return sealed(work, job, "questions", kept)


def asked_of(work: Work, job: str) -> Asked:
    """Return what a job asks; raises `NotKept`."""
    return json.loads(unsealed(work, job, "questions"))


def is_readable(work: Work, job: str) -> bool:
    """Tell whether what a job asks can still be read."""
    try:
        asked_of(work, job)
    except NotKept:
        return False
    return True


def answers_of(work: Work, job: str) -> Answers:
    """Return what was answered so far; raises `NotKept`."""
    if payload(work, job, "said") is None:
        return Answers(said={}, go_on=[])
    return json.loads(unsealed(work, job, "said"))


def habits_of(work: Work, unit: str) -> Said:
    """Return what a unit answered last of what its files do not say."""
    rows = work.rows(select(habits).where(habits.c.unit == unit))
    return cast("Said", {row["ask"]: row["answer"] for row in rows})


def questions_of(work: Work, unit: str, asked: Asked) -> Questions:
    """Return what a job asks, as programs and pages are told."""
    before = habits_of(work, unit)
    asks = [
        ToldAsk(
            ask=ask["ask"],
            rows=ask["rows"],
            choices=_choices(ask),
            remembered=before.get(ask["ask"]),
        )
        for ask in asked["asks"]
    ]
    return {"asks": asks, "stops": [_told(stop) for stop in asked["stops"]]}


def _told(stop: Stop) -> ToldStop:
    return ToldStop(
        stop=stop["stop"],
        rows=stop["rows"],
        of=stop["of"],
        examples=[Example(sheet=sheet, row=row) for sheet, row in stop["examples"]],
        moved=stop["moved"],
        unit=stop["unit"],
        day=stop["day"],
    )


def _choices(ask: Ask) -> list[str]:
    return [*TIES] if ask["ask"] == "tie" else ask["choices"]


def answered(
    asked: Asked, before: Answers, *, tie: str | None, mobile: str | None, go_on: bool
) -> Answers:
    """Return all answers with these; raises `AnswerMissing` or `NoSuchAnswer`."""
    given = {"tie": tie, "mobile": mobile}
    said = dict(before["said"])
    for ask in asked["asks"]:
        answer, choices = given[ask["ask"]], _choices(ask)
        if answer is None:
            raise AnswerMissing(ask=ask["ask"])
        if answer not in choices:
            raise NoSuchAnswer(ask=ask["ask"], known=choices)
        said[ask["ask"]] = answer
    if asked["stops"] and not go_on:
        raise AnswerMissing(ask="go_on")
    stops = [stop["stop"] for stop in asked["stops"]]
    return Answers(said=cast("Said", said), go_on=sorted({*before["go_on"], *stops}))


def remember(work: Work, unit: str, asks: Sequence[str], said: Said) -> None:
    """Remember what a unit answered of what its files do not say."""
    for ask in asks:
        row = {"unit": unit, "ask": ask, "answer": str(said[ask])}  # type: ignore[literal-required]
        put(work.store.current.connection, habits, ("unit", "ask"), row)
