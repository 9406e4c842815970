"""Sessions over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

from services.appointments.permissions import ANYBODY, LEADER
from services.appointments.sessions import commands, queries, schemas
from services.appointments.sessions.queries import SlotShown
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.campaign import days_of, week_of
from shared.town.web.web import Web

PAGE_DAYS = 14

endpoints = Endpoints()


@endpoints.command("/api/sessions", allow=LEADER, body=schemas.SessionsBody)
def open_sessions(web: Web, body: Body) -> commands.Opened:
    """Open sessions, a day each."""
    return commands.open_sessions(web.work, **body)


@endpoints.query("/api/sessions", allow=ANYBODY, params=schemas.Between)
def sessions(web: Web, from_: date | None, to: date | None, done: str | None) -> queries.Sessions:
    """Sessions with their free places."""
    del done
    first = from_ or web.work.today()
    last = to or first + timedelta(days=PAGE_DAYS - 1)
    return {"sessions": queries.session_list(web.work, first, last)}


@endpoints.page("/sessions", allow=ANYBODY, params=schemas.Between)
def sessions_page(web: Web, from_: date | None, to: date | None, done: str | None) -> str:
    """Show a week's sessions as a grid of days and slots."""
    del to
    week = week_of(from_ or web.work.today())
    days = days_of(week)
    shown = queries.session_list(web.work, days[0], days[-1])
    grid: dict[str, dict[str, SlotShown]] = {}
    for session in shown:
        for slot in session["slots"]:
            grid.setdefault(slot["time"], {})[session["day"]] = slot
    return web.render(
        "sessions.html",
        week=week,
        days=days,
        sessions={session["day"]: session for session in shown},
        grid=dict(sorted(grid.items())),
        earlier=days[0] - timedelta(days=7),
        later=days[-1] + timedelta(days=1),
        done=done,
    )
