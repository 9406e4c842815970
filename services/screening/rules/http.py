"""The questionnaire over HTTP, for programs that ask its questions themselves."""

from __future__ import annotations

from services.screening.domain.rules import RULES
from services.screening.rules.questionnaire import QUESTIONS
from shared.kit.web.endpoints import Answer, Endpoints
from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query(
    "/api/questionnaire", allow=to(*CAMPAIGN), summary="The questions every screening asks"
)
def questionnaire(web: Web) -> Answer:
    """Return the questions in both languages."""
    del web
    questions = [
        {
            "code": code,
            "zh": zh,
            "en": en,
            "kind": "temperature" if code == "temperature" else "boolean",
        }
        for code, (zh, en) in QUESTIONS.items()
    ]
    return {"rules": RULES, "questions": questions}
