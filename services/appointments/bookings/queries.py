"""What is asked of bookings: which passed the cut-off."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import select

from services.appointments.bookings.views import overrides as table
from shared.kit.formats import Day, Id, Moment
from shared.town.mirrors.residents import residents
from shared.town.work import Work


class Override(TypedDict):
    """A first dose booked after the cut-off: why, by whom, when."""

    resident: Id
    unit: str
    day: Day
    reason: str
    actor: str
    booked_at: Moment


class Named(Override):
    """An override with the sealed identity, to name the person."""

    identity: str | None


class Overrides(TypedDict):
    """All of a site."""

    overrides: list[Override]


def overrides(work: Work) -> list[Named]:
    """Return the first doses booked after the cut-off, the newest first."""
    query = select(table, residents.c.identity).select_from(
        table.outerjoin(residents, residents.c.resident == table.c.resident)
    )
    return work.rows(query.order_by(table.c.booked_at.desc()), Named)
