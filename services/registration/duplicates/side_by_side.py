"""Two records side by side: what differs between them, and which of them would stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypedDict
from uuid import UUID

from services.registration.domain.refusals import UnknownResident
from services.registration.duplicates.queries import BOOKED, DOSED, Match, pair
from services.registration.history import queries as history
from services.registration.history.queries import Happened
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.residents.queries import ResidentRow, WithStatus
from services.registration.residents.status import with_status
from shared.town.privacy import Identity
from shared.town.work import Work

# What is laid side by side, in this order.
COMPARED = (
    "name",
    "card_number",
    "document_kind",
    "birth_date",
    "sex",
    "phone",
    "address",
    "unit",
    "tie",
    "cohort",
)


class Side(TypedDict):
    """One of two records, with what other teams say of it."""

    resident: str
    listed: int
    merged_into: str | None
    name: str | None
    card_number: str | None
    document_kind: str
    birth_date: str
    sex: str
    phone: str | None
    address: str | None
    unit: str
    tie: str
    cohort: str
    answer: str
    wished_week: str | None
    decline_reason: str | None
    status: str
    events: list[Happened]


class Compared(TypedDict):
    """One thing that both records say."""

    field: str
    values: list[object]
    differs: bool


class Sides(TypedDict):
    """Two records with what differs, who would stay, and what is known of them as a pair."""

    records: list[Side]
    fields: list[Compared]
    pair: Match | None
    stays: str
    one_person: bool


def side_by_side(work: Work, resident: UUID, other: UUID) -> Sides:
    """Return two records with what differs; raises `UnknownResident`."""
    ids = [str(resident), str(other)]
    people = with_status(work.today())
    found = people.where(people.selected_columns.resident.in_(ids))
    rows = {row["resident"]: row for row in work.rows(found, WithStatus)}
    if set(rows) != set(ids):
        raise UnknownResident
    opened = residents.identities(work, list(rows.values()))
    happened = history.told_of(work, ids)
    sides = [_side(rows[each], opened[each] or {}, happened) for each in ids]
    one, two = sides
    return {
        "records": sides,
        "fields": [
            {"field": name, "values": [one[name], two[name]], "differs": one[name] != two[name]}
            for name in COMPARED
        ],
        "pair": pair(work, resident, other),
        "stays": who_stays(list(rows.values()), happened),
        "one_person": len(set(persons.persons(work, resident, other))) == 1,
    }


def _side(row: WithStatus, identity: Identity, happened: Sequence[Happened]) -> Side:
    return Side(
        resident=row["resident"],
        listed=row["listed"],
        merged_into=row["merged_into"],
        name=identity.get("name"),
        card_number=identity.get("card_number"),
        document_kind=row["document_kind"],
        birth_date=row["birth_date"],
        sex=row["sex"],
        phone=identity.get("phone"),
        address=identity.get("address"),
        unit=row["unit"],
        tie=row["tie"],
        cohort=row["cohort"],
        answer=row["answer"],
        wished_week=row["wished_week"],
        decline_reason=row["decline_reason"],
        status=row["status"],
        events=[each for each in happened if each["facts"]["resident"] == row["resident"]],
    )


def who_stays(rows: Iterable[ResidentRow], happened: Iterable[Happened]) -> str:
    """Return the record to keep unless a person says otherwise: a course, an answer, the older.

    `happened` is what other teams say of these records.
    """
    told = Counter((each["facts"]["resident"], each["event"]) for each in happened)

    def rank(row: ResidentRow) -> tuple[bool, int, int, bool, int]:
        resident = row["resident"]
        doses, bookings = told[resident, DOSED], told[resident, BOOKED]
        unanswered = row["answer"] == "none"
        return row["merged_into"] is not None, -doses, -bookings, unanswered, row["listed"]

    return min(rows, key=rank)["resident"]
