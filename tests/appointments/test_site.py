"""A site opens once; a week's plan is published when it changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.appointments.domain.plan import WeeklyPlan
from services.appointments.domain.site import Site
from shared.kit.eventstore import blank

ROWS: list[dict[str, Any]] = [{"unit": "v15", "day": date(2024, 4, 2), "dose": 1, "planned": 40}]


def test_a_site_opens_on_the_day_of_its_first_batch_only():
    site = blank(Site, Site.create_id("stadium"))
    site.open("stadium", date(2024, 3, 25))
    site.open("stadium", date(2024, 4, 1))
    assert site.opened == date(2024, 3, 25)
    assert len(site.pending_events) == 1


def test_a_plan_is_published_again_only_when_it_changed():
    plan = blank(WeeklyPlan, WeeklyPlan.create_id("stadium", "2024-W14"))
    plan.publish("stadium", "2024-W14", ROWS)
    plan.publish("stadium", "2024-W14", [dict(row) for row in ROWS])
    assert len(plan.pending_events) == 1
    plan.publish("stadium", "2024-W14", [ROWS[0] | {"planned": 41}])
    assert len(plan.pending_events) == 2


def test_an_empty_week_is_a_plan_too():
    plan = blank(WeeklyPlan, WeeklyPlan.create_id("stadium", "2024-W14"))
    plan.publish("stadium", "2024-W14", [])
    assert plan.rows == []
    assert len(plan.pending_events) == 1


def test_each_site_and_week_has_a_stream_of_its_own():
    ids = {
        WeeklyPlan.create_id(site, week)
        for site in ("stadium", "township")
        for week in ("2024-W14", "2024-W15")
    }
    assert len(ids) == 4
