"""What a site decides when others say something: cancels, books again, gives back, takes over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.bookings.commands import cancel_all
from services.appointments.courses.queries import still_consents
from services.appointments.elsewhere import commands
from services.appointments.elsewhere.commands import DECLINED, MERGED
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.mirrors.merges import records_of
from shared.town.work import Work

policies = Policies()


@policies.on("ContraindicationFound")
def stop_the_course(work: Work, event: Event) -> None:
    """No dose may follow (R10, R11, R13)."""
    cancel_all(work, UUID(event.data["resident"]), "contraindicated")


@policies.on("VaccinationDeclined")
def respect_the_refusal(work: Work, event: Event) -> None:
    """Nobody who has declined is expected."""
    cancel_all(work, UUID(event.data["resident"]), DECLINED)


@policies.on("AnswerTakenBack")
def expect_only_who_consents(work: Work, event: Event) -> None:
    """The answer was a mis-tap: no refusal took the place away; without a consent there is none."""
    resident, answer = event.data["resident"], event.data["answer"]
    if answer == "consent" or still_consents(work, resident):
        commands.book_again(work, records_of(work, resident), DECLINED)
    else:
        cancel_all(work, UUID(resident), DECLINED if answer == "decline" else "other")


@policies.on("ResidentErased", "RegistrationTakenBack")
def free_the_place(work: Work, event: Event) -> None:
    """Who is erased, or off the list as if never on it, is not expected."""
    cancel_all(work, UUID(event.data["resident"]), "other")


@policies.on("ResidentDeferred")
def wait_until_the_day(work: Work, event: Event) -> None:
    """What stands before the day to look again is cancelled (R09, R12)."""
    until = event.data["until"]
    before = date.fromisoformat(until) if until else None
    cancel_all(work, UUID(event.data["resident"]), "deferred", before=before)


@policies.on("ResidentsMerged")
def follow_the_link(work: Work, event: Event) -> None:
    """Two records are of one person: one course, and no place held twice."""
    commands.follow_link(work, event.data["resident"])


@policies.on("MergeUndone")
def give_the_place_back(work: Work, event: Event) -> None:
    """They are two people after all: who lost a booking by the link has one again."""
    commands.book_again(work, [event.data["resident"], event.data["into"]], MERGED)


# A unit goes to another site (R15). All sites hear it; each does what it is named for.


@policies.on("BookingsMoveOrdered")
def give_back(work: Work, event: Event) -> None:
    """The site the unit came from takes back what has not begun."""
    data = event.data
    if data["from_site"] == work.site:
        commands.give_back(work, data["unit"], date.fromisoformat(data["from_day"]))


@policies.on("RebookingAsked")
def take_over(work: Work, event: Event) -> None:
    """The site the unit goes to books, or says why it cannot."""
    data = event.data
    if data["site"] == work.site:
        day = date.fromisoformat(data["day"])
        commands.take_over(work, UUID(data["resident"]), data["unit"], day)


@policies.on("BookedTwice")
def end_what_has_not_begun(work: Work, event: Event) -> None:
    """Another site has the course."""
    if event.data["site"] == work.site:
        commands.end_unbegun(work, UUID(event.data["resident"]))
