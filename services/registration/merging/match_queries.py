"""What is asked of close matches and links: the queue, two records side by side, who is whom."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from services.registration.domain.contact import Answer
from services.registration.domain.refusals import UnknownResident
from services.registration.domain.resident import Resident
from services.registration.merging.matches_views import decisions, pairs
from services.registration.queries import AT_ONCE, RegistrationQueries
from services.registration.standing import standing_on
from services.registration.views import doses, heard, residents, units
from shared.kit.eventstore import among

LATEST = 50
ANSWERED = ("answer", "wished_week", "wished_site", "decline_reason")
# What is laid side by side, in this order.
COMPARED = (
    "name",
    "card_number",
    "document_kind",
    "birth_date",
    "sex",
    "phone",
    "address",
    "unit",
    "tie",
    "cohort",
)
_one, _two = residents.alias("one"), residents.alias("two")


def _in_queue(state: str, today: date, reach: Collection[str] | None) -> Select[Any]:
    """Pairs in a state, of two people as yet and both readable, oldest and surest first."""
    at = pairs.c
    due = or_(at.state == "open", and_(at.state == "postponed", at.until <= today.isoformat()))
    later = and_(at.state == "postponed", or_(at.until.is_(None), at.until > today.isoformat()))
    one_person = func.coalesce(_one.c.merged_into, _one.c.resident)
    query = (
        select(pairs, _one.c.unit.label("unit"), _two.c.unit.label("other_unit"))
        .select_from(
            pairs.join(_one, _one.c.resident == at.resident).join(_two, _two.c.resident == at.other)
        )
        .where(
            due if state == "open" else later,
            one_person != func.coalesce(_two.c.merged_into, _two.c.resident),
            _one.c.erased.is_(None),
            _two.c.erased.is_(None),
        )
    )
    if reach is not None:
        query = query.where(_one.c.unit.in_(reach), _two.c.unit.in_(reach))
    return query.order_by(at.score.is_(None), at.score.desc(), at.found)


class MatchQueries(RegistrationQueries):
    """Who is whom, and what is to be decided."""

    def resident(self, resident: UUID) -> dict[str, Any]:
        """One resident, with the records that are linked to this one; their history is joined."""
        shown = super().resident(resident)
        return shown | {"records": self.yielded_to([str(resident)])}

    def stored_resident(self, resident: UUID) -> Resident:
        """Load a resident, who may answer again what a linked record's answer has outdated.

        Raises `UnknownResident`.
        """
        person = super().stored_resident(resident)
        shown = next(self.registered(self.persons(resident)))
        stands = Answer(*(shown[name] for name in ANSWERED))
        person.superseded = stands != person.answered()
        return person

    def linked_among(self, ids: Sequence[str]) -> Collection[str]:
        """Which of some residents have yielded, or have others that yielded to them."""
        at = residents.c
        yielded = select(at.resident).where(among(at.resident, ids), at.merged_into.is_not(None))
        stayed = select(at.merged_into).where(among(at.merged_into, ids))
        return {each for row in self.rows(yielded.union(stayed)) for each in row.values()}

    def history_of(self, resident: str) -> list[dict[str, Any]]:
        """What happened to a record and to those that have yielded to it, and who decided that."""
        records = [resident, *self.yielded_to([resident])]
        told = self.decisions_on(records)
        for record in records:
            told += super().history_of(record)
        return sorted(told, key=lambda each: (each["at"], each["source"], each["position"]))

    # Who is whom

    def people(self, ids: Iterable[str]) -> dict[str, str]:
        """Record -> the record that stays for its person; the unknown are left out."""
        wanted = sorted(set(ids))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = residents.c.resident.in_(wanted[start : start + AT_ONCE])
            query = select(residents.c.resident, residents.c.merged_into).where(some)
            for row in self.rows(query):
                found[row["resident"]] = row["merged_into"] or row["resident"]
        return found

    def persons(self, *ids: UUID) -> list[str]:
        """The records that stay for these. Raises `UnknownResident`."""
        found = self.people(map(str, ids))
        if any(str(each) not in found for each in ids):
            raise UnknownResident
        return [found[str(each)] for each in ids]

    def yielded_to(self, ids: Sequence[str]) -> list[str]:
        """The records that have yielded to any of these."""
        query = select(residents.c.resident).where(residents.c.merged_into.in_(ids))
        return [row["resident"] for row in self.rows(query.order_by(residents.c.listed))]

    def records_of(self, resident: UUID) -> list[str]:
        """All records of a resident's person, the one that stays first."""
        [person] = self.persons(resident)
        return [person, *self.yielded_to([person])]

    # The queue

    def matches(self, state: str, reach: Collection[str] | None, limit: int) -> dict[str, Any]:
        """Pairs to decide (`open`) or put off (`later`), and how many there are."""
        query = _in_queue(state, self.today(), reach)
        counted = self.row(select(func.count().label("number")).select_from(query.subquery()))
        found = self.rows(query.limit(limit))
        return {
            "left": counted["number"] if counted else 0,
            "pairs": [row | {"reasons": json.loads(row["reasons"])} for row in found],
        }

    def pair(self, resident: UUID, other: UUID) -> dict[str, Any] | None:
        """What is known of two records as a pair, if anything is."""
        both = (str(resident), str(other))
        of_both = pairs.c.resident.in_(both) & pairs.c.other.in_(both)
        row = self.row(select(pairs).where(of_both))
        return row and row | {"reasons": json.loads(row["reasons"])}

    def decided(self, reach: Collection[str] | None) -> list[dict[str, Any]]:
        """The latest decisions, newest first; those taken back stay in the list."""
        at = decisions.c
        query = (
            select(decisions, _one.c.unit.label("unit"), _two.c.unit.label("other_unit"))
            .join(_one, _one.c.resident == at.resident)
            .join(_two, _two.c.resident == at.other)
            .where(at.event.not_in(("CloseMatchReopened", "MergeUndone")))
        )
        if reach is not None:
            query = query.where(_one.c.unit.in_(reach), _two.c.unit.in_(reach))
        return self.rows(query.order_by(at.position.desc()).limit(LATEST))

    def decisions_on(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Everything decided of these records, as entries of a history."""
        at = decisions.c
        query = select(decisions).where(or_(at.resident.in_(ids), at.other.in_(ids)))
        return [
            {
                "at": row["at"],
                "source": self.store.source,
                "position": row["position"],
                "event": row["event"],
                "actor": row["actor"],
                "facts": {"resident": row["resident"], "other": row["other"]},
            }
            for row in self.rows(query.order_by(at.position))
        ]

    # Side by side

    def side_by_side(self, resident: UUID, other: UUID) -> dict[str, Any]:
        """Two records with what differs, who would stay, and what is known of them as a pair."""
        ids = [str(resident), str(other)]
        found = standing_on(self.today()).where(residents.c.resident.in_(ids))
        rows = {row["resident"]: row for row in self.rows(found)}
        if set(rows) != set(ids):
            raise UnknownResident
        opened = self.identities(list(rows.values()))
        records = [self._side_of(rows[each], opened[each] or {}) for each in ids]
        fields = [
            {
                "field": name,
                "values": [record[name] for record in records],
                "differs": records[0][name] != records[1][name],
            }
            for name in COMPARED
        ]
        return {
            "records": records,
            "fields": fields,
            "pair": self.pair(resident, other),
            "stays": str(self.who_stays(resident, other)),
            "one_person": len(set(self.persons(resident, other))) == 1,
        }

    def _side_of(self, row: dict[str, Any], identity: dict[str, Any]) -> dict[str, Any]:
        shown = {name: row.get(name) for name in (*COMPARED, "resident", "listed", "merged_into")}
        shown |= {name: identity.get(name) for name in ("name", "card_number", "phone", "address")}
        answer = {name: row[name] for name in ("answer", "wished_week", "decline_reason")}
        happened = select(heard).where(heard.c.resident == row["resident"])
        in_order = happened.order_by(heard.c.at, heard.c.source, heard.c.position)
        events = [
            {name: each[name] for name in ("at", "event")} | {"facts": json.loads(each["facts"])}
            for each in self.rows(in_order)
        ]
        return shown | answer | {"status": row["status"], "events": events}

    def who_stays(self, resident: UUID, other: UUID) -> UUID:
        """The record to keep unless a person says otherwise: a course, an answer, the older one."""
        dosed = select(func.count()).where(doses.c.resident == residents.c.resident)
        booked = select(func.count()).where(
            heard.c.resident == residents.c.resident, heard.c.event == "AppointmentBooked"
        )
        query = (
            select(residents.c.resident)
            .where(residents.c.resident.in_((str(resident), str(other))))
            .order_by(
                residents.c.merged_into.is_not(None),
                dosed.correlate(residents).scalar_subquery().desc(),
                booked.correlate(residents).scalar_subquery().desc(),
                case((residents.c.answer == "none", 1), else_=0),
                residents.c.listed,
            )
        )
        row = self.row(query.limit(1))
        if row is None:
            raise UnknownResident
        return UUID(row["resident"])

    # What a merge tells, and what somebody has to look at

    def doses_known(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The doses of records that registration knows of, in the order of their days."""
        given = select(heard).where(heard.c.resident.in_(ids), heard.c.event == "DoseAdministered")
        facts = [json.loads(row["facts"]) for row in self.rows(given)]
        facts.sort(key=lambda fact: (fact["day"], fact["dose"], fact["resident"]))
        return [
            {
                "resident": UUID(fact["resident"]),
                "site": fact["site"],
                "dose": fact["dose"],
                "day": date.fromisoformat(fact["day"]),
                "product": fact["product"],
            }
            for fact in facts
        ]

    def attention(self, person: UUID) -> list[str]:
        """Why a merged person needs a look: two first doses, more than two, too close (R04)."""
        given = self.doses_known(self.records_of(person))
        found: list[str] = []
        if [each["dose"] for each in given].count(1) > 1:
            found.append("two_first_doses")
        if len(given) > 2:
            found.append("more_than_two_doses")
        for first, second in pairwise(given):
            least = self.campaign.interval(first["product"])
            if (second["day"] - first["day"]).days < least:
                found.append("doses_too_close")
                break
        return found

    def unit_names(self) -> dict[str, tuple[str, str]]:
        """Unit code -> its name in Chinese and English."""
        query = select(units.c.unit, units.c.name_zh, units.c.name_en)
        return {row["unit"]: (row["name_zh"], row["name_en"]) for row in self.rows(query)}
