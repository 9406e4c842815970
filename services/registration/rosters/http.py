"""Rosters over HTTP: a file is sent, a job imports it, its result is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from services.registration.pages import render
from services.registration.permissions import ANYBODY, PAIR, UNIT
from services.registration.residents import queries as residents
from services.registration.rosters import commands, queries, schemas
from services.registration.rosters.reading.roster_notes import NOTES
from services.registration.rosters.reading.roster_template import FILENAME, roster_template
from services.registration.rosters.reading.unreadable import SIZE_LIMIT
from services.registration.rosters.result_page import page_of
from services.registration.rosters.views import DONE, FAILED, OPEN
from services.registration.units import queries as units
from shared.kit.refusals import Refusal
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town.web.web import Web

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

endpoints = Endpoints()


@endpoints.upload(
    "/api/units/<unit>/roster",
    allow=UNIT,
    limit=SIZE_LIMIT,
    answer=schemas.ImportTaken,
    summary="Send a unit's roster (.xlsx); a job registers the good rows and lists the bad",
    leads_to="/imports/{import}",
)
def send_roster(web: Web, body: Body, unit: str) -> Answer:
    """Take a roster in."""
    return commands.submit_import(web.work, unit, body["file"])


@endpoints.query(
    "/api/units/<unit>/imports",
    allow=UNIT,
    answer=schemas.ImportJobs,
    summary="A unit's latest imports, the newest first",
)
def unit_imports(web: Web, unit: str) -> Answer:
    """Return the latest jobs."""
    return {"imports": queries.unit_imports(web.work, unit)}


@endpoints.query(
    "/api/imports/<uuid:job>",
    allow=UNIT,
    answer=schemas.ImportJob,
    summary="Where an import stands: its state, rows done, rows a second, seconds left",
)
def import_job(web: Web, job: UUID) -> Answer:
    """Return where the job stands."""
    return queries.import_job(web.work, str(job))


@endpoints.query(
    "/api/imports/<uuid:job>/result",
    allow=UNIT,
    answer=schemas.ImportAnswer,
    summary="What became of every row; the refusal, if the file could not be read",
)
def import_result(web: Web, job: UUID) -> Answer:
    """Return the result."""
    return queries.import_result(web.work, str(job))


@endpoints.command(
    "/api/imports/<uuid:job>/cancel",
    allow=UNIT,
    answer=schemas.ImportTaken,
    summary="End an import that has not written anything yet",
)
def cancel_import(web: Web, body: Body, job: UUID) -> Answer:
    """Cancel the job."""
    del body
    return commands.cancel_import(web.work, str(job))


# Pages


@endpoints.page(
    "/imports/<uuid:job>",
    allow=UNIT,
    params=schemas.ImportPage,
    summary="An import: its progress, then its result",
)
def import_page(web: Web, job: UUID, group: str | None, after: int) -> str:
    """Show how far the import is, or what became of the rows."""
    work = web.work
    found = queries.import_job(work, str(job))
    values: dict[str, Any] = {"job": found, "unit": units.unit(work, found["unit"])}
    if found["state"] not in (DONE, FAILED):
        return render(web, "import.html", open=found["state"] in OPEN, **values)
    try:
        result = queries.import_result(work, str(job))
    except Refusal as refusal:
        return render(web, "import.html", open=False, refusal=refusal, **values)
    shown = page_of(result, group, after)
    return render(
        web,
        "import_result.html",
        answer=result,
        shown=shown,
        names=residents.names(work, shown.residents),
        unassigned=sum(NOTES["cadre_not_at_work"] in each["notes"] for each in result["notes"]),
        decides_pairs=bool(web.person.roles() & set(PAIR.roles)),
        units={each["unit"]: each for each in units.all_units(work)},
        **values,
    )


@endpoints.page(
    "/imports/<uuid:job>/mended.xlsx",
    allow=UNIT,
    summary="The file of an import with a column that says what is wrong, and marked cells",
)
def mended(web: Web, job: UUID) -> Response:
    """Return the workbook to mend."""
    return _workbook(queries.import_mended(web.work, str(job)), "mended.xlsx")


@endpoints.page("/roster-template.xlsx", allow=ANYBODY, summary="An empty roster to fill in")
def template(web: Web) -> Response:
    """Return the example workbook."""
    del web
    return _workbook(roster_template(), FILENAME)


def _workbook(content: bytes, filename: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, headers=headers, content_type=XLSX)
