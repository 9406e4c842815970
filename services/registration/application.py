"""What registration can be told: rosters and answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registration.belonging.rebooking import Rebooking
from services.registration.calling.answers import Answers
from services.registration.calling.assigning import Assigning
from services.registration.calling.calling import Calling
from services.registration.domain.campaign import Campaign
from services.registration.domain.link import Link
from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.domain.pair import Pair
from services.registration.domain.quotas import Quotas
from services.registration.domain.refusals import (
    VisitOpen,
)
from services.registration.domain.resident import FACTS, Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.unit import Unit
from services.registration.imports.import_work import ImportWork
from services.registration.notices.outbox import Outbox
from services.registration.policies import policies

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

    aggregates = (
        Campaign,
        Unit,
        Resident,
        Responsibility,
        Quotas,
        Pair,
        Link,
        Notice,
        NoticeMessage,
    )
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

        All records of one person are forgotten together. Raises `UnknownResident`, `VisitOpen`.
        """
        person = self.stored_resident(resident)
        records = self.records_of(resident)
        others = [UUID(each) for each in records if each != str(resident)]
        people = [person, *(self.stored_resident(each) for each in others)]
        vaccinated = any(self.is_vaccinated(each.id) for each in people)
        retained_until = self.retained_until() if vaccinated else None
        days = [day for each in people if (day := self.open_visit(each.id))]
        if days and retained_until is None and FACTS in person.held:
            raise VisitOpen(min(days))
        gone: dict[UUID, list[str]] = {}
        for each in people:
            gone[each.id] = each.erase(reason, today=self.today(), retained_until=retained_until)
            if gone[each.id]:
                self.keys.destroy(str(each.id), gone[each.id])
                self.forget_traces(str(each.id), gone[each.id])
                self.save(each)
        classes = gone[person.id]
        kept = retained_until if person.held else None
        return {
            "resident": str(resident),
            "status": "erased" if classes else "already_erased",
            "records": [str(each) for each, lost in gone.items() if lost],
            "destroyed": classes,
            "retained": list(person.held),
            "retained_until": kept.isoformat() if kept else None,
            "because": RETAINED.format(day=kept) if kept else None,
        }
