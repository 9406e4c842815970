"""Residents over HTTP: the units' lists, answers, second lists (R16, R20, R21)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registration.history import queries as history
from services.registration.permissions import RESIDENT, UNIT, UNIT_OR_OVERSIGHT
from services.registration.residents import commands, queries, schemas
from shared.kit.dates import day_text
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.done import SAME, if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.pages import named
from shared.town.web.telling import dose_text
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/units/<unit>/residents", allow=UNIT_OR_OVERSIGHT, params=schemas.ListPage)
def residents(web: Web, unit: str, **which: Any) -> queries.Page:
    """A unit's residents in the order of registration, page by page."""
    return queries.residents_of(web.work, unit, **which)


# Answers


@endpoints.command(
    "/api/residents/<uuid:resident>/consent",
    allow=RESIDENT,
    body=schemas.Consent,
    tells=Text("已登记同意。", "The consent is recorded."),
)
def give_consent(web: Web, body: Body, resident: UUID) -> commands.Consented:
    """The resident wants to be vaccinated, if possible in a week."""
    return commands.give_consent(web.work, resident, **body)


def _declining(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say which appointments are lost; without any, the next answer simply counts instead."""
    del body
    today = web.work.today().isoformat()
    booked = history.open_appointments(web.work, str(resident))
    lost = [
        f"{dose_text(each['dose'])} {day_text(each['day'])} {each['time']}"
        for each in booked
        if each["day"] >= today
    ]
    if not lost:
        return None
    says = t(
        "将登记{name}暂不接种，已有的预约随之取消：{lost}。",
        "A decline of {name} is recorded; the appointments are cancelled with it: {lost}.",
        name=queries.name_of(web.work, resident),
        lost=listed(lost),
    )
    return Question(says, t("确认登记暂不接种", "Record the decline"))


def _unlisting(web: Web, body: Body, unit: str) -> Question | None:
    """Say who leaves which list; only a roster puts somebody on it again."""
    listing = [each["unit"] for each in queries.also_listed(web.work, body["resident"])]
    if unit not in listing:
        return None
    says = t(
        "将把{name}移出{unit}的名册；只有再次导入名册才能加回。",
        "{name} is taken off the list of {unit}; only another roster puts them on it again.",
        name=queries.name_of(web.work, body["resident"]),
        unit=named(web.work.campaign.unit(unit)),
    )
    return Question(says, t("确认移出", "Take off the list"))


@endpoints.command(
    "/api/residents/<uuid:resident>/decline",
    allow=RESIDENT,
    body=schemas.Decline,
    confirm=_declining,
    tells=Text("已登记暂不接种。", "The decline is recorded."),
)
def decline(web: Web, body: Body, resident: UUID) -> commands.Declined:
    """The resident does not want to be vaccinated now."""
    return commands.decline(web.work, resident, **body)


def _answered(answer: commands.AnswersTaken) -> str:
    news = answer["consented"] + answer["declined"]
    return t("已登记 {n} 人的答复。", "Answers recorded: {n}.", n=news) if news else str(SAME)


@endpoints.command("/api/units/<unit>/answers", allow=UNIT, body=schemas.Answers, tells=_answered)
def record_answers(web: Web, body: Body, unit: str) -> commands.AnswersTaken:
    """Answers of many residents of one unit, all or none."""
    return commands.record_answers(web.work, unit, **body)


# Second lists and cohorts


@endpoints.command(
    "/api/units/<unit>/unlist",
    allow=UNIT,
    body=schemas.Unlist,
    confirm=_unlisting,
    tells=if_new(Text("已移出本单位名册。", "Taken off this unit's list.")),
)
def unlist(web: Web, body: Body, unit: str) -> commands.Unlisted:
    """Take somebody whom another unit counts off this unit's list."""
    return commands.unlist(web.work, unit, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/cohorts",
    allow=RESIDENT,
    body=schemas.Tags,
    tells=if_new(Text("人群已登记。", "The cohorts are recorded.")),
)
def tag(web: Web, body: Body, resident: UUID) -> commands.Tagged:
    """Set all cohorts a resident belongs to; the main one always stays."""
    return commands.tag(web.work, resident, **body)
