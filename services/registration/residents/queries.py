"""What is asked of residents: lists, identities, units, and how each of them stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import Select, func, select, union_all

from services.registration.domain.contact import Answer
from services.registration.domain.refusals import UnknownResident
from services.registration.domain.resident import Resident
from services.registration.residents import persons
from services.registration.residents.status import (
    Status,
    in_cohort,
    in_lists_order,
    status_on,
    with_status,
)
from services.registration.residents.views import doses, expiries, memberships, residents, tags
from services.registration.units import queries as units
from shared.kit.eventstore import Prepared, among, in_json
from shared.kit.formats import Day, Id, page_of
from shared.kit.language import t
from shared.town.privacy import Identity
from shared.town.work import Work

AT_ONCE = 500
_REGISTERED = Prepared(select(residents).where(among(residents.c.resident, "ids")))


class ResidentRow(TypedDict):
    """A row of the residents' view; `identity` is an `Event.sealed` reference, "" when erased."""

    resident: str
    unit: str
    tie: str
    cohort: str
    sex: str
    birth_date: str
    wished_week: str | None
    wished_site: str | None
    decline_reason: str | None
    erased: str | None
    retained_until: str | None
    merged_into: str | None
    listed: int
    document_kind: str
    identity: str | None
    answer: str
    answered: int | None


class WithStatus(ResidentRow):
    """A row with the status on a day, and what that follows from; `reasons` with commas between."""

    status: Status
    until: str | None
    reasons: str | None
    first_day: str | None
    second_day: str | None


class Shown(TypedDict):
    """A resident in a list, what is known without opening the identity, and the name."""

    resident: Id
    unit: str
    tie: str
    cohort: str
    sex: str
    birth_date: Day
    wished_week: str | None
    wished_site: str | None
    decline_reason: str | None
    erased: Day | None
    retained_until: Day | None
    merged_into: Id | None
    status: Status
    until: Day | None
    reasons: list[str]
    first_day: Day | None
    second_day: Day | None
    name: str | None


class Page(TypedDict):
    """A page of residents; `next` is the `after` of the next page, or None."""

    residents: list[Shown]
    next: Id | None


class AlsoListed(TypedDict):
    """A second unit that lists a resident (R16)."""

    unit: str
    tie: str


# What commands begin with


def stored_resident(work: Work, resident: UUID) -> Resident:
    """Load a resident; raises `UnknownResident`."""
    # Asked of the view first: the id of a unit's stream is no resident's.
    one_row(work, resident)
    return work.get(Resident, resident)


def is_superseded(work: Work, person: Resident) -> bool:
    """Tell whether the answer of a linked record stands, so that the own one may be given again."""
    [stays] = persons.persons(work, person.id)
    shown = next(registered(work, [stays]))
    stands = Answer(
        shown["answer"], shown["wished_week"], shown["wished_site"], shown["decline_reason"]
    )
    return stands != person.answered()


def registered(work: Work, ids: Sequence[str]) -> Iterator[ResidentRow]:
    """Return the rows of those of the ids who are registered."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        yield from work.rows(_REGISTERED, ResidentRow, ids=in_json(some))


def one_row(work: Work, resident: UUID) -> ResidentRow:
    """Return the row of one resident; raises `UnknownResident`."""
    for row in registered(work, [str(resident)]):
        return row
    raise UnknownResident


def taken_back_among(work: Work, ids: Sequence[str]) -> set[str]:
    """Return which of some ids, of nobody registered, are of people taken back: they are known."""
    return {str(each) for each in work.versions([UUID(each) for each in ids])}


# Lists


def residents_of(
    work: Work,
    code: str,
    *,
    after: UUID | None,
    limit: int,
    status: str | None,
    cohort: str | None = None,
) -> Page:
    """Return one page of those on a unit's list in the order of registration, with their names."""
    units.unit(work, code)
    before = select(residents.c.listed).where(residents.c.resident == str(after))
    arms: list[Select[Any]] = []
    # Each list is read in its own order, no further than the page goes.
    for query, listed in in_lists_order(code, work.today()):
        if cohort is not None:
            query = query.where(in_cohort(cohort))
        if status is not None:
            query = query.where(status_on(work.today()) == status)
        if after is not None:
            query = query.where(listed > before.scalar_subquery())
        arms.append(select(query.order_by(listed).limit(limit + 1).subquery()))
    people = union_all(*arms).subquery()
    found = work.rows(select(people).order_by(people.c.listed).limit(limit + 1), WithStatus)
    page, following = page_of(found, limit, "resident")
    opened = identities(work, page, ("name",))
    return {
        "residents": [shown(row, opened[row["resident"]]) for row in page],
        "next": following,
    }


