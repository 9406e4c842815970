"""Records of one person in the ledger: who is linked on a day, and doses that want a look."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, or_, select

from services.supervision.domain.anomaly import Anomaly
from services.supervision.staff import StaffAccounts
from services.supervision.tables import ledger
from services.supervision.views import merges

LINKED_DOSES = "linked_doses"


class LinkedRecords(StaffAccounts):
    """Follows the links between records, as of any day."""

    def links(self, as_of: date | None = None) -> dict[str, str]:
        """Record -> the record that stays, as it stood at the end of a day."""
        query = select(merges).order_by(merges.c.position)
        if as_of is not None:
            query = query.where(merges.c.recorded_at < (as_of + timedelta(days=1)).isoformat())
        found: dict[str, str] = {}
        for row in self.rows(query):
            if row["event"] == "ResidentsMerged":
                found[row["resident"]] = row["into"]
            else:
                found.pop(row["resident"], None)
        return found

    def records_of(self, resident: str, as_of: date | None = None) -> list[str]:
        """All records of a resident's person on a day, the one that stays first."""
        links = self.links(as_of)
        person = links.get(resident, resident)
        return [person, *sorted(record for record, into in links.items() if into == person)]

    def concerning(self, records: list[str]) -> Any:
        """The condition on the ledger for what concerns records, links with others included."""
        touched = self.rows(
            select(merges).where(or_(merges.c.resident.in_(records), merges.c.into.in_(records)))
        )
        places = [
            and_(ledger.c.source == row["source"], ledger.c.position == row["position"])
            for row in touched
        ]
        return or_(ledger.c.resident.in_(records), *places)

    def flag_linked_doses(self) -> int:
        """Flag persons whose records together have doses the rules forbid (R04); how many are."""
        people: dict[str, list[str]] = {}
        for record, into in self.links().items():
            people.setdefault(into, [into]).append(record)
        flagged = 0
        for person, records in people.items():
            if detail := self._doubtful(records):
                anomaly = self.begin(Anomaly, Anomaly.create_id(LINKED_DOSES, person))
                anomaly.flag(LINKED_DOSES, person, detail)
                self.save(anomaly)
                flagged += 1
        return flagged

    def _doubtful(self, records: list[str]) -> str:
        query = select(ledger.c.body).where(
            ledger.c.resident.in_(records), ledger.c.name == "DoseAdministered"
        )
        given = [json.loads(bytes(row["body"]))["data"] for row in self.rows(query)]
        given.sort(key=lambda dose: (dose["day"], dose["dose"]))
        found: list[str] = []
        if [dose["dose"] for dose in given].count(1) > 1:
            found.append("two first doses")
        if len(given) > 2:
            found.append(f"{len(given)} doses")
        for one, next_one in pairwise(given):
            days = (date.fromisoformat(next_one["day"]) - date.fromisoformat(one["day"])).days
            if days < self.campaign.interval(one["product"]):
                found.append(f"only {days} days apart")
        doses = ", ".join(f"{dose['site']} {dose['day']} dose {dose['dose']}" for dose in given)
        return f"{'; '.join(found)}: {doses}" if found else ""
