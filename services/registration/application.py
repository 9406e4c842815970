"""What registration can be told: rosters and answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from services.registration.domain.campaign import Campaign
from services.registration.domain.refusals import (
    BadAnswers,
    NotInUnit,
    Refusal,
    TwoAnswers,
    UnknownResident,
    UnknownUnit,
    VisitOpen,
)
from services.registration.domain.resident import FACTS, Resident
from services.registration.domain.unit import Unit
from services.registration.importing import (
    DOCUMENT,
    Known,
    Outcome,
    correct,
    differs,
    elsewhere,
    register,
)
from services.registration.queries import RegistrationQueries
from services.registration.roster import read_roster
from services.registration.roster_rows import Line
from services.registration.views import units
from shared.privacy import KeyTable, Privacy

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


class Registration(RegistrationQueries):
    """The campaign, its units and its residents: what changes them."""

    aggregates = (Campaign, Unit, Resident)

    # The campaign file's facts

    def started(self) -> None:
        """Store what the campaign file says and is not stored yet (R01, R02, R15, R16)."""
        plan = self.campaign
        changed: list[Campaign | Unit] = []
        if self.find(Campaign, Campaign.create_id()) is None:
            changed.append(Campaign(**{name: getattr(plan, name) for name in OPENED}))
        for each in plan.units:
            unit = self.find(Unit, Unit.create_id(each.code))
            since = plan.start if unit is None else max(self.today(), plan.start)
            if unit is None:
                unit = Unit(
                    unit=each.code, kind=each.kind, name_zh=each.name_zh, name_en=each.name_en
                )
            unit.dock(each.site, since)
            unit.set_target(each.target)
            changed.append(unit)
        self.save(*changed, *self._buried())

    def _buried(self) -> list[Resident]:
        """Destroy again the keys that a restored backup has brought back, and say so."""
        people: list[Resident] = []
        for resident, classes in self.keys.bury().items():
            person = self.find(Resident, UUID(resident))
            if person is not None and person.lose(classes, retained_until=self.retained_until()):
                people.append(person)
        return people

    @property
    def keys(self) -> KeyTable:
        """The residents' keys, which registration alone makes and destroys."""
        return cast("Privacy", self.privacy).table

    # Commands

    def import_roster(self, code: str, content: bytes) -> dict[str, Any]:
        """Register everybody on a unit's roster, all good rows at once (R21)."""
        unit = self._unit(code)
        roster = read_roster(content)
        outcome = self._sort_lines(code, roster.lines)
        faults = sorted(
            (*roster.faults, *outcome.faults), key=lambda fault: (fault.sheet, fault.row)
        )
        counts = {name: outcome.count(name) for name in ("new", "corrected", "unchanged")}
        sha256 = hashlib.sha256(content).hexdigest()
        unit.record_import(file_sha256=sha256, errors=len(faults), **counts)
        self.keys.prepare([str(person.id) for person in outcome.changed])
        self.save(*outcome.changed, unit)
        return {
            "unit": code,
            "rows": len(outcome.entries) + len(faults),
            **counts,
            "errors": [asdict(fault) for fault in faults],
            "entries": outcome.entries,
            "ignored": roster.ignored,
        }

    def give_consent(self, resident: UUID, wished_week: str) -> dict[str, Any]:
        """Record that a resident wants to be vaccinated (R21)."""
        person = self._resident(resident)
        person.give_consent(wished_week, weeks=self.weeks())
        self.save(person)
        return {"resident": str(resident), "status": "consented", "wished_week": wished_week}

    def decline(self, resident: UUID, reason: str) -> dict[str, Any]:
        """Record that a resident does not want to be vaccinated now."""
        person = self._resident(resident)
        person.decline(reason)
        self.save(person)
        return {"resident": str(resident), "status": "declined", "reason": reason}

    def erase(self, resident: UUID, reason: str) -> dict[str, Any]:
        """Forget who a resident is, as far as the law allows today; events stay as they are.

        Raises `UnknownResident`, `VisitOpen`.
        """
        person = self._resident(resident)
        retained_until = self.retained_until() if self.is_vaccinated(resident) else None
        day = self.open_visit(resident)
        if day is not None and retained_until is None and FACTS in person.held:
            raise VisitOpen(day)
        classes = person.erase(reason, today=self.today(), retained_until=retained_until)
        if classes:
            self.keys.destroy(str(resident), classes)
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

    def record_answers(self, code: str, answers: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Record the answers of many residents of one unit, all or none of them."""
        self._unit(code)
        weeks = self.weeks()
        listed = {
            row["resident"] for row in self._registered([str(a["resident"]) for a in answers])
        }
        people: dict[UUID, Resident] = {}
        bad: list[dict[str, Any]] = []
        counts = {"consented": 0, "declined": 0, "unchanged": 0}
        for number, line in enumerate(answers, start=1):
            try:
                if str(line["resident"]) not in listed:
                    raise UnknownResident
                counts[self._answer(code, line, people, weeks)] += 1
            except Refusal as refusal:
                about = {"line": number, "resident": str(line["resident"])}
                bad.append(about | {"code": refusal.code, "problem": str(refusal)})
        if bad:
            raise BadAnswers(bad)
        self.save(*people.values())
        return counts

    def _answer(
        self,
        code: str,
        line: dict[str, Any],
        people: dict[UUID, Resident],
        weeks: Sequence[str],
    ) -> str:
        resident: UUID = line["resident"]
        seen = resident in people
        person = people[resident] if seen else self.get(Resident, resident)
        if person.unit != code:
            raise NotInUnit(code)
        people[resident] = person
        if line["answer"] == "consent":
            told, outcome = person.give_consent(line["wished_week"], weeks=weeks), "consented"
        else:
            told, outcome = person.decline(line["reason"]), "declined"
        if told and seen:
            raise TwoAnswers
        return outcome if told else "unchanged"

    def _unit(self, code: str) -> Unit:
        unit = self.find(Unit, Unit.create_id(code))
        if unit is None:
            raise UnknownUnit(code)
        return unit

    def _resident(self, resident: UUID) -> Resident:
        # Asked of the view first: the id of a unit's stream is no resident's.
        if not list(self._registered([str(resident)])):
            raise UnknownResident
        return self.get(Resident, resident)

    def _known(self, ids: Sequence[str]) -> dict[str, Known]:
        rows = list(self._registered(ids))
        opened = self.identities(rows)
        names = {row["unit"]: row["name_zh"] for row in self.rows(select(units))}
        return {
            row["resident"]: Known(
                unit=row["unit"],
                unit_name=names[row["unit"]],
                tie=row["tie"],
                cohort=row["cohort"],
                identity=opened[row["resident"]],
            )
            for row in rows
        }

    def _sort_lines(self, code: str, lines: Sequence[Line]) -> Outcome:
        assert self.privacy is not None
        ids = [self.privacy.resident_id(DOCUMENT, line.card.number) for line in lines]
        known = self._known([str(resident) for resident in ids])
        cohort = self._cohort(code)
        outcome = Outcome()
        for line, resident in zip(lines, ids, strict=True):
            before = known.get(str(resident))
            if before is None:
                outcome.changed.append(register(line, resident, code, cohort))
                said = "new"
            elif before.unit != code:
                outcome.faults.append(elsewhere(line, before))
                continue
            elif differs(line, before):
                person = self.get(Resident, resident)
                correct(line, person, code, before)
                outcome.changed.append(person)
                said = "corrected"
            else:
                said = "unchanged"
            outcome.entries.append(
                {
                    "sheet": line.sheet,
                    "row": line.row,
                    "outcome": said,
                    "resident": str(resident),
                }
            )
        return outcome

    def _cohort(self, code: str) -> str:
        """The cohort most of the unit's people belong to, as the plan says."""
        return next((each.cohort for each in self.campaign.units if each.code == code), "general")
