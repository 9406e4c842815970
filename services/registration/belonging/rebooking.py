"""Who has to be booked again after their unit went to another site, and who is booked twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from services.registration.belonging.docking import Docking
from services.registration.belonging.docking_views import BEGUN, bookings, rebookings, refusals
from services.registration.domain.resident import Resident
from services.registration.domain.unit import Unit
from services.registration.standing import standing_on
from shared.town.contracts.appointments import REDOCKED

# With these answers a booking is wanted.
WAITING = ("consented", "deferred")


class Rebooking(Docking):
    """Nobody is lost between two sites, and nobody stays booked at both (R15)."""

    def ask_rebooking(self, resident: UUID, unit_code: str, day: date) -> None:
        """Ask the site the resident's unit is docked to on a day to book them from then on."""
        person = self.find(Resident, resident)
        unit = self.find(Unit, Unit.create_id(person.unit if person else unit_code))
        site = unit.site_on(day) if unit else None
        if person is None or site is None:
            return
        person.ask_rebooking(site, max(day, self.today()))
        self.save(person)

    def keep_one(self, resident: UUID, site: str, day: date) -> None:
        """Let one of two sites end its course, when a first dose is booked or given at both.

        A course begun stays; of two not begun, the one at the site that the unit is docked to on
        the day of the newer booking; else the older one.
        """
        others = self.standing_elsewhere(str(resident), site)
        if not others:
            return
        person = self.get(Resident, resident)
        unit = self.stored_unit(person.unit)
        here = self._first_dose(resident, site)
        for other in others:
            begun_here, begun_there = here in BEGUN, other["status"] in BEGUN
            if begun_here and begun_there:
                continue  # two doses are given: people decide, see the resident's history
            docked_here = unit.site_on(day) == site
            stays_here = begun_here or (docked_here and not begun_there)
            ends, kept = (other["site"], site) if stays_here else (site, other["site"])
            person.end_one(site=ends, kept_at=kept)
        self.save(person)

    def _first_dose(self, resident: UUID, site: str) -> str | None:
        at = bookings.c
        mine = (at.resident == str(resident)) & (at.dose == 1) & (at.site == site)
        found = self.row(select(at.status).where(mine))
        return found["status"] if found else None

    def to_be_booked_again(self, code: str | None = None) -> list[dict[str, Any]]:
        """Those whose booking was taken back and who have none since, and what the site said.

        `reason` is the code of the site's refusal; None: it has not answered yet.
        """
        at, booked = rebookings.c, bookings.c
        # Whatever came after a booking that was taken back: a new one, however it went on.
        taken_back = and_(booked.status == "cancelled", booked.reason == REDOCKED)
        since = select(booked.resident).where(booked.dose == 1, ~taken_back)
        said = and_(refusals.c.resident == at.resident, refusals.c.site == at.site)
        standing = standing_on(self.today()).subquery()
        query = (
            select(standing, at.site, at.day, refusals.c.reason)
            .select_from(
                rebookings.join(standing, standing.c.resident == at.resident).outerjoin(
                    refusals, said
                )
            )
            .where(at.resident.not_in(since), standing.c.status.in_(WAITING))
            .order_by(at.day, standing.c.listed)
        )
        if code is not None:
            query = query.where(standing.c.unit == code)
        return self.rows(query)

    def again_by_unit(self) -> dict[str, int]:
        """How many people of each unit have to be booked again."""
        counts = dict[str, int]()
        for row in self.to_be_booked_again():
            counts[row["unit"]] = counts.get(row["unit"], 0) + 1
        return counts

    def ask_again(self, code: str) -> dict[str, Any]:
        """Ask the unit's site again to book everybody who has to be booked again."""
        unit = self.stored_unit(code)
        asked = list[Resident]()
        for row in self.to_be_booked_again(code):
            day = max(date.fromisoformat(row["day"]), self.today())
            site = unit.site_on(day)
            if site is not None:
                person = self.get(Resident, UUID(row["resident"]))
                person.ask_rebooking(site, day)
                asked.append(person)
        self.save(*asked)
        return {"unit": code, "asked": len(asked)}
