"""The board over HTTP: the site's day, and each person in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.appointments.board import queries
from services.appointments.board.labels import ASKED, next_step, status_of
from services.appointments.board.schemas import WantedOnDay
from services.appointments.courses import queries as courses
from services.appointments.domain.course import LIVE
from services.appointments.permissions import ANYBODY, COURSE, COURSE_PAGE, SITE_TEAM
from services.appointments.sessions.queries import free_slots, opened_on, planned_site
from services.appointments.stock.queries import usable_batches
from services.appointments.visits.queries import Expected, day_list, head_count
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.mirrors.findings import is_cleared
from shared.town.mirrors.residents import names_of
from shared.town.web.schemas import OnDay
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/site", allow=ANYBODY)
def site(web: Web) -> queries.SiteToday:
    """The site and its head-count today."""
    work, planned = web.work, planned_site(web.work)
    return {
        "site": work.site,
        "name_zh": planned.name_zh,
        "name_en": planned.name_en,
        "opened": opened_on(work),
        "daily_floor": planned.daily_floor,
        "today": head_count(work, work.today()),
    }


@endpoints.query("/api/residents/<uuid:resident>", allow=COURSE)
def resident(web: Web, resident: UUID) -> queries.Person:
    """A resident of this site."""
    return queries.person_of(web.work, courses.known(web.work, resident))


# Pages


@endpoints.page("/", allow=SITE_TEAM, params=OnDay)
def day_page(web: Web, day: date | None, done: str | None) -> str:
    """Show who is expected, here, vaccinated."""
    day = day or web.work.today()
    rows = day_list(web.work, day)
    return _day(web, day, rows, _names(web, rows), done=done)


@endpoints.action("/find", allow=SITE_TEAM, body=WantedOnDay)
def find(web: Web, body: Body) -> Response | str:
    """Somebody by id, or by name on a day."""
    wanted, day = body["q"].strip(), body["day"] or web.work.today()
    try:
        return redirect(f"/residents/{UUID(wanted)}", 303)
    except ValueError:
        rows = day_list(web.work, day)
    names = _names(web, rows)
    found = [row for row in rows if wanted in names.get(row["resident"], "")]
    if len({row["resident"] for row in found}) == 1:
        return redirect(f"/residents/{found[0]['resident']}", 303)
    return _day(web, day, found, names, q=wanted)


def _names(web: Web, rows: Sequence[Expected]) -> dict[str, str]:
    return names_of(web.work, [row for row in rows if row["identity"] is not None])


def _day(
    web: Web,
    day: date,
    rows: Sequence[Expected],
    names: dict[str, str],
    *,
    q: str = "",
    done: str | None = None,
) -> str:
    work = web.work
    return web.render(
        "day.html",
        day=day,
        today=work.today(),
        q=q,
        rows=rows,
        names=names,
        counts=head_count(work, day),
        floor=planned_site(work).daily_floor,
        status_of=status_of,
        is_cleared=is_cleared,
        done=done,
    )


@endpoints.page("/residents/<uuid:resident>", allow=COURSE_PAGE, params=OnDay)
def resident_page(web: Web, resident: UUID, day: date | None, done: str | None) -> str:
    """Show the history first, then the one next step."""
    del day
    work, today = web.work, web.work.today()
    known = courses.known(work, resident)
    person = queries.person_of(work, known)
    live = [row for row in person["appointments"] if row["status"] in LIVE]
    product = next((row["product"] for row in [*person["doses"], *live]), None)
    slots = planned_site(work).slots(work.campaign.slot_minutes)
    return web.render(
        "resident.html",
        known=person,
        name=names_of(work, [known])[known["resident"]],
        step=next_step(person, today, erased=not known["identity"]),
        live=live,
        batches=usable_batches(work, product, today) if product else [],
        free=free_slots(work, today, work.campaign.end, product=product),
        times=[f"{at:%H:%M}" for at in slots],
        reasons=ASKED,
        status_of=status_of,
        today=today,
        done=done,
    )
