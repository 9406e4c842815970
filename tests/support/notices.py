"""A town that tells its residents something: people with addresses, notices, a sender by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.registration.domain.resident import Resident
from services.registration.notices.channels.channel import Channel
from services.registration.notices.sender import Sender
from shared.town.notice_settings import NoticeSettings
from tests.support.part import HttpClient, PartUnderTest, a_deployment

ZH = "{name}您好，请带身份证到{site}接种。"
EN = "Dear {name}, please come to {site} with your identity card."
SITE = "stadium"


class Telling(PartUnderTest):
    """Registration with residents who can be told something."""

    def __init__(
        self, folder: Path, notices: NoticeSettings | None = None, store: str = ""
    ) -> None:
        changes: dict[str, Any] = {"notices": notices or NoticeSettings()}
        if store:
            parts = a_deployment(folder).parts
            changes["parts"] = tuple(
                replace(each, store=store) if each.source == "registration" else each
                for each in parts
            )
        super().__init__(folder, "registration", **changes)
        self.at("2024-04-10")
        self.rested: list[float] = []

    def person(self, number: int, unit: str = "v01", **changes: Any) -> UUID:
        """Register somebody; the identity is generated and belongs to nobody."""
        identity = {
            "name": f"演练{number:03}",
            "phone": f"1000000{number:04}",
            "email": f"person{number}@people.example",
        }
        identity |= changes.pop("identity", {})
        facts: dict[str, Any] = {"unit": unit, "tie": "household", "cohort": "general"}
        facts |= {
            "sex": "female",
            "birth_date": date(1980, 1, 1),
            "document_kind": "test",
        } | changes
        resident = UUID(int=(number << 8) + (8 << 76) + (2 << 62))
        with self.transaction():
            self.app.save(
                Resident(
                    resident=resident,
                    identity={k: v for k, v in identity.items() if v is not None},
                    **facts,
                )
            )
        return resident

    def people(self, count: int, **changes: Any) -> list[UUID]:
        return [self.person(number, **changes) for number in range(1, count + 1)]

    def prepared(
        self, channel: str = "gateway", client: HttpClient | None = None, **said: Any
    ) -> str:
        body: dict[str, Any] = {
            "title": "接种提醒 Reminder",
            "zh": ZH,
            "en": EN,
            "channel": channel,
        }
        body |= {"statuses": ["registered", "consented"]} | said
        answer = (client or self.http).post("/api/notices", body)
        assert answer.status_code == 200, answer.text
        return answer.json["notice"]  # type: ignore[index]

    def released(self, channel: str = "gateway", **said: Any) -> str:
        notice = self.prepared(channel, **said)
        answer = self.http.post(f"/api/notices/{notice}/release", {"recipients": 100_000})
        assert answer.status_code == 200, answer.text
        return notice

    def sender(self, channel: Channel, behind: Any = ()) -> Sender:
        return Sender(
            self.app,
            channel,
            behind=lambda: behind,
            rest=self.rested.append,
        )

    def reach(self, notice: str) -> dict[str, Any]:
        return self.http.get(f"/api/notices/{notice}").json  # type: ignore[return-value]

    def dose(self, resident: UUID, dose: int = 1, day: str = "2024-04-10") -> None:
        self.hears(
            f"appointments/{SITE}",
            "DoseAdministered",
            site=SITE,
            resident=resident,
            unit="v01",
            cohort="general",
            dose=dose,
            day=day,
            product="CoronaVac",
            batch="SV-1",
            vaccinator="nurse-01",
        )

    def contraindicated(self, resident: UUID) -> None:
        self.hears(
            "screening",
            "ContraindicationFound",
            resident=resident,
            site=SITE,
            day="2024-04-10",
            rules="plan-2024.1",
            reasons=["severe_allergy"],
        )

    def booked(self, resident: UUID, day: str, time: str = "09:30") -> None:
        self.hears(
            f"appointments/{SITE}",
            "AppointmentBooked",
            site=SITE,
            resident=resident,
            unit="v01",
            dose=1,
            day=day,
            time=time,
            product="CoronaVac",
            override=None,
        )

    def later(self, seconds: float) -> None:
        """Let the clock go on."""
        self.app.store.clock.set(self.app.now() + timedelta(seconds=seconds))  # type: ignore[attr-defined]


def drain(sender: Sender) -> int:
    """Step until there is nothing to do now; return how many steps did something."""
    steps = 0
    while sender.step():
        steps += 1
    return steps
