"""Bookings over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.appointments.bookings import commands, queries, schemas
from services.appointments.courses import queries as courses
from services.appointments.domain.refusals import MayNotOverride
from services.appointments.permissions import BOOKING, LEADER_OR_OFFICE, RESIDENT_BOOKING
from services.appointments.places import PLACES
from shared.kit.dates import day_text
from shared.kit.formats import only
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Place
from shared.town.access.roles import OFFICE, SITE_LEADER
from shared.town.mirrors.residents import name_of, names_of
from shared.town.web.telling import dose_text
from shared.town.web.web import Web

MAY_OVERRIDE = {OFFICE, SITE_LEADER}

endpoints = Endpoints()


@endpoints.command(
    "/api/appointments", allow=BOOKING, body=schemas.Booking, tells=Text("已预约", "Booked")
)
def book(web: Web, body: Body) -> commands.Booked:
    """Book the dose that is due, with a first dose at once the second.

    Past the cut-off the office or the site's leader alone may book, with a reason (R05).
    """
    unit = PLACES.unit_of(web.work, body["resident"])
    web.must_reach(Place(unit, web.work.site))
    if body["override"] and not {grant.role for grant in web.grants} & MAY_OVERRIDE:
        raise MayNotOverride
    return commands.book(web.work, **body)


@endpoints.query("/api/overrides", allow=LEADER_OR_OFFICE)
def overrides(web: Web) -> queries.Overrides:
    """First doses booked after the cut-off, each with the reason and who allowed it."""
    return {"overrides": [only(queries.Override, row) for row in queries.overrides(web.work)]}


@endpoints.page("/overrides", allow=LEADER_OR_OFFICE)
def overrides_page(web: Web) -> str:
    """List first doses booked after the cut-off, and that no second dose fits."""
    found = queries.overrides(web.work)
    return web.render("overrides.html", rows=found, names=names_of(web.work, found))


@endpoints.command(
    "/api/residents/<uuid:resident>/move",
    allow=RESIDENT_BOOKING,
    body=schemas.Move,
    tells=Text("已改期", "Moved"),
)
def move(web: Web, body: Body, resident: UUID) -> commands.Booked:
    """Move an appointment."""
    return commands.move(web.work, resident, **body)


def _cancelling(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say which appointments are given up: with a first dose also the second."""
    known = courses.known(web.work, resident)
    person, course = courses.course_of_known(web.work, known)
    dose = body["dose"] or course.due(person)
    gone = [
        f"{dose_text(number)} {day_text(booked['day'])} {booked['time']}"
        for number in (1, 2)
        if number >= dose and (booked := course.live(number)) is not None
    ]
    if not gone:
        return None
    says = t(
        "将取消{name}的预约：{gone}。时段让给别人。",
        "The appointments of {name} are cancelled: {gone}. Others may take the places.",
        name=name_of(web.work, known),
        gone=listed(gone),
    )
    return Question(says, t("确认取消预约", "Cancel the appointments"))


@endpoints.command(
    "/api/residents/<uuid:resident>/cancel",
    allow=RESIDENT_BOOKING,
    body=schemas.Cancel,
    confirm=_cancelling,
    tells=Text("已取消", "Cancelled"),
)
def cancel(web: Web, body: Body, resident: UUID) -> commands.Booked:
    """Cancel an appointment."""
    return commands.cancel(web.work, resident, **body)
