"""One person as the site's pages show them: the course, and where it is."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from services.appointments.courses import queries as courses
from services.appointments.courses.queries import Known
from services.appointments.courses.views import Appointment, DoseGiven, ToldDose
from services.appointments.visits.queries import HeadCount
from shared.kit.formats import Id, only
from shared.town.mirrors.findings import Screened
from shared.town.mirrors.residents import Registered
from shared.town.work import Work


class SiteToday(TypedDict):
    """A site, the day its first batch opened it, and its head-count."""

    site: str
    name_zh: str
    name_en: str
    opened: date | None
    daily_floor: int
    today: HeadCount


class Person(Registered, Screened):
    """A resident as everybody is told; `status` says where the course is. See `Known`."""

    records: list[Id]
    course: Id
    told: list[ToldDose]
    appointments: list[Appointment]
    doses: list[DoseGiven]
    status: str


def person_of(work: Work, known: Known) -> Person:
    """Return somebody with appointments and doses, without the sealed identity."""
    booked = courses.appointments_of(work, known["records"])
    given = courses.doses_of(work, known["records"])
    more = {"appointments": booked, "doses": given, "status": _status(known, booked, given)}
    return only(Person, {**known, **more})


def _status(known: Known, booked: list[Appointment], given: list[DoseGiven]) -> str:
    """Complete, the status of the due appointment, or the answer."""
    count = len(given) + len(known["told"])
    if count >= 2:
        return "complete"
    at = next((each["status"] for each in booked if each["dose"] == count + 1), None)
    return at or known["answer"] or "registered"
