"""Importing a roster is a job: it waits, is read, is written in one transaction, and has ended.

Whoever works on a job holds a lease in the store and renews it with the progress. When that
process dies the lease runs out and another begins anew: nothing was written, so nothing is lost.
"""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select, update

from services.registration.domain.import_refusals import (
    ImportCancelled,
    ImportEnded,
    ImportRunning,
    NotKept,
    Refused,
    UnknownImport,
)
from services.registration.imports.import_tables import (
    CANCELLED,
    DONE,
    FAILED,
    OPEN,
    QUEUED,
    imports,
)
from services.registration.imports.rosters import Rosters
from services.registration.reading.reader_process import MENDER
from services.registration.reading.roster_lines import Fault
from shared.kit.pacing import unix_now

IMPORTS = UUID("5b0d5a3e-0e7f-5a39-9a52-6f0a2f6d1c77")
LATEST = 10
TOLD = ("unit", "actor", "state", "queued_at", "ended_at", "rows_done", "rows_total")
COUNTS = ("new", "corrected", "unchanged", "close", "errors")
_SHOWN = tuple(c for c in imports.c if c.name not in ("content", "result", "refusal"))
_JOB = select(*_SHOWN)


class ImportJobs(Rosters):
    """What clerks may ask of jobs; `import_runner` does the work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with no news; `progress` holds what this process is working on."""
        super().__init__(*args, **kwargs)
        self.import_news = threading.Event()
        self.progress: dict[str, tuple[int, int | None]] = {}

    # Commands

    def submit_import(self, code: str, content: bytes) -> dict[str, Any]:
        """Take a file in; it is read later. Raises `UnknownUnit`."""
        self.stored_unit(code)
        transaction = self.store.current
        context = transaction.context
        job = str(uuid5(IMPORTS, f"{context.actor}|{context.command}"))
        newest = select(func.coalesce(func.max(imports.c.number), 0))
        row = {
            "id": job,
            "number": transaction.connection.execute(newest).scalar_one() + 1,
            "unit": code,
            "actor": context.actor,
            "command": context.command,
            "correlation": context.correlation,
            "state": QUEUED,
            "queued_at": transaction.recorded_at.isoformat(),
            "file_sha256": hashlib.sha256(content).hexdigest(),
            "content": self.sealed(job, "content", content),
            "attempts": 0,
            "rows_done": 0,
        }
        transaction.connection.execute(insert(imports), row)
        self.import_news.set()
        return {"import": job, "unit": code, "state": QUEUED}

    def cancel_import(self, job: str) -> dict[str, Any]:
        """End a job before it has written anything. Raises `UnknownImport`, `ImportEnded`."""
        found = self.import_row(job)
        if found["state"] in (DONE, FAILED):
            raise ImportEnded(found["state"])
        if found["state"] in OPEN:
            ended = self.store.current.recorded_at.isoformat()
            self._change(job, state=CANCELLED, ended_at=ended, content=None, claimed_by=None)
        return {"import": job, "unit": found["unit"], "state": CANCELLED}

    # Queries

    def import_row(self, job: str) -> dict[str, Any]:
        """The job's row without what is sealed; raises `UnknownImport`."""
        row = self.row(_JOB.where(imports.c.id == job))
        if row is None:
            raise UnknownImport
        return row

    def import_job(self, job: str) -> dict[str, Any]:
        """Where a job stands."""
        return self._described(self.import_row(job))

    def unit_imports(self, code: str) -> list[dict[str, Any]]:
        """A unit's latest jobs, the newest first; raises `UnknownUnit`."""
        self.unit(code)
        query = _JOB.where(imports.c.unit == code).order_by(imports.c.number.desc())
        return [self._described(row) for row in self.rows(query.limit(LATEST))]

    def import_result(self, job: str) -> dict[str, Any]:
        """What became of every row. Raises what was refused, or why there is no result."""
        state = self.import_row(job)["state"]
        if state in OPEN:
            raise ImportRunning(state)
        if state == CANCELLED:
            raise ImportCancelled
        told = json.loads(self.unsealed(job, "refusal" if state == FAILED else "result"))
        if state == FAILED:
            raise Refused(told)
        return told | {"import": job}

    def import_mended(self, job: str) -> bytes:
        """The file as it was sent, with what is wrong written beside the rows, as .xlsx.

        Raises what `import_result` raises.
        """
        result = self.import_result(job)
        faults = [Fault(**each) for each in result["errors"]]
        return MENDER.mended(self.unsealed(job, "content"), faults)

    def _described(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {"import": row["id"]} | {name: row[name] for name in TOLD}
        if row["id"] in self.progress:
            told["rows_done"], told["rows_total"] = self.progress[row["id"]]
        elapsed = row["took"]
        if row["state"] in OPEN:
            elapsed = unix_now() - row["started"] if row["started"] else None
        rate = told["rows_done"] / elapsed if elapsed else None
        told["rows_per_s"] = round(rate, 1) if rate else None
        left = None
        if row["state"] in OPEN and rate and told["rows_total"]:
            left = max(0, round((told["rows_total"] - told["rows_done"]) / rate, 1))
        told["seconds_left"] = left
        told["counts"] = None
        if row["state"] == DONE:
            told["counts"] = {name: row[name] for name in COUNTS}
        return told

    # What is sealed

    def sealed(self, job: str, column: str, plain: bytes) -> bytes:
        """Seal a value of a job's row, in the running transaction."""
        assert self.store.answers is not None
        return self.store.answers.seal(f"import|{job}|{column}", plain)

    def unsealed(self, job: str, column: str) -> bytes:
        """Open a value of a job's row; raises `NotKept` when it is gone, or its key is."""
        assert self.store.answers is not None
        row = self.row(select(imports.c[column]).where(imports.c.id == job))
        if row is None or row[column] is None:
            raise NotKept
        opened = self.store.answers.open(f"import|{job}|{column}", bytes(row[column]))
        if opened is None:
            raise NotKept
        return opened

    def _change(self, job: str, **values: Any) -> None:
        change = update(imports).where(imports.c.id == job).values(values)
        self.store.current.connection.execute(change)
