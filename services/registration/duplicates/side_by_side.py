"""Two records side by side: what differs between them, and which of them would stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from services.registration.domain.refusals import UnknownResident
from services.registration.duplicates.queries import BOOKED, DOSED
from services.registration.history import queries as history
from services.registration.history.queries import Happened
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.residents.queries import ResidentRow
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


class Sides(TypedDict):
    """Two records with what differs, and who would stay.

    A record is its row with the opened identity, and `events`: what other teams say of it.
    """

    records: list[dict[str, object]]
    fields: list[dict[str, object]]
    stays: str
    one_person: bool


def side_by_side(work: Work, resident: UUID, other: UUID) -> Sides:
    """Return two records with what differs; raises `UnknownResident`."""
    ids = [str(resident), str(other)]
    rows = {row["resident"]: row for row in residents.with_statuses(work, ids)}
    if set(rows) != set(ids):
        raise UnknownResident
    opened = residents.identities(work, list(rows.values()))
    happened = history.told_of(work, ids)
    one, two = (
        {
            **rows[each],
            "name": None,
            **(opened[each] or {}),
            "events": [event for event in happened if event["facts"]["resident"] == each],
        }
        for each in ids
    )
    values = {name: [one.get(name), two.get(name)] for name in COMPARED}
    return {
        "records": [one, two],
        "fields": [
            {"field": name, "values": both, "differs": both[0] != both[1]}
            for name, both in values.items()
        ],
        "stays": who_stays(list(rows.values()), happened),
        "one_person": len(set(persons.persons(work, resident, other))) == 1,
    }


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
