"""What registration can be told: rosters and answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registration.answers import Answers
from services.registration.assigning import Assigning
from services.registration.calling import Calling
from services.registration.domain.campaign import Campaign
from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.domain.quotas import Quotas
from services.registration.domain.refusals import (
    VisitOpen,
)
from services.registration.domain.resident import FACTS, Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.unit import Unit
from services.registration.import_work import ImportWork
from services.registration.outbox import Outbox
from services.registration.policies import policies
from services.registration.rebooking import Rebooking

# Why not everything is forgotten at once (Vaccine Administration Law, art. 46).
RETAINED = (
    "已接种，接种记录（姓名、证件号）依《疫苗管理法》第四十六条保存至 {day}，之后可再次申请删除；联系方式已删除。"
    " Vaccinated: the law (Vaccine Administration Law, art. 46) needs name and document number"
    " until {day}; ask again after that day. How to reach the person is erased."
)
OPENED = (
    "name_zh",
    "name_en",
    "start",
    "end",
    "first_dose_cutoff",
    "population",
    "head_count_target",
    "coverage_target",
)


class Registration(ImportWork, Answers, Assigning, Calling, Rebooking, Outbox):
    """The campaign, its units and its residents: all that registration can be told and asked."""

    aggregates = (Campaign, Unit, Resident, Responsibility, Quotas, Notice, NoticeMessage)
    policies = policies

    # The campaign file's facts

    def started(self) -> None:
        """Store what the campaign file says and is not stored yet (R01, R02, R15, R16)."""
        plan = self.campaign
        changed: list[Campaign | Unit] = []
        if self.find(Campaign, Campaign.create_id()) is None:
            changed.append(Campaign(**{name: getattr(plan, name) for name in OPENED}))
        for each in plan.units:
            unit = self.find(Unit, Unit.create_id(each.code))
            if unit is None:
                unit = Unit(
                    unit=each.code, kind=each.kind, name_zh=each.name_zh, name_en=each.name_en
                )
                # Once: where a unit goes later is the office's decision, not the file's.
                unit.dock(each.site, plan.start)
            unit.set_target(each.target)
            changed.append(unit)
        self.save(*changed, *self._buried())

    def _buried(self) -> list[Resident]:
        """Destroy again the keys that a restored backup has brought back, and say so."""
        people: list[Resident] = []
        for resident, classes in self.keys.bury().items():
            self.forget_traces(resident, sorted(classes))
            person = self.find(Resident, UUID(resident))
            if person is not None and person.lose(classes, retained_until=self.retained_until()):
                people.append(person)
        return people

    # Commands

    def erase(self, resident: UUID, reason: str) -> dict[str, Any]:
        """Forget who a resident is, as far as the law allows today; events stay as they are.

        Raises `UnknownResident`, `VisitOpen`.
        """
        person = self.stored_resident(resident)
        retained_until = self.retained_until() if self.is_vaccinated(resident) else None
        day = self.open_visit(resident)
        if day is not None and retained_until is None and FACTS in person.held:
            raise VisitOpen(day)
        classes = person.erase(reason, today=self.today(), retained_until=retained_until)
        if classes:
            self.keys.destroy(str(resident), classes)
            self.forget_traces(str(resident), classes)
            self.save(person)
        kept = retained_until if person.held else None
        return {
            "resident": str(resident),
            "status": "erased" if classes else "already_erased",
            "destroyed": classes,
            "retained": list(person.held),
            "retained_until": kept.isoformat() if kept else None,
            "because": RETAINED.format(day=kept) if kept else None,
        }
