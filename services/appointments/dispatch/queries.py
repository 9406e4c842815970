"""Who was sent on where, and to which sites people may be sent."""

from __future__ import annotations

from datetime import date
from typing import TypedDict
from uuid import UUID

from sqlalchemy import bindparam, select

from services.appointments.courses import where
from services.appointments.courses.views import appointments
from shared.kit.eventstore import Prepared
from shared.kit.formats import Moment
from shared.town.contracts.appointments import SENT_ON
from shared.town.mirrors.merges import records_of
from shared.town.work import Work

_GIVEN_BACK = Prepared(
    select(appointments.c.time).where(
        appointments.c.resident == bindparam("record"),
        appointments.c.dose == 1,
        appointments.c.day == bindparam("wanted"),
        appointments.c.status == "cancelled",
        appointments.c.reason == SENT_ON,
    )
)


class Gone(TypedDict):
    """To which site this one has sent somebody, for which day; `wanted_back`: since when."""

    to: str
    day: date
    sent_at: Moment
    wanted_back: Moment | None


def sent_on(work: Work, resident: UUID) -> Gone | None:
    """Return where a person is whom this site has sent on; None: it has not, or they are back."""
    host = where.host_of(work, records_of(work, str(resident)))
    if host.site in (None, work.site) or host.sent_at is None or host.day is None:
        return None
    return {
        "to": str(host.site),
        "day": date.fromisoformat(host.day),
        "sent_at": host.sent_at,
        "wanted_back": host.wanted_back,
    }


def slot_given_back(work: Work, resident: str, day: date) -> str:
    """Return the time of the slot that somebody had on a day before being sent on; "": none."""
    row = work.row(_GIVEN_BACK, record=resident, wanted=day.isoformat())
    return row["time"] if row else ""
