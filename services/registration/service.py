"""Registration over HTTP: the API of units, rosters and answers, and the cadres' pages."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from werkzeug.wrappers import Request

from services.registration import schemas
from services.registration.allowed import (
    ANYBODY,
    PAIR,
    RESIDENT,
    RESIDENT_OR_OVERSIGHT,
    UNIT,
    UNIT_OR_OVERSIGHT,
)
from services.registration.application import Registration
from services.registration.belonging.unit_service import UnitService
from services.registration.calling.contact_service import ContactService
from services.registration.calling.responsibility_service import ResponsibilityService
from services.registration.finding.search_service import SearchService
from services.registration.merging.matches_service import MatchesService
from services.registration.notices.notice_service import NoticeService
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town.access import parts, to
from shared.town.access.roles import OFFICE
from shared.town.campaign import age_on
from shared.town.contracts.registration import DECLINE_REASONS, ERASE_REASONS
from shared.town.privacy import KeyId, seal_keys
from shared.town.service import command, internal, page, query

# Reporting counts people and needs no names.
KEY_HOLDERS = ("screening", "appointments", "supervision")


class RegistrationService(
    MatchesService,
    UnitService,
    ContactService,
    ResponsibilityService,
    SearchService,
    NoticeService,
):
    """The campaign, its units, who lives in them and what they answered."""

    name = "registration"
    application = Registration
    app: Registration
    nav = (
        ("/", "全镇", "Town"),
        ("/matches", "疑似重复", "Likely duplicates"),
        ("/list", "我的名单", "My list"),
        ("/cadres", "责任人", "Cadres"),
        ("/find", "找人", "Find"),
        ("/notices", "通知", "Notices"),
        ("/roster-template.xlsx", "名册模板", "Roster template"),
    )

    # The campaign and its units

    @query(
        "/api/campaign",
        allow=ANYBODY,
        answer=schemas.CampaignAnswer,
        summary="The campaign's goal and dates",
    )
    def campaign(self) -> dict[str, Any]:
        """Return the campaign."""
        return self.app.opened_campaign()

    @query("/api/units", allow=ANYBODY, answer=schemas.Units, summary="All units with their counts")
    def units(self) -> dict[str, Any]:
        """Return the units."""
        return {"units": self.app.units()}

    # Residents and their answers

    @query(
        "/api/units/<unit>/residents",
        allow=UNIT_OR_OVERSIGHT,
        params=schemas.ListPage,
        answer=schemas.Residents,
        summary="A unit's residents in the order of registration, page by page",
    )
    def residents(self, unit: str, **which: Any) -> dict[str, Any]:
        """Return one page of residents."""
        return self.app.residents(unit, **which)

    @query(
        "/api/residents/<uuid:resident>",
        allow=RESIDENT_OR_OVERSIGHT,
        answer=schemas.ResidentAnswer,
        summary="One resident with identity and history",
    )
    def resident(self, resident: UUID) -> dict[str, Any]:
        """Return one resident."""
        return self.app.resident(resident)

    @command(
        "/api/residents/<uuid:resident>/consent",
        allow=RESIDENT,
        body=schemas.Consent,
        answer=schemas.Consented,
        summary="The resident wants to be vaccinated, if possible in a week",
    )
    def give_consent(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Record a consent."""
        return self.app.give_consent(resident, **body)

    @command(
        "/api/residents/<uuid:resident>/decline",
        allow=RESIDENT,
        body=schemas.Decline,
        answer=schemas.Declined,
        summary="The resident does not want to be vaccinated now",
    )
    def decline(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Record a decline."""
        return self.app.decline(resident, **body)

    @command(
        "/api/units/<unit>/answers",
        allow=UNIT,
        body=schemas.Answers,
        answer=schemas.AnswersTaken,
        summary="Answers of many residents of one unit, all or none",
    )
    def record_answers(self, body: dict[str, Any], unit: str) -> dict[str, Any]:
        """Record a batch of answers."""
        return self.app.record_answers(unit, **body)

    @command(
        "/api/residents/<uuid:resident>/erase",
        allow=to(OFFICE),
        body=schemas.Erase,
        answer=schemas.ErasedAnswer,
        summary="Forget who a resident is: destroy the keys, as far as the law allows today",
    )
    def erase(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Erase a resident's identity."""
        return self.app.erase(resident, **body)

    @internal(
        "POST", "/keys", "Keys of residents, for other services, sealed", allow=parts(*KEY_HOLDERS)
    )
    def keys(self, request: Request) -> dict[str, Any]:
        """Return the keys that exist of those asked for, sealed for this question."""
        said = json_object(raw_body(request, JSON_LIMIT))
        wanted = cast("dict[str, Any]", schemas.KeysWanted().load(said))
        keys = self.app.keys.keys(map(KeyId.parse, wanted["keys"]))
        secret = bytes.fromhex(self.deployment.secrets.service)
        return {"sealed": seal_keys(secret, wanted["nonce"], keys)}

    # Pages

    @page(
        "/residents/<uuid:resident>",
        allow=RESIDENT_OR_OVERSIGHT,
        params=schemas.ResidentPage,
        summary="One resident",
    )
    def resident_page(self, resident: UUID, done: str | None) -> str:
        """Show one resident's status, history and the form for the answer."""
        person = self.app.resident(resident)
        born = date.fromisoformat(person["birth_date"])
        return self.render(
            "resident.html",
            r=person,
            unit=self.app.unit(person["unit"]),
            units={each["unit"]: each for each in self.app.units()},
            may_unlist=self.reachable(each["unit"] for each in person["also"]),
            age=age_on(born, self.app.today()),
            last_age=age_on(born, self.app.campaign.end),
            reasons=DECLINE_REASONS,
            erase_reasons=ERASE_REASONS,
            done=done,
            decides_pairs=bool(self.person.roles() & set(PAIR.roles)),
            **self.contact_choices(),
            **self.mobilisation(resident, person["unit"]),
        )
