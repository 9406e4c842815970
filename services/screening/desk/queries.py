"""Who is to be screened, what was found of them, and what that is worth today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select

from services.screening.desk.views import doses, proposals, screenings, waiting
from services.screening.domain.refusals import NotRegistered
from services.screening.domain.screening import Screening, Status
from shared.kit.eventstore import Prepared
from shared.kit.eventstore.work import Row
from shared.kit.formats import Day, Id, Moment, page_of
from shared.town.mirrors.dockings import site_on, told_of
from shared.town.mirrors.findings import findings
from shared.town.mirrors.merges import links, people_of, person_of, records_of
from shared.town.mirrors.residents import residents
from shared.town.work import Work

PAGE = 100


class Plain(TypedDict):
    """What programs are told of somebody: nothing sealed. `screened_as` is whose finding stands.

    `until` is the last day of a clearance, or of a deferral the day to look again.
    """

    resident: Id
    unit: str
    cohort: str
    sex: str
    birth_date: Day
    status: Status
    reasons: list[str]
    day: Day | None
    until: Day | None
    site: str | None
    screened_as: Id | None


class Screened(Plain):
    """A registered resident and the finding that stands."""

    identity: str


class Waiting(Plain):
    """Somebody checked in at a site today whom no finding of today lets in or turns away."""

    identity: str
    at: str
    since: Moment


class Entry(TypedDict):
    """One screening of the history; `reasons`, and the questions answered `yes`, with commas between."""

    position: Id
    resident: Id
    status: Status
    reasons: str
    day: Day
    until: Day | None
    site: str
    dose: int | None
    temperature: float | None
    yes: str
    recorded_at: Moment
    actor: str


class Proposed(TypedDict):
    """That somebody wants a contraindication lifted, why and since when; it waits for another."""

    resident: Id
    site: str
    reason: str
    by: str
    proposed_at: Moment


class WithHistory(Plain):
    """A resident with every screening of the person."""

    history: list[Entry]


class Listed(TypedDict):
    """One page of residents; the one after begins after `next`, None: there is none."""

    residents: list[Plain]
    next: Id | None


_WITH_FINDINGS = residents.outerjoin(
    findings, and_(residents.c.resident == findings.c.person, findings.c.stands.is_(True))
)
_SCREENED = select(
    *(residents.c[c] for c in ("resident", "unit", "cohort", "sex", "birth_date", "identity")),
    func.coalesce(findings.c.status, "unscreened").label("status"),
    *(findings.c[c] for c in ("reasons", "day", "until", "site")),
    findings.c.resident.label("screened_as"),
).select_from(_WITH_FINDINGS)
_ONE = Prepared(_SCREENED.where(residents.c.resident == bindparam("wanted")))


def screened(work: Work, resident: UUID) -> Screened:
    """Return a registered resident and how the screening stands. Raises `NotRegistered`.

    Of linked records: the one that stays, with what was found of any of them.
    """
    found = work.row(_ONE, wanted=person_of(work, str(resident)))
    if found is None:
        raise NotRegistered
    return _screened(found)


def listed(
    work: Work,
    *,
    status: str | None,
    unit: str | None,
    after: str,
    reach: Collection[str] | None,
) -> tuple[list[Screened], str | None]:
    """Return at most a `PAGE` of residents in the order of their ids, and where the next begins.

    `reach`: of these units only.
    """
    linked = select(links.c.resident).where(links.c.resident == residents.c.resident)
    query = _SCREENED.where(residents.c.resident > after, ~linked.exists())
    if reach is not None:
        query = query.where(residents.c.unit.in_(reach))
    if unit:
        query = query.where(residents.c.unit == unit)
    if status:
        query = query.where(func.coalesce(findings.c.status, "unscreened") == status)
    query = query.order_by(residents.c.resident).limit(PAGE + 1)
    return page_of([_screened(row) for row in work.rows(query)], PAGE, "resident")


def queue(work: Work, sites: Collection[str] | None, most: int) -> list[Waiting]:
    """Return who waits today at some sites (None: all) to be screened, the longest waiting first."""
    at = waiting.c
    query = _waiting(work, _SCREENED.add_columns(at.site.label("at"), at.since), sites)
    rows = work.rows(query.order_by(at.since, at.resident).limit(most))
    return [cast("Waiting", _screened(row)) for row in rows]


def queue_length(work: Work, sites: Collection[str] | None) -> int:
    """Count who waits today at some sites (None: all) to be screened."""
    found = work.row(_waiting(work, select(func.count().label("number")), sites))
    return found["number"] if found else 0


def _waiting(work: Work, query: Select[Any], sites: Collection[str] | None) -> Select[Any]:
    """What a query says of who waits today and is not settled."""
    today, at = work.today().isoformat(), waiting.c
    person = func.coalesce(links.c.into, at.resident)
    query = query.select_from(
        waiting.outerjoin(links, links.c.resident == at.resident).join(
            _WITH_FINDINGS, residents.c.resident == person
        )
    )
    status, until = func.coalesce(findings.c.status, "unscreened"), findings.c.until
    settled = or_(
        status == "contraindicated",
        and_(status == "cleared", until >= today),
        and_(status == "deferred", until > today),
    )
    query = query.where(at.day == today, ~settled)
    if sites is not None:
        query = query.where(at.site.in_(sites))
    return query


def waits_at(work: Work, resident: UUID) -> str | None:
    """Return the site at which a resident waits today, if at any."""
    records = records_of(work, str(resident))
    today = work.today().isoformat()
    query = select(waiting.c.site).where(waiting.c.resident.in_(records), waiting.c.day == today)
    found = work.row(query.limit(1))
    return found["site"] if found else None


def dose_due(work: Work, resident: UUID) -> int | None:
    """Return the number of the dose that a person has next, wherever others were given; None: none."""
    given = doses.c.resident.in_(records_of(work, str(resident)))
    found = work.row(select(func.count().label("number")).select_from(doses).where(given))
    number = found["number"] if found else 0
    return number + 1 if number < 2 else None


def screened_as(work: Work, resident: UUID) -> UUID:
    """Return the record whose finding stands for a person, who need not be known yet."""
    person = person_of(work, str(resident))
    stands = select(findings.c.resident).where(findings.c.person == person, findings.c.stands)
    found = work.row(stands)
    return UUID(found["resident"] if found else person)


def screening_of(work: Work, person: Plain) -> tuple[UUID, Screening]:
    """Return the record whose finding stands for a person, and its screening, to decide on."""
    return screening_in(work, UUID(person["screened_as"] or person["resident"]))


def screening_in(work: Work, record: UUID) -> tuple[UUID, Screening]:
    """Return a record and its screening, to decide on."""
    return record, work.begin(Screening, Screening.create_id(record))


def proposed(work: Work, resident: UUID) -> Proposed | None:
    """Return what stands proposed for a person: to lift the contraindication; None: nothing."""
    records = records_of(work, str(resident))
    query = select(proposals).where(proposals.c.resident.in_(records))
    return work.row(query, Proposed)


def among(work: Work, ids: Collection[str]) -> list[Screened]:
    """Return those of some people who are registered, in their order, and how their screening stands.

    Of linked records: the one that stays, once.
    """
    people = list(people_of(work, ids))
    found = {
        row["resident"]: row for row in work.rows(_SCREENED.where(residents.c.resident.in_(people)))
    }
    return [_screened(found[each]) for each in people if each in found]


def history(work: Work, resident: UUID) -> list[Entry]:
    """Return all screenings of a resident's person, oldest first."""
    of_person = screenings.c.resident.in_(records_of(work, str(resident)))
    query = screenings.select().where(of_person).order_by(screenings.c.recorded_at)
    return work.rows(query, Entry)


def counts(work: Work, day: date) -> dict[str, int]:
    """Return how many records were last screened on a day, by what was found."""
    query = select(findings.c.status, func.count().label("number"))
    query = query.where(findings.c.day == day.isoformat()).group_by(findings.c.status)
    return {row["status"]: row["number"] for row in work.rows(query)}


def status_today(person: Screened, today: date) -> str:
    """Return the status as it is worth today (R12).

    A clearance whose last day is past is `lapsed`; a deferral that has reached the day to look
    again is `look_again`.
    """
    until = person["until"] or ""
    if person["status"] == "cleared" and until < today.isoformat():
        return "lapsed"
    if person["status"] == "deferred" and until <= today.isoformat():
        return "look_again"
    return person["status"]


def docked_to(work: Work, unit: str) -> str:
    """Return the site a unit is docked to today (R15)."""
    return site_on(told_of(work, unit), work.today()) or work.campaign.unit(unit).site


def _screened(row: Row) -> Screened:
    row["reasons"] = row["reasons"].split(",") if row["reasons"] else []
    return cast("Screened", row)
