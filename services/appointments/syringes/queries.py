"""How many syringes are left, and whether they will do for the people booked next."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import func, select

from services.appointments.courses.views import appointments
from services.appointments.syringes.views import syringes
from shared.kit.formats import Day
from shared.town.work import Work


class Ledger(TypedDict):
    """The syringes of a site: received = used + wasted + lost + left; `lost`: not found in counts.

    `kept`: somebody records them. `needed`: for who is still expected today and on the next day with
    bookings; `short`: fewer than that are left.
    """

    received: int
    used: int
    wasted: int
    lost: int
    left: int
    counted: Day | None
    kept: bool
    needed: int
    short: bool


def ledger(work: Work) -> Ledger:
    """Return the site's syringes as the books have them."""
    row = work.row(select(syringes)) or dict.fromkeys((each.name for each in syringes.c), 0)
    left = row["received"] - row["used"] - row["wasted"] - row["lost"]
    needed, kept = _needed(work), row["said"] > 0
    return {
        "received": row["received"],
        "used": row["used"],
        "wasted": row["wasted"],
        "lost": row["lost"],
        "left": left,
        "counted": row["counted"] or None,
        "kept": kept,
        "needed": needed,
        "short": kept and left < needed,
    }


def _needed(work: Work) -> int:
    """How many are still expected today, and on the next day with bookings."""
    at, today = appointments.c, work.today().isoformat()
    query = select(at.day, func.count().label("number")).where(at.status.in_(("booked", "waiting")))
    rows = work.rows(query.where(at.day >= today).group_by(at.day).order_by(at.day).limit(2))
    counted = [row["number"] for row in rows if row["day"] == today]
    return sum(counted) + next((row["number"] for row in rows if row["day"] != today), 0)
