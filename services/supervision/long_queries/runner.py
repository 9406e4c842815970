"""The work on long queries: claim one, let it be answered, keep the answer.

Whoever works on one holds a lease in the store and renews it with the progress. When that process
dies the lease runs out and another begins again; when the one that answers dies it is given back.
Nothing was written, so nothing is lost.
"""

from __future__ import annotations

import json
import time
from typing import Any

from sqlalchemy import and_, delete, or_, select

from services.supervision.domain.refusals import NotAnswered
from services.supervision.long_queries import commands, queries
from services.supervision.long_queries.answerer import JOBS_ANSWERER
from services.supervision.long_queries.queries import JOBS, Arguments, Row, ThisProcess
from services.supervision.long_queries.views import (
    DONE,
    FAILED,
    OPEN,
    WAITING,
    WORKING,
    long_queries,
)
from services.supervision.long_queries.waiters import Waiters
from shared.kit.eventstore import Context
from shared.kit.pacing import unix_now
from shared.kit.side_process import Gone
from shared.town.web.web import Web
from shared.town.work import Work

LEASE_SECONDS = 8.0
"""How long a long query stays with a process that gives no sign of life."""
RENEW_SECONDS = 1.0
LOOK_SECONDS = 0.1
MOST_ATTEMPTS = 3
MOST_KEPT = 100
"""Of a question with whatever arguments; those that ended last."""
_CONTEXT = Context("long query", "system", "long query")


class Stopped(Exception):
    """The long query is somebody else's by now."""


def answered(web: Web, question: str, arguments: Arguments | None = None) -> Any:
    """Ask a question and wait for its answer; raises `NotAnswered` and `TooManyWait`.

    Whoever waits answers it as well, if nobody in this process is at work.
    """
    with web.work.own(Waiters).room():
        return _answered(web, question, arguments or {})


def _answered(web: Web, question: str, given: Arguments) -> Any:
    work = web.work
    with work.store.transaction(_CONTEXT, repeatable=True):
        number = commands.asked(work, question, given)["number"]
    while True:
        row = queries.ended(work, question, given, number)
        if row is None:
            if not _run_one(web):
                time.sleep(LOOK_SECONDS)
        elif row["state"] == FAILED:
            raise NotAnswered
        elif (found := queries.answer_to(work, row)) is not None:
            return found  # else a later one has ended since, and taken this one's place


def run(web: Web) -> int:
    """Answer until nothing waits; return how many were claimed, 0 if this process is at it already."""
    claimed = 0
    while _run_one(web):
        claimed += 1
    return claimed


def _run_one(web: Web) -> bool:
    """Answer what has waited longest; False: nothing waits, or this process is at work on one."""
    at_work = web.work.own(ThisProcess).at_work
    if not at_work.acquire(blocking=False):
        return False
    try:
        row = _claim(web.work)
        if row is not None:
            _answer(web, row)
        return row is not None
    finally:
        at_work.release()


def _claim(work: Work) -> Row | None:
    now = unix_now()
    if work.row(JOBS.due(now).limit(1)) is None:
        return None
    with work.store.transaction(_CONTEXT, repeatable=True):
        for row in work.rows(JOBS.due(now, long_queries.c.attempts >= MOST_ATTEMPTS), Row):
            _end(work, row, FAILED)
        begun = {"claimed_until": now + LEASE_SECONDS, "state": WORKING, "done": 0, "total": None}
        return JOBS.claim(work, now, **begun)


def _answer(web: Web, row: Row) -> None:
    """Answer one, and keep the answer unless it is somebody else's by now."""
    work, renewed = web.work, time.monotonic()

    def every(done: int, total: int) -> None:
        nonlocal renewed
        if time.monotonic() - renewed < RENEW_SECONDS:
            return
        renewed = time.monotonic()
        with work.store.transaction(_CONTEXT, repeatable=True):
            if not JOBS.held(work, row):
                raise Stopped
            lease = unix_now() + LEASE_SECONDS
            JOBS.change(work, row["id"], claimed_until=lease, done=done, total=total or None)

    state, answer = DONE, None
    try:
        found = JOBS_ANSWERER.attempt(web, row["question"], json.loads(row["arguments"]), every)
        answer = json.dumps(found, ensure_ascii=False).encode()
    except Gone:
        # Ended for want of memory, say: the next attempt may find some.
        state = WAITING if row["attempts"] < MOST_ATTEMPTS else FAILED
    except NotAnswered:
        state = FAILED
    except Stopped:
        return
    with work.store.transaction(_CONTEXT, repeatable=True):
        if not JOBS.held(work, row):
            return
        if state == WAITING:
            JOBS.change(work, row["id"], state=WAITING, claimed_until=None, done=0, total=None)
        else:
            _end(work, row, state, answer)


def _end(work: Work, row: Row, state: str, answer: bytes | None = None) -> None:
    """Keep how a long query has ended; what was answered to the same before is of no use any more."""
    transaction, at = work.store.current, long_queries.c
    ended_at = transaction.recorded_at.isoformat()
    JOBS.change(work, row["id"], state=state, ended_at=ended_at, answer=answer, claimed_until=None)
    before = queries.same(row["question"], json.loads(row["arguments"])) & (
        at.number < row["number"]
    )
    if state == FAILED:
        before &= at.state == FAILED  # the last answer stays beside it
    # Who was asked later may have ended long ago: what counts is when each has ended.
    of_question = and_(at.question == row["question"], at.state.not_in(OPEN))
    newest = select(at.id).where(of_question).order_by(at.ended_at.desc(), at.number.desc())
    beyond = and_(at.question == row["question"], at.id.not_in(newest.limit(MOST_KEPT)))
    old = and_(at.state.not_in(OPEN), at.id != row["id"], or_(before, beyond))
    transaction.connection.execute(delete(long_queries).where(old))
