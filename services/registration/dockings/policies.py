"""What registration decides when a site's event arrives: nobody is lost or booked at two sites."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.registration.dockings import commands, dispatch
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.contracts.appointments import REDOCKED
from shared.town.work import Work

policies = Policies()


def is_first_dose(event: Event) -> bool:
    """Tell whether an event is about a first dose."""
    return event.data["dose"] == 1


def is_taken_back(event: Event) -> bool:
    """Tell whether the booking of a first dose was given back for another site."""
    return is_first_dose(event) and event.data["reason"] == REDOCKED


@policies.on("AppointmentCancelled", when=is_taken_back)
def book_elsewhere(work: Work, event: Event) -> None:
    """Whose booking was taken back for another site is booked there (R15)."""
    data = event.data
    day = date.fromisoformat(data["day"])
    commands.ask_rebooking(work, UUID(data["resident"]), data["unit"], day)


@policies.on("DoseAdministered", when=is_first_dose)
def tell_where_it_goes_on(work: Work, event: Event) -> None:
    """No other site of the unit gives a first dose any more (R04)."""
    data = event.data
    resident = UUID(data["resident"])
    first = {
        "resident": resident,
        "day": date.fromisoformat(data["day"]),
        "product": data["product"],
    }
    commands.keep_at(work, resident, first, data["site"])


@policies.on("AppointmentBooked", "DoseAdministered", when=is_first_dose)
def keep_one_course(work: Work, event: Event) -> None:
    """A first dose at two sites is one too many (R04)."""
    data = event.data
    day = date.fromisoformat(data["day"])
    commands.keep_one(work, UUID(data["resident"]), data["site"], day)


@policies.on("ResidentSentOn")
def say_who_has_them(work: Work, event: Event) -> None:
    """The site that somebody is sent on to has them from here on (R17)."""
    data = event.data
    day, number = date.fromisoformat(data["day"]), data["number"]
    dispatch.send(work, UUID(data["resident"]), data["site"], data["to_site"], day, number)


@policies.on("ResidentWantedBack")
def ask_for_them(work: Work, event: Event) -> None:
    """Whoever has them is asked to give them back (R17)."""
    dispatch.ask_back(work, UUID(event.data["resident"]), event.data["site"])
