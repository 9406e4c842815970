"""Reporting: progress against the plan, and the week's report, published once."""

from shared.town.access import to
from shared.town.access.roles import CAMPAIGN, COUNTY
from shared.town.part import part

PART = part(
    __name__,
    "Progress against the plan, and the week's report, published once.",
    title=("接种进度", "Progress"),
    rooms=("progress", "weeks"),
    follows=("registration", "screening", "appointments", "supervision"),
    mirrors=("merges", "findings"),
    landing=(("/", to(*CAMPAIGN)), ("/weeks", to(COUNTY))),
    nav=(("/", "进度", "Progress"), ("/weeks", "周报", "Weekly reports")),
)
