"""Erasure over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.registration.erasure import commands, schemas
from services.registration.residents import queries as residents
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import OFFICE
from shared.town.web.web import Web

endpoints = Endpoints()


def _erasing(web: Web, body: Body, resident: UUID) -> Question:
    """Say who is forgotten, and what stays."""
    del body
    says = t(
        "将删除{name}的姓名、证件号码、住址和手机号，任何人都无法恢复；已接种的，姓名和证件号码依法保存到期。",
        "Name, document number, address and phone of {name} are erased, and nobody can bring them"
        " back; of who was vaccinated, the law keeps name and number for its time.",
        name=residents.name_of(web.work, resident),
    )
    return Question(says, t("确认删除个人信息", "Erase the personal data"))


@endpoints.command(
    "/api/residents/<uuid:resident>/erase",
    allow=to(OFFICE),
    body=schemas.Erase,
    confirm=_erasing,
    tells=Text("删除已办理。", "The erasure is carried out."),
)
def erase(web: Web, body: Body, resident: UUID) -> commands.Erased:
    """Forget who a resident is: destroy the keys, as far as the law allows today."""
    return commands.erase(web.work, resident, **body)
