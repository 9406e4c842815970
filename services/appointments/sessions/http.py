"""Sessions over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

from services.appointments.permissions import ANYBODY, LEADER
from services.appointments.sessions import commands, queries, schemas
from services.appointments.sessions.queries import SlotShown
from services.appointments.stock.alarms import booking_alarms
from shared.kit.dates import day_text
from shared.kit.language import t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.campaign import days_of, week_of
from shared.town.web.pages import named
from shared.town.web.web import Web

PAGE_DAYS = 14

endpoints = Endpoints()


def _opening(web: Web, body: Body) -> Question | None:
    """Say how many days are opened, with which vaccine; a session is not closed again."""
    days = commands.days_to_open(web.work, **body)
    if not days:
        return None
    says = t(
        "将开设 {n} 天场次（{first}至{last}），接种{product}，居民随即可以预约。",
        "Sessions are opened on {n} days ({first} to {last}) with {product}; people can book at once.",
        n=len(days),
        first=day_text(days[0]),
        last=day_text(days[-1]),
        product=named(web.work.campaign.product(body["product"])),
    )
    return Question(says, t("确认开设场次", "Open the sessions"))


def _opened(answer: commands.Opened) -> str:
    opened, already = len(answer["opened"]), len(answer["already"])
    if not already:
        return t("已开设 {n} 天场次。", "Sessions are opened on {n} days.", n=opened)
    if not opened:
        return t(
            "没有新开场次：这 {n} 天此前都已开设，时段和疫苗不变。",
            "Nothing was opened: the {n} days have their sessions already, with slots and vaccine as they were.",
            n=already,
        )
    return t(
        "已开设 {n} 天场次；另有 {already} 天此前已开设，时段和疫苗不变。",
        "Sessions are opened on {n} days; {already} others had theirs already and stay as they were.",
        n=opened,
        already=already,
    )


@endpoints.command(
    "/api/sessions",
    allow=LEADER,
    body=schemas.SessionsBody,
    confirm=_opening,
    tells=_opened,
)
def open_sessions(web: Web, body: Body) -> commands.Opened:
    """Open sessions, a day each."""
    return commands.open_sessions(web.work, **body)


@endpoints.query("/api/sessions", allow=ANYBODY, params=schemas.Between)
def sessions(web: Web, from_: date | None, to: date | None) -> queries.Sessions:
    """Sessions with their free places."""
    first = from_ or web.work.today()
    last = to or first + timedelta(days=PAGE_DAYS - 1)
    return {"sessions": queries.session_list(web.work, first, last)}


@endpoints.page("/sessions", allow=ANYBODY, params=schemas.Between)
def sessions_page(web: Web, from_: date | None, to: date | None) -> str:
    """Show a week's sessions as a grid of days and slots; next week's when none is named."""
    del to
    week = week_of(from_ or web.work.today() + timedelta(days=7))
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
        ended=queries.ended_slot(web.work),
        alarms=booking_alarms(web.work),
        this=web.work.today(),
        to_open=queries.to_open(web.work, days[-1] + timedelta(days=1)),
    )
