"""What registration can be asked: where the campaign, its units and everybody stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.registration.belonging.belonging_views import memberships, tags
from services.registration.belonging.docking_views import site_on
from services.registration.domain.refusals import UnknownResident, UnknownUnit
from services.registration.domain.resident import Resident
from services.registration.domain.unit import Unit
from services.registration.standing import (
    in_cohort,
    on_list,
    standing_on,
    statuses_of,
    units_with_counts,
)
from services.registration.views import (
    campaign,
    doses,
    expiries,
    heard,
    residents,
    units,
    views,
)
from shared.kit.eventstore import Prepared, among, in_json
from shared.town.application import Application
from shared.town.campaign import weeks_between
from shared.town.privacy import KeyTable

AT_ONCE = 500
LISTED = (
    "resident",
    "unit",
    "sex",
    "birth_date",
    "cohort",
    "tie",
    "status",
    "wished_week",
    "wished_site",
    "decline_reason",
    "until",
    "first_day",
    "second_day",
    "erased",
    "retained_until",
    "merged_into",
)

_REGISTERED = Prepared(select(residents).where(among(residents.c.resident, "ids")))


class RegistrationQueries(Application):
    """The campaign, its units and its residents: how they stand."""

    views = views

    # What commands begin with

    def stored_unit(self, code: str) -> Unit:
        """Load a unit; raises `UnknownUnit`."""
        unit = self.find(Unit, Unit.create_id(code))
        if unit is None:
            raise UnknownUnit(code)
        return unit

    def stored_resident(self, resident: UUID) -> Resident:
        """Load a resident; raises `UnknownResident`."""
        # Asked of the view first: the id of a unit's stream is no resident's.
        if not list(self.registered([str(resident)])):
            raise UnknownResident
        return self.get(Resident, resident)

    def linked_among(self, ids: Sequence[str]) -> Collection[str]:
        """Which of some residents are linked to other records; see `MatchQueries`."""
        del ids
        return ()

    @property
    def keys(self) -> KeyTable:
        """The residents' keys, which registration alone makes and destroys."""
        return self.privacy.table

    # Queries

    def weeks(self) -> tuple[str, ...]:
        """Weeks in which first doses are given, and so may be wished (R05)."""
        return weeks_between(self.campaign.start, self.campaign.first_dose_cutoff)

    def opened_campaign(self) -> dict[str, Any]:
        """The campaign as it was opened."""
        return self.row(select(campaign)) or {}

    def units(self) -> list[dict[str, Any]]:
        """All units with their counts."""
        return self.rows(units_with_counts(self.today()))

    def unit(self, code: str) -> dict[str, Any]:
        """One unit with its counts; raises `UnknownUnit`."""
        found = self.row(units_with_counts(self.today()).where(units.c.unit == code))
        if found is None:
            raise UnknownUnit(code)
        return found

    def statuses(self, code: str) -> dict[str, int]:
        """How many residents of a unit have each status today."""
        return {r["status"]: r["people"] for r in self.rows(statuses_of(code, self.today()))}

    def residents(
        self,
        code: str,
        *,
        after: UUID | None,
        limit: int,
        status: str | None,
        cohort: str | None = None,
    ) -> dict[str, Any]:
        """One page of those on a unit's list in the order of registration, with their names."""
        self.unit(code)
        query = standing_on(self.today()).where(on_list(code))
        if cohort is not None:
            query = query.where(in_cohort(cohort))
        if after is not None:
            before = select(residents.c.listed).where(residents.c.resident == str(after))
            query = query.where(residents.c.listed > before.scalar_subquery())
        standing = query.subquery()
        chosen = select(standing).order_by(standing.c.listed).limit(limit + 1)
        if status is not None:
            chosen = chosen.where(standing.c.status == status)
        found = self.rows(chosen)
        page = found[:limit]
        names = self.identities(page, ("name",))
        return {
            "residents": [
                {name: row[name] for name in LISTED}
                | {
                    "name": (names[row["resident"]] or {}).get("name"),
                    "reasons": json.loads(row["reasons"] or "[]"),
                }
                for row in page
            ],
            "next": page[-1]["resident"] if len(found) > limit else None,
        }

    def resident(self, resident: UUID) -> dict[str, Any]:
        """One resident with the opened identity and the history; raises `UnknownResident`."""
        row = self.row(standing_on(self.today()).where(residents.c.resident == str(resident)))
        if row is None:
            raise UnknownResident
        identity = self.identities([row])[str(resident)] or {}
        shown = {name: row[name] for name in LISTED}
        for name in ("name", "phone", "address", "card_number"):
            shown[name] = identity.get(name)
        at_unit = units.c.unit == row["unit"]
        unit = self.row(select(site_on(self.today().isoformat()).label("site")).where(at_unit))
        return shown | {
            "site": unit and unit["site"],
            "also": self.also_listed(resident),
            "cohorts": self.cohorts_of(resident),
            "reasons": json.loads(row["reasons"] or "[]"),
            "history": self.history_of(str(resident)),
        }

    def identities(
        self, rows: Sequence[dict[str, Any]], fields: Sequence[str] | None = None
    ) -> dict[str, dict[str, Any] | None]:
        """Open the identities of rows of the residents' view: these fields of them, or all."""
        assert self.privacy is not None
        pairs = [(row["resident"], row["identity"]) for row in rows]
        return self.privacy.read_all(pairs, fields)

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Names of residents; those whose identity cannot be opened are left out."""
        opened = self.identities(list(self.registered(ids)), ("name",))
        return {resident: who["name"] for resident, who in opened.items() if who}

    def also_listed(self, resident: UUID) -> list[dict[str, Any]]:
        """Units beside the counting one that list a resident: unit, tie (R16)."""
        at = memberships.c
        query = select(at.unit, at.tie).where(at.resident == str(resident))
        return self.rows(query.order_by(at.unit))

    def cohorts_of(self, resident: UUID) -> list[str]:
        """All cohorts of a resident, the main one first (R20). Raises `UnknownResident`."""
        for row in self.registered([str(resident)]):
            query = select(tags.c.cohort).where(tags.c.resident == str(resident))
            others = self.rows(query.order_by(tags.c.cohort))
            return [row["cohort"], *(other["cohort"] for other in others)]
        raise UnknownResident

    def units_of(self, resident: UUID) -> tuple[str, ...]:
        """Codes of all units that list a resident, the counting one first.

        Raises `UnknownResident`.
        """
        return (self.unit_of(resident), *(each["unit"] for each in self.also_listed(resident)))

    def unit_of(self, resident: UUID) -> str:
        """Return the code of the unit that counts a resident. Raises `UnknownResident`."""
        for row in self.registered([str(resident)]):
            return row["unit"]
        raise UnknownResident

    def retained_until(self) -> date:
        """Last day on which the law needs the records of who was vaccinated (art. 46)."""
        found = self.row(select(func.max(expiries.c.expiry).label("latest"))) or {}
        latest = found.get("latest")
        return self.campaign.retained_until(date.fromisoformat(latest) if latest else None)

    def is_vaccinated(self, resident: UUID) -> bool:
        """Whether registration knows of a dose given to a resident."""
        given = select(doses.c.dose).where(doses.c.resident == str(resident)).limit(1)
        return self.row(given) is not None

    def open_visit(self, resident: UUID) -> str | None:
        """The day of an appointment, today or before, whose outcome nobody has told yet."""
        query = select(heard).where(heard.c.resident == str(resident))
        standing: dict[int, str] = {}
        for row in self.rows(query.order_by(heard.c.source, heard.c.position)):
            facts = json.loads(row["facts"])
            if row["event"] in ("AppointmentBooked", "AppointmentMoved"):
                standing[facts["dose"]] = facts["day"]
            elif row["event"] in ("AppointmentCancelled", "NoShowRecorded", "DoseAdministered"):
                standing.pop(facts["dose"], None)
        today = self.today().isoformat()
        return next((day for day in sorted(standing.values()) if day <= today), None)

    def registered(self, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Rows of the residents' view, of those of the ids who are registered."""
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            yield from self.rows(_REGISTERED, ids=in_json(some))

    def streams_of(self, resident: str) -> tuple[str, ...]:
        """The streams of this store that tell of a resident; parts of registration add theirs."""
        return (resident,)

    def history_of(self, resident: str) -> list[dict[str, Any]]:
        """What happened to a resident here and at other teams, oldest first."""
        own = [
            {
                "at": event.recorded_at,
                "source": event.source,
                "position": event.position,
                "event": event.name,
                "actor": event.actor,
                "facts": {k: v for k, v in event.data.items() if k != "identity"},
            }
            for stream in self.streams_of(resident)
            for event in self.store.stream(stream)
        ]
        foreign = [
            {name: row[name] for name in ("at", "source", "position", "event", "actor")}
            | {"facts": json.loads(row["facts"])}
            for row in self.rows(select(heard).where(heard.c.resident == resident))
        ]
        return sorted((*own, *foreign), key=lambda h: (h["at"], h["source"], h["position"]))
