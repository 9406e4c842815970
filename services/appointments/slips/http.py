"""Slips over HTTP, to be printed: the number somebody waits under, the dose somebody got."""

from __future__ import annotations

from uuid import UUID

from services.appointments.board import queries
from services.appointments.courses import queries as courses
from services.appointments.domain.refusals import NoNumber, NothingGiven
from services.appointments.permissions import COURSE_PAGE
from shared.kit.language import t
from shared.kit.web.endpoints import Endpoints
from shared.town.mirrors.numbers import number_of
from shared.town.mirrors.residents import names_of
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.page("/residents/<uuid:resident>/queue-slip", allow=COURSE_PAGE)
def queue_slip(web: Web, resident: UUID) -> str:
    """Show today's number for the person to keep. Raises `NoNumber`."""
    work, today = web.work, web.work.today()
    known = courses.known(work, resident)
    number = number_of(work, work.site, known["records"], today)
    if number is None:
        raise NoNumber
    return web.render("queue_slip.html", resident=resident, number=number, today=today)


@endpoints.page("/residents/<uuid:resident>/dose-slip", allow=COURSE_PAGE)
def dose_slip(web: Web, resident: UUID) -> str:
    """Show what was given and when the next is, for the person to take home. Raises `NothingGiven`."""
    work = web.work
    known = courses.known(work, resident)
    person, given = queries.person_of(work, known), queries.given_to(work, known)
    if not given:
        raise NothingGiven
    until = queries.leaves_at(work, given[-1]["given_at"])
    second = next((row for row in person["appointments"] if row["status"] == "booked"), None)
    return web.render(
        "dose_slip.html",
        known=person,
        name=names_of(work, [known])[known["resident"]],
        given=given,
        second=second,
        due=queries.due_from(work, known, 2) if person["status"] != "complete" else None,
        until=t("（到 {until}）", " (until {until})", until=f"{until:%H:%M}"),
    )
