"""Calling: the next number, or this one, held, passed, taken back in, sent to another desk.

Each function runs inside one write transaction that has the store to itself, so two desks never call
the same person: who picks, calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from uuid import UUID

from shared.kit.formats import Id
from shared.town.line.reasons import why_nobody
from shared.town.line.refusals import (
    DeskBusy,
    NobodyAtAnyDesk,
    NobodyAtDesk,
    NobodyWaits,
    NoSuchNumber,
    NotInLine,
    NumberOfOtherDay,
)
from shared.town.line.ticket import Caller, Ticket, Whose
from shared.town.mirrors.calls import InLine
from shared.town.mirrors.duty import desk_of, desks_at
from shared.town.mirrors.numbers import has_number
from shared.town.terms.visits import TICKET_STATES
from shared.town.work import Work


@dataclass(frozen=True, slots=True)
class Station:
    """Where people are called to: what their numbers go through, and who waits at a site now.

    `before`: how many of a site still wait at the station before it; `must_be_open`: raises what says
    why nothing is done with numbers any more today.
    """

    ticket: type[Ticket]
    line: Callable[[Work, str], list[InLine]]
    before: Callable[[Work], int] = lambda _work: 0
    must_be_open: Callable[[Work], None] = lambda _work: None


@dataclass(frozen=True, slots=True)
class Asked:
    """A number as a person or program names it; `version` is that of the page it was shown on."""

    site: str
    number: int
    day: date | None = None
    version: int | None = None


class Ticketed(TypedDict):
    """How it is with a number; `version` goes along with what is done with it next."""

    site: str
    number: int
    resident: Id
    state: str
    desk: str | None
    login: str | None
    for_desk: str | None
    version: int


class Directed(TypedDict):
    """Which numbers wait for which desk from now on; null: for any."""

    desk: str | None
    numbers: list[int]


def in_order(line: Iterable[InLine]) -> list[InLine]:
    """Return the numbers of a line as they are called: who is taken back in after passing first."""
    return sorted(line, key=lambda each: (each["turn"], each["number"]))


def may_call(each: InLine, desk: str | None) -> bool:
    """Tell whether a number waits, and not for another desk."""
    return each["state"] == "waiting" and each["for_desk"] in (None, desk)


def called_to(line: Iterable[InLine], by: Caller) -> list[InLine]:
    """Return who is called to a desk, or by somebody, and not finished."""
    return [
        each
        for each in line
        if each["state"] == "called"
        and (each["login"] == by.login or (by.desk is not None and each["desk"] == by.desk))
    ]


def caller(work: Work, site: str) -> Caller:
    """Return who acts now, and their desk by today's duty."""
    login = work.store.current.context.actor
    return Caller(desk_of(work, site, login), login)


def call_next(work: Work, station: Station, sites: Iterable[str]) -> Ticketed:
    """Call who is next at the first of some sites where anybody is; who is called already, again.

    Raises `NobodyWaits` and what `Station.must_be_open` raises.
    """
    station.must_be_open(work)
    lines = {site: in_order(station.line(work, site)) for site in sites}
    for site, line in lines.items():
        for each in called_to(line, caller(work, site)):
            return _told(each, _begin(work, station, each))
    for site, line in lines.items():
        by = caller(work, site)
        for each in line:
            if may_call(each, by.desk):
                ticket = _begin(work, station, each)
                ticket.call(_whose(work, each), by, each["finding"])
                return _saved(work, each, ticket)
    everybody = [each for line in lines.values() for each in line]
    raise NobodyWaits(why=why_nobody(everybody, station.before(work)))


def call(work: Work, station: Station, asked: Asked) -> Ticketed:
    """Call this number to one's desk. Raises `DeskBusy` and what `Ticket.call` and `_find` raise."""
    line, each = _find(work, station, asked)
    by = caller(work, asked.site)
    _must_be_free(line, by, each)
    ticket = _begin(work, station, each, asked.version)
    ticket.call(_whose(work, each), by, each["finding"])
    return _saved(work, each, ticket)


def hold(work: Work, station: Station, asked: Asked) -> Ticketed:
    """Whoever waits under a number steps aside. Raises `HasPassed` and what `_find` raises."""
    _, each = _find(work, station, asked)
    ticket = _begin(work, station, each, asked.version)
    ticket.hold(_whose(work, each))
    return _saved(work, each, ticket)


def resume(work: Work, station: Station, asked: Asked) -> Ticketed:
    """Whoever stepped aside or passed waits again. Raises what `_find` raises."""
    _, each = _find(work, station, asked)
    ticket = _begin(work, station, each, asked.version)
    ticket.resume(_whose(work, each))
    return _saved(work, each, ticket)


