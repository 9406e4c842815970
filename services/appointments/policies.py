"""What a site decides when somebody else's event arrives: who must not come, is not expected."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.appointments.following_links import DECLINED, MERGED
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies

if TYPE_CHECKING:
    from services.appointments.application import Appointments

policies = Policies()


@policies.on("ContraindicationFound")
def stop_the_course(app: Appointments, event: Event) -> None:
    """No dose may follow (R10, R11, R13)."""
    app.cancel_all(UUID(event.data["resident"]), "contraindicated")


@policies.on("VaccinationDeclined")
def respect_the_refusal(app: Appointments, event: Event) -> None:
    """Nobody who has declined is expected."""
    app.cancel_all(UUID(event.data["resident"]), DECLINED)


@policies.on("AnswerTakenBack")
def expect_only_who_consents(app: Appointments, event: Event) -> None:
    """The answer was a mis-tap: no refusal took the place away; without a consent there is none."""
    resident, answer = event.data["resident"], event.data["answer"]
    if answer == "consent" or app.still_consents(resident):
        app.book_again(app.records_of(resident), DECLINED)
    else:
        app.cancel_all(UUID(resident), DECLINED if answer == "decline" else "other")


@policies.on("ResidentErased")
def forget(app: Appointments, event: Event) -> None:
    """Keys kept in memory are dropped; an erased person is not expected, the place is free."""
    app.privacy.forget(event.data["resident"])
    app.cancel_all(UUID(event.data["resident"]), "other")


@policies.on("ResidentDeferred")
def wait_until_the_day(app: Appointments, event: Event) -> None:
    """What stands before the day to look again is cancelled (R09, R12)."""
    until = date.fromisoformat(event.data["until"])
    app.cancel_all(UUID(event.data["resident"]), "deferred", before=until)


@policies.on("ResidentsMerged")
def follow_the_link(app: Appointments, event: Event) -> None:
    """Two records are of one person: one course, and no place held twice."""
    app.follow_link(event.data["resident"])


@policies.on("MergeUndone")
def give_the_place_back(app: Appointments, event: Event) -> None:
    """They are two people after all: who lost a booking by the link has one again."""
    app.book_again((event.data["resident"], event.data["into"]), MERGED)


# A unit goes to another site (R15). All sites hear it; each does what it is named for.


@policies.on("BookingsMoveOrdered")
def give_back(app: Appointments, event: Event) -> None:
    """The site the unit came from takes back what has not begun."""
    data = event.data
    if data["from_site"] == app.site:
        app.give_back(data["unit"], date.fromisoformat(data["from_day"]))


@policies.on("RebookingAsked")
def take_over(app: Appointments, event: Event) -> None:
    """The site the unit goes to books, or says why it cannot."""
    data = event.data
    if data["site"] == app.site:
        day = date.fromisoformat(data["day"])
        app.take_over(UUID(data["resident"]), data["unit"], day)


@policies.on("BookedTwice")
def end_what_has_not_begun(app: Appointments, event: Event) -> None:
    """Another site has the course."""
    if event.data["site"] == app.site:
        app.end_unbegun(UUID(event.data["resident"]))
