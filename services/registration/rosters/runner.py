"""The work on jobs of importing rosters: claim one, read it, write it, end it.

Whoever works on a job holds a lease in the store and renews it with the progress. When that
process dies the lease runs out and another begins again: nothing was written, so nothing is lost.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy import and_, or_, select, update

from services.registration.domain.import_refusals import Interrupted, NotKept
from services.registration.rosters import asking, file_checks, registering
from services.registration.rosters.asking import Answers
from services.registration.rosters.job_rows import JOBS, ImportRow, change_asked, sealed, unsealed
from services.registration.rosters.outcome import COUNTED, Guess
from services.registration.rosters.queries import ThisProcess
from services.registration.rosters.reading.kept_texts import kept_refusal
from services.registration.rosters.reading.reader_process import READER
from services.registration.rosters.reading.roster_lines import Ask, Roster
from services.registration.rosters.registering import PreparedRoster
from services.registration.rosters.views import (
    ASKING,
    DONE,
    FAILED,
    OPEN,
    READING,
    WRITING,
    imports,
    imports_asked,
)
from services.registration.rosters.whole_file import Stop
from shared.kit.eventstore import Context
from shared.kit.language import at_terminal
from shared.kit.pacing import Every, Pace, unix_now
from shared.kit.refusals import Refusal
from shared.town.work import Work

LEASE_SECONDS = 8.0
"""How long a job stays with a process that gives no sign of life."""

MOST_ATTEMPTS = 5
STAGES = 3  # a row is read, looked up and written

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The job was cancelled, or is somebody else's by now."""


def run_imports(work: Work) -> int:
    """Work until no job is waiting; return how many have ended."""
    ended = _end_unanswerable(work)
    try:
        while (job := claim_import(work)) is not None:
            work.busy = True
            ended += _work_on(work, job)
    finally:
        work.busy = False
    return ended


def claim_import(work: Work) -> ImportRow | None:
    """Take the oldest job that nobody works on; None if there is none."""
    now = unix_now()
    if work.row(JOBS.due(now).limit(1)) is None:
        return None
    with work.store.transaction(Context("import", "system", "import"), repeatable=True):
        _forget_old(work)
        for job in work.rows(JOBS.due(now, imports.c.attempts >= MOST_ATTEMPTS), ImportRow):
            _fail(work, job, Interrupted(attempts=MOST_ATTEMPTS))
        return JOBS.claim(
            work,
            now,
            claimed_until=now + LEASE_SECONDS,
            started=now,
            state=READING,
            rows_done=0,
            rows_total=None,
        )


def _work_on(work: Work, job: ImportRow) -> bool:
    """Do the job; False if it is left to somebody else, or to a later attempt."""
    try:
        _do(work, job)
    except Stopped:
        return False
    except Refusal as refusal:
        with work.store.transaction(_context(job), repeatable=True):
            if JOBS.held(work, job):
                _fail(work, job, refusal)
    except Exception:
        log.exception(at_terminal("导入 {job} 中断", "import {job} broke off", job=job["id"]))
        return False
    finally:
        work.own(ThisProcess).progress.pop(job["id"], None)
    return True


def _do(work: Work, job: ImportRow) -> None:
    content = unsealed(work, job["id"], "content")
    pace = Pace(lambda done: _renew(work, job, READING, done))
    _show(work, job, 0, None)

    def reading(read: int, rows: int) -> None:
        pace.done = read - 1
        pace()
        _show(work, job, read, rows or None)

    answers = asking.answers_of(work, job["id"])
    roster, guessed = _read(work, job, content, reading, answers)
    del content
    if roster.asks:
        _ask(work, job, roster.asks, [])
        return
    _read_ahead(work, job)
    _show(work, job, 0, total := len(roster.lines) + len(roster.faults))
    pace.done = total  # read: one stage of the three
    prepared = registering.prepare_roster(work, roster, _watched(work, job, pace, total))
    prepared.guessed, prepared.same_as = guessed, file_checks.same_as(work, job)
    stops = file_checks.file_stops(work, job, prepared)
    if any(stop["stop"] not in answers["go_on"] for stop in stops):
        _ask(work, job, [], stops)
        return
    prepared.doubted = {who: stop["stop"] for stop in stops for who in stop["residents"]}
    _renew(work, job, WRITING, pace.done, total)
    _write(work, job, prepared, pace.done, total)


def _read(
    work: Work,
    job: ImportRow,
    content: bytes,
    reading: Callable[[int, int], None],
    answers: Answers,
) -> tuple[Roster, list[Guess]]:
    """Read the file; what it leaves open and the unit has answered before, is guessed and told."""
    said, today = answers["said"], work.today()
    roster = READER.read(job["id"], content, reading, today, said)
    habits = asking.habits_of(work, job["unit"])
    if not roster.asks or any(ask["ask"] not in habits for ask in roster.asks):
        return roster, []
    guessed = [
        Guess(
            ask=ask["ask"],
            answer=habits.get(ask["ask"], ""),
            rows=ask["rows"],
            choices=ask["choices"],
        )
        for ask in roster.asks
    ]
    again = READER.read(job["id"], content, reading, today, {**habits, **said})
    return (roster, []) if again.asks else (again, guessed)


