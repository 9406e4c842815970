"""Visits over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.permissions import SITE_TEAM, STAFF, VISIT
from services.appointments.visits import commands, queries, schemas
from shared.kit.formats import only
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.schemas import OnDay, day_of
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/appointments", allow=SITE_TEAM, params=OnDay)
def appointments(web: Web, day: date | None, done: str | None) -> queries.DayList:
    """A day's appointments."""
    del done
    rows = queries.day_list(web.work, day or web.work.today())
    return {"appointments": [only(queries.Visit, row) for row in rows]}


@endpoints.command("/api/residents/<uuid:resident>/check-in", allow=VISIT)
def check_in(web: Web, resident: UUID) -> commands.CheckedIn:
    """The resident is here."""
    return commands.check_in(web.work, resident)


@endpoints.command("/api/residents/<uuid:resident>/dose", allow=VISIT, body=schemas.Dose)
def give_dose(web: Web, body: Body, resident: UUID) -> commands.Vaccinated:
    """Give the dose that is due."""
    return commands.give_dose(web.work, resident, **body)


@endpoints.command("/api/residents/<uuid:resident>/observation-end", allow=VISIT)
def end_observation(web: Web, resident: UUID) -> commands.Observed:
    """The resident leaves."""
    return commands.end_observation(web.work, resident)


@endpoints.command("/api/days/<day>/no-shows", allow=STAFF)
def record_no_shows(web: Web, day: str) -> commands.NotCome:
    """Whoever is still expected did not come."""
    return commands.record_no_shows(web.work, day_of(day))
