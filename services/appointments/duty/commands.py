"""Take duty, and leave it."""

from __future__ import annotations

from datetime import date

from services.appointments.domain.duty import Duty
from services.appointments.domain.refusals import NotOfThisSite
from services.appointments.duty.queries import OnDuty
from services.appointments.sessions.queries import must_be_open
from shared.town.contracts.visits import POSTS
from shared.town.mirrors.grants import staff_at
from shared.town.work import Work


def take(work: Work, login: str, posts: list[str], desk: str | None) -> OnDuty:
    """Somebody of the site works today at these posts. A repeat changes nothing.

    Raises `DayClosed`, and `NotOfThisSite` of an account without a grant here; whoever says it of themselves was
    let in with one.
    """
    if login != work.store.current.context.actor and login not in staff_at(work, work.site):
        raise NotOfThisSite(login=login)
    today = work.today()
    must_be_open(work, today)
    duty = work.begin(Duty, Duty.create_id(work.site, today))
    in_order = [post for post in POSTS if post in posts]
    duty.take(work.site, today, login, in_order, desk)
    work.save(duty)
    return {"login": login, "posts": in_order, "desk": desk}


def leave(work: Work, login: str) -> OnDuty:
    """Somebody is on duty no more today; of whoever is not, nothing changes."""
    today = work.today()
    duty = work.begin(Duty, Duty.create_id(work.site, today))
    duty.leave(work.site, today, login)
    work.save(duty)
    return {"login": login, "posts": [], "desk": None}


def all_leave(work: Work, day: date) -> None:
    """Nobody is on duty any more on a day that is closed."""
    duty = work.begin(Duty, Duty.create_id(work.site, day))
    for login in list(duty.on):
        duty.leave(work.site, day, login)
    work.save(duty)
