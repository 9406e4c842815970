"""Open sessions, a day each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypedDict

from services.appointments.domain.refusals import OutsideCampaign
from services.appointments.domain.session import Session
from services.appointments.sessions.queries import opened_days, planned_site
from shared.kit.formats import Day
from shared.town.work import Work


class Opened(TypedDict):
    """Days that have a session now, and those that had one already."""

    opened: list[date]
    already: list[Day]


def days_to_open(work: Work, from_day: date, to_day: date, product: str) -> list[date]:
    """Return the days that have no session yet. Raises `UnknownProduct`, `OutsideCampaign`."""
    campaign = work.campaign
    campaign.product(product)
    if not campaign.start <= from_day <= to_day <= campaign.end:
        raise OutsideCampaign(start=campaign.start, end=campaign.end)
    already = opened_days(work, from_day, to_day)
    every = (from_day + timedelta(days=n) for n in range((to_day - from_day).days + 1))
    return [day for day in every if day.isoformat() not in already]


def open_sessions(work: Work, from_day: date, to_day: date, product: str) -> Opened:
    """Open a session on every day that has none, with the campaign's slots (R03).

    Raises `UnknownProduct`, `OutsideCampaign`.
    """
    campaign, site = work.campaign, planned_site(work)
    days = days_to_open(work, from_day, to_day, product)
    already = opened_days(work, from_day, to_day)
    slots = [
        {"time": slot.strftime("%H:%M"), "capacity": site.slot_capacity}
        for slot in site.slots(campaign.slot_minutes)
    ]
    work.save(*(Session(site=work.site, day=day, product=product, slots=slots) for day in days))
    return {"opened": days, "already": sorted(already)}
