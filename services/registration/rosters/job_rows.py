"""A job of importing as it is stored: its row, and what of it is sealed."""

from __future__ import annotations

from typing import Literal, TypedDict

from sqlalchemy import select

from services.registration.domain.import_refusals import NotKept, UnknownImport
from services.registration.rosters.views import (
    OPEN,
    READING,
    WRITING,
    import_answers,
    imports,
    imports_asked,
)
from shared.kit.eventstore import put
from shared.kit.jobs import Jobs
from shared.town.work import Work


class AnsweredRow(TypedDict):
    """Who was taken over once a question was answered, by which command of whom."""

    resident: str
    command: str
    actor: str


State = Literal["queued", "reading", "writing", "asking", "done", "cancelled", "failed"]


class Counts(TypedDict):
    """How many rows came out how."""

    new: int | None
    corrected: int | None
    unchanged: int | None
    close: int | None
    errors: int | None


class ImportRow(Counts):
    """A job's row without what is sealed; `claimed_until` and `started` in seconds since 1970."""

    id: str
    number: int
    unit: str
    actor: str
    command: str
    correlation: str
    state: State
    queued_at: str
    ended_at: str | None
    file_sha256: str
    attempts: int
    claimed_until: float | None
    started: float | None
    took: float | None
    rows_done: int
    rows_total: int | None


JOBS = Jobs(
    imports,
    ImportRow,
    key="id",
    attempts="attempts",
    due="claimed_until",
    order=["number"],
    waiting=OPEN,
    at_work=(READING, WRITING),
)


def import_row(work: Work, job: str) -> ImportRow:
    """Return a job's row; raises `UnknownImport`."""
    if (row := JOBS.get(work, job)) is None:
        raise UnknownImport
    return row


class AskedRow(TypedDict):
    """How many rows of a job's file are questions without an answer, and how many were left out."""

    asked: int
    left_out: int


def asked_row(work: Work, job: str) -> AskedRow:
    """Return how many rows of a job's file ask, and how many were left out."""
    at = imports_asked.c
    row = work.row(select(at.asked, at.left_out).where(at.id == job)) or {}
    return {"asked": row.get("asked") or 0, "left_out": row.get("left_out") or 0}


def change_asked(work: Work, job: str, **values: object) -> None:
    """Change what is kept of what a job asks."""
    put(work.store.current.connection, imports_asked, "id", {"id": job, **values})


def remember_answer(work: Work, job: str, resident: str) -> None:
    """Remember that this command takes a resident over from an import that had asked."""
    context = work.store.current.context
    row = {"id": job, "resident": resident, "command": context.command, "actor": context.actor}
    put(work.store.current.connection, import_answers, ("id", "resident"), row)


def answers_to(work: Work, job: str) -> list[AnsweredRow]:
    """Return whom answers to an import's questions have taken over, and by which commands."""
    return list(work.rows(select(import_answers).where(import_answers.c.id == job), AnsweredRow))


def sealed(work: Work, job: str, column: str, plain: bytes) -> bytes:
    """Seal a value of a job's row, in the running transaction."""
    assert work.store.answers is not None
    return work.store.answers.seal(f"import|{job}|{column}", plain)


def unsealed(work: Work, job: str, column: str) -> bytes:
    """Open a value of a job's row; raises `NotKept` when it is gone, or its key is."""
    assert work.store.answers is not None
    kept = payload(work, job, column)
    opened = kept and work.store.answers.open(f"import|{job}|{column}", kept)
    if opened is None:
        raise NotKept
    return opened


def payload(work: Work, job: str, column: str) -> bytes | None:
    """Return what a column of bytes holds, sealed as it is; None: nothing."""
    if column not in ("questions", "said"):
        return JOBS.payload(work, job, column)
    row = work.row(select(imports_asked.c[column]).where(imports_asked.c.id == job))
    return None if row is None or row[column] is None else bytes(row[column])
