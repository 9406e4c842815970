"""Rosters over HTTP: a file is sent, a job imports it, its result is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from services.registration.domain.import_refusals import NotKept
from services.registration.permissions import ANYBODY, UNIT
from services.registration.residents import queries as residents
from services.registration.rosters import commands, queries, row_answers, schemas
from services.registration.rosters.reading.roster_notes import NOTES
from services.registration.rosters.reading.roster_template import roster_template
from services.registration.rosters.reading.unreadable import SIZE_LIMIT
from services.registration.rosters.result_page import page_of
from services.registration.rosters.views import ASKING, DONE, FAILED, OPEN
from services.registration.units import queries as units
from shared.kit.language import Text
from shared.kit.refusals import Refusal
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.responses import workbook_response
from shared.town.web.web import Web

MENDED = Text("名册待改正", "roster to correct")
TEMPLATE = Text("名册模板", "roster template")

endpoints = Endpoints()


@endpoints.upload(
    "/api/units/<unit>/roster", allow=UNIT, limit=SIZE_LIMIT, leads_to="/imports/{import}"
)
def send_roster(web: Web, body: Body, unit: str) -> commands.ImportTaken:
    """Send a unit's roster (.xlsx); a job registers the good rows and lists the bad."""
    return commands.submit_import(web.work, unit, body["file"])


@endpoints.query("/api/units/<unit>/imports", allow=UNIT)
def unit_imports(web: Web, unit: str) -> queries.Imports:
    """A unit's latest imports, the newest first."""
    return {"imports": queries.unit_imports(web.work, unit)}


@endpoints.query("/api/imports/<uuid:job>", allow=UNIT)
def import_job(web: Web, job: UUID) -> queries.ImportJob:
    """Where an import stands: its state, rows done, rows a second, seconds left."""
    return queries.import_job(web.work, str(job))


@endpoints.query("/api/imports/<uuid:job>/result", allow=UNIT)
def import_result(web: Web, job: UUID) -> queries.ImportResult:
    """What became of every row; the refusal, if the file could not be read."""
    return queries.import_result(web.work, str(job))


@endpoints.command("/api/imports/<uuid:job>/cancel", allow=UNIT)
def cancel_import(web: Web, job: UUID) -> commands.ImportTaken:
    """End an import that has not written anything yet."""
    return commands.cancel_import(web.work, str(job))


@endpoints.command(
    "/api/imports/<uuid:job>/answers",
    allow=UNIT,
    body=schemas.FileAnswers,
    tells=Text("已回答，导入继续。", "Answered; the import goes on."),
)
def answer_import(web: Web, body: Body, job: UUID) -> commands.ImportTaken:
    """Answer what a file leaves open, or go on although it looks wrong as a whole."""
    return commands.answer_import(web.work, str(job), **body)


@endpoints.command(
    "/api/imports/<uuid:job>/questions/<int:number>",
    allow=UNIT,
    body=schemas.RowAnswer,
    tells=Text("已确认这一行。", "The row is answered."),
)
def answer_row(web: Web, body: Body, job: UUID, number: int) -> row_answers.RowAnswered:
    """Answer the question about a row: take it over, leave what is known, or leave it out."""
    return row_answers.answer_row(web.work, str(job), number, **body)


# Pages


@endpoints.page("/imports/<uuid:job>", allow=UNIT, params=schemas.ImportPage)
def import_page(web: Web, job: UUID, group: str | None, after: int) -> str:
    """Show how far the import is, or what became of the rows."""
    work = web.work
    found = queries.import_job(work, str(job))
    values: dict[str, Any] = {"job": found, "unit": units.unit(work, found["unit"])}
    if found["state"] not in (DONE, FAILED):
        asking = found["state"] == ASKING and found["questions"] is None
        values |= {"named": {each["unit"]: each for each in units.all_units(work)}}
        return web.render(
            "import.html",
            open=found["state"] in OPEN,
            refusal=NotKept() if asking else None,
            **values,
        )
    try:
        result = queries.import_result(work, str(job))
    except Refusal as refusal:
        return web.render("import.html", open=False, refusal=refusal, **values)
    shown = page_of(result, group, after)
    return web.render(
        "import_result.html",
        answer=result,
        shown=shown,
        names=residents.names(work, shown.residents),
        unassigned=sum(
            str(NOTES["cadre_not_at_work"]) in each["notes"] for each in result["notes"]
        ),
        units={each["unit"]: each for each in units.all_units(work)},
        **values,
    )


@endpoints.page("/imports/<uuid:job>/mended.xlsx", allow=UNIT)
def mended(web: Web, job: UUID) -> Response:
    """Return the workbook to mend."""
    content, found = (
        queries.import_mended(web.work, str(job)),
        queries.import_job(web.work, str(job)),
    )
    unit = units.unit(web.work, found["unit"])
    name = Text(unit["name_zh"], unit["name_en"])
    return workbook_response(content, MENDED, name, found["queued_at"][:10])


@endpoints.page("/roster-template.xlsx", allow=ANYBODY)
def template(web: Web) -> Response:
    """Return the example workbook."""
    return workbook_response(roster_template(), TEMPLATE, web.work.today())
