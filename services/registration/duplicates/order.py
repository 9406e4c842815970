"""In which order pairs are decided: by person, those first whose merge would change most."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from services.registration.duplicates.views import pairs
from services.registration.history.queries import was_told
from services.registration.residents.joining import is_given

Query = Select[Any]

BOOKED = "AppointmentBooked"
# Of a record: doses were given, a place was booked, an answer stands, or none of these.
_DOSED, _BOOKED, _ANSWERED, _NOTHING = 3, 2, 1, 0
# How a queue is sorted, all ascending; the position of the last pair is named by these.
_ORDER = ("person_rank", "person_score", "person", "sureness", "found")


def person_of(record: FromClause) -> ColumnElement[str]:
    """Return the record that stays for the person of a record."""
    return func.coalesce(record.c.merged_into, record.c.resident)


def by_person(query: Query, one: FromClause, two: FromClause) -> Query:
    """Sort pairs by the person of the newer record; two courses first, then bookings, answers.

    `query` selects pairs joined with their records `one` and `two`; to each is added `person`,
    the newer of the two, and `candidate`, the other record.
    """
    first, second = _level(one), _level(two)
    # What both have is what a merge brings together; then what either has.
    least, most = (
        case((first < second, first), else_=second),
        case((first < second, second), else_=first),
    )
    is_newer = one.c.listed >= two.c.listed
    ranked = query.add_columns(
        case((is_newer, person_of(one)), else_=person_of(two)).label("person"),
        case((is_newer, two.c.resident), else_=one.c.resident).label("candidate"),
        (-4 * least - most).label("rank"),
        (-func.coalesce(pairs.c.score, 0.0)).label("sureness"),
        pairs.c.found,
    ).subquery()
    at = ranked.c
    sorted_ones = select(
        ranked,
        func.min(at.rank).over(partition_by=at.person).label("person_rank"),
        func.min(at.sureness).over(partition_by=at.person).label("person_score"),
    ).subquery()
    return select(sorted_ones).order_by(*(sorted_ones.c[name] for name in _ORDER))


def beyond(query: Query, after: str) -> Query:
    """Leave out the pairs up to the one that `after` names."""
    rank, score, person, sureness, found = after.split("_")
    given = (int(rank), float(score), person, float(sureness), int(found))
    [sorted_ones] = query.get_final_froms()
    columns = tuple_(*(sorted_ones.c[name] for name in _ORDER))
    return query.where(columns > tuple_(*map(literal, given)))


def place_of(row: dict[str, Any]) -> str:
    """Return what `beyond` goes on after."""
    return "_".join(str(row[name]) for name in _ORDER)


def _level(record: FromClause) -> ColumnElement[int]:
    person = person_of(record)
    dosed = or_(is_given(1, person), is_given(2, person))
    return case(
        (dosed, literal(_DOSED)),
        (was_told(BOOKED, record.c.resident), literal(_BOOKED)),
        (record.c.answer != "none", literal(_ANSWERED)),
        else_=literal(_NOTHING),
    )
