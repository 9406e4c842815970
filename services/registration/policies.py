"""What registration decides when a site's event arrives: nobody is lost or booked at two sites."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.contracts.appointments import REDOCKED

if TYPE_CHECKING:
    from services.registration.application import Registration

policies = Policies()


def is_first_dose(event: Event) -> bool:
    """Whether an event is about a first dose."""
    return event.data["dose"] == 1


def is_taken_back(event: Event) -> bool:
    """Whether the booking of a first dose was given back for another site."""
    return is_first_dose(event) and event.data["reason"] == REDOCKED


@policies.on("AppointmentCancelled", when=is_taken_back)
def book_elsewhere(app: Registration, event: Event) -> None:
    """Whose booking was taken back for another site is booked there (R15)."""
    data = event.data
    app.ask_rebooking(UUID(data["resident"]), data["unit"], date.fromisoformat(data["day"]))


@policies.on("AppointmentBooked", "DoseAdministered", when=is_first_dose)
def keep_one_course(app: Registration, event: Event) -> None:
    """A first dose at two sites is one too many (R04)."""
    data = event.data
    app.keep_one(UUID(data["resident"]), data["site"], date.fromisoformat(data["day"]))
