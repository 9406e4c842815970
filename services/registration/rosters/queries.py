"""What is asked of imports: where a job stands, and what became of every row of its file."""

from __future__ import annotations

import json
import threading
from typing import Literal, TypedDict, cast

from services.registration.domain.import_refusals import (
    ImportCancelled,
    ImportRunning,
    NotKept,
    UnknownImport,
    refused_before,
)
from services.registration.rosters.outcome import Result, Taken
from services.registration.rosters.reading.kept_texts import text_of
from services.registration.rosters.reading.reader_process import MENDER
from services.registration.rosters.reading.roster_lines import ToldFault, told
from services.registration.rosters.reading.roster_notes import note_of
from services.registration.rosters.views import (
    CANCELLED,
    DONE,
    FAILED,
    OPEN,
    READING,
    WRITING,
    imports,
)
from services.registration.units import queries as units
from shared.kit.formats import Id, Moment
from shared.kit.jobs import Jobs
from shared.kit.pacing import unix_now
from shared.town.work import Work

LATEST = 10


State = Literal["queued", "reading", "writing", "done", "cancelled", "failed"]


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


ImportTaken = TypedDict("ImportTaken", {"import": Id, "unit": str, "state": State})
_OfImport = TypedDict("_OfImport", {"import": Id})


class ImportResult(Taken, _OfImport):
    """What became of every row of an import's file."""

    errors: list[ToldFault]


class ImportJob(ImportTaken):
    """Where a job stands; `counts` when it is done."""

    actor: str
    queued_at: Moment
    ended_at: Moment | None
    rows_done: int
    rows_total: int | None
    rows_per_s: float | None
    seconds_left: float | None
    counts: Counts | None


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


def import_row(work: Work, job: str) -> ImportRow:
    """Return a job's row; raises `UnknownImport`."""
    if (row := JOBS.get(work, job)) is None:
        raise UnknownImport
    return row


def unit_imports(work: Work, code: str) -> list[ImportJob]:
    """Return a unit's latest jobs, the newest first; raises `UnknownUnit`."""
    units.unit(work, code)
    query = JOBS.rows.where(imports.c.unit == code).order_by(imports.c.number.desc())
    return [_described(work, row) for row in work.rows(query.limit(LATEST), ImportRow)]


def import_job(work: Work, job: str) -> ImportJob:
    """Return where a job stands; raises `UnknownImport`."""
    return _described(work, import_row(work, job))


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
        "counts": Counts(
            new=row["new"],
            corrected=row["corrected"],
            unchanged=row["unchanged"],
            close=row["close"],
            errors=row["errors"],
        )
        if row["state"] == DONE
        else None,
    }


# What is sealed


def import_result(work: Work, job: str) -> ImportResult:
    """Return what became of every row. Raises what was refused, or why there is no result."""
    state = import_row(work, job)["state"]
    if state in OPEN:
        raise ImportRunning(state=state)
    if state == CANCELLED:
        raise ImportCancelled
    if state == FAILED:
        refused = json.loads(unsealed(work, job, "refusal"))
        text = text_of(refused.pop("message"))
        raise refused_before(text=text, **refused)
    result: Result = json.loads(unsealed(work, job, "result"))
    for each in result["notes"]:
        each["notes"] = list(map(note_of, each["notes"]))
    errors = list(map(told, result["errors"]))
    return cast("ImportResult", {**result, "errors": errors, "import": job})


def import_mended(work: Work, job: str) -> bytes:
    """Return the file as it was sent, with what is wrong written beside the rows, as .xlsx.

    Raises what `import_result` raises.
    """
    faults = import_result(work, job)["errors"]
    return MENDER.mended(unsealed(work, job, "content"), faults)


def sealed(work: Work, job: str, column: str, plain: bytes) -> bytes:
    """Seal a value of a job's row, in the running transaction."""
    assert work.store.answers is not None
    return work.store.answers.seal(f"import|{job}|{column}", plain)


def unsealed(work: Work, job: str, column: str) -> bytes:
    """Open a value of a job's row; raises `NotKept` when it is gone, or its key is."""
    assert work.store.answers is not None
    kept = JOBS.payload(work, job, column)
    opened = kept and work.store.answers.open(f"import|{job}|{column}", kept)
    if opened is None:
        raise NotKept
    return opened
