"""Send people on to another site, ask for them back, and take in who is sent here (R17).

Exactly one site has a person: who gives them away stops at once, who gets them begins when
registration has told it. What is asked back is given back only by the site that has the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TypedDict
from uuid import UUID

from services.appointments.bookings import commands as bookings
from services.appointments.bookings.commands import Touched
from services.appointments.courses import queries as courses
from services.appointments.courses import where
from services.appointments.courses.queries import Known
from services.appointments.dispatch import queries
from services.appointments.domain.dispatch_refusals import CourseBegun, NotSentOn, ToThisSite
from services.appointments.domain.refusals import Erased, HasDeclined, NoConsent, SentOn
from services.appointments.domain.whereabouts import Whereabouts
from services.appointments.elsewhere.commands import end_unbegun, take_over
from services.appointments.queue.queries import must_not_be_called
from shared.kit.formats import Id
from shared.kit.refusals import Refusal
from shared.town.contracts.appointments import SENT_ON
from shared.town.mirrors.merges import records_of
from shared.town.work import Work


class Sent(TypedDict):
    """Who goes to which site, for which day."""

    resident: Id
    to: str
    day: date


class NotSent(TypedDict):
    """Who stays, and the code of the refusal."""

    resident: Id
    code: str


class SentSeveral(TypedDict):
    """Who was sent on, and who was not."""

    sent: list[Sent]
    refused: list[NotSent]


class WantedBack(TypedDict):
    """From which site somebody is wanted back; None: they are here again."""

    resident: Id
    at: str | None


def send_on(work: Work, resident: UUID, to: str, reason: str | None = None) -> Sent:
    """Give somebody whose course has not begun to another site; a repeat changes nothing.

    Raises `ToThisSite`, `SentOn`, `CourseBegun`, `Erased`, `NoConsent` and as `courses.known`.
    """
    if work.campaign.site(to).code == work.site:
        raise ToThisSite
    try:
        known = courses.known(work, resident)
    except SentOn:
        gone = queries.sent_on(work, resident)
        if gone is None or gone["to"] != to:
            raise
        return {"resident": str(resident), "to": to, "day": gone["day"]}
    if not known["identity"]:
        raise Erased
    if known["answer"] != "consented":
        raise HasDeclined if known["answer"] == "declined" else NoConsent
    return _give_away(work, resident, known, to, reason)


def send_several(
    work: Work, residents: Sequence[UUID], to: str, reason: str | None = None
) -> SentSeveral:
    """Give several people to another site: each who may be, and say why the others may not."""
    done: SentSeveral = {"sent": [], "refused": []}
    if work.campaign.site(to).code == work.site:
        raise ToThisSite
    for resident in dict.fromkeys(residents):
        try:
            done["sent"].append(send_on(work, resident, to, reason))
        except Refusal as refusal:
            done["refused"].append({"resident": str(resident), "code": refusal.code})
    return done


def _give_away(work: Work, resident: UUID, known: Known, to: str, reason: str | None) -> Sent:
    person, course = courses.course_of_known(work, known)
    if course.given(person):
        raise CourseBegun
    must_not_be_called(work, known["records"])
    first, today = course.live(1), work.today()
    day = max(first["day"], today) if first else today
    number = where.host_of(work, known["records"]).number + 1
    touched: Touched = {}
    if first:
        bookings.release_and_cancel(work, course, person, 1, SENT_ON, touched)
    said = _whereabouts(work, person.resident)
    said.send_on(person, day, to, number, reason)
    work.save(*touched.values(), course, said)
    return {"resident": str(resident), "to": to, "day": day}


def _whereabouts(work: Work, resident: UUID) -> Whereabouts:
    return work.begin(Whereabouts, Whereabouts.create_id(resident))


def want_back(work: Work, resident: UUID) -> WantedBack:
    """Ask for somebody whom this site has sent on; a repeat changes nothing. Raises `NotSentOn`."""
    host = where.host_of(work, records_of(work, str(resident)))
    if host.sent_at is None:
        raise NotSentOn
    if host.site in (None, work.site):
        return {"resident": str(resident), "at": None}
    if host.wanted_back is None:
        person, _ = courses.course_of_record(work, host.record)
        said = _whereabouts(work, person.resident)
        said.want_back(person, host.number)
        work.save(said)
    return {"resident": str(resident), "at": host.site}


# What registration tells


def take_in(work: Work, resident: UUID, unit: str, day: date) -> None:
    """Book somebody who is sent here for the day, or say why that cannot be.

    Who comes back gets the own slot again, if it is free.
    """
    time = queries.slot_given_back(work, str(resident), day)
    take_over(work, resident, unit, day, alone=True, time=time)


def let_go(work: Work, resident: UUID) -> None:
    """Another site has the person: end what has not begun here."""
    end_unbegun(work, resident, SENT_ON)


def give_back(work: Work, resident: UUID, to: str, number: int) -> None:
    """Send somebody back who was sent here by that number and has not begun here."""
    records = records_of(work, str(resident))
    host = where.host_of(work, records)
    if (host.site, host.number) != (work.site, number):
        return
    with suppress(Refusal):
        known = courses.known(work, resident)
        _, course = courses.course_of_known(work, known)
        first = course.live(1)
        if first is None or first["status"] == "booked":
            _give_away(work, resident, known, to, None)
