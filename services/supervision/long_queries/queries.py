"""Where a long query stands, and what the last of its kind was answered."""

from __future__ import annotations

import json
import threading
from typing import Literal, NamedTuple, TypedDict

from sqlalchemy import ColumnElement, and_

from services.supervision.domain.refusals import NotAnswered, UnknownLongQuery
from services.supervision.long_queries.views import DONE, FAILED, OPEN, WORKING, long_queries
from shared.kit.formats import Id, Moment
from shared.kit.jobs import Jobs
from shared.town.work import Work

Arguments = dict[str, str | list[str] | None]
State = Literal["waiting", "working", "done", "failed"]


class LongQuery(TypedDict):
    """Where a long query stands; `done` of `total` entries of the ledger are read."""

    id: Id
    question: str
    state: State
    asked_at: Moment
    ended_at: Moment | None
    done: int
    total: int | None


class Row(LongQuery):
    """A long query's row without its answer; `arguments` in JSON, `claimed_until` since 1970."""

    number: int
    arguments: str
    attempts: int
    claimed_until: float | None


class Shown(NamedTuple):
    """What a page shows of a question: the last answer, and what is under way or has failed since."""

    answer: object
    answered_at: str | None
    under_way: Row | None
    failed: bool


class ThisProcess:
    """What a process that answers keeps in memory: `news` is set when somebody asks."""

    def __init__(self) -> None:
        """Begin with no news."""
        self.news = threading.Event()
        self.at_work = threading.Lock()


JOBS = Jobs(
    long_queries,
    Row,
    key="id",
    attempts="attempts",
    due="claimed_until",
    order=["number"],
    waiting=OPEN,
    at_work=(WORKING,),
)


def long_query(work: Work, key: str) -> Row:
    """Return where a long query stands; raises `UnknownLongQuery`."""
    if (row := JOBS.get(work, key)) is None:
        raise UnknownLongQuery
    return row


def shown(work: Work, question: str, arguments: Arguments | None = None) -> Shown:
    """Return what a page shows of a question."""
    asked = same(question, arguments or {})
    answered, last = _last(work, asked, DONE), _last(work, asked)
    return Shown(
        answer_to(work, answered) if answered else None,
        answered["ended_at"] if answered else None,
        _last(work, asked, *OPEN),
        last is not None and last["state"] == FAILED,
    )


def ended(work: Work, question: str, arguments: Arguments, since: int) -> Row | None:
    """Return the last of a question's ends among those asked `since` a number; None: it goes on.

    Raises `NotAnswered` when there is none of them any more, for nothing can end then.
    """
    at = long_queries.c
    asked = JOBS.rows.where(same(question, arguments), at.number >= since)
    rows = work.rows(asked.order_by(at.number.desc()), Row)
    if not rows:
        raise NotAnswered
    return next((row for row in rows if row["state"] not in OPEN), None)


def answer_to(work: Work, row: Row) -> object:
    """Return what a long query that is done was answered; None: that is not kept any more."""
    return json.loads(JOBS.payload(work, row["id"], "answer") or b"null")


def same(question: str, arguments: Arguments) -> ColumnElement[bool]:
    """Return the condition that a row asks this question."""
    at = long_queries.c
    return and_(at.question == question, at.arguments == text_of(arguments))


def text_of(arguments: Arguments) -> str:
    """Return arguments as they are stored."""
    return json.dumps(arguments, sort_keys=True)


def _last(work: Work, asked: ColumnElement[bool], *states: str) -> Row | None:
    query = JOBS.rows.where(asked).order_by(long_queries.c.number.desc()).limit(1)
    return work.row(query.where(long_queries.c.state.in_(states)) if states else query, Row)
