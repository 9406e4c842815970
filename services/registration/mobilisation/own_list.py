"""A cadre's own list: whom to call today, and how far the list has come (R16, R24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import NotRequired, TypedDict, cast

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, or_, select

from services.registration.mobilisation.figures import quota_of
from services.registration.mobilisation.queries import holds_now, on_list_of
from services.registration.mobilisation.views import calls, contacts, responsibilities
from services.registration.residents import queries as residents
from services.registration.residents.status import Status, with_status
from services.registration.units import queries as units
from shared.kit.formats import Day, Id
from shared.town.campaign import week_of
from shared.town.contracts.contacts import CHANNELS
from shared.town.mirrors.notes import NOTHING, noted_among
from shared.town.terms.contacts import LISTS
from shared.town.work import Work

PAGE = 10
# Days until a cadre tries again, unless they choose another day themselves.
AGAIN = {"not_reached": 1, "hesitant": 3}
# The days offered for that.
DAYS = (1, 2, 3, 4, 5, 6, 7, 14)
SHOWN = tuple(LISTS)
# Somebody has to look into these before anybody calls again.
TO_CHECK = ("moved_away", "says_contraindicated", "vaccinated_elsewhere")
OPEN = ("not_reached", "hesitant")


class Listed(TypedDict):
    """Somebody on a cadre's list, with how the calls stand; the address if it was asked for.

    `left`: what a roster notes of who died, moved away or is not known there.
    """

    resident: Id
    unit: str
    sex: str
    birth_date: Day
    status: Status
    site: str | None
    wished_week: str | None
    wished_site: str | None
    decline_reason: str | None
    erased: Day | None
    outcome: str | None
    contacted: Day | None
    next_day: Day | None
    attempts: int
    left: str | None
    name: str | None
    phone: str | None
    address: NotRequired[str | None]


class OwnList(TypedDict):
    """A page of a cadre's own list, and how many are in each part of it."""

    cadre: str
    today: date
    contacted_today: int
    quota: int | None
    counts: dict[str, int]
    show: str
    page: int
    pages: int
    residents: list[Listed]


