"""Rosters over HTTP: a file is sent, a job imports it, its result is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from services.registration.allowed import ANYBODY, PAIR, UNIT
from services.registration.domain.refusals import Refusal
from services.registration.imports import import_schemas as schemas
from services.registration.imports.import_page import page_of
from services.registration.imports.import_runner import runner
from services.registration.imports.import_tables import DONE, FAILED, OPEN
from services.registration.reading.roster_notes import NOTES
from services.registration.reading.roster_template import FILENAME, roster_template
from services.registration.reading.workbook import SIZE_LIMIT
from services.registration.words import WORDS
from shared.town.privacy import ERASED
from shared.town.service import Service, command, page, query, upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportsService(Service):
    """The part of registration that takes rosters; its `app` is an `ImportWork`."""

    @runner
    def work_on_imports(self) -> None:
        """Work on jobs while the process lives; the runner does the work."""

    @upload(
        "/api/units/<unit>/roster",
        allow=UNIT,
        limit=SIZE_LIMIT,
        answer=schemas.ImportTaken,
        summary="Send a unit's roster (.xlsx); a job registers the good rows and lists the bad",
        leads_to="/imports/{import}",
    )
    def send_roster(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Take a roster in."""
        return self.app.submit_import(unit, body["file"])

    @query(
        "/api/units/<unit>/imports",
        allow=UNIT,
        answer=schemas.ImportJobs,
        summary="A unit's latest imports, the newest first",
    )
    def unit_imports(self, unit: str) -> dict[str, Any]:
        """Return the latest jobs."""
        return {"imports": self.app.unit_imports(unit)}

    @query(
        "/api/imports/<uuid:job>",
        allow=UNIT,
        answer=schemas.ImportJob,
        summary="Where an import stands: its state, rows done, rows a second, seconds left",
    )
    def import_job(self, job: UUID) -> dict[str, Any]:
        """Return where the job stands."""
        return self.app.import_job(str(job))

    @query(
        "/api/imports/<uuid:job>/result",
        allow=UNIT,
        answer=schemas.ImportAnswer,
        summary="What became of every row; the refusal, if the file could not be read",
    )
    def import_result(self, job: UUID) -> dict[str, Any]:
        """Return the result."""
        return self.app.import_result(str(job))

    @command(
        "/api/imports/<uuid:job>/cancel",
        allow=UNIT,
        answer=schemas.ImportTaken,
        summary="End an import that has not written anything yet",
    )
    def cancel_import(self, body: dict[str, Any], job: UUID) -> dict[str, Any]:
        """Cancel the job."""
        del body
        return self.app.cancel_import(str(job))

    # Pages

    @page(
        "/imports/<uuid:job>",
        allow=UNIT,
        params=schemas.ImportPage,
        summary="An import: its progress, then its result",
    )
    def import_page(self, job: UUID, group: str | None, after: int) -> str:
        """Show how far the import is, or what became of the rows."""
        found = self.app.import_job(str(job))
        values: dict[str, Any] = {"job": found, "unit": self.app.unit(found["unit"])}
        if found["state"] not in (DONE, FAILED):
            return self.render("import.html", open=found["state"] in OPEN, **values)
        try:
            result = self.app.import_result(str(job))
        except Refusal as refusal:
            return self.render("import.html", open=False, refusal=refusal, **values)
        shown = page_of(result, group, after)
        names = self.app.names(shown.residents)
        return self.render(
            "import_result.html",
            answer=result,
            shown=shown,
            names=names,
            unassigned=sum(NOTES["cadre_not_at_work"] in each["notes"] for each in result["notes"]),
            decides_pairs=bool(self.person.roles() & set(PAIR.roles)),
            units={each["unit"]: each for each in self.app.units()},
            **values,
        )

    @page(
        "/imports/<uuid:job>/mended.xlsx",
        allow=UNIT,
        summary="The file of an import with a column that says what is wrong, and marked cells",
    )
    def mended(self, job: UUID) -> Response:
        """Return the workbook to mend."""
        headers = {"Content-Disposition": 'attachment; filename="mended.xlsx"'}
        content = self.app.import_mended(str(job))
        return Response(content, headers=headers, content_type=XLSX)

    @page("/roster-template.xlsx", allow=ANYBODY, summary="An empty roster to fill in")
    def template(self) -> Response:
        """Return the example workbook."""
        headers = {"Content-Disposition": f'attachment; filename="{FILENAME}"'}
        return Response(roster_template(), headers=headers, content_type=XLSX)

    def render(self, template: str, **values: Any) -> str:
        """Render a page with registration's words."""
        values["words"], values["erased_text"] = WORDS, ERASED
        return super().render(template, **values)

    def unit_of_path(self, path: Mapping[str, Any]) -> str:
        """The unit of the address, or of the import in it; raises `UnknownImport`."""
        if "job" in path:
            return self.app.import_row(str(path["job"]))["unit"]
        return super().unit_of_path(path)
