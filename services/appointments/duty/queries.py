"""Who is on duty, who may be, and who may have given a dose."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from sqlalchemy import select

from services.appointments.domain.refusals import NotOnDuty, VaccinatorUnknown
from services.appointments.duty.views import served
from shared.town.mirrors.duty import duty
from shared.town.mirrors.grants import staff_at
from shared.town.work import Work

VACCINATOR = "vaccinator"


class OnDuty(TypedDict):
    """Who works at which posts, and at which desk."""

    login: str
    posts: list[str]
    desk: str | None


class DutyToday(TypedDict):
    """Everybody on duty on a day."""

    day: date
    on_duty: list[OnDuty]


def on_duty(work: Work, day: date) -> list[OnDuty]:
    """Return everybody on duty on a day, by desk and login."""
    at = duty.c
    of_day = at.site == work.site, at.day == day.isoformat()
    query = select(at.login, at.posts, at.desk).where(*of_day)
    rows = work.rows(query.order_by(at.desk, at.login))
    return [
        {"login": row["login"], "posts": row["posts"].split(","), "desk": row["desk"]}
        for row in rows
    ]


def vaccinators(work: Work, day: date) -> dict[str, str | None]:
    """Return the desks of those on duty as vaccinators on a day, by their logins."""
    return {
        each["login"]: each["desk"] for each in on_duty(work, day) if VACCINATOR in each["posts"]
    }


def must_vaccinate(work: Work, login: str) -> str | None:
    """Return the desk of who gives a dose today (ADR 0029).

    Raises `NotOnDuty` when others are on duty as vaccinators and this one is not, and
    `VaccinatorUnknown` when nobody is and this is neither who records nor an account of the site.
    """
    given_by = vaccinators(work, work.today())
    if given_by:
        if login not in given_by:
            raise NotOnDuty(login=login, on_duty=", ".join(given_by))
        return given_by[login]
    known = staff_at(work, work.site)
    if known and login not in (*known, work.store.current.context.actor):
        raise VaccinatorUnknown(login=login)
    return None


def were_vaccinators(work: Work, day: date) -> set[str]:
    """Return who was on duty as a vaccinator at any time of a day."""
    at = served.c
    query = select(at.login).where(at.day == day.isoformat(), at.post == VACCINATOR)
    return {row["login"] for row in work.rows(query)}
