"""Visits over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.courses import queries as courses
from services.appointments.permissions import SITE_TEAM, STAFF, VISIT
from services.appointments.visits import commands, queries, schemas
from shared.kit.dates import day_text
from shared.kit.formats import only
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.mirrors.residents import name_of
from shared.town.web.schemas import OfDay, day_of
from shared.town.web.web import Web

CHECKED_IN = Text("已签到", "Checked in")
OBSERVED = Text("留观结束", "Observation ended")

endpoints = Endpoints()


@endpoints.query("/api/appointments", allow=SITE_TEAM, params=OfDay)
def appointments(web: Web, day: date | None) -> queries.DayList:
    """A day's appointments."""
    rows = queries.day_list(web.work, day or web.work.today())
    return {"appointments": [only(queries.Visit, row) for row in rows]}


@endpoints.command(
    "/api/residents/<uuid:resident>/check-in", allow=VISIT, tells=CHECKED_IN, about="resident"
)
def check_in(web: Web, resident: UUID) -> commands.CheckedIn:
    """The resident is here."""
    return commands.check_in(web.work, resident)


@endpoints.command(
    "/api/residents/<uuid:resident>/dose",
    allow=VISIT,
    body=schemas.Dose,
    tells=Text("已接种", "Dose recorded"),
    about="resident",
)
def give_dose(web: Web, body: Body, resident: UUID) -> commands.Vaccinated:
    """Give the dose that is due."""
    return commands.give_dose(web.work, resident, **body)


def _leaving(web: Web, resident: UUID) -> Question | None:
    """Say who leaves before the observation time is over; after it nothing is asked."""
    work = web.work
    known = courses.known(work, resident)
    _, course = courses.course_of_known(work, known)
    until = queries.observed_until(work, course) if course.observing else None
    if until is None or work.now() >= until:
        return None
    says = t(
        "{name}的留观到 {until} 才满 {n} 分钟，现在提前结束。",
        "{name} is to be observed until {until}, {n} minutes; the observation ends early now.",
        name=name_of(work, known),
        until=f"{until:%H:%M}",
        n=work.campaign.observation_minutes,
    )
    return Question(says, t("确认提前结束留观", "End the observation early"))


def _closing(web: Web, day: str) -> Question | None:
    """Say how many have not come, while some of them still may."""
    on, work = day_of(day), web.work
    missing = queries.not_come(work, on) if on <= work.today() else []
    if not missing or queries.is_over(work, on):
        return None
    says = t(
        "{day}还有 {n} 人没有签到，将全部登记为未到；第一剂未到的，第二剂预约同时取消。",
        "Not checked in on {day}: {n}. All are recorded as no-shows, and who misses the first dose"
        " loses the appointment for the second.",
        day=day_text(on),
        n=len(missing),
    )
    return Question(says, t("确认登记未到", "Record the no-shows"))


def _closed(answer: commands.NotCome) -> str:
    if not answer["no_shows"]:
        return t(
            "没有还在等的人，没有登记未到。", "Nobody was expected any more; nothing was recorded."
        )
    return t("已登记未到 {n} 人。", "No-shows recorded: {n}.", n=answer["no_shows"])


@endpoints.command(
    "/api/residents/<uuid:resident>/observation-end",
    allow=VISIT,
    confirm=_leaving,
    tells=OBSERVED,
    about="resident",
)
def end_observation(web: Web, resident: UUID) -> commands.Observed:
    """The resident leaves."""
    return commands.end_observation(web.work, resident)


@endpoints.command("/api/days/<day>/no-shows", allow=STAFF, confirm=_closing, tells=_closed)
def record_no_shows(web: Web, day: str) -> commands.NotCome:
    """Whoever is still expected did not come."""
    return commands.record_no_shows(web.work, day_of(day))
