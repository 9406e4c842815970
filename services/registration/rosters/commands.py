"""What clerks do with imports: they send a file, which is read later, or end a job before it writes."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select

from services.registration.domain.import_refusals import ImportEnded, NothingAsked
from services.registration.rosters import asking
from services.registration.rosters.asking import Answers
from services.registration.rosters.job_rows import JOBS, change_asked, import_row, sealed, unsealed
from services.registration.rosters.queries import ImportTaken, ThisProcess, kept_result
from services.registration.rosters.reading.roster_lines import Ask
from services.registration.rosters.views import (
    ASKING,
    CANCELLED,
    DONE,
    FAILED,
    NOT_ENDED,
    QUEUED,
    imports,
)
from services.registration.units import queries as units
from shared.town.work import Work

IMPORTS = UUID("5b0d5a3e-0e7f-5a39-9a52-6f0a2f6d1c77")


def submit_import(
    work: Work, code: str, content: bytes, answers: Answers | None = None
) -> ImportTaken:
    """Take a file in, with what is said of it already; it is read later. Raises `UnknownUnit`."""
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
    if answers is not None:
        change_asked(work, job, said=_kept(work, job, answers))
    transaction.connection.execute(insert(imports), row)
    transaction.afterwards.append(work.own(ThisProcess).news.set)
    return {"import": job, "unit": code, "state": "queued"}


def cancel_import(work: Work, job: str) -> ImportTaken:
    """End a job before it has written anything. Raises `UnknownImport`, `ImportEnded`."""
    found = import_row(work, job)
    if found["state"] in (DONE, FAILED):
        raise ImportEnded(state=found["state"])
    if found["state"] in NOT_ENDED:
        ended = work.store.current.recorded_at.isoformat()
        JOBS.change(work, job, state=CANCELLED, ended_at=ended, content=None)
        change_asked(work, job, questions=None, said=None)
    return {"import": job, "unit": found["unit"], "state": "cancelled"}


def answer_import(
    work: Work, job: str, *, tie: str | None, mobile: str | None, go_on: bool
) -> ImportTaken:
    """Answer what a job asks; it is read again with the answers.

    Of a job that is done, what was guessed may be said otherwise: its file is imported again.
    Raises `UnknownImport`, `NothingAsked`, `AnswerMissing`, `NoSuchAnswer`, `NotKept`.
    """
    found = import_row(work, job)
    if found["state"] == DONE:
        return _answer_again(work, job, found["unit"], tie=tie, mobile=mobile)
    if found["state"] != ASKING:
        raise NothingAsked
    asked = asking.asked_of(work, job)
    before = asking.answers_of(work, job)
    answers = asking.answered(asked, before, tie=tie, mobile=mobile, go_on=go_on)
    asking.remember(work, found["unit"], [ask["ask"] for ask in asked["asks"]], answers["said"])
    change_asked(work, job, questions=None, said=_kept(work, job, answers))
    JOBS.change(work, job, state=QUEUED, claimed_until=None)
    work.store.current.afterwards.append(work.own(ThisProcess).news.set)
    return {"import": job, "unit": found["unit"], "state": "queued"}


def _answer_again(
    work: Work, job: str, unit: str, *, tie: str | None, mobile: str | None
) -> ImportTaken:
    guessed = kept_result(work, job)["guessed"]
    if not guessed:
        raise NothingAsked
    asks: list[Ask] = [
        {"ask": each["ask"], "rows": each["rows"], "choices": each["choices"]} for each in guessed
    ]
    nothing = Answers(said={}, go_on=[])
    asked = asking.Asked(asks=asks, stops=[])
    answers = asking.answered(asked, nothing, tie=tie, mobile=mobile, go_on=False)
    asking.remember(work, unit, [ask["ask"] for ask in asks], answers["said"])
    return submit_import(work, unit, unsealed(work, job, "content"), answers)


def _kept(work: Work, job: str, answers: Answers) -> bytes:
    return sealed(work, job, "said", json.dumps(answers, ensure_ascii=False).encode())
