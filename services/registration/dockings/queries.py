"""What is asked of dockings: what a change of site would move, and who is to be booked again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select, tuple_

from services.registration.dockings.views import (
    BEGUN,
    LIVE,
    bookings,
    moves,
    rebookings,
    refusals,
    unbooked,
)
from services.registration.domain.belonging_refusals import DockingPast, UnknownSite
from services.registration.residents.joining import records
from services.registration.residents.status import with_status
from services.registration.units import queries as units
from shared.kit.eventstore import Prepared
from shared.kit.formats import Day, Id, page_of
from shared.town.campaign import days_of, week_of
from shared.town.mirrors.hosts import hosts
from shared.town.work import Work

# With these answers a booking is wanted.
WAITING = ("consented", "deferred")
# Who goes to a site alone stays there, wherever the unit goes.
SENT = select(hosts.c.resident).where(hosts.c.site.is_not(None))
# How many weeks of a site are shown: this one and those that follow.
WEEKS = 4

_ELSEWHERE = Prepared(
    select(bookings.c.site, bookings.c.status)
    .where(
        bookings.c.resident == bindparam("wanted"),
        bookings.c.dose == 1,
        bookings.c.site != bindparam("here"),
        or_(*(bookings.c.status == status for status in (*LIVE, "vaccinated"))),
    )
    .order_by(bookings.c.site)
)


class Moving(TypedDict):
    """Bookings of one day and dose that would move."""

    site: str
    day: Day
    dose: int
    bookings: int


class Staying(TypedDict):
    """People whose course has begun at a site, and stays there."""

    site: str
    people: int


class Preview(TypedDict):
    """What a docking would mean for those who are booked elsewhere."""

    unit: str
    site: str
    since: date
    now: str | None
    people: int
    moving: list[Moving]
    staying: list[Staying]


class Booking(TypedDict):
    """A first dose at a site."""

    site: str
    status: str


class BookAgain(TypedDict):
    """Somebody to be booked again from a day on; `reason` is what the site said, if anything."""

    resident: Id
    site: str
    day: Day
    reason: str | None


class Sealed(BookAgain):
    """Somebody to be booked again, with the unit that counts them and the sealed identity."""

    unit: str
    identity: str | None


class ToBeBookedAgain(TypedDict):
    """A page of those of a unit whose booking was taken back and who have none since.

    `people` counts them all; `next` is the `after` of the next page, or None.
    """

    residents: list[BookAgain]
    people: int
    next: Id | None


class Again(NamedTuple):
    """A page of those to be booked again, with their sealed identities."""

    residents: list[Sealed]
    people: int
    next: str | None


def must_be_possible(work: Work, site: str, since: date) -> None:
    """Raise `UnknownSite` or `DockingPast` unless a unit may be docked so."""
    sites = [each.code for each in work.campaign.sites]
    if site not in sites:
        raise UnknownSite(site=site, known=sites)
    first, last = work.today(), work.campaign.end
    if not first <= since <= last:
        raise DockingPast(since=since, first=first, last=last)


def preview(work: Work, code: str, site: str, since: date) -> Preview:
    """Return what docking a unit to a site would mean for those who have a booking elsewhere (R15).

    `moving`: courses not begun, booked from that day on, by site, day and dose; `staying`:
    courses begun, which stay where they are. Raises as `commands.dock`.
    """
    unit = units.stored_unit(work, code)
    must_be_possible(work, site, since)
    going = moving(work, code, site, since)
    return {
        "unit": code,
        "site": site,
        "since": since,
        "now": unit.site_on(since),
        "moving": going,
        "people": sum(row["bookings"] for row in going if row["dose"] == 1),
        "staying": _staying(work, code, site),
    }


def moving(work: Work, code: str, site: str, since: date) -> list[Moving]:
    """Return the bookings of a unit from a day on of courses not begun at other sites."""
    first, every, registered = bookings.alias("first"), bookings.alias("every"), records()
    people = (
        select(first.c.resident, first.c.site)
        .join(registered, registered.c.resident == first.c.resident)
        .where(registered.c.unit == code, first.c.dose == 1, first.c.status == "booked")
        .where(
            first.c.site != site, first.c.day >= since.isoformat(), first.c.resident.not_in(SENT)
        )
        .subquery()
    )
    at = every.c
    mine = (at.resident == people.c.resident) & (at.site == people.c.site)
    query = (
        select(at.site, at.day, at.dose, func.count().label("bookings"))
        .select_from(every.join(people, mine))
        .where(at.status == "booked")
        .group_by(at.site, at.day, at.dose)
    )
    return work.rows(query.order_by(at.site, at.day, at.dose), Moving)


def _staying(work: Work, code: str, site: str) -> list[Staying]:
    at, registered = bookings.c, records()
    begun = (at.dose == 1) & at.status.in_(BEGUN) & (at.site != site)
    done = bookings.alias("done")
    over = select(done.c.resident).where(done.c.dose == 2, done.c.status == "vaccinated")
    query = (
        select(at.site, func.count().label("people"))
        .join(registered, registered.c.resident == at.resident)
        .where(registered.c.unit == code, begun, at.resident.not_in(over))
        .group_by(at.site)
    )
    return work.rows(query.order_by(at.site), Staying)


class Week(TypedDict):
    """What is booked at a site in a week: doses, and the places of a day taken on the fullest."""

    week: str
    booked: int
    fullest: int


class Load(TypedDict):
    """How full a site is in the coming weeks; `places` of a day, as the campaign has them."""

    site: str
    places: int
    weeks: list[Week]


def loads(work: Work) -> list[Load]:
    """Return how full every site is, this week and the three that follow."""
    at, today = bookings.c, work.today()
    weeks = [week_of(today + timedelta(weeks=number)) for number in range(WEEKS)]
    first, last = days_of(weeks[0])[0].isoformat(), days_of(weeks[-1])[-1].isoformat()
    query = select(at.site, at.day, func.count().label("booked"))
    query = query.where(at.status.in_((*LIVE, "vaccinated")), at.day.between(first, last))
    taken = {(r["site"], r["day"]): r["booked"] for r in work.rows(query.group_by(at.site, at.day))}
    found: list[Load] = []
    for site in work.campaign.sites:
        by_week = {
            week: [taken.get((site.code, day.isoformat()), 0) for day in days_of(week)]
            for week in weeks
        }
        found.append(
            Load(
                site=site.code,
                places=site.slot_capacity * len(site.slots(work.campaign.slot_minutes)),
                weeks=[
                    Week(week=week, booked=sum(days), fullest=max(days))
                    for week, days in by_week.items()
                ],
            )
        )
    return found


def moves_of(work: Work, code: str) -> list[dict[str, object]]:
    """Return a unit's orders to move bookings, the newest first."""
    query = select(moves).where(moves.c.unit == code)
    return work.rows(query.order_by(moves.c.position.desc()), dict[str, object])


