"""Ticket: what one number of a day goes through at a station; pure, and the same at every station.

A service derives its own and names the events, because a kind of event has one owner:

    class Ticket(AnyTicket):
        NAMESPACE = UUID(…)
        _on_called = event("NumberCalled")(AnyTicket._on_called)
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate

from shared.town.line.refusals import (
    CalledElsewhere,
    HasPassed,
    IsCalled,
    IsHeld,
    NotCalled,
    NothingToUndo,
)

State = Literal["waiting", "called", "held", "passed"]


class Whose(NamedTuple):
    """Whose number it is: the site, the day, the number, and the record that checked in."""

    site: str
    day: date
    number: int
    resident: UUID


class Caller(NamedTuple):
    """Who calls, to which desk (None: it has no number)."""

    desk: str | None
    login: str


class Before(NamedTuple):
    """What the last step took the place of."""

    state: State
    desk: str | None
    login: str | None
    finding: int | None


_WAITS = Before("waiting", None, None, None)


class Ticket(Aggregate):
    """A number: it waits, is called to a desk, held while the person is away, or passed.

    `finding` is the screening that was the newest when it was called: a call holds until something
    new is found of the person. `for_desk`: it waits for this desk alone. That it is done follows
    from what happened to the person, which the service knows.
    """

    NAMESPACE: ClassVar[UUID]
    state: State
    desk: str | None
    login: str | None
    finding: int | None
    for_desk: str | None
    before: Before | None

    @classmethod
    def id_of(cls, site: str, day: date, number: int) -> UUID:
        """One stream a site, day and number."""
        return uuid5(cls.NAMESPACE, f"{site}:{day}:{number}")

    def begin(self) -> None:
        """It waits."""
        self.before, self.for_desk = None, None
        self._is(_WAITS)

    def holds(self, finding: int | None) -> bool:
        """Tell whether it is called, and nothing new has been found of the person since."""
        return self.state == "called" and self.finding == finding

    # What is decided

    def call(self, whose: Whose, by: Caller, finding: int | None) -> None:
        """Call it to a desk; a repeat changes nothing.

        Raises `CalledElsewhere`, `IsHeld`, `HasPassed`.
        """
        number = whose.number
        if self.state == "held":
            raise IsHeld(number=number)
        if self.state == "passed":
            raise HasPassed(number=number)
        if self.holds(finding):
            if not self._is_at(by):
                raise CalledElsewhere(number=number, login=self.login, desk=self.desk or "")
            return
        self._on_called(*whose, *by, finding)

    def hold(self, whose: Whose) -> None:
        """The person steps aside; a repeat changes nothing. Raises `HasPassed`."""
        if self.state == "passed":
            raise HasPassed(number=whose.number)
        if self.state != "held":
            self._on_held(*whose)

    def resume(self, whose: Whose) -> None:
        """It waits again, next if it had passed; a repeat changes nothing."""
        if self.state in ("held", "passed"):
            self._on_resumed(*whose, self.state == "passed")

    def miss(self, whose: Whose, finding: int | None) -> None:
        """It was called and nobody came; a repeat changes nothing. Raises `NotCalled`."""
        if self.state == "passed":
            return
        if not self.holds(finding):
            raise NotCalled(number=whose.number)
        self._on_passed(*whose)

    def undo(self, whose: Whose) -> None:
        """Take the last call, hold or pass back. Raises `NothingToUndo`."""
        if self.before is None:
            raise NothingToUndo(number=whose.number)
        self._on_undone(*whose, self.state, *self.before)

    def direct(self, whose: Whose, desk: str | None, finding: int | None) -> None:
        """Let it wait for a desk, or (None) for any; a repeat changes nothing. Raises `IsCalled`."""
        if self.holds(finding):
            raise IsCalled(number=whose.number, desk=self.desk or "")
        if desk != self.for_desk:
            self._on_directed(*whose, desk)

    def _is_at(self, by: Caller) -> bool:
        return self.desk == by.desk if by.desk else self.login == by.login

    # What happened, which a service names

    def _on_called(
        self,
        site: str,
        day: date,
        number: int,
        resident: UUID,
        desk: str | None,
        login: str,
        finding: int | None,
    ) -> None:
        self._becomes(Before("called", desk, login, finding))

    def _on_held(self, site: str, day: date, number: int, resident: UUID) -> None:
        self._becomes(Before("held", None, None, None))

    def _on_passed(self, site: str, day: date, number: int, resident: UUID) -> None:
        self._becomes(Before("passed", None, None, None))

    def _on_resumed(self, site: str, day: date, number: int, resident: UUID, first: bool) -> None:
        self.before = None
        self._is(_WAITS)

    def _on_undone(
        self,
        site: str,
        day: date,
        number: int,
        resident: UUID,
        undone: State,
        state: State,
        desk: str | None,
        login: str | None,
        finding: int | None,
    ) -> None:
        self.before = None
        self._is(Before(state, desk, login, finding))

    def _on_directed(
        self, site: str, day: date, number: int, resident: UUID, desk: str | None
    ) -> None:
        self.for_desk = desk

    def _is(self, now: Before) -> None:
        self.state, self.desk, self.login, self.finding = now

    def _becomes(self, now: Before) -> None:
        self.before = Before(self.state, self.desk, self.login, self.finding)
        self._is(now)
