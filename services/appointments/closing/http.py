"""The end of a day over HTTP: the check list, closing it, opening it again, its sheet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypedDict

from werkzeug.wrappers import Response

from services.appointments.closing import commands, paper, queries, schemas, sheet, workbook
from services.appointments.closing.points import Day, the_day
from services.appointments.permissions import LEADER, SITE_TEAM
from services.appointments.sessions.queries import closed_by, opened_days
from shared.kit.dates import day_text, moment_text
from shared.kit.formats import Moment
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.kit.web.responses import pdf_response, workbook_response
from shared.town.mirrors.residents import names_of
from shared.town.terms.visits import CLOSING_POINTS
from shared.town.web.schemas import OfDay, day_of
from shared.town.web.web import Web

MOST = 20
"""Of so many who keep a point open the page names; the others are counted."""

LATELY = timedelta(days=2)
"""A day that was closed no longer ago is opened again without a question."""

endpoints = Endpoints()


class PointShown(TypedDict):
    """A point of the check list, and how many keep it open."""

    point: str
    open: int


class DayShown(TypedDict):
    """A day's figures and check list; `closed_by` and `closed_at` are null while it is open."""

    day: date
    closed_by: str | None
    closed_at: Moment | None
    version: int
    figures: queries.Figures
    points: list[PointShown]


@endpoints.query("/api/closing", allow=SITE_TEAM, params=OfDay)
def closing(web: Web, day: date | None) -> DayShown:
    """A day's figures, what is left open, and who closed it."""
    work, day = web.work, day or web.work.today()
    found, closed = the_day(work, day), closed_by(work, day)
    return {
        "day": day,
        "closed_by": closed["by"] if closed else None,
        "closed_at": closed["at"] if closed else None,
        "version": queries.version(work, day),
        "figures": found.figures,
        "points": [{"point": each.code, "open": len(each.found)} for each in found.points],
    }


def _closing(web: Web, body: Body, day: str) -> Question | None:
    """Say what is left open; None: nothing is, or no reason is given, which is refused."""
    left = the_day(web.work, day_of(day)).open
    if not left or not (body["note"] or "").strip():
        return None
    says = t(
        "{day}还没有了结：{points}。原因：{why}。结束以后不再签到、接种和预约，要继续须重新开放。",
        "Still open on {day}: {points}. Why: {why}. After closing nobody is checked in, vaccinated or"
        " booked for it, unless it is opened again.",
        day=day_text(day_of(day)),
        points=listed(CLOSING_POINTS[code] for code in left),
        why=body["note"],
    )
    return Question(says, t("仍然结束当天接种", "Close the day all the same"), final=False)


@endpoints.command(
    "/api/days/<day>/close",
    allow=LEADER,
    body=schemas.Close,
    confirm=_closing,
    tells=Text("当天接种已结束。", "The day is closed."),
)
def close(web: Web, body: Body, day: str) -> commands.Closed:
    """Close a day: no check-in, dose or booking for it any more."""
    return commands.close(web.work, day_of(day), **body)


def _reopening(web: Web, body: Body, day: str) -> Question | None:
    """Name a day that was closed some days ago; None: it was closed just now, or is open."""
    work = web.work
    closed = closed_by(work, day_of(day))
    if closed is None or work.now() - datetime.fromisoformat(closed["at"]) <= LATELY:
        return None
    says = t(
        "{day}已由 {by} 于{at}结束，不是今天。重新开放后又可以为这一天登记，汇总表随之改变；监督员会看到。原因：{why}。",
        "{by} closed {day} at {at}, which is not today. Opened again, it can be recorded for and its sheet"
        " changes; supervision sees it. Why: {why}.",
        day=day_text(day_of(day)),
        by=closed["by"],
        at=moment_text(closed["at"]),
        why=body["reason"],
    )
    button = t("重新开放{day}", "Open {day} again", day=day_text(day_of(day)))
    return Question(says, button, bound=day, final=False)


@endpoints.command(
    "/api/days/<day>/reopen",
    allow=LEADER,
    body=schemas.Reopen,
    confirm=_reopening,
    tells=Text("已重新开放。", "The day is open again."),
)
def reopen(web: Web, body: Body, day: str) -> commands.Reopened:
    """Let a closed day go on."""
    return commands.reopen(web.work, day_of(day), **body)


@endpoints.command(
    "/api/days/<day>/reviews",
    allow=LEADER,
    body=schemas.Look,
    tells=Text("已记下。", "Noted."),
)
def look(web: Web, body: Body, day: str) -> commands.Looked:
    """Note what was found of one thing that needs a look."""
    return commands.look(web.work, day_of(day), **body)


# Pages


@endpoints.page("/closing", allow=SITE_TEAM, params=OfDay)
def closing_page(web: Web, day: date | None) -> str:
    """Show what a day leaves open, with links to mend it, and close it."""
    work, day = web.work, day or web.work.today()
    found = the_day(work, day)
    return web.render(
        "closing.html",
        day=day,
        found=found,
        most=MOST,
        names=_names(web, found),
        held=bool(opened_days(work, day, day)),
        to_come=day > work.today(),
        closed=closed_by(work, day),
        history=queries.history(work, day),
        version=queries.version(work, day),
    )


def _names(web: Web, found: Day) -> dict[str, str]:
    """Names of those whom the page names."""
    shown = [each for point in found.points for each in point.found[:MOST]]
    people = {each.resident: each.identity for each in shown if each.resident}
    people |= {each["resident"]: each["identity"] for each in found.review if each["resident"]}
    return names_of(web.work, [{"resident": who, "identity": it} for who, it in people.items()])


@endpoints.page("/closing/<day>.xlsx", allow=LEADER)
def day_sheet(web: Web, day: str) -> Response:
    """Return the day as a workbook, with everybody's name."""
    on = day_of(day)
    content = workbook.day_workbook(_sheet(web, on), on)
    return workbook_response(content, sheet.WHAT, web.work.campaign.site(web.work.site), on)


@endpoints.page("/closing/<day>.pdf", allow=LEADER)
def day_paper(web: Web, day: str) -> Response:
    """Return the day on paper, with everybody's name, to be signed."""
    on, site = day_of(day), web.work.campaign.site(web.work.site)
    content = paper.day_paper(_sheet(web, on), str(site), on)
    return pdf_response(content, sheet.WHAT, site, on)


def _sheet(web: Web, day: date) -> list[sheet.Part]:
    found = the_day(web.work, day)
    return sheet.parts(web.work, found, names_of(web.work, found.people))
