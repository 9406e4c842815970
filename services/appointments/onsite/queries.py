"""Where the people of a day are, who is observed until when, and what each desk has done."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import func, select

from services.appointments.board.queries import leaves_at
from services.appointments.courses.views import appointments, doses
from services.appointments.duty.queries import vaccinators
from services.appointments.onsite.pace import HOUR, Forecast, Hour, Spans, forecast, hours_of
from services.appointments.queue.queries import states
from services.appointments.sessions.queries import planned_site
from shared.kit.formats import Id, Moment
from shared.kit.language import listed
from shared.town.mirrors.residents import residents
from shared.town.terms.term import Term
from shared.town.terms.visits import DAY_STATES
from shared.town.work import Work


class Stage(NamedTuple):
    """So many people are at one stage of the way through the site."""

    name: Term
    number: int


class Given(TypedDict):
    """A dose that somebody is observed after."""

    resident: Id
    identity: str | None
    dose: int
    given_at: Moment


class Observed(NamedTuple):
    """Somebody in observation; `until` it is over, `left` whole minutes, 0: may go."""

    row: Given
    until: datetime
    left: int


class Desk(NamedTuple):
    """Who gives doses, how many so far, and at which desk; `on_duty`: now, else where they were given."""

    login: str
    desk: str | None
    doses: int
    on_duty: bool


def stages(work: Work, day: date) -> list[Stage]:
    """Return how many people of a day are at each stage, in the order of the way."""
    return [
        Stage(DAY_STATES[code], number)
        for code, number in states(work, day).items()
        if code != "cancelled"
    ]


def observed(work: Work, day: date) -> list[Observed]:
    """Return who is in observation, soonest over first."""
    at = appointments.c
    query = (
        select(at.resident, at.dose, residents.c.identity, doses.c.given_at)
        .join(doses, (doses.c.resident == at.resident) & (doses.c.dose == at.dose))
        .outerjoin(residents, residents.c.resident == at.resident)
        .where(at.day == day.isoformat(), at.status == "vaccinated")
    )
    rows = work.rows(query.order_by(doses.c.given_at, at.resident), Given)
    now = work.now()
    ends = [(row, leaves_at(work, row["given_at"]).astimezone(work.campaign.zone)) for row in rows]
    return [
        Observed(row, until, max(0, -(-int((until - now).total_seconds()) // 60)))
        for row, until in ends
    ]


def desks(work: Work, day: date) -> list[Desk]:
    """Return who is on duty at the needle, and who else has given doses on a day."""
    at = doses.c
    query = select(at.vaccinator, at.desk, func.count().label("number"))
    query = query.where(at.day == day.isoformat()).group_by(at.vaccinator, at.desk)
    given, where = Counter[str](), dict[str, list[str]]()
    for row in work.rows(query.order_by(at.vaccinator, at.desk)):
        given[row["vaccinator"]] += int(row["number"])
        where.setdefault(row["vaccinator"], []).extend([row["desk"]] if row["desk"] else [])
    at_work = vaccinators(work, day)
    others = sorted(given.keys() - at_work.keys())
    return [
        *(Desk(login, desk, given[login], True) for login, desk in at_work.items()),
        *(Desk(login, listed(where[login]) or None, given[login], False) for login in others),
    ]


def pace(work: Work, day: date) -> tuple[list[Hour], Forecast, int]:
    """Return a day by its hours, what is to be expected of it, and the doses so far."""
    site, now = planned_site(work), work.now().astimezone(work.campaign.zone)
    spans = _spans(work)
    query = select(doses.c.given_at).where(doses.c.day == day.isoformat())
    given = [
        _minute(datetime.fromisoformat(row["given_at"]).astimezone(work.campaign.zone))
        for row in work.rows(query)
    ]
    hours = hours_of(given, spans, site.daily_floor)
    return hours, forecast(given, spans, site.daily_floor, _minute(now)), len(given)


def seats_needed(work: Work) -> int:
    """Return how many are observed at once, when the floor is spread evenly over the day."""
    open_minutes = sum(closes - opens for opens, closes in _spans(work))
    each = work.campaign.observation_minutes
    return -(-planned_site(work).daily_floor * each // open_minutes)


def _spans(work: Work) -> Spans:
    clock = [(each.opens, each.closes) for each in planned_site(work).hours]
    return [(a.hour * HOUR + a.minute, b.hour * HOUR + b.minute) for a, b in clock]


def _minute(instant: datetime) -> float:
    return instant.hour * HOUR + instant.minute + instant.second / 60
