"""What residents answer: they want to be vaccinated, or do not want it now (R21)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.registration.domain.refusals import (
    BadAnswers,
    NotInUnit,
    Refusal,
    TwoAnswers,
    UnknownResident,
)
from services.registration.domain.resident import Resident
from services.registration.queries import RegistrationQueries


class Answers(RegistrationQueries):
    """Residents answer, one by one or a unit's many at once."""

    def give_consent(
        self, resident: UUID, wished_week: str, wished_site: str | None = None
    ) -> dict[str, Any]:
        """Record that a resident wants to be vaccinated (R21)."""
        person = self.stored_resident(resident)
        sites = [site.code for site in self.campaign.sites]
        person.give_consent(wished_week, weeks=self.weeks(), wished_site=wished_site, sites=sites)
        self.save(person)
        wished = {"wished_week": wished_week, "wished_site": wished_site}
        return {"resident": str(resident), "status": "consented"} | wished

    def decline(self, resident: UUID, reason: str) -> dict[str, Any]:
        """Record that a resident does not want to be vaccinated now."""
        person = self.stored_resident(resident)
        person.decline(reason)
        self.save(person)
        return {"resident": str(resident), "status": "declined", "reason": reason}

    def record_answers(self, code: str, answers: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Record the answers of many residents of one unit, all or none of them."""
        self.stored_unit(code)
        weeks = self.weeks()
        listed = {row["resident"] for row in self.registered([str(a["resident"]) for a in answers])}
        linked = self.linked_among([*listed])
        people: dict[UUID, Resident] = {}

        def load(resident: UUID) -> Resident:
            if str(resident) in linked:
                return self.stored_resident(resident)
            return self.get(Resident, resident)

        bad: list[dict[str, Any]] = []
        counts = {"consented": 0, "declined": 0, "unchanged": 0}
        for number, line in enumerate(answers, start=1):
            try:
                if str(line["resident"]) not in listed:
                    raise UnknownResident
                counts[self._answer(code, line, people, weeks, load)] += 1
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
        load: Callable[[UUID], Resident],
    ) -> str:
        resident: UUID = line["resident"]
        seen = resident in people
        person = people[resident] if seen else load(resident)
        if code != person.unit and code not in person.also:
            raise NotInUnit(code)
        people[resident] = person
        if line["answer"] == "consent":
            told, outcome = person.give_consent(line["wished_week"], weeks=weeks), "consented"
        else:
            told, outcome = person.decline(line["reason"]), "declined"
        if told and seen:
            raise TwoAnswers
        return outcome if told else "unchanged"