def first_doses_elsewhere(work: Work, resident: UUID, site: str) -> list[Booking]:
    """Return the first doses of a resident that are booked, or given, at other sites."""
    return work.rows(_ELSEWHERE, Booking, wanted=str(resident), here=site)


def status_at(work: Work, resident: UUID, site: str) -> str | None:
    """Return how a resident's first dose at a site stands; None: none was ever booked there."""
    at = bookings.c
    mine = (at.resident == str(resident)) & (at.dose == 1) & (at.site == site)
    found = work.row(select(at.status).where(mine))
    return found["status"] if found else None


def to_be_booked_again(work: Work, code: str) -> list[Sealed]:
    """Return those whose booking was taken back and who have none since, and what the site said.

    `reason` is the code of the site's refusal; None: it has not answered yet.
    """
    return work.rows(_again(work, code), Sealed)


def again_page(work: Work, code: str, *, after: UUID | None, limit: int) -> Again:
    """Return a page of those to be booked again, after somebody who still waits or not any more."""
    at, person = rebookings.c, records()
    query = _again(work, code)
    if after is not None:
        place = select(at.day, person.c.listed).where(at.resident == str(after))
        place = place.join(person, person.c.resident == at.resident)
        if (one := work.row(place)) is not None:
            people = query.selected_columns
            query = query.where(
                tuple_(people.day, people.listed) > tuple_(one["day"], one["listed"])
            )
    page, following = page_of(work.rows(query.limit(limit + 1), Sealed), limit, "resident")
    return Again(page, again_by_unit(work, code)[code], following)


def again_by_unit(work: Work, code: str | None = None) -> Counter[str]:
    """Return how many people of each unit, or of one, have to be booked again."""
    waiting = _again(work, code).order_by(None).subquery()
    query = select(waiting.c.unit, func.count().label("people")).group_by(waiting.c.unit)
    return Counter({row["unit"]: row["people"] for row in work.rows(query)})


def _again(work: Work, code: str | None) -> Select[Any]:
    at = rebookings.c
    answered = and_(refusals.c.resident == at.resident, refusals.c.site == at.site)
    people = with_status(work.today(), only=select(unbooked.c.resident)).subquery()
    query = (
        select(*(people.c[name] for name in ("resident", "unit", "identity", "listed")))
        .add_columns(at.site, at.day, refusals.c.reason)
        .select_from(
            people.join(rebookings, people.c.resident == at.resident).outerjoin(refusals, answered)
        )
        .where(people.c.status.in_(WAITING))
        .order_by(at.day, people.c.listed)
    )
    # The few who wait are read, whatever the unit's size: no index is to lead to its people first.
    return query if code is None else query.where(people.c.unit.concat("") == code)