def own_list(
    work: Work,
    login: str,
    reach: Collection[str] | None,
    *,
    show: str = SHOWN[0],
    page: int = 1,
    addresses: bool = False,
) -> OwnList:
    """Return one page of a login's list with names and phones, and the counts of every part of it.

    `reach` are the units whose people the login may list; None: all. `due` is today's work: never
    contacted, to be called again by today, or hesitant. Only the identities of the people on this
    page are opened, addresses when asked for.
    """
    listed = _listed(work, login, reach)
    parts = _parts(listed, work.today().isoformat())
    counted = select(*(func.count().filter(parts[p]).label(p) for p in SHOWN)).select_from(listed)
    counts = work.row(counted) or dict.fromkeys(SHOWN, 0)
    order = _urgency(listed, work.today().isoformat())
    query = select(listed).where(parts[show]).order_by(order, listed.c.listed)
    rows = work.rows(query.limit(PAGE).offset((page - 1) * PAGE))
    fields = ("name", "phone", "address") if addresses else ("name", "phone")
    opened = residents.identities(work, rows, fields)
    noted = noted_among(work, [row["resident"] for row in rows])
    shown: list[Listed] = []
    for row in rows:
        who = opened[row["resident"]] or {}
        known = {name: row[name] for name in Listed.__annotations__ if name in row}
        known["left"] = noted.get(row["resident"], NOTHING).left
        shown.append(cast("Listed", known | {name: who.get(name) or None for name in fields}))
    return {
        "cadre": login,
        "today": work.today(),
        "contacted_today": _contacted_today(work, login),
        "quota": quota_of(work, login),
        "counts": counts,
        "show": show,
        "page": page,
        "pages": -(-counts[show] // PAGE) or 1,
        "residents": _by_household(shown),
    }


def offered(work: Work) -> dict[str, object]:
    """Return the weeks and the days that a contact's form offers; a day to try again by outcome."""
    last = work.campaign.end

    def after(days: int) -> str:
        return min(work.today() + timedelta(days), last).isoformat()

    return {
        **weeks_offered(work),
        "again": {outcome: after(days) for outcome, days in AGAIN.items()},
        "days": list(dict.fromkeys(map(after, DAYS))),
    }


def weeks_offered(work: Work) -> dict[str, object]:
    """Return the weeks that may be wished; first the next one, if first doses are given in it (R05)."""
    weeks, today = units.weeks(work), work.today()
    following = week_of(today + timedelta(days=7))
    return {
        "usual_week": min(max(following, weeks[0]), weeks[-1]),
        "coming_weeks": [week for week in weeks if week >= week_of(today)],
    }


def usual_channel(work: Work, login: str) -> str:
    """Return how a login reached somebody the last time: they go on in the same way."""
    at = contacts.c
    mine = select(at.channel).where(at.actor == login, at.undone_at.is_(None))
    newest = work.row(mine.order_by(at.day.desc(), at.position.desc()).limit(1))
    return newest["channel"] if newest else CHANNELS[0]


def _by_household(people: list[Listed]) -> list[Listed]:
    """Put those of one address behind the first of them."""
    homes: dict[str, list[Listed]] = {}
    for one in people:
        homes.setdefault(one.get("address") or one["resident"], []).append(one)
    return [one for home in homes.values() for one in home]


def _listed(work: Work, login: str, reach: Collection[str] | None) -> Subquery:
    today = work.today()
    person, unit = with_status(today).subquery(), units.units_on(today).subquery()
    return (
        select(
            *person.c,
            unit.c.site,
            calls.c.outcome,
            calls.c.day.label("contacted"),
            calls.c.next_day,
            func.coalesce(calls.c.attempts, 0).label("attempts"),
        )
        .select_from(
            person.outerjoin(responsibilities, holds_now(person.c.resident))
            .outerjoin(calls, calls.c.resident == person.c.resident)
            .join(unit, unit.c.unit == person.c.unit)
        )
        .where(on_list_of(work, person, login, reach), person.c.merged_into.is_(None))
        .subquery()
    )


def _parts(listed: FromClause, today: str) -> dict[str, ColumnElement[bool]]:
    at = listed.c
    closed = or_(
        at.erased.is_not(None),
        at.first_day.is_not(None),
        at.status.in_(("completed", "contraindicated")),
    )
    unanswered = at.answer == "none"
    never = and_(at.contacted.is_(None), unanswered)
    agreed = and_(at.next_day.is_not(None), at.next_day <= today)
    pending = and_(at.next_day.is_(None), at.outcome.in_(OPEN), unanswered)
    due = and_(~closed, or_(never, and_(at.contacted < today, or_(agreed, pending))))
    check = and_(~closed, unanswered, func.coalesce(at.outcome, "").in_(TO_CHECK))
    later = and_(~closed, unanswered, ~check, ~func.coalesce(due, False))
    return {
        "due": due,
        "later": later,
        "willing": and_(~closed, at.answer == "consent"),
        "refused": and_(~closed, at.answer == "decline"),
        "check": check,
        "done": at.first_day.is_not(None),
        "all": at.resident.is_not(None),
    }


def _urgency(listed: FromClause, today: str) -> ColumnElement[int]:
    at = listed.c
    return case(
        (at.next_day <= today, 0),
        (at.outcome == "hesitant", 1),
        (at.contacted.is_(None), 2),
        else_=3,
    )


def _contacted_today(work: Work, login: str) -> int:
    at = contacts.c
    mine = and_(at.actor == login, at.day == work.today().isoformat(), at.undone_at.is_(None))
    query = select(func.count(at.resident.distinct()).label("people")).where(mine)
    return (work.row(query) or {"people": 0})["people"]
