"""What is to be counted of residents: unit, lists, cohorts, answer, doses, status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, case, literal, select, union_all

from services.registration.residents.joining import is_given
from services.registration.residents.status import status_on, with_finding
from services.registration.residents.views import memberships, residents, tags
from shared.kit.contracts import Event
from shared.kit.eventstore import Prepared, among, in_json
from shared.town.mirrors.findings import findings
from shared.town.mirrors.merges import links

_AT = residents.c
_INTO = Prepared(select(links.c.into).where(among(links.c.resident, "ids")))
_ALSO, _TAG = 0, 1

# A deferral is under way on the first of all days, and over on the last.
_FACTS: Select[Any] = with_finding(
    select(
        _AT.resident,
        _AT.unit,
        _AT.cohort,
        _AT.answer,
        _AT.merged_into,
        status_on(date.min).label("status"),
        case((findings.c.status == "deferred", status_on(date.max))).label("later"),
        findings.c.until,
        case((is_given(1, _AT.resident), 1), else_=0).label("first"),
        case((is_given(2, _AT.resident), 1), else_=0).label("second"),
    )
)
_WHO = Prepared(_FACTS.where(among(_AT.resident, "ids")))
_BESIDE = Prepared(
    union_all(
        *(
            select(at.resident, at[name].label("code"), literal(kind, Integer).label("kind")).where(
                among(at.resident, "ids")
            )
            for kind, at, name in ((_ALSO, memberships.c, "unit"), (_TAG, tags.c, "cohort"))
        )
    )
)


class Facts(NamedTuple):
    """What is to be counted of a resident; `later` is the status when a deferral is over.

    `also` are the further units that list them, `until` the day on which the deferral ends.
    """

    unit: str
    also: list[str]
    cohorts: list[str]
    answer: str
    merged: bool
    first: int
    second: int
    status: str
    until: str
    later: str


OF_PEOPLE = (
    "ResidentRegistered",
    "ResidentCorrected",
    "RegistrationTakenBack",
    "ConsentGiven",
    "VaccinationDeclined",
    "AnswerTakenBack",
    "ResidentsMerged",
    "MergeUndone",
    "DoseAdministered",
)
"""The events after which whoever counts residents looks at those they are about once more."""


def told_of(connection: Connection, events: Sequence[Event]) -> set[str]:
    """Return whom events are about; what is said of a record that has yielded counts for the other."""
    told: set[str] = {
        event.data[name] for event in events for name in ("resident", "into") if name in event.data
    }
    return told.union(row.into for row in _INTO.all(connection, {"ids": in_json(told)}))


def facts_of(connection: Connection, ids: Sequence[str]) -> dict[str, Facts]:
    """Return what is to be counted of those of some residents who are registered."""
    asked = {"ids": in_json(ids)}
    also: dict[str, list[str]] = {}
    cohorts: dict[str, list[str]] = {}
    for row in _BESIDE.all(connection, asked):
        (also if row.kind == _ALSO else cohorts).setdefault(row.resident, []).append(row.code)
    return {
        row.resident: Facts(
            unit=row.unit,
            also=sorted(also.get(row.resident, ())),
            cohorts=[row.cohort, *sorted(cohorts.get(row.resident, ()))],
            answer=row.answer,
            merged=row.merged_into is not None,
            first=row.first,
            second=row.second,
            status=row.status,
            until=row.until if row.later not in (None, row.status) else "",
            later=row.later if row.later not in (None, row.status) else "",
        )
        for row in _WHO.all(connection, asked)
    }
