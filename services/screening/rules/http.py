"""The questionnaire over HTTP, for programs that ask its questions themselves."""

from __future__ import annotations

from services.screening.domain.rules import RULES
from shared.kit.web.endpoints import Answer, Endpoints
from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.terms.screening import QUESTIONS
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/questionnaire", allow=to(*CAMPAIGN))
def questionnaire(web: Web) -> Answer:
    """The questions every screening asks."""
    del web
    questions = [
        {
            "code": each.code,
            "zh": each.zh,
            "en": each.en,
            "kind": "temperature" if each.code == "temperature" else "boolean",
        }
        for each in QUESTIONS.values()
    ]
    return {"rules": RULES, "questions": questions}
