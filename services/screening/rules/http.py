"""The questionnaire over HTTP, for programs that ask its questions themselves."""

from __future__ import annotations

from typing import Literal, TypedDict

from services.screening.domain.rules import TEMPERATURE
from services.screening.rules import loading
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.web.web import Web

endpoints = Endpoints()


class Question(TypedDict):
    """A question; `kind` is what answers it: degrees Celsius, or yes and no."""

    code: str
    zh: str
    en: str
    kind: Literal["temperature", "boolean"]


class Questionnaire(TypedDict):
    """All questions in their order, and which rules judge the answers."""

    rules: str
    questions: list[Question]


@endpoints.query("/api/questionnaire", allow=to(*CAMPAIGN))
def questionnaire(web: Web) -> Questionnaire:
    """The questions every screening asks."""
    del web
    rules = loading.current()
    asked = (rules.temperature, *rules.questions)
    return {
        "rules": rules.version,
        "questions": [
            {
                "code": each.code,
                "zh": each.zh,
                "en": each.en,
                "kind": "temperature" if each.code == TEMPERATURE else "boolean",
            }
            for each in asked
        ],
    }