def miss(work: Work, station: Station, asked: Asked) -> Ticketed:
    """A number was called and nobody came. Raises `NotCalled` and what `_find` raises."""
    _, each = _find(work, station, asked)
    ticket = _begin(work, station, each, asked.version)
    ticket.miss(_whose(work, each), each["finding"])
    return _saved(work, each, ticket)


def undo(work: Work, station: Station, asked: Asked) -> Ticketed:
    """Take back what was done last with a number: a call, hold or pass.

    Raises `NothingToUndo`, `DeskBusy` when another number is called to its desk by now, and what
    `_find` raises.
    """
    line, each = _find(work, station, asked)
    ticket = _begin(work, station, each, asked.version)
    ticket.undo(_whose(work, each))
    if ticket.state == "called":
        _must_be_free(line, Caller(ticket.desk, str(ticket.login)), each)
    return _saved(work, each, ticket)


def direct(work: Work, station: Station, asked: Asked, desk: str | None) -> Directed:
    """Let a number wait for a desk, or (None) for any. Raises `IsCalled`, `NobodyAtDesk`, and what `_find` raises."""
    _, each = _find(work, station, asked)
    _must_be_staffed(work, asked.site, desk)
    ticket = _begin(work, station, each, asked.version)
    ticket.direct(_whose(work, each), desk, each["finding"])
    work.save(ticket)
    return {"desk": desk, "numbers": [each["number"]]}


def direct_all(
    work: Work, station: Station, site: str, from_desk: str, desk: str | None
) -> Directed:
    """Let everybody who waits for a desk and is not called wait for another one, or for any.

    Raises `NobodyAtDesk`, `NobodyAtAnyDesk` and what `Station.must_be_open` raises.
    """
    station.must_be_open(work)
    _must_be_staffed(work, site, desk)
    theirs = [
        each
        for each in station.line(work, site)
        if each["for_desk"] == from_desk and each["state"] != "called"
    ]
    for each in theirs:
        ticket = _begin(work, station, each)
        ticket.direct(_whose(work, each), desk, each["finding"])
        work.save(ticket)
    return {"desk": desk, "numbers": sorted(each["number"] for each in theirs)}


def _find(work: Work, station: Station, asked: Asked) -> tuple[list[InLine], InLine]:
    """Return who waits, and who has this number.

    Raises `NumberOfOtherDay`, `NoSuchNumber`, `NotInLine` and what `Station.must_be_open` raises.
    """
    station.must_be_open(work)
    if asked.day not in (None, work.today()):
        raise NumberOfOtherDay(number=asked.number, day=asked.day)
    line = station.line(work, asked.site)
    for each in line:
        if each["number"] == asked.number:
            return line, each
    if not has_number(work, asked.site, work.today(), asked.number):
        raise NoSuchNumber(number=asked.number)
    raise NotInLine(number=asked.number)


def _must_be_free(line: list[InLine], by: Caller, wanted: InLine) -> None:
    for each in called_to(line, by):
        if each["number"] != wanted["number"]:
            raise DeskBusy(number=each["number"])


def _must_be_staffed(work: Work, site: str, desk: str | None) -> None:
    if desk is None or desk in (desks := desks_at(work, site)):
        return
    if not desks:
        raise NobodyAtAnyDesk(desk=desk)
    raise NobodyAtDesk(desk=desk, desks=desks)


def _whose(work: Work, each: InLine) -> Whose:
    return Whose(each["site"], work.today(), each["number"], UUID(each["resident"]))


def _begin(work: Work, station: Station, each: InLine, version: int | None = None) -> Ticket:
    ticket = station.ticket
    return work.begin(ticket, ticket.id_of(each["site"], work.today(), each["number"]), version)


def _saved(work: Work, each: InLine, ticket: Ticket) -> Ticketed:
    work.save(ticket)
    return _told(each, ticket)


def _told(each: InLine, ticket: Ticket) -> Ticketed:
    return {
        "site": each["site"],
        "number": each["number"],
        "resident": each["resident"],
        "state": ticket.state,
        "desk": ticket.desk,
        "login": ticket.login,
        "for_desk": ticket.for_desk,
        "version": ticket.version,
    }


def by_state(line: Iterable[InLine]) -> dict[str, list[InLine]]:
    """Return a line by the states of its numbers; who was called last comes first."""
    found: dict[str, list[InLine]] = {state: [] for state in TICKET_STATES}
    for each in line:
        found[each["state"]].append(each)
    found["called"].sort(key=lambda each: each["since"] or "", reverse=True)
    return found
