"""The weekly plan over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

from services.appointments.permissions import ANYBODY, LEADER_OR_OFFICE, UNIT_PLAN
from services.appointments.plan import commands, queries
from services.appointments.plan.schemas import PlanWeek
from shared.kit.language import Text
from shared.kit.web.endpoints import Endpoints
from shared.town.campaign import days_of, week_of
from shared.town.mirrors.residents import names_of
from shared.town.web.web import Web

TOTAL = ""
"""The line of all units together."""

endpoints = Endpoints()


@endpoints.command(
    "/api/weeks/<week>/plan",
    allow=LEADER_OR_OFFICE,
    tells=Text("计划已发布。", "The plan is published."),
)
def publish_plan(web: Web, week: str) -> commands.Published:
    """Publish a week's plan from its bookings."""
    return commands.publish_plan(web.work, week)


@endpoints.page("/plan", allow=ANYBODY, params=PlanWeek)
def plan_page(web: Web, week: str | None) -> str:
    """Show a week's plan beside what is booked now; next week's when none is named."""
    week = week or week_of(web.work.today() + timedelta(days=7))
    days = days_of(week)
    booked = queries.planned(web.work, days)
    table: dict[str, dict[date, dict[int, int]]] = {}
    for row in booked:
        for line in (row["unit"], TOTAL):
            cell = table.setdefault(line, {}).setdefault(row["day"], {})
            cell[row["dose"]] = cell.get(row["dose"], 0) + row["planned"]
    published = queries.plan_of(web.work, week).rows
    return web.render(
        "plan.html",
        week=week,
        days=days,
        total=table.pop(TOTAL, {}),
        table=table,
        published=published is not None,
        changed=published is not None and published != booked,
        earlier=week_of(days[0] - timedelta(days=7)),
        later=week_of(days[0] + timedelta(days=7)),
    )


@endpoints.page("/plan/units/<unit>", allow=UNIT_PLAN, params=PlanWeek)
def unit_plan_page(web: Web, unit: str, week: str | None) -> str:
    """List who of a unit is expected in a week, when, to be printed for the unit's clerk."""
    work = web.work
    week = week or week_of(work.today())
    rows = queries.expected(work, unit, days_of(week))
    names = names_of(work, [row for row in rows if row["identity"] is not None])
    by_day: dict[str, list[queries.OfUnit]] = {}
    for row in rows:
        by_day.setdefault(row["day"], []).append(row)
    monday = days_of(week)[0]
    return web.render(
        "unit_plan.html",
        unit=work.campaign.unit(unit),
        week=week,
        days=by_day,
        people=len(rows),
        names=names,
        earlier=week_of(monday - timedelta(days=7)),
        later=week_of(monday + timedelta(days=7)),
    )
