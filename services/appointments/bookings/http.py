"""Bookings over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.appointments.bookings import commands, schemas
from services.appointments.permissions import BOOKING, RESIDENT_BOOKING
from services.appointments.places import PLACES
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town.access import Place
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.command(
    "/api/appointments",
    allow=BOOKING,
    body=schemas.Booking,
    answer=schemas.BookingAnswer,
    summary="Book the dose that is due, with a first dose at once the second",
)
def book(web: Web, body: Body) -> Answer:
    """Book a dose."""
    unit = PLACES.unit_of(web.work, body["resident"])
    web.must_reach(Place(unit, web.work.site))
    return commands.book(web.work, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/move",
    allow=RESIDENT_BOOKING,
    body=schemas.Move,
    answer=schemas.BookingAnswer,
    summary="Move an appointment",
)
def move(web: Web, body: Body, resident: UUID) -> Answer:
    """Move an appointment."""
    return commands.move(web.work, resident, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/cancel",
    allow=RESIDENT_BOOKING,
    body=schemas.Cancel,
    answer=schemas.BookingAnswer,
    summary="Cancel an appointment",
)
def cancel(web: Web, body: Body, resident: UUID) -> Answer:
    """Cancel an appointment."""
    return commands.cancel(web.work, resident, **body)
