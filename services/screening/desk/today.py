"""What a screening goes by today: what it is worth, the last dose and when the next may be, at which site."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from services.screening.desk import queries
from services.screening.desk.views import doses
from services.screening.domain.refusals import AnotherDose, SentElsewhere
from shared.town.mirrors.duty import sites_of
from shared.town.mirrors.merges import people_of, records_of
from shared.town.web.telling import dose_text
from shared.town.work import Work


class LastDose(NamedTuple):
    """Which dose was given last and when; `next_from`: the first day of the next, if one follows."""

    dose: int
    day: date
    next_from: date | None


def last_dose(work: Work, resident: UUID) -> LastDose | None:
    """Return the last dose that a person was given anywhere; None: none is known."""
    query = select(doses.c.day, doses.c.product)
    query = query.where(doses.c.resident.in_(records_of(work, str(resident))))
    given = work.rows(query.order_by(doses.c.day))
    if not given:
        return None
    first, last = (date.fromisoformat(row["day"]) for row in (given[0], given[-1]))
    wait = timedelta(days=work.campaign.interval(given[0]["product"]))
    return LastDose(len(given), last, first + wait if len(given) == 1 else None)


class Given(NamedTuple):
    """How many doses a person has had, wherever, and the day of the last."""

    doses: int
    last: str


def given(work: Work, people: Iterable[queries.Plain]) -> dict[str, Given]:
    """Return what people have been given, by the record that stays; nothing of who has had no dose."""
    records = people_of(work, [person["resident"] for person in people])
    person_by = {record: person for person, all_of in records.items() for record in all_of}
    found: dict[str, Given] = {}
    query = select(doses.c.resident, doses.c.day).where(doses.c.resident.in_(person_by))
    for row in work.rows(query):
        person = person_by[row["resident"]]
        before = found.get(person, Given(0, ""))
        found[person] = Given(before.doses + 1, max(before.last, row["day"]))
    return found


def status_today(person: queries.Plain, today: date, given: Given | None) -> str:
    """Return the status as it is worth today (R12).

    A clearance that a dose has used up is `first_given`, or `given` where none is due any more; one
    whose last day is past is `lapsed`; a deferral that has reached the day to look again is `look_again`.
    """
    until = person["until"] or ""
    if person["status"] == "cleared":
        if given is not None and given.last >= (person["day"] or ""):
            return "first_given" if given.doses == 1 else "given"
        return "lapsed" if until < today.isoformat() else "cleared"
    if person["status"] == "deferred" and until <= today.isoformat():
        return "look_again"
    return person["status"]


def site_for(work: Work, person: queries.Plain, login: str) -> str:
    """Return the site to be offered: where the doctor is on duty, else where the person is or goes."""
    at, on_duty = queries.is_at(work, person), sites_of(work, login)
    return at if at in on_duty or not on_duty else on_duty[0]


def must_be_due(shown: int | None, due: int) -> None:
    """Refuse a form that was shown for another dose. Raises `AnotherDose`."""
    if shown not in (None, due):
        raise AnotherDose(shown=dose_text(shown), due=dose_text(due))


def must_be_had_by(work: Work, person: queries.Plain, site: str) -> None:
    """Refuse a site that has sent the person on to another one. Raises `SentElsewhere`."""
    sent_to = queries.sent_to(work, person)
    if sent_to not in (None, site):
        raise SentElsewhere(site=work.campaign.site(sent_to))
