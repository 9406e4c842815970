"""What clerks do with imports: they send a file, which is read later, or end a job before it writes."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select

from services.registration.domain.import_refusals import ImportEnded
from services.registration.rosters.queries import JOBS, ImportTaken, ThisProcess, import_row, sealed
from services.registration.rosters.views import CANCELLED, DONE, FAILED, OPEN, QUEUED, imports
from services.registration.units import queries as units
from shared.town.work import Work

IMPORTS = UUID("5b0d5a3e-0e7f-5a39-9a52-6f0a2f6d1c77")


def submit_import(work: Work, code: str, content: bytes) -> ImportTaken:
    """Take a file in; it is read later. Raises `UnknownUnit`."""
    units.stored_unit(work, code)
    transaction = work.store.current
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
        "content": sealed(work, job, "content", content),
        "attempts": 0,
        "rows_done": 0,
    }
    transaction.connection.execute(insert(imports), row)
    transaction.afterwards.append(work.own(ThisProcess).news.set)
    return {"import": job, "unit": code, "state": "queued"}


def cancel_import(work: Work, job: str) -> ImportTaken:
    """End a job before it has written anything. Raises `UnknownImport`, `ImportEnded`."""
    found = import_row(work, job)
    if found["state"] in (DONE, FAILED):
        raise ImportEnded(state=found["state"])
    if found["state"] in OPEN:
        ended = work.store.current.recorded_at.isoformat()
        JOBS.change(work, job, state=CANCELLED, ended_at=ended, content=None)
    return {"import": job, "unit": found["unit"], "state": "cancelled"}
