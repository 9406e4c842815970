"""Appointments: one site's stock, sessions, bookings, visits and doses; a shard a site."""

from services.appointments.permissions import ANYBODY, SITE_TEAM
from shared.town.part import part

PART = part(
    __name__,
    "One site's sessions, bookings, visits, doses and stock.",
    title=("接种点", "Sites"),
    rooms=(
        "stock",
        "sessions",
        "duty",
        "courses",
        "bookings",
        "visits",
        "reactions",
        "elsewhere",
        "plan",
        "board",
    ),
    mirrors=("residents", "dockings", "merges", "findings", "grants"),
    follows=("registration", "screening", "supervision"),
    landing=(("/", SITE_TEAM), ("/sessions", ANYBODY)),
    nav=(
        ("/", "今日", "Today"),
        ("/sessions", "场次", "Sessions"),
        ("/plan", "周计划", "Weekly plan"),
        ("/stock", "疫苗", "Stock"),
        ("/duty", "在岗", "On duty"),
    ),
    sharded=True,
)
