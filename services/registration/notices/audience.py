"""Who a notice is for: the one query for it, and what a message is filled with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select

from services.registration.domain.recipient import Audience, Recipient
from services.registration.history.queries import Appointment, open_appointments_of_all
from services.registration.residents.queries import WithStatus
from services.registration.residents.status import in_cohorts, listed, with_status
from services.registration.units import queries as units
from shared.kit.dates import day_text, days_text
from shared.kit.language import CHINESE, ENGLISH, speaking
from shared.town.campaign import days_of
from shared.town.mirrors.notes import noted_among
from shared.town.work import Work

Texts = dict[str, str]


def people_of(audience: Audience, today: date, born_by: date) -> Select[Any]:
    """Return a query for the residents a notice is for, in the order of registration.

    Nobody born after `born_by` is among them: they cannot be vaccinated (R07).
    """
    person = with_status(today).subquery()
    at = person.c
    query = select(person).where(
        at.merged_into.is_(None),
        at.erased.is_(None),
        at.status.in_(list(audience.statuses)),
        at.birth_date <= born_by.isoformat(),
    )
    for meant, of_person, name in (
        (audience.units, listed(), "unit"),
        (audience.cohorts, in_cohorts(), "cohort"),
    ):
        if meant:
            belongs = of_person.subquery()
            these = select(belongs.c.resident).where(belongs.c[name].in_(list(meant)))
            query = query.where(at.resident.in_(these))
    if (latest := audience.latest_first_dose(today)) is not None:
        long_ago = and_(at.first_day.is_not(None), at.first_day <= latest.isoformat())
        query = query.where(or_(at.first_day.is_(None), long_ago))
    return query.order_by(at.listed)


def doses_of(row: WithStatus) -> int:
    """Return how many doses a person has had."""
    return (row["first_day"] is not None) + (row["second_day"] is not None)


def born_by(work: Work) -> date:
    """Return the latest day of birth of somebody who may be vaccinated today (R07)."""
    today = work.today()
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - work.campaign.min_age, day=day)


def recipient_of(work: Work, row: WithStatus) -> Recipient:
    """Return what decides whether a person gets a message now."""
    also, in_all = listed().subquery(), in_cohorts().subquery()
    mine = select(also.c.unit).where(also.c.resident == row["resident"])
    tagged = select(in_all.c.cohort).where(in_all.c.resident == row["resident"])
    return Recipient(
        units=[each["unit"] for each in work.rows(mine)],
        cohorts=[each["cohort"] for each in work.rows(tagged)],
        status=row["status"],
        doses=doses_of(row),
        first_day=date.fromisoformat(row["first_day"]) if row["first_day"] else None,
        erased=row["erased"] is not None,
        left=left[row["resident"]].left if (left := noted_among(work, [row["resident"]])) else None,
    )


def coming_appointments(work: Work, residents: Sequence[str]) -> dict[str, Appointment]:
    """Return the next appointment from today on of each resident who has one."""
    today = work.today().isoformat()
    return {
        resident: coming
        for resident, every in open_appointments_of_all(work, residents).items()
        if (coming := next((each for each in every if each["day"] >= today), None))
    }


def filling(
    work: Work, row: WithStatus, name: str, coming: Appointment | None
) -> tuple[Texts, Texts]:
    """Return what fills a message to a person, in Chinese and in English."""
    unit, plan = units.unit(work, row["unit"]), work.campaign
    site = plan.site(unit["site"])
    zh = {"name": name, "unit": unit["name_zh"], "site": site.name_zh, "campaign": plan.name_zh}
    en = {"name": name, "unit": unit["name_en"], "site": site.name_en, "campaign": plan.name_en}
    if row["wished_week"]:
        first, *_, last = days_of(row["wished_week"])
        _fill(zh, en, "week", lambda: days_text(first, last))
    if coming is not None:
        day = date.fromisoformat(coming["day"])
        _fill(zh, en, "day", lambda: day_text(day))
        zh["time"] = en["time"] = coming["time"]
    return zh, en


def _fill(zh: Texts, en: Texts, place: str, said: Callable[[], str]) -> None:
    """Say the same in both languages: a message holds both."""
    for language, texts in ((CHINESE, zh), (ENGLISH, en)):
        with speaking(language):
            texts[place] = said()
