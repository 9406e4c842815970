"""Who stands for a unit, and to which site its people go (R14, R15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from services.registration.belonging.docking_views import (
    BEGUN,
    LIVE,
    bookings,
    dockings,
    moves,
    officers,
)
from services.registration.domain.belonging_refusals import (
    DockingPast,
    NothingToMove,
    UnknownSite,
    UnknownStaff,
)
from services.registration.domain.unit import POSTS
from services.registration.queries import RegistrationQueries
from services.registration.views import residents
from shared.kit.eventstore import Prepared

_ELSEWHERE = Prepared(
    select(bookings)
    .where(
        bookings.c.resident == bindparam("wanted"),
        bookings.c.dose == 1,
        bookings.c.site != bindparam("here"),
        or_(*(bookings.c.status == status for status in (*LIVE, "vaccinated"))),
    )
    .order_by(bookings.c.site)
)


class Docking(RegistrationQueries):
    """The office names officers, docks units, and lets bookings follow."""

    # Officers

    def name_officers(
        self, code: str, *, since: date | None = None, **named: str | None
    ) -> dict[str, Any]:
        """Name who stands for a unit from a day on; a post left out is vacant (R14).

        Raises `UnknownUnit`, `UnknownStaff`, `NamedLater`.
        """
        unit = self.stored_unit(code)
        said = {post: named.get(post) for post in POSTS}
        self._are_staff([login for login in said.values() if login])
        told = unit.name_officers(since=since or self.today(), **said)
        self.save(unit)
        return {"unit": code, "since": unit.named, "told": told} | unit.officers

    def _are_staff(self, logins: Sequence[str]) -> None:
        """Raise `UnknownStaff` unless everybody named has an account."""
        staff = self.store.views.tables.tables["staff_versions"]
        query = select(staff.c.login).where(staff.c.login.in_(logins))
        known = {row["login"] for row in self.rows(query)}
        if unknown := sorted({*logins} - known):
            raise UnknownStaff(unknown)

    def officers_history(self, code: str) -> list[dict[str, Any]]:
        """Who was named for a unit, the newest first."""
        at = officers.c
        query = select(officers).where(at.unit == code)
        return self.rows(query.order_by(at.since.desc(), at.position.desc()))

    def officers_of(self, code: str, on: date) -> dict[str, str | None]:
        """The logins named for a unit on a day, by post."""
        at = officers.c
        query = select(*(at[post] for post in POSTS)).where(at.unit == code)
        begun = query.where(at.since <= on.isoformat())
        latest = begun.order_by(at.since.desc(), at.position.desc()).limit(1)
        return self.row(latest) or dict.fromkeys(POSTS)

    def officers_on(self, day: date) -> dict[str, dict[str, str | None]]:
        """The logins named for every unit on a day, by unit and post; units without are left out."""
        at = officers.c
        query = select(at.unit, *(at[post] for post in POSTS)).where(at.since <= day.isoformat())
        rows = self.rows(query.order_by(at.since, at.position))
        return {row["unit"]: {post: row[post] for post in POSTS} for row in rows}

    def clerk_of(self, unit: str, on: date) -> str | None:
        """The login of a unit's clerk on a day, None when nobody is named."""
        return self.officers_of(unit, on)["clerk"]

    # Dockings

    def dock(self, code: str, site: str, since: date) -> dict[str, Any]:
        """Let a unit's people go to a site from a day on (R15); bookings stay where they are.

        Raises `UnknownUnit`, `UnknownSite`, `DockingPast`.
        """
        unit = self.stored_unit(code)
        self._may_be_docked(site, since)
        told = unit.dock(site, since)
        self.save(unit)
        return {"unit": code, "site": site, "since": since, "told": told}

    def _may_be_docked(self, site: str, since: date) -> None:
        sites = [each.code for each in self.campaign.sites]
        if site not in sites:
            raise UnknownSite(site, sites)
        first, last = self.today(), self.campaign.end
        if not first <= since <= last:
            raise DockingPast(since, first, last)

    def dockings(self, code: str) -> list[dict[str, Any]]:
        """A unit's dockings, the newest first, each with who said it and when."""
        at = dockings.c
        query = select(at.site, at.since, at.at, at.actor).where(at.unit == code)
        return self.rows(query.order_by(at.since.desc(), at.position.desc()))

    def sites_of(self, unit: str) -> tuple[str, ...]:
        """Return the sites a unit is, was or will be docked to."""
        return tuple({row["site"]: None for row in self.dockings(unit)}) or super().sites_of(unit)

    def preview(self, code: str, site: str, since: date) -> dict[str, Any]:
        """What docking a unit to a site would mean for those who have a booking elsewhere (R15).

        `moving`: courses not begun, booked from that day on, by site, day and dose; `staying`:
        courses begun, which stay where they are. Raises as `dock`.
        """
        unit = self.stored_unit(code)
        self._may_be_docked(site, since)
        moving = self._moving(code, site, since)
        return {
            "unit": code,
            "site": site,
            "since": since,
            "now": unit.site_on(since),
            "moving": moving,
            "people": sum(row["bookings"] for row in moving if row["dose"] == 1),
            "staying": self._staying(code, site),
        }

    def _moving(self, code: str, site: str, since: date) -> list[dict[str, Any]]:
        first, every = bookings.alias("first"), bookings.alias("every")
        people = (
            select(first.c.resident, first.c.site)
            .join(residents, residents.c.resident == first.c.resident)
            .where(residents.c.unit == code, first.c.dose == 1, first.c.status == "booked")
            .where(first.c.site != site, first.c.day >= since.isoformat())
            .subquery()
        )
        at = every.c
        mine = (at.resident == people.c.resident) & (at.site == people.c.site)
        query = (
            select(at.site, at.day, at.dose, func.count().label("bookings"))
            .select_from(every.join(people, mine))
            .where(at.status == "booked")
            .group_by(at.site, at.day, at.dose)
        )
        return self.rows(query.order_by(at.site, at.day, at.dose))

    def _staying(self, code: str, site: str) -> list[dict[str, Any]]:
        at = bookings.c
        begun = (at.dose == 1) & at.status.in_(BEGUN) & (at.site != site)
        done = bookings.alias("done")
        over = select(done.c.resident).where(done.c.dose == 2, done.c.status == "vaccinated")
        query = (
            select(at.site, func.count().label("people"))
            .join(residents, residents.c.resident == at.resident)
            .where(residents.c.unit == code, begun, at.resident.not_in(over))
            .group_by(at.site)
        )
        return self.rows(query.order_by(at.site))

    # Bookings follow

    def move_bookings(self, code: str, from_day: date | None = None) -> dict[str, Any]:
        """Order that courses not begun go to the site the unit is docked to (R15).

        From the day of the newest docking on, if no later one is given, and not before today.
        Raises `UnknownUnit`, `NothingToMove`.
        """
        unit = self.stored_unit(code)
        newest = max(unit.dockings, default=self.today())
        day = max(from_day or newest, self.today())
        to_site = unit.site_on(day)
        assert to_site is not None, "a listed unit is docked"
        standing = dict[str, int]()
        for row in self._moving(code, to_site, day):
            before = standing.get(row["site"], 0)
            standing[row["site"]] = before + (row["bookings"] if row["dose"] == 1 else 0)
        others = sorted({*unit.dockings.values(), *standing} - {to_site})
        if not others:
            raise NothingToMove(code, to_site, day)
        ordered = [
            site
            for site in others
            if unit.order_move(site, to_site, day, standing=standing.get(site, 0))
        ]
        self.save(unit)
        return {
            "unit": code,
            "to_site": to_site,
            "from_day": day,
            "ordered": ordered,
            "people": sum(standing.values()),
        }

    def moves(self, code: str) -> list[dict[str, Any]]:
        """A unit's orders to move bookings, the newest first."""
        query = select(moves).where(moves.c.unit == code)
        return self.rows(query.order_by(moves.c.position.desc()))

    def standing_elsewhere(self, resident: str, site: str) -> list[dict[str, Any]]:
        """First doses of a resident that stand, or are given, at other sites."""
        return self.rows(_ELSEWHERE, wanted=resident, here=site)
