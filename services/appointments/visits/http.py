"""Visits over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.courses import queries as courses
from services.appointments.domain.person import How
from services.appointments.domain.refusals import NotIdentified
from services.appointments.domain.stock_refusals import TraceCodeUsed
from services.appointments.permissions import SITE_TEAM, STAFF, VISIT
from services.appointments.visits import commands, identity, packages, queries, schemas
from services.appointments.visits.packages import is_strange, is_trace_code
from shared.kit.dates import day_text
from shared.kit.formats import only
from shared.kit.language import Text, t
from shared.kit.refusals import Refusal
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.mirrors.residents import name_of
from shared.town.web.schemas import OfDay, day_of
from shared.town.web.web import Web

OBSERVED = Text("留观结束", "Observation ended")

SEEN = "*"
"""The key that says: this is the person."""

endpoints = Endpoints()


@endpoints.query("/api/appointments", allow=SITE_TEAM, params=OfDay)
def appointments(web: Web, day: date | None) -> queries.DayList:
    """A day's appointments."""
    rows = queries.day_list(web.work, day or web.work.today())
    return {"appointments": [only(queries.Visit, row) for row in rows]}


def checked_in(answer: commands.CheckedIn) -> str:
    """Say that somebody is checked in, and under which number they wait."""
    if answer["number"] is None:
        return t("已签到", "Checked in")
    return t("已签到，排队号 {number}", "Checked in, number {number}", number=answer["number"])


@endpoints.command(
    "/api/residents/<uuid:resident>/check-in", allow=VISIT, tells=checked_in, about="resident"
)
def check_in(web: Web, resident: UUID) -> commands.CheckedIn:
    """The resident is here."""
    return commands.check_in(web.work, resident)


def _shown(body: Body) -> str:
    """What was scanned of the person; "": nothing was."""
    text = (body["shown"] or "").strip()
    return "" if text == SEEN else text


def _is_seen(body: Body) -> bool:
    """Whether somebody says to have compared: by the key, also where it was typed into the field."""
    return body["seen"] or (body["shown"] or "").strip() == SEEN


def _checking(web: Web, body: Body, resident: UUID) -> Question | None:
    """Ask about a package the campaign file does not know. Raises `NotIdentified`."""
    del resident
    if not _shown(body) and not _is_seen(body):
        raise NotIdentified
    code = next(
        (each for each in (body["trace_code"], body["batch"]) if each and is_trace_code(each)), None
    )
    if code is None or not is_strange(web.work, code):
        return None
    says = t(
        "追溯码 {code} 的前七位不是本次接种的任何一种疫苗。",
        "The first seven digits of trace code {code} are of no vaccine of this campaign.",
        code=code,
    )
    return Question(says, t("已核对实物，记录接种", "I looked at the package; record the dose"))


def _refused(web: Web, why: Refusal, body: Body, resident: UUID) -> None:
    """Keep that a package was shown again, which supervision looks into."""
    del resident
    if isinstance(why, TraceCodeUsed):
        packages.refuse(web.work, body["trace_code"] or body["batch"])


def _given(answer: commands.Vaccinated) -> str:
    return t("已接种（批号 {batch}）", "Dose recorded, batch {batch}", batch=answer["batch"])


@endpoints.command(
    "/api/residents/<uuid:resident>/dose",
    allow=VISIT,
    body=schemas.Dose,
    confirm=_checking,
    refused=_refused,
    tells=_given,
    about="resident",
)
def give_dose(web: Web, body: Body, resident: UUID) -> commands.Vaccinated:
    """Give the dose that is due, to whoever is shown to be the person."""
    if shown := _shown(body):
        identity.must_be(web.work, courses.known(web.work, resident), shown)
    how = How(body["body_side"], body["desk"] or None, body["trace_code"] or None)
    return commands.give_dose(web.work, resident, body["batch"], body["vaccinator"], how)


def _leaving(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say who leaves before the observation time is over; after it nothing is asked."""
    work = web.work
    if not (body["early_reason"] or "").strip():
        return None  # is refused, or nothing has to be asked
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
    body=schemas.Leaving,
    confirm=_leaving,
    tells=OBSERVED,
    about="resident",
)
def end_observation(web: Web, body: Body, resident: UUID) -> commands.Observed:
    """The resident leaves."""
    return commands.end_observation(web.work, resident, **body)


@endpoints.command("/api/days/<day>/no-shows", allow=STAFF, confirm=_closing, tells=_closed)
def record_no_shows(web: Web, day: str) -> commands.NotCome:
    """Whoever is still expected did not come."""
    return commands.record_no_shows(web.work, day_of(day))
