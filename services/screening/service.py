"""Screening over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.screening.application import ScreeningDesk
from services.screening.domain.rules import RULES
from services.screening.questionnaire import QUESTIONS, REASONS, STATUSES
from services.screening.schemas import STATUS as KINDS
from services.screening.schemas import (
    Done,
    Listing,
    ScreeningAnswer,
    ScreeningBody,
    Withdrawal,
)
from shared.town.access import Place, to
from shared.town.access.roles import CAMPAIGN, OF_SITES, OVERSIGHT, SCREENER, SITE_LEADER
from shared.town.campaign import age_on
from shared.town.service import Service, action, command, page, query
from shared.town.web.finding import Wanted, address_found

# Health answers are for those who screen and vaccinate, and pseudonymous for those who audit.
LIST = to(*OF_SITES, *OVERSIGHT)
RESIDENT = to(*OF_SITES, *OVERSIGHT, at="resident")


class ScreeningService(Service):
    """Applies the plan's rules to what people answer, and says who may be vaccinated."""

    name = "screening"
    application = ScreeningDesk
    nav = (
        ("/", "筛查", "Screening"),
        ("/?status=deferred", "暂缓", "Deferred"),
        ("/?status=contraindicated", "禁忌", "Contraindicated"),
    )
    app: ScreeningDesk

    @query("/api/questionnaire", allow=to(*CAMPAIGN), summary="The questions every screening asks")
    def questionnaire(self) -> dict[str, Any]:
        """Return the questions in both languages."""
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

    @command(
        "/api/residents/<uuid:resident>/screening",
        allow=to(SCREENER, at="resident"),
        body=ScreeningBody,
        answer=ScreeningAnswer,
        summary="Screen a resident: the rules decide, the outcome is recorded",
    )
    def screen(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Screen a resident."""
        self.must_reach(Place(site=self.app.campaign.site(body["site"]).code))
        return self.app.screen(resident, body["site"], body["answers"])

    @command(
        "/api/residents/<uuid:resident>/clearance/withdraw",
        allow=to(SCREENER, SITE_LEADER, at="resident"),
        body=Withdrawal,
        summary="Take a clearance back",
    )
    def withdraw(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Take a clearance back."""
        return self.app.withdraw(resident, body["reason"])

    @query(
        "/api/residents/<uuid:resident>",
        allow=RESIDENT,
        summary="How a resident's screening stands",
    )
    def resident(self, resident: UUID) -> dict[str, Any]:
        """Return the resident's standing and history."""
        person = self.app.resident(resident)
        person.pop("identity")
        return person | {"history": self.app.history(resident)}

    @query("/api/residents", allow=LIST, params=Listing, summary="Residents by status and unit")
    def residents(self, status: str | None, unit: str | None, after: str) -> dict[str, Any]:
        """List residents."""
        people = self.app.residents(
            status=status, unit=unit, after=after, reach=self.units_in_reach()
        )
        for person in people:
            person.pop("identity")
        return {"residents": people, "next": people[-1]["resident"] if people else None}

    @page("/", allow=LIST, params=Listing, summary="Everyone to be screened")
    def queue(self, status: str | None, unit: str | None, after: str) -> str:
        """Show the list."""
        found = self.app.residents(
            status=status, unit=unit, after=after, reach=self.units_in_reach()
        )
        people = [self.app.shown(person) for person in found]
        return self.render(
            "queue.html",
            people=people,
            names=self.app.names(people),
            counts=self.app.counts(self.app.today()),
            statuses=STATUSES,
            kinds=KINDS,
            reasons=REASONS,
            units=self.app.campaign.units,
            chosen={"status": status, "unit": unit},
        )

    @action("/find", allow=LIST, body=Wanted, summary="A resident by id, or a unit's by its code")
    def find(self, body: dict[str, Any]) -> Response:
        """Go to the resident or the list that was looked for."""
        return redirect(address_found(body["q"], self.app.campaign, "/?unit="), 303)

    @page("/residents/<uuid:resident>", allow=RESIDENT, params=Done, summary="Screen one resident")
    def resident_page(self, resident: UUID, done: str | None) -> str:
        """Show the history first, then the questions."""
        person = self.app.shown(self.app.resident(resident))
        age = age_on(date.fromisoformat(person["birth_date"]), self.app.today())
        return self.render(
            "resident.html",
            person=person,
            name=self.app.names([person])[person["resident"]],
            history=self.app.history(resident),
            questions=QUESTIONS,
            statuses=STATUSES,
            reasons=REASONS,
            sites=self.app.campaign.sites,
            docked=self.app.docked_to(person["unit"]),
            done=done,
            over_age=age > self.app.campaign.max_age,
        )
