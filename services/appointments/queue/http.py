"""The queue over HTTP: who waits for the dose, who is called, and the screen in the hall."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from services.appointments.permissions import SITE_TEAM, STAFF
from services.appointments.queue import commands, queries
from services.appointments.sessions.queries import closed_by
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access.allow import PUBLIC
from shared.town.line import calling
from shared.town.line.calling import Ticketed
from shared.town.line.http import called, declare, taken_back
from shared.town.line.schemas import Directing, OfNumber
from shared.town.line.ticket import Caller
from shared.town.mirrors.calls import InLine
from shared.town.mirrors.duty import desk_of
from shared.town.mirrors.residents import names_among
from shared.town.web.web import Web

NAMED = 25
"""So many of who waits are named: whoever is named has been looked at."""

endpoints = Endpoints()


class QueueToday(TypedDict):
    """Where everybody of today is, and the numbers that wait for the dose, in their order."""

    day: date
    states: dict[str, int]
    line: list[InLine]


@endpoints.query("/api/queue", allow=SITE_TEAM)
def queue(web: Web) -> QueueToday:
    """Who waits for the dose today, who is called, held and passed."""
    work, today = web.work, web.work.today()
    line = queries.dose_line(work, work.site)
    return {"day": today, "states": queries.states(work, today), "line": line}


@endpoints.command("/api/queue/call-next", allow=STAFF, tells=called, undo=taken_back)
def call_next(web: Web) -> Ticketed:
    """Call who is next to one's own desk; who is called there already, again."""
    return commands.call_next(web.work)


def _here(web: Web, body: Body) -> str:
    del body
    return web.work.site


declare(
    endpoints,
    allow=STAFF,
    station=commands.DOSE,
    site_of=_here,
    of_number=OfNumber,
    directing=Directing,
    undo=taken_back,
)


@endpoints.page("/queue", allow=SITE_TEAM)
def queue_page(web: Web) -> str:
    """Show who waits, is called, stepped aside and passed, and call them."""
    work, today = web.work, web.work.today()
    line = queries.dose_line(work, work.site)
    login = web.person.login
    own = Caller(desk_of(work, work.site, login), login)
    by_state = calling.by_state(line)
    shown = [each for rows in by_state.values() for each in rows[:NAMED]]
    return web.render(
        "queue.html",
        day=today,
        closed=closed_by(work, today),
        by_state=by_state,
        mine=calling.called_to(line, own),
        desk=own.desk,
        desks=sorted({each["for_desk"] for each in line if each["for_desk"]}),
        states=queries.states(work, today),
        names=names_among(work, [each["resident"] for each in shown]),
    )


@endpoints.page("/screen", allow=PUBLIC)
def screen(web: Web) -> str:
    """Show the hall whose number is called where: numbers alone, nobody's name."""
    work, today = web.work, web.work.today()
    stations = {
        "dose": calling.by_state(queries.dose_line(work, work.site)),
        "screening": calling.by_state(queries.screening_line(work, today)),
    }
    return web.render("screen.html", stations=stations)
