"""What is asked of imports: where a job stands, and what became of every row of its file."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import Any, TypedDict, cast

from services.registration.domain.import_refusals import (
    ImportAsks,
    ImportCancelled,
    ImportRunning,
    NotKept,
    refused_before,
)
from services.registration.rosters import asking
from services.registration.rosters.job_rows import (
    JOBS,
    Counts,
    ImportRow,
    State,
    asked_row,
    import_row,
    unsealed,
)
from services.registration.rosters.outcome import Result, Taken
from services.registration.rosters.reading.kept_texts import text_of
from services.registration.rosters.reading.reader_process import MENDER
from services.registration.rosters.reading.roster_lines import ToldFault, told
from services.registration.rosters.reading.roster_notes import note_of
from services.registration.rosters.row_questions import Question
from services.registration.rosters.views import ASKING, CANCELLED, DONE, FAILED, OPEN, imports
from services.registration.units import queries as units
from shared.kit.formats import Id, Moment
from shared.kit.pacing import unix_now
from shared.town.work import Work

LATEST = 10
_OF_BEFORE: dict[str, Any] = {
    "asked": 0,
    "left_out": 0,
    "guessed": [],
    "same_as": None,
    "missing": [],
    "questions": [],
    "lines": {},
}
"""What results say that were kept before rosters asked."""


ImportTaken = TypedDict("ImportTaken", {"import": Id, "unit": str, "state": State})
_OfImport = TypedDict("_OfImport", {"import": Id})


class ImportResult(Taken, _OfImport):
    """What became of every row of an import's file."""

    errors: list[ToldFault]
    questions: list[Question]


class AllCounts(Counts):
    """How many rows came out how, ask, or were left out."""

    asked: int
    left_out: int


class ImportJob(ImportTaken):
    """Where a job stands; `counts` when it is done, `questions` while it asks."""

    actor: str
    queued_at: Moment
    ended_at: Moment | None
    rows_done: int
    rows_total: int | None
    rows_per_s: float | None
    seconds_left: float | None
    counts: AllCounts | None
    questions: asking.Questions | None


class Imports(TypedDict):
    """A unit's latest imports."""

    imports: list[ImportJob]


class ThisProcess:
    """What a process that works on jobs keeps in memory.

    `news` is set when a file has come, `progress` has the rows done and the rows in all of the job
    at work.
    """

    def __init__(self) -> None:
        """Begin with no news."""
        self.news = threading.Event()
        self.progress: dict[str, tuple[int, int | None]] = {}


def unit_imports(work: Work, code: str) -> list[ImportJob]:
    """Return a unit's latest jobs, the newest first; raises `UnknownUnit`."""
    units.unit(work, code)
    query = JOBS.rows.where(imports.c.unit == code).order_by(imports.c.number.desc())
    return [_described(work, row) for row in work.rows(query.limit(LATEST), ImportRow)]


def import_job(work: Work, job: str) -> ImportJob:
    """Return where a job stands; raises `UnknownImport`."""
    row = import_row(work, job)
    described = _described(work, row)
    if row["state"] == ASKING:
        with suppress(NotKept):  # it ends as soon as somebody works on jobs
            asked = asking.asked_of(work, job)
            described["questions"] = asking.questions_of(work, row["unit"], asked)
    return described


def _described(work: Work, row: ImportRow) -> ImportJob:
    is_open = row["state"] in OPEN
    stored = row["rows_done"], row["rows_total"]
    done, total = work.own(ThisProcess).progress.get(row["id"], stored)
    elapsed = row["took"]
    if is_open:
        elapsed = unix_now() - row["started"] if row["started"] else None
    rate = done / elapsed if elapsed else None
    return {
        "import": row["id"],
        "unit": row["unit"],
        "actor": row["actor"],
        "state": row["state"],
        "queued_at": row["queued_at"],
        "ended_at": row["ended_at"],
        "rows_done": done,
        "rows_total": total,
        "rows_per_s": round(rate, 1) if rate else None,
        "seconds_left": max(0, round((total - done) / rate, 1))
        if is_open and rate and total
        else None,
        "counts": AllCounts(
            new=row["new"],
            corrected=row["corrected"],
            unchanged=row["unchanged"],
            close=row["close"],
            errors=row["errors"],
            asked=(more := asked_row(work, row["id"]))["asked"],
            left_out=more["left_out"],
        )
        if row["state"] == DONE
        else None,
        "questions": None,
    }


def is_import(work: Work, command: str, actor: str) -> bool:
    """Tell whether a command of somebody's was the import of a roster."""
    mine = JOBS.rows.where(imports.c.command == command, imports.c.actor == actor)
    return work.row(mine.limit(1)) is not None


# What is sealed


def import_result(work: Work, job: str) -> ImportResult:
    """Return what became of every row. Raises what was refused, or why there is no result."""
    state = import_row(work, job)["state"]
    if state in OPEN:
        raise ImportRunning(state=state)
    if state == ASKING:
        raise ImportAsks
    if state == CANCELLED:
        raise ImportCancelled
    if state == FAILED:
        refused = json.loads(unsealed(work, job, "refusal"))
        text = text_of(refused.pop("message"))
        raise refused_before(text=text, **refused)
    result = kept_result(work, job)
    for each in result["notes"]:
        each["notes"] = list(map(note_of, each["notes"]))
    errors = list(map(told, result["errors"]))
    shown: dict[str, Any] = {**result, "errors": errors, "import": job}
    del shown["lines"]
    return cast("ImportResult", shown)


def kept_result(work: Work, job: str) -> Result:
    """Return a result as it is kept; raises `NotKept`."""
    return {**_OF_BEFORE, **json.loads(unsealed(work, job, "result"))}  # type: ignore[return-value]


def import_mended(work: Work, job: str) -> bytes:
    """Return the file as it was sent, with what is wrong written beside the rows, as .xlsx.

    Raises what `import_result` raises.
    """
    faults = import_result(work, job)["errors"]
    return MENDER.mended(unsealed(work, job, "content"), faults)
