"""The campaign plan as data: products, sites, units, dates, and the pure rules that follow from them."""

from shared.town.campaign.eligibility import age_on, earliest_second_dose
from shared.town.campaign.loader import CampaignFileError, Mistake, load
from shared.town.campaign.plan import (
    Campaign,
    Opening,
    Product,
    Site,
    Unit,
    UnknownProduct,
    UnknownSite,
    UnknownUnit,
)
from shared.town.campaign.weeks import BadWeek, days_of, parse_week, week_of, weeks_between

__all__ = [
    "BadWeek",
    "Campaign",
    "CampaignFileError",
    "Mistake",
    "Opening",
    "Product",
    "Site",
    "Unit",
    "UnknownProduct",
    "UnknownSite",
    "UnknownUnit",
    "age_on",
    "days_of",
    "earliest_second_dose",
    "load",
    "parse_week",
    "week_of",
    "weeks_between",
]