def _ask(work: Work, job: ImportRow, asks: Sequence[Ask], stops: Sequence[Stop]) -> None:
    """Let the job wait for its clerk; it holds no lease, and nothing is written."""
    with work.store.transaction(_context(job), repeatable=True):
        if not JOBS.held(work, job):
            raise Stopped
        unsealed(work, job["id"], "content")  # gone when somebody was erased meanwhile
        kept = asking.keep_asked(work, job["id"], asks, stops)
        change_asked(work, job["id"], questions=kept)
        JOBS.change(work, job["id"], state=ASKING, claimed_until=None)


def _end_unanswerable(work: Work) -> int:
    """End jobs whose questions nobody can read any more; return how many."""
    answers, ended = work.store.answers, 0
    assert answers is not None
    today = work.now().isoformat()[:10]
    for job in work.rows(JOBS.rows.where(imports.c.state == ASKING), ImportRow):
        readable = asking.is_readable(work, job["id"])
        if readable and job["queued_at"][:10] >= today:
            continue
        with work.store.transaction(_context(job), repeatable=True):
            now = JOBS.get(work, job["id"])
            gone = not readable or job["queued_at"] < answers.oldest()
            if gone and now is not None and now["state"] == ASKING:
                _fail(work, job, NotKept())
                change_asked(work, job["id"], questions=None, said=None)
                ended += 1
    return ended


def _read_ahead(work: Work, job: ImportRow) -> None:
    """Let the next file be read while this one is written."""
    after = JOBS.due(unix_now(), imports.c.number > job["number"])
    if (following := work.row(after.limit(1))) is not None:
        with suppress(NotKept):
            content = unsealed(work, following["id"], "content")
            answers = asking.answers_of(work, following["id"])
            READER.begin(following["id"], content, work.today(), answers["said"])


def _write(work: Work, job: ImportRow, prepared: PreparedRoster, done: int, total: int) -> None:
    """Register everybody in one transaction, in which nobody can cancel any more."""
    pace = Pace(lambda _: None)
    pace.done = done
    with work.store.transaction(_context(job)) as transaction:
        if not JOBS.held(work, job):
            raise Stopped
        unsealed(work, job["id"], "content")  # gone when somebody was erased meanwhile
        every = _watched(work, job, pace, total)
        result = registering.register_roster(work, job["unit"], job["file_sha256"], prepared, every)
        kept = json.dumps(result, ensure_ascii=False).encode()
        change_asked(work, job["id"], asked=result["asked"], left_out=0)
        JOBS.change(
            work,
            job["id"],
            state=DONE,
            ended_at=transaction.recorded_at.isoformat(),
            **{kind: result[kind] for kind in COUNTED},
            errors=len(result["errors"]),
            rows_done=result["rows"],
            rows_total=result["rows"],
            took=_seconds_since(job["started"]),
            result=sealed(work, job["id"], "result", kept),
        )


def _seconds_since(started: float | None) -> float | None:
    return unix_now() - started if started else None


# Progress and lease


def _watched(work: Work, job: ImportRow, pace: Pace, total: int) -> Every:
    def every() -> None:
        pace()
        _show(work, job, pace.done, total)

    return every


def _show(work: Work, job: ImportRow, done: int, total: int | None) -> None:
    work.own(ThisProcess).progress[job["id"]] = (done // STAGES, total)


def _renew(work: Work, job: ImportRow, state: str, done: int, total: int | None = None) -> None:
    """Renew the lease and tell the progress; raise `Stopped` if the job is not ours any more."""
    progress = {"state": state, "rows_done": done // STAGES, "rows_total": total}
    with work.store.transaction(_context(job), repeatable=True):
        if not JOBS.held(work, job):
            raise Stopped
        JOBS.change(work, job["id"], claimed_until=unix_now() + LEASE_SECONDS, **progress)


def _fail(work: Work, job: ImportRow, refusal: Refusal) -> None:
    told = {
        "code": refusal.code,
        "status": refusal.status,
        "message": kept_refusal(refusal),
        "details": refusal.details,
    }
    kept = json.dumps(told, ensure_ascii=False, default=str).encode()
    JOBS.change(
        work,
        job["id"],
        state=FAILED,
        ended_at=work.store.current.recorded_at.isoformat(),
        took=_seconds_since(job["started"]),
        refusal=sealed(work, job["id"], "refusal", kept),
    )


def _forget_old(work: Work) -> None:
    """Drop what nobody can read any more, because the key of its day is destroyed."""
    assert work.store.answers is not None
    old = and_(imports.c.queued_at < work.store.answers.oldest(), imports.c.state.not_in(OPEN))
    some = or_(*(imports.c[name].is_not(None) for name in ("content", "result", "refusal")))
    nothing = {"content": None, "result": None, "refusal": None}
    connection = work.store.current.connection
    connection.execute(update(imports).where(old, some).values(nothing))
    at = imports_asked.c
    theirs = at.id.in_(select(imports.c.id).where(old))
    some = or_(at.questions.is_not(None), at.said.is_not(None))
    connection.execute(update(imports_asked).where(theirs, some).values(questions=None, said=None))


def _context(job: ImportRow) -> Context:
    return Context(job["command"], job["actor"], job["correlation"])
