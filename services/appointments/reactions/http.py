"""Reactions over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.appointments.courses import queries as courses
from services.appointments.permissions import VISIT
from services.appointments.reactions import commands, schemas
from shared.kit.language import t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.mirrors.residents import name_of
from shared.town.terms import GROUPS
from shared.town.web.telling import dose_text
from shared.town.web.web import Web

endpoints = Endpoints()


def _reporting(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say of whom, after which dose, what severe reaction is recorded; a mild one is not asked about."""
    if body["severity"] == "mild":
        return None
    known = courses.known(web.work, resident)
    _, course = courses.course_of_known(web.work, known)
    if not course.doses:
        return None
    says = t(
        "将登记{name}接种{dose}后的不良反应：{severity}，{sign}。",
        "An adverse event of {name} after the {dose} is recorded: {severity}, {sign}.",
        name=name_of(web.work, known),
        dose=dose_text(course.doses[-1]["dose"]),
        severity=GROUPS["severities"][body["severity"]],
        sign=body["sign"],
    )
    return Question(says, t("确认登记不良反应", "Record the adverse event"))


def _reported(answer: commands.Reported) -> str:
    severity = GROUPS["severities"][answer["severity"]]
    return t("已记录不良反应：{severity}", "Adverse event recorded: {severity}", severity=severity)


@endpoints.command(
    "/api/residents/<uuid:resident>/adverse-event",
    allow=VISIT,
    body=schemas.AdverseEvent,
    confirm=_reporting,
    tells=_reported,
)
def report_adverse_event(web: Web, body: Body, resident: UUID) -> commands.Reported:
    """Record what happened after a dose (AEFI)."""
    return commands.report_adverse_event(web.work, resident, **body)
