"""The campaign plan as data: products, sites, units, dates, and the pure rules that follow from them."""

from shared.town.campaign.eligibility import age_on
from shared.town.campaign.lagging import Standing, standings
from shared.town.campaign.loader import load
from shared.town.campaign.plan import Campaign, Site, Unit
from shared.town.campaign.weeks import days_of, last_week, parse_week, week_of, weeks_between

__all__ = [
    "Campaign",
    "Site",
    "Standing",
    "Unit",
    "age_on",
    "days_of",
    "last_week",
    "load",
    "parse_week",
    "standings",
    "week_of",
    "weeks_between",
]
