"""Bookings over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.appointments.bookings import commands, schemas
from services.appointments.permissions import BOOKING, RESIDENT_BOOKING
from services.appointments.places import PLACES
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Place
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.command("/api/appointments", allow=BOOKING, body=schemas.Booking)
def book(web: Web, body: Body) -> commands.Booked:
    """Book the dose that is due, with a first dose at once the second."""
    unit = PLACES.unit_of(web.work, body["resident"])
    web.must_reach(Place(unit, web.work.site))
    return commands.book(web.work, **body)


@endpoints.command("/api/residents/<uuid:resident>/move", allow=RESIDENT_BOOKING, body=schemas.Move)
def move(web: Web, body: Body, resident: UUID) -> commands.Booked:
    """Move an appointment."""
    return commands.move(web.work, resident, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/cancel", allow=RESIDENT_BOOKING, body=schemas.Cancel
)
def cancel(web: Web, body: Body, resident: UUID) -> commands.Booked:
    """Cancel an appointment."""
    return commands.cancel(web.work, resident, **body)