def shown(row: WithStatus, identity: Identity | None) -> Shown:
    """Return a resident as a list shows them."""
    facts = {name: value for name, value in row.items() if name in Shown.__annotations__}
    reasons = row["reasons"].split(",") if row["reasons"] else []
    return cast("Shown", facts | {"name": (identity or {}).get("name"), "reasons": reasons})


# One resident


def resident_with_status(work: Work, resident: UUID) -> WithStatus:
    """Return the row of a resident with today's status; raises `UnknownResident`."""
    for row in with_statuses(work, [str(resident)]):
        return row
    raise UnknownResident


def with_statuses(work: Work, ids: Collection[str]) -> list[WithStatus]:
    """Return the rows of a few residents with today's status, in no order."""
    return work.rows(with_status(work.today()).where(residents.c.resident.in_(ids)), WithStatus)


def identities(
    work: Work, rows: Sequence[Mapping[str, object]], fields: Sequence[str] | None = None
) -> dict[str, Identity | None]:
    """Open the identities of rows of the residents' view: these fields of them, or all."""
    pairs = [(str(row["resident"]), str(row["identity"] or "")) for row in rows]
    return work.privacy.read_all(pairs, fields)


def names(work: Work, ids: Sequence[str]) -> dict[str, str]:
    """Return names of residents; those whose identity cannot be opened are left out."""
    opened = identities(work, list(registered(work, ids)), ("name",))
    return {resident: who["name"] for resident, who in opened.items() if who}


def name_of(work: Work, resident: UUID) -> str:
    """Return a resident's name, or that it cannot be shown."""
    nameless = t("姓名不显示", "name not shown")
    return names(work, [str(resident)]).get(str(resident)) or nameless


def also_listed(work: Work, resident: UUID) -> list[AlsoListed]:
    """Return the units beside the counting one that list a resident: unit, tie (R16)."""
    at = memberships.c
    query = select(at.unit, at.tie).where(at.resident == str(resident))
    return work.rows(query.order_by(at.unit), AlsoListed)


def cohorts_of(work: Work, resident: UUID) -> list[str]:
    """Return all cohorts of a resident, the main one first (R20). Raises `UnknownResident`."""
    main = one_row(work, resident)["cohort"]
    query = select(tags.c.cohort).where(tags.c.resident == str(resident))
    return [main, *(row["cohort"] for row in work.rows(query.order_by(tags.c.cohort)))]


def unit_of(work: Work, resident: UUID) -> str:
    """Return the code of the unit that counts a resident. Raises `UnknownResident`."""
    return one_row(work, resident)["unit"]


def units_of(work: Work, resident: UUID) -> tuple[str, ...]:
    """Return the codes of all units that list a resident, the counting one first.

    Raises `UnknownResident`.
    """
    also = also_listed(work, resident)
    return (unit_of(work, resident), *(each["unit"] for each in also))


def is_vaccinated(work: Work, resident: UUID) -> bool:
    """Tell whether registration knows of a dose given to a resident."""
    given = select(doses.c.dose).where(doses.c.resident == str(resident)).limit(1)
    return work.row(given) is not None


def retained_until(work: Work) -> date:
    """Return the last day on which the law needs the records of who was vaccinated (art. 46)."""
    found = work.row(select(func.max(expiries.c.expiry).label("latest"))) or {}
    latest = found.get("latest")
    return work.campaign.retained_until(date.fromisoformat(latest) if latest else None)
