"""Asking a long query: whoever asks before it has begun shares its answer."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select

from services.supervision.long_queries.queries import (
    JOBS,
    Arguments,
    Row,
    State,
    ThisProcess,
    same,
    text_of,
)
from services.supervision.long_queries.views import WAITING, long_queries
from shared.kit.formats import Id
from shared.town.work import Work

LONG_QUERIES = UUID("0d3b2f0a-52f0-5c0e-8a7e-6f1d2b9c4e11")


class Asked(TypedDict):
    """A long query that is answered later."""

    id: Id
    state: State


def ask(work: Work, question: str, arguments: Arguments | None = None) -> Asked:
    """Ask a question; of what waits already nothing new is made."""
    return {"id": asked(work, question, arguments)["id"], "state": "waiting"}


def asked(work: Work, question: str, arguments: Arguments | None = None) -> Row:
    """Ask a question, and return its row."""
    transaction, given = work.store.current, arguments or {}
    transaction.afterwards.append(work.own(ThisProcess).news.set)
    waiting = JOBS.rows.where(same(question, given), long_queries.c.state == WAITING)
    if (row := work.row(waiting, Row)) is not None:
        return row
    newest = select(func.coalesce(func.max(long_queries.c.number), 0))
    number = transaction.connection.execute(newest).scalar_one() + 1
    made: Row = {
        "id": str(uuid5(LONG_QUERIES, f"{work.store.source} {number}")),
        "number": number,
        "question": question,
        "arguments": text_of(given),
        "state": "waiting",
        "asked_at": transaction.recorded_at.isoformat(),
        "ended_at": None,
        "attempts": 0,
        "claimed_until": None,
        "done": 0,
        "total": None,
    }
    transaction.connection.execute(insert(long_queries), made)
    return made
