"""Whether somebody gets a message, decided at the moment of sending (DHIS2 reminded the vaccinated)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

# What a person's status says against a message that was meant for another status.
_AGAINST = {
    "completed": "vaccinated",
    "first_done": "vaccinated",
    "contraindicated": "contraindicated",
    "declined": "declined",
    "deferred": "deferred",
}
# Whoever comes to have one of these after the notice was released gets nothing of it any more.
_ENDS = ("completed", "contraindicated", "declined")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant. Empty `units` or `cohorts` mean all of them.

    `days_since_first` leaves out whoever had the first dose fewer days ago.
    """

    units: Collection[str]
    cohorts: Collection[str]
    statuses: Collection[str]
    days_since_first: int | None = None

    def latest_first_dose(self, today: date) -> date | None:
        """Last day of a first dose that is long enough ago; None if that does not matter."""
        if self.days_since_first is None:
            return None
        return today - timedelta(days=self.days_since_first)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person now: on whose lists, in which cohorts and status, with how many doses.

    `left`: the roster's mark of who died, moved away or is not known there.
    """

    units: Collection[str]
    cohorts: Collection[str]
    status: str
    doses: int
    first_day: date | None = None
    erased: bool = False
    left: str | None = None


@dataclass(frozen=True, slots=True)
class AtRelease:
    """A person when the notice was released."""

    status: str
    doses: int


def reason_against(
    person: Recipient | None, before: AtRelease, audience: Audience, today: date
) -> str | None:
    """Return why this person gets no message now; None: they get it.

    `person` is None when nobody is listed under that id any more.
    """
    if person is None:
        return "not_in_audience"
    if person.erased:
        return "erased"
    if person.left is not None:
        return person.left
    if person.doses > before.doses:
        return "vaccinated"
    changed = person.status != before.status and person.status in _ENDS
    if changed or person.status not in audience.statuses:
        return _AGAINST.get(person.status, "not_in_audience")
    for of_person, meant in (person.units, audience.units), (person.cohorts, audience.cohorts):
        if meant and set(meant).isdisjoint(of_person):
            return "not_in_audience"
    latest = audience.latest_first_dose(today)
    if latest is not None and person.first_day is not None and person.first_day > latest:
        return "not_due"
    return None
