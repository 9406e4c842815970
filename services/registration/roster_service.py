"""Rosters over HTTP."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from services.registration import schemas
from services.registration.allowed import ANYBODY, UNIT
from services.registration.roster_template import FILENAME, roster_template
from services.registration.words import WORDS
from services.registration.workbook import SIZE_LIMIT
from shared.privacy import ERASED
from shared.web import Service, page, upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORT_RESULT = "import_result.html"


class RosterService(Service):
    """The half of registration that takes rosters; its `app` is a `Rosters`."""

    # Rosters

    @upload(
        "/api/units/<unit>/roster",
        allow=UNIT,
        limit=SIZE_LIMIT,
        answer=schemas.ImportAnswer,
        summary="Register everybody on a unit's roster (.xlsx); good rows are in, bad rows listed",
        then=IMPORT_RESULT,
    )
    def import_roster(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Import a roster."""
        return self.app.import_roster(unit, body["file"])

    @page("/roster-template.xlsx", allow=ANYBODY, summary="An empty roster to fill in")
    def template(self) -> Response:
        """Return the example workbook."""
        headers = {"Content-Disposition": f'attachment; filename="{FILENAME}"'}
        return Response(roster_template(), headers=headers, content_type=XLSX)

    def render(self, template: str, **values: Any) -> str:
        """Render a page; the result of an import gets the names its answer does not repeat."""
        values["words"], values["erased_text"] = WORDS, ERASED
        if template == IMPORT_RESULT:
            ids = [entry["resident"] for entry in values["answer"]["entries"]]
            values["names"] = self.app.names(ids)
            values["units"] = {each["unit"]: each for each in self.app.units()}
            values["unit"] = values["units"][values["unit"]]
        return super().render(template, **values)
