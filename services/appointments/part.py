"""Appointments: one site's stock, sessions, bookings, visits and doses; a shard a site."""

from shared.town.access import to
from shared.town.access.roles import CAMPAIGN, OF_SITES, OFFICE, OVERSIGHT
from shared.town.part import part

PART = part(
    __name__,
    "One site's sessions, bookings, visits, doses and stock.",
    title=("接种点", "Sites"),
    rooms=(),
    follows=("registration", "screening", "supervision"),
    landing=(("/", to(*OF_SITES, OFFICE, *OVERSIGHT, at="part")), ("/sessions", to(*CAMPAIGN))),
    nav=(
        ("/", "今日", "Today"),
        ("/sessions", "场次", "Sessions"),
        ("/plan", "周计划", "Weekly plan"),
        ("/stock", "疫苗", "Stock"),
    ),
    sharded=True,
)
