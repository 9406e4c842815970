"""Screening's commands and queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select

from services.screening.domain.refusals import Erased, NotRegistered
from services.screening.domain.rules import screen
from services.screening.domain.screening import Screening
from services.screening.policies import policies
from services.screening.views import (
    dockings,
    links,
    person_of,
    residents,
    screenings,
    standings,
    views,
)
from shared.kit.eventstore import Prepared
from shared.town.application import Application
from shared.town.campaign import age_on
from shared.town.privacy import ERASED

PAGE = 100
_RESIDENT = select(
    residents,
    *(standings.c[c] for c in ("status", "reasons", "day", "until", "site")),
    standings.c.resident.label("screened_as"),
).select_from(
    residents.outerjoin(
        standings,
        and_(residents.c.resident == standings.c.person, standings.c.stands.is_(True)),
    )
)
_ONE = Prepared(_RESIDENT.where(residents.c.resident == bindparam("wanted")))
_SITES = Prepared(
    select(dockings.c.site).where(dockings.c.unit == bindparam("unit")).order_by(dockings.c.since)
)


class ScreeningDesk(Application):
    """Who is registered, how their screening stands, and what the rules say."""

    aggregates = (Screening,)
    views = views
    policies = policies

    def screen(
        self, resident: UUID, site: str, answers: Mapping[str, bool | float]
    ) -> dict[str, Any]:
        """Apply the rules to a resident's answers today and record the outcome (R07-R13).

        Raises `NotRegistered`, `Erased`, `UnknownSite`, `UnansweredQuestion`,
        `ImplausibleTemperature`.
        """
        self.campaign.site(site)
        person = self.resident(resident)
        if not person["identity"]:
            raise Erased
        today, ages = self.today(), (self.campaign.min_age, self.campaign.max_age)
        age = age_on(date.fromisoformat(person["birth_date"]), today)
        outcome = screen(answers, age=age, day=today, ages=ages)
        record = self._written_to(person)
        screening = self.begin(Screening, Screening.create_id(record))
        screening.record(
            record, outcome, site=site, day=today, clearance_days=self.campaign.clearance_days
        )
        self.save(screening)
        return {
            "resident": str(resident),
            "outcome": screening.outcome,
            "reasons": screening.reasons,
            "day": today,
            "until": screening.until if screening.outcome == "deferred" else None,
            "valid_until": screening.until if screening.outcome == "cleared" else None,
        }

    def withdraw(self, resident: UUID, reason: str) -> dict[str, Any]:
        """Take a clearance back. Raises `NotRegistered`, `NotCleared`."""
        record = self._written_to(self.resident(resident))
        screening = self.begin(Screening, Screening.create_id(record))
        screening.withdraw(record, day=self.today(), reason=reason)
        self.save(screening)
        return {"resident": str(resident), "outcome": screening.outcome}

    def resident(self, resident: UUID) -> dict[str, Any]:
        """One registered resident and how the screening stands. Raises `NotRegistered`.

        Of linked records: the one that stays, with what was found of any of them.
        """
        found = self.row(_ONE, wanted=self._person_of(resident))
        if found is None:
            raise NotRegistered
        return _status(found)

    def _person_of(self, resident: UUID) -> str:
        with self.store.connection() as connection:
            return person_of(connection, str(resident))

    def _written_to(self, person: dict[str, Any]) -> UUID:
        """The record a screening is written to: the one whose finding stands for the person."""
        return UUID(person["screened_as"] or person["resident"])

    def unit_of(self, resident: UUID) -> str:
        """Return the code of a resident's unit. Raises `NotRegistered`."""
        return self.resident(resident)["unit"]

    def sites_of(self, unit: str) -> tuple[str, ...]:
        """Return the sites a unit is, was or will be docked to: courses go on where they began."""
        told = self.rows(_SITES, unit=unit)
        return tuple({row["site"]: None for row in told}) or super().sites_of(unit)

    def units_at(self, site: str) -> tuple[str, ...]:
        """Return the units that are, were or will be docked to a site."""
        at = dockings.c
        told = self.rows(select(at.unit).where(at.site == site).distinct().order_by(at.unit))
        known = self.rows(select(at.unit).distinct())
        silent = {*super().units_at(site)} - {row["unit"] for row in known}
        return (*(row["unit"] for row in told), *sorted(silent))

    def docked_to(self, unit: str) -> str:
        """Return the site a unit is docked to today (R15)."""
        at, today = dockings.c, self.today().isoformat()
        query = select(at.site).where(at.unit == unit, at.since <= today)
        found = self.row(query.order_by(at.since.desc()).limit(1))
        return found["site"] if found else self.campaign.unit(unit).site

    def history(self, resident: UUID) -> list[dict[str, Any]]:
        """All screenings of a resident, oldest first."""
        person = self._person_of(resident)
        yielded = select(links.c.resident).where(links.c.into == person)
        at = screenings.c
        query = screenings.select().where((at.resident == person) | at.resident.in_(yielded))
        return self.rows(query.order_by(screenings.c.recorded_at))

    def residents(
        self,
        *,
        status: str | None = None,
        unit: str | None = None,
        after: str = "",
        reach: Collection[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Registered residents in the order of their ids, at most `PAGE`; `reach`: of these units."""
        linked = select(links.c.resident).where(links.c.resident == residents.c.resident)
        query = _RESIDENT.where(residents.c.resident > after, ~linked.exists())
        if reach is not None:
            query = query.where(residents.c.unit.in_(reach))
        if unit:
            query = query.where(residents.c.unit == unit)
        if status:
            query = query.where(func.coalesce(standings.c.status, "unscreened") == status)
        return [_status(row) for row in self.rows(query.order_by(residents.c.resident).limit(PAGE))]

    def counts(self, day: date) -> dict[str, int]:
        """How many screenings of a day ended how."""
        query = select(standings.c.status, func.count().label("number"))
        query = query.where(standings.c.day == day.isoformat()).group_by(standings.c.status)
        return {row["status"]: row["number"] for row in self.rows(query)}

    def shown(self, person: dict[str, Any]) -> dict[str, Any]:
        """A resident with `shown`: the status as it is worth today.

        A clearance whose last day is past is `lapsed`; a deferral that has reached the day to
        look again is `look_again` (R12).
        """
        today, until, shown = self.today().isoformat(), person["until"], person["status"]
        if shown == "cleared" and until < today:
            shown = "lapsed"
        elif shown == "deferred" and until <= today:
            shown = "look_again"
        return person | {"shown": shown}

    def names(self, people: list[dict[str, Any]]) -> dict[str, str]:
        """Names of residents by id; a short id where the key is not to be had just now."""
        assert self.privacy is not None
        erased = {p["resident"]: ERASED for p in people if not p["identity"]}
        pairs = [(p["resident"], p["identity"]) for p in people if p["identity"]]
        opened = self.privacy.read_all(pairs, ("name",))
        return erased | {
            resident: identity["name"] if identity else resident[:8]
            for resident, identity in opened.items()
        }


def _status(row: dict[str, Any]) -> dict[str, Any]:
    row["status"] = row["status"] or "unscreened"
    row["reasons"] = row["reasons"].split(",") if row["reasons"] else []
    return row
