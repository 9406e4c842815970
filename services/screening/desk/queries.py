"""Who is to be screened, what was found of them, and what that is worth today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypedDict, cast
from uuid import UUID

from sqlalchemy import Executable, and_, bindparam, func, select

from services.screening.desk.views import doses, proposals, screenings, waiting
from services.screening.domain.refusals import NotRegistered
from services.screening.domain.screening import Screening, Status
from shared.kit.eventstore import Prepared
from shared.kit.eventstore.work import Row
from shared.kit.formats import Day, Id, Moment, page_of
from shared.town.mirrors.dockings import site_on, told_of
from shared.town.mirrors.findings import findings
from shared.town.mirrors.hosts import host_of
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


class Entry(TypedDict):
    """One screening of the history; `reasons`, and the questions answered `yes`, with commas between.

    `read_out`: those answered no were read out and answered together. `because`: why something was
    taken back; of what was lifted, `reasons` are those it had been found for.
    """

    position: Id
    resident: Id
    status: Status
    reasons: str
    day: Day
    until: Day | None
    site: str
    rules: str
    dose: int | None
    temperature: float | None
    yes: str
    read_out: bool
    lasting: bool | None
    because: str | None
    proposed_by: str | None
    recorded_at: Moment
    actor: str


class Proposed(TypedDict):
    """That somebody wants a contraindication lifted, why and since when; it waits for another."""

    resident: Id
    site: str
    reason: str
    by: str
    proposed_at: Moment


class Proposal(Proposed):
    """A proposal that waits for another, with the person it is about."""

    unit: str
    identity: str


class WithHistory(Plain):
    """A resident with every screening of the person; `sent_to`: the site that has them alone."""

    sent_to: str | None
    history: list[Entry]


class Listed(TypedDict):
    """One page of residents; the one after begins after `next`, None: there is none."""

    residents: list[Plain]
    next: Id | None


WITH_FINDINGS = residents.outerjoin(
    findings, and_(residents.c.resident == findings.c.person, findings.c.stands.is_(True))
)
SCREENED = select(
    *(residents.c[c] for c in ("resident", "unit", "cohort", "sex", "birth_date", "identity")),
    func.coalesce(findings.c.status, "unscreened").label("status"),
    *(findings.c[c] for c in ("reasons", "day", "until", "site")),
    findings.c.resident.label("screened_as"),
).select_from(WITH_FINDINGS)
_ONE = Prepared(SCREENED.where(residents.c.resident == bindparam("wanted")))


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
    query = SCREENED.where(residents.c.resident > after, ~linked.exists())
    if reach is not None:
        query = query.where(residents.c.unit.in_(reach))
    if unit:
        query = query.where(residents.c.unit == unit)
    if status:
        query = query.where(func.coalesce(findings.c.status, "unscreened") == status)
    query = query.order_by(residents.c.resident).limit(PAGE + 1)
    return page_of([_screened(row) for row in work.rows(query)], PAGE, "resident")


def waits_at(work: Work, resident: UUID) -> str | None:
    """Return the site at which a resident waits today, if at any; at two, the newer one."""
    records = records_of(work, str(resident))
    today = work.today().isoformat()
    query = select(waiting.c.site).where(waiting.c.resident.in_(records), waiting.c.day == today)
    found = work.row(query.order_by(waiting.c.since.desc()).limit(1))
    return found["site"] if found else None


def dose_due(work: Work, resident: UUID) -> int | None:
    """Return the number of the dose that a person has next, wherever others were given; None: none."""
    given = doses.c.resident.in_(records_of(work, str(resident)))
    found = work.row(select(func.count().label("number")).select_from(doses).where(given))
    number = found["number"] if found else 0
    return number + 1 if number < 2 else None


def product_of(work: Work, resident: UUID, dose: int | None) -> str | None:
    """Return the product of a person's dose, or of the one before it, which is the same; None: unknown."""
    records, at = records_of(work, str(resident)), doses.c
    before = at.dose <= (dose or 1)
    query = select(at.product).where(at.resident.in_(records), before)
    found = work.row(query.order_by(at.dose.desc()).limit(1))
    return found["product"] if found else None


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


def waiting_proposals(work: Work, reach: Collection[str] | None, most: int) -> list[Proposal]:
    """Return the proposals that wait for a second one, the oldest first; of these units, or (None) of all."""
    told = (proposals.c[name] for name in Proposed.__annotations__)
    query = select(*told, residents.c.unit, residents.c.identity).join(
        residents, residents.c.resident == proposals.c.resident
    )
    if reach is not None:
        query = query.where(residents.c.unit.in_(reach))
    query = query.order_by(proposals.c.proposed_at, proposals.c.resident).limit(most)
    return work.rows(query, Proposal)


def among(work: Work, ids: Collection[str]) -> list[Screened]:
    """Return those of some people who are registered, in their order, and how their screening stands.

    Of linked records: the one that stays, once.
    """
    people = list(people_of(work, ids))
    found = {
        row["resident"]: row for row in work.rows(SCREENED.where(residents.c.resident.in_(people)))
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


def goes_to(work: Work, person: Plain) -> str:
    """Return the site a person goes to today: alone (R17), or with the unit (R15)."""
    if (alone := sent_to(work, person)) is not None:
        return alone
    unit = person["unit"]
    return site_on(told_of(work, unit), work.today()) or work.campaign.unit(unit).site


def sent_to(work: Work, person: Plain) -> str | None:
    """Return the site a person was sent on to and goes to alone (R17); None: where the unit goes."""
    return host_of(work, records_of(work, person["resident"])).site


def is_at(work: Work, person: Plain) -> str:
    """Return the site where a person waits today, else the one they go to."""
    return waits_at(work, UUID(person["resident"])) or goes_to(work, person)


def screened_rows(work: Work, query: Executable) -> list[Screened]:
    """Return the rows of a query that has the columns of `SCREENED`."""
    return [_screened(row) for row in work.rows(query)]


def _screened(row: Row) -> Screened:
    row["reasons"] = row["reasons"].split(",") if row["reasons"] else []
    return cast("Screened", row)
