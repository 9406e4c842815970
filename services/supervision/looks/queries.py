"""Who was shown whom."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from sqlalchemy import case, func, select

from services.supervision.looks.views import handouts as handed
from services.supervision.looks.views import looks as table
from shared.kit.formats import Id, Moment
from shared.town.work import Work

MOST_LOOKS = 500
MOST_HANDOUTS = 20
PAGE = 50
_HANDOUT = [handed.c[name] for name in ("part", "asked", "withheld", "in_hour", "recorded_at")]


class Look(TypedDict):
    """One resident who was shown to an account; `viewed` are the fields, with commas between."""

    look: Id
    resident: Id
    login: str
    viewed: str
    page: str
    reason: str | None
    source: str
    recorded_at: Moment


class Looks(TypedDict):
    """Who was shown whom, newest first."""

    looks: list[Look]


class Shown(TypedDict):
    """How many residents an account was shown, and how many of them on a page of their own."""

    login: str
    all: int
    alone: int


class Handout(TypedDict):
    """A part that asked for residents' keys: of how many, of how many it got none."""

    part: str
    asked: int
    withheld: int
    in_hour: int
    recorded_at: Moment


def handouts(work: Work) -> list[Handout]:
    """Return which parts asked for keys, the newest first, at most `MOST_HANDOUTS`."""
    query = select(*_HANDOUT).order_by(handed.c.recorded_at.desc())
    return work.rows(query.limit(MOST_HANDOUTS), Handout)


def hungriest_since(work: Work, day: str, most: int, strangers: int) -> list[Handout]:
    """Return the questions since a day began for many keys in an hour, or for many withheld ones."""
    many = (handed.c.in_hour > most) | (handed.c.withheld > strangers)
    query = select(*_HANDOUT).where(handed.c.recorded_at >= day, many)
    return work.rows(query.order_by(handed.c.recorded_at), Handout)


def looks(
    work: Work, login: str | None, resident: UUID | None, *, most: int = MOST_LOOKS, skip: int = 0
) -> list[Look]:
    """Return who was shown whom, newest first, at most `most` after those skipped."""
    query = select(table).order_by(table.c.recorded_at.desc(), table.c.resident)
    if login:
        query = query.where(table.c.login == login)
    if resident:
        query = query.where(table.c.resident == str(resident))
    return work.rows(query.limit(most).offset(skip), Look)


def shown_since(work: Work, day: str) -> list[Shown]:
    """Return of every account how many residents it was shown since a day began."""
    at = table.c
    alone = case((at.page.contains("<uuid:resident>", autoescape=True), at.resident))
    query = select(
        at.login,
        func.count(at.resident.distinct()).label("all"),
        func.count(alone.distinct()).label("alone"),
    )
    return work.rows(query.where(at.recorded_at >= day).group_by(at.login), Shown)
