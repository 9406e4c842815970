"""Publish a week's plan (R22)."""

from __future__ import annotations

from typing import TypedDict

from services.appointments.plan.queries import Planned, plan_of, planned
from shared.town.campaign import days_of
from shared.town.work import Work


class Published(TypedDict):
    """A week's plan as it is published now."""

    week: str
    rows: list[Planned]


def publish_plan(work: Work, week: str) -> Published:
    """Publish what is booked for a week as its plan."""
    plan, rows = plan_of(work, week), planned(work, days_of(week))
    plan.publish(work.site, week, rows)
    work.save(plan)
    return {"week": week, "rows": rows}
