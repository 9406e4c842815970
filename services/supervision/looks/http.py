"""Looks over HTTP."""

from __future__ import annotations

from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.ledger.found import resident_meant
from services.supervision.looks import queries
from services.supervision.looks.schemas import LooksWanted
from services.supervision.staff.queries import accounts, member
from services.supervision.staff.telling import telling
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import AUDITOR, OFFICE, SUPERVISOR
from shared.town.web.finding import Wanted
from shared.town.web.web import Web

LOOKERS = to(AUDITOR, SUPERVISOR, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/looks", allow=LOOKERS, params=LooksWanted)
def looks(web: Web, login: str | None, resident: UUID | None) -> queries.Looks:
    """Who was shown whom, newest first."""
    return {"looks": queries.looks(web.work, login, resident)}


@endpoints.action("/looks/find", allow=LOOKERS, body=Wanted)
def find_looks(web: Web, body: Body) -> Response:
    """Looks at a resident, or of a login."""
    wanted = body["q"].strip()
    if (resident := resident_meant(web.work, wanted)) is not None:
        return redirect(f"/looks?resident={resident}", 303)
    return redirect(f"/looks?login={member(web.work, wanted)['login']}", 303)


@endpoints.page("/looks", allow=LOOKERS, params=LooksWanted)
def looks_page(web: Web, login: str | None, resident: UUID | None) -> str:
    """Show who looked, newest first."""
    found = queries.looks(web.work, login, resident)
    said = telling(web)
    which = {"login": login, "resident": resident}
    return web.render(
        "looks.html",
        looks=found,
        which=which,
        most=queries.MOST_LOOKS,
        telling=said,
        staff=[(each["login"], said.person(each["login"])) for each in accounts(web.work)],
        handouts=[] if login or resident else queries.handouts(web.work),
    )
