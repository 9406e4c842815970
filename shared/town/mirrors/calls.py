"""Mirror of calls: which numbers are called, held, passed or sent to a desk, at each station.

A call holds until something new is found of the person: so nobody stays called to a desk
after the screening, or after a clearance was taken back.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    func,
)

from shared.kit.contracts import Event
from shared.kit.eventstore import Views, put
from shared.kit.formats import Id, Moment
from shared.town.mirrors.findings import findings
from shared.town.mirrors.numbers import numbers

Station = Literal["dose", "screening"]
STATIONS: dict[str, Station] = {"Number": "dose", "Screening": "screening"}

NEXT, IN_TURN = 0, 1

tables = MetaData()
calls = Table(
    "calls",
    tables,
    Column("station", String, primary_key=True),
    Column("site", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String),
    Column("desk", String),
    Column("login", String),
    Column("finding", BigInteger),
    Column("for_desk", String),
    Column("turn", Integer),  # null is `IN_TURN`
    Column("version", Integer, nullable=False),
    Column("since", String, nullable=False),
)
views = Views(tables)

_NUMBER = ("station", "site", "day", "number")


class InLine(TypedDict):
    """A number that waits at a station, in whichever state; `for_desk`: for this desk alone."""

    site: str
    number: int
    resident: Id
    finding: int | None
    state: str
    desk: str | None
    login: str | None
    for_desk: str | None
    turn: int
    version: int
    since: Moment | None


def _named(kind: str) -> dict[str, Station]:
    return {f"{prefix}{kind}": station for prefix, station in STATIONS.items()}


_STATION = {
    name: station
    for kind in ("Called", "Held", "Passed", "Resumed", "CallUndone", "Directed")
    for name, station in _named(kind).items()
}
_NOBODY = {"desk": None, "login": None, "finding": None}


def _put(connection: Connection, event: Event, **now: object) -> None:
    row = {name: event.data[name] for name in ("site", "day", "number")}
    row |= {"station": _STATION[event.name], "version": event.stream_version}
    put(connection, calls, _NUMBER, row | {"since": event.recorded_at} | now)


@views.on(*_named("Called"))
def _called(connection: Connection, event: Event) -> None:
    by = {name: event.data[name] for name in _NOBODY}
    _put(connection, event, state="called", **by)


@views.on(*_named("Held"))
def _held(connection: Connection, event: Event) -> None:
    _put(connection, event, state="held", **_NOBODY)


@views.on(*_named("Passed"))
def _passed(connection: Connection, event: Event) -> None:
    _put(connection, event, state="passed", **_NOBODY)


@views.on(*_named("Resumed"))
def _resumed(connection: Connection, event: Event) -> None:
    turn = {"turn": NEXT} if event.data["first"] else {}
    _put(connection, event, state="waiting", **turn)


@views.on(*_named("CallUndone"))
def _undone(connection: Connection, event: Event) -> None:
    _put(connection, event, **{name: event.data[name] for name in ("state", *_NOBODY)})


@views.on(*_named("Directed"))
def _directed(connection: Connection, event: Event) -> None:
    _put(connection, event, for_desk=event.data["desk"])


# Questions: a station's calls are joined to `numbers` and to what stands of the person


def of_station(station: Station) -> FromClause:
    """Return the calls under a name of the station's own, to be joined `on_number`."""
    return calls.alias(f"calls_for_{station}")


def on_number(called: FromClause, station: Station) -> ColumnElement[bool]:
    """Return the condition that a station's call is of the number beside it."""
    at = called.c
    same = (at[name] == numbers.c[name] for name in ("site", "day", "number"))
    return and_(at.station == station, *same)


def state_of(called: FromClause) -> ColumnElement[str]:
    """Return in which state a number is at a station, beside the finding that stands of the person."""
    at = called.c
    over = and_(at.state == "called", at.finding.is_distinct_from(findings.c.position))
    return case((over, "waiting"), else_=func.coalesce(at.state, "waiting"))


def in_line(called: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of `InLine`."""
    at, state = called.c, state_of(called)
    by = (case((state == "called", at[name]), else_=None).label(name) for name in ("desk", "login"))
    return [
        *(numbers.c[name] for name in ("site", "number", "resident")),
        findings.c.position.label("finding"),
        state.label("state"),
        *by,
        at.for_desk,
        func.coalesce(at.turn, IN_TURN).label("turn"),
        func.coalesce(at.version, 0).label("version"),
        at.since,
    ]
