"""The work on jobs of importing rosters: claim one, read it, write it, end it."""

from __future__ import annotations

import json
import logging
import uuid
from contextlib import suppress
from typing import Any

from sqlalchemy import Select, and_, or_, select, update

from services.registration.domain.import_refusals import Interrupted, NotKept
from services.registration.domain.refusals import Refusal
from services.registration.imports.import_jobs import COUNTS, ImportJobs
from services.registration.imports.import_tables import (
    DONE,
    FAILED,
    OPEN,
    READING,
    WRITING,
    imports,
)
from services.registration.imports.rosters import PreparedRoster
from services.registration.reading.reader_process import READER
from shared.kit.eventstore import Context
from shared.kit.pacing import Pace, unix_now

LEASE_SECONDS = 8.0
"""How long a job stays with a process that gives no sign of life."""

MOST_ATTEMPTS = 5
STAGES = 3  # a row is read, looked up and written

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The job was cancelled, or is somebody else's by now."""


class ImportWork(ImportJobs):
    """A process that works on jobs, one after the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a name that no other process has."""
        super().__init__(*args, **kwargs)
        self.worker = str(uuid.uuid4())

    def run_imports(self) -> int:
        """Work until no job is waiting; return how many have ended."""
        ended = 0
        while (job := self.claim_import()) is not None:
            self.busy = True
            ended += self._work_on(job)
        return ended

    def claim_import(self) -> dict[str, Any] | None:
        """Take the oldest job that nobody works on; None if there is none."""
        if self.row(self._waiting()) is None:
            return None
        with self.store.transaction(Context("import", "system", "import"), repeatable=True):
            self._forget_old()
            while (job := self.row(self._waiting())) is not None:
                attempts = job["attempts"] + 1
                if attempts > MOST_ATTEMPTS:
                    self._fail(job, Interrupted(MOST_ATTEMPTS))
                    continue
                now = unix_now()
                taken = {"claimed_by": self.worker, "claimed_until": now + LEASE_SECONDS}
                begun = {"attempts": attempts, "started": now, "state": READING, "rows_done": 0}
                self._change(job["id"], **taken, **begun, rows_total=None)
                return self.import_row(job["id"])
        return None

    def _waiting(self) -> Select[Any, Any, Any]:
        free = or_(imports.c.claimed_until.is_(None), imports.c.claimed_until < unix_now())
        query = select(imports.c.id, imports.c.attempts, imports.c.started)
        return query.where(imports.c.state.in_(OPEN), free).order_by(imports.c.number).limit(1)

    def _work_on(self, job: dict[str, Any]) -> bool:
        """Do the job; False if it is left to somebody else, or to a later attempt."""
        try:
            self._do(job)
        except Stopped:
            return False
        except Refusal as refusal:
            with self.store.transaction(_context(job), repeatable=True):
                if self._is_mine(job):
                    self._fail(job, refusal)
        except Exception:
            log.exception("import %s broke off", job["id"])
            return False
        finally:
            self.progress.pop(job["id"], None)
        return True

    def _do(self, job: dict[str, Any]) -> None:
        content = self.unsealed(job["id"], "content")
        pace = Pace(lambda done: self._tell(job, READING, done))
        self._shows(job, 0, None)

        def reading(read: int, rows: int) -> None:
            pace.done = read - 1
            pace()
            self._shows(job, read, rows or None)

        roster = READER.read(job["id"], content, reading, self.today())
        del content
        self._read_ahead(job)
        self._shows(job, 0, total := len(roster.lines) + len(roster.faults))
        pace.done = total  # read: one stage of the three
        prepared = self.prepare_roster(roster, self._watched(job, pace, total))
        self._tell(job, WRITING, pace.done, total)
        self._write(job, prepared, pace.done, total)

    def _read_ahead(self, job: dict[str, Any]) -> None:
        """Let the next file be read while this one is written."""
        after = self._waiting().where(imports.c.number > job["number"])
        if (following := self.row(after)) is not None:
            with suppress(NotKept):
                content = self.unsealed(following["id"], "content")
                READER.begin(following["id"], content, self.today())

    def _write(self, job: dict[str, Any], prepared: PreparedRoster, done: int, total: int) -> None:
        """Register everybody in one transaction, in which nobody can cancel any more."""
        pace = Pace(lambda _: None)
        pace.done = done
        with self.store.transaction(_context(job)) as transaction:
            if not self._is_mine(job):
                raise Stopped
            if not self._readable(job):
                raise NotKept
            every = self._watched(job, pace, total)
            result = self.register_roster(job["unit"], job["file_sha256"], prepared, every)
            counts = {name: result[name] for name in COUNTS} | {"errors": len(result["errors"])}
            kept = json.dumps(result, ensure_ascii=False).encode()
            ended = {"state": DONE, "ended_at": transaction.recorded_at.isoformat()}
            self._change(
                job["id"],
                **ended,
                **counts,
                rows_done=result["rows"],
                rows_total=result["rows"],
                took=unix_now() - job["started"],
                result=self.sealed(job["id"], "result", kept),
                claimed_by=None,
            )

    # Progress and lease

    def _watched(self, job: dict[str, Any], pace: Pace, total: int) -> Any:
        def every() -> None:
            pace()
            self._shows(job, pace.done, total)

        return every

    def _shows(self, job: dict[str, Any], done: int, total: int | None) -> None:
        self.progress[job["id"]] = (done // STAGES, total)

    def _tell(self, job: dict[str, Any], state: str, done: int, total: int | None = None) -> None:
        """Renew the lease and tell the progress; raise `Stopped` if the job is not ours any more."""
        values: dict[str, Any] = {"state": state, "rows_done": done // STAGES}
        if total is not None:
            values["rows_total"] = total
        with self.store.transaction(_context(job), repeatable=True) as transaction:
            mine = and_(imports.c.id == job["id"], imports.c.claimed_by == self.worker)
            renewed = {"claimed_until": unix_now() + LEASE_SECONDS}
            change = update(imports).where(mine).values(values | renewed)
            if not transaction.connection.execute(change).rowcount:
                raise Stopped

    def _is_mine(self, job: dict[str, Any]) -> bool:
        now = self.import_row(job["id"])
        return now["state"] in OPEN and now["claimed_by"] == self.worker

    def _readable(self, job: dict[str, Any]) -> bool:
        """Whether the file may still be used: not when somebody was erased meanwhile."""
        try:
            self.unsealed(job["id"], "content")
        except NotKept:
            return False
        return True

    def _fail(self, job: dict[str, Any], refusal: Refusal) -> None:
        told = {
            "code": refusal.code,
            "status": refusal.status,
            "message": str(refusal),
            "details": refusal.details,
        }
        kept = json.dumps(told, ensure_ascii=False, default=str).encode()
        self._change(
            job["id"],
            state=FAILED,
            ended_at=self.store.current.recorded_at.isoformat(),
            took=unix_now() - job["started"] if job["started"] else None,
            refusal=self.sealed(job["id"], "refusal", kept),
            claimed_by=None,
        )

    def _forget_old(self) -> None:
        """Drop what nobody can read any more, because the key of its day is destroyed."""
        assert self.store.answers is not None
        old = and_(imports.c.queued_at < self.store.answers.oldest(), imports.c.state.not_in(OPEN))
        some = or_(*(imports.c[name].is_not(None) for name in ("content", "result", "refusal")))
        nothing = {"content": None, "result": None, "refusal": None}
        change = update(imports).where(old, some).values(nothing)
        self.store.current.connection.execute(change)


def _context(job: dict[str, Any]) -> Context:
    return Context(job["command"], job["actor"], job["correlation"])
