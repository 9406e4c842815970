"""Looks over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.ledger.found import resident_meant
from services.supervision.looks import queries
from services.supervision.looks.schemas import LooksPage, LooksWanted
from services.supervision.people.found_page import found_page, needs_a_reason
from services.supervision.people.schemas import Sought
from services.supervision.staff.queries import accounts
from services.supervision.staff.telling import telling
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import AUDITOR, OFFICE, SUPERVISOR
from shared.town.web.web import Web

LOOKERS = to(AUDITOR, SUPERVISOR, OFFICE)

endpoints = Endpoints()


@endpoints.query("/api/looks", allow=LOOKERS, params=LooksWanted)
def looks(web: Web, login: str | None, resident: UUID | None) -> queries.Looks:
    """Who was shown whom, newest first."""
    return {"looks": queries.looks(web.work, login, resident)}


@endpoints.action("/looks/find", allow=LOOKERS, body=Sought)
def find_looks(web: Web, body: Body) -> Response | str:
    """Looks at a resident, or of a login; for a reason, or by whoever may see names, also by name."""
    typed = body["q"].strip()
    if (resident := resident_meant(web.work, typed)) is not None:
        return redirect(f"/looks?resident={resident}", 303)
    if accounts(web.work, typed):
        return redirect(f"/looks?{urlencode({'login': typed})}", 303)
    return found_page(web, typed, body["reason"], "/looks?resident=")


@endpoints.page("/looks", allow=LOOKERS, params=LooksPage)
def looks_page(web: Web, login: str | None, resident: UUID | None, page: int) -> str:
    """Show who looked, newest first."""
    # All that is about one person is on one page, to be printed for them.
    most, said = queries.MOST_LOOKS if resident else queries.PAGE, telling(web)
    found = queries.looks(web.work, login, resident, most=most + 1, skip=(page - 1) * most)
    which = {"login": login, "resident": resident}
    return web.render(
        "looks.html",
        looks=found[:most],
        page=page,
        more=len(found) > most,
        which=which,
        address=partial(_address, which),
        telling=said,
        staff=[(each["login"], said.person(each["login"])) for each in accounts(web.work)],
        needs_a_reason=needs_a_reason(),
        handouts=[] if login or resident or page > 1 else queries.handouts(web.work),
    )


def _address(which: Mapping[str, object], page: int) -> str:
    """Return the address of another page of the same looks."""
    asked = {name: value for name, value in which.items() if value} | {"page": page}
    return f"/looks?{urlencode(asked)}"
