"""Who is responsible for whom: now, and on any day (R24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from services.registration.belonging.docking_views import officers
from services.registration.calling.responsibility_views import (
    OF_A_UNIT,
    locked_staff,
    responsibilities,
    unit_staff,
)
from services.registration.domain.refusals import UnknownResident
from services.registration.domain.responsibility import Responsibility
from services.registration.queries import RegistrationQueries
from services.registration.views import residents
from shared.town.access.roles import OF_UNITS

ASSIGNED, CLERK, NOBODY = "assigned", "clerk", "nobody"


def holds_now(resident: ColumnElement[str]) -> ColumnElement[bool]:
    """Join condition: the assignment of a resident that holds now."""
    at = responsibilities.c
    return and_(at.resident == resident, at.until.is_(None))


def holds_on(day: date) -> ColumnElement[bool]:
    """Condition: assignments that hold on a day; of several the newest position counts."""
    at, on = responsibilities.c, day.isoformat()
    return and_(at.since <= on, or_(at.until.is_(None), at.until > on))


class Responsibilities(RegistrationQueries):
    """Every resident has a responsible cadre: the one assigned, else the unit's clerk."""

    def streams_of(self, resident: str) -> tuple[str, ...]:
        """Whoever was responsible belongs to the history too."""
        own = str(Responsibility.create_id(UUID(resident)))
        return (*super().streams_of(resident), own)

    def responsible(self, resident: UUID, on: date | None = None) -> dict[str, Any]:
        """Who is responsible for a resident on a day, and all assignments with both clocks.

        `since` and `until` (the first day after) tell when it holds, `recorded_at` when it was
        said. Raises `UnknownResident`.
        """
        day = on or self.today()
        found = list(self.registered([str(resident)]))
        if not found:
            raise UnknownResident
        mine = select(responsibilities).where(responsibilities.c.resident == str(resident))
        newest = mine.order_by(responsibilities.c.position.desc())
        held = self.row(newest.where(holds_on(day)).limit(1))
        return (
            {"resident": str(resident), "unit": found[0]["unit"], "on": day.isoformat()}
            | self._holder(held, found[0]["unit"], day)
            | {"history": [_dated(row) | {"unit": row["unit"]} for row in self.rows(newest)]}
        )

    def responsible_in(
        self, unit: str, *, on: date | None, cadre: str | None, after: UUID | None, limit: int
    ) -> dict[str, Any]:
        """Who was responsible for each resident of a unit on a day, in the order of registration."""
        self.unit(unit)
        day = on or self.today()
        people = select(residents.c.resident, residents.c.listed).where(residents.c.unit == unit)
        if after is not None:
            before = select(residents.c.listed).where(residents.c.resident == str(after))
            people = people.where(residents.c.listed > before.scalar_subquery())
        held = self.held_on(unit, day)
        nobody = self._holder(None, unit, day)
        rows: list[dict[str, Any]] = []
        for row in self.rows(people.order_by(residents.c.listed)):
            about = held.get(row["resident"])
            holder = self._holder(about, unit, day) if about else nobody
            if cadre is None or holder["cadre"] == cadre:
                rows.append({"resident": row["resident"]} | holder)
            if len(rows) > limit:
                break
        following = rows[limit - 1]["resident"] if len(rows) > limit else None
        return {"unit": unit, "on": day.isoformat(), "residents": rows[:limit], "next": following}

    def held_on(self, unit: str, day: date) -> dict[str, dict[str, Any]]:
        """The assignments of a unit's people that hold on a day, by resident."""
        here = select(residents.c.resident).where(residents.c.unit == unit)
        mine = select(responsibilities).where(responsibilities.c.resident.in_(here))
        oldest = mine.where(holds_on(day)).order_by(responsibilities.c.position)
        return {row["resident"]: row for row in self.rows(oldest)}

    def cadre_of(self, resident: UUID) -> str | None:
        """The login responsible for a resident today; None when nobody is named."""
        return self.responsible(resident)["cadre"]

    def clerk(self, unit: str, on: date | None = None) -> dict[str, Any] | None:
        """The unit's clerk on a day, who is responsible for everybody not assigned."""
        at, day = officers.c, (on or self.today()).isoformat()
        named = select(officers).where(at.unit == unit, at.since <= day)
        return self.row(named.order_by(at.since.desc(), at.position.desc()).limit(1))

    def units_of_clerk(self, login: str) -> set[str]:
        """Units whose clerk this login is today."""
        codes = {row["unit"] for row in self.rows(select(officers.c.unit).distinct())}
        named = {code: self.clerk(code) for code in codes}
        return {code for code, row in named.items() if row and row["clerk"] == login}

    def cadres_at_work(self, unit: str) -> list[str]:
        """Logins that may be responsible for a unit's people: granted for it, not locked."""
        at = unit_staff.c
        locked = select(locked_staff.c.login)
        scopes = [kind + unit for kind in OF_A_UNIT]
        query: Select[Any] = select(at.login).where(
            at.scope.in_(scopes), at.role.in_(OF_UNITS), at.login.not_in(locked)
        )
        return [row["login"] for row in self.rows(query.distinct().order_by(at.login))]

    def on_list_of(self, login: str, units: Collection[str] | None) -> ColumnElement[bool]:
        """Condition on residents joined with `holds_now`: they are on this login's list.

        `units` are those the login may see; None: all.
        """
        unassigned = and_(
            responsibilities.c.cadre.is_(None), residents.c.unit.in_(self.units_of_clerk(login))
        )
        mine = or_(responsibilities.c.cadre == login, unassigned)
        return mine if units is None else and_(mine, residents.c.unit.in_(units))

    def _holder(self, held: dict[str, Any] | None, unit: str, day: date) -> dict[str, Any]:
        if held is not None:
            return {"how": ASSIGNED} | _dated(held)
        clerk = self.clerk(unit, day)
        if clerk is None or clerk["clerk"] is None:
            empty = dict.fromkeys(("cadre", "since", "until", "recorded_at", "recorded_by"))
            return {"how": NOBODY} | empty
        return {
            "how": CLERK,
            "cadre": clerk["clerk"],
            "since": clerk["since"],
            "until": None,
            "recorded_at": clerk["at"],
            "recorded_by": clerk["actor"],
        }


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    about = {name: row[name] for name in ("cadre", "since", "until", "recorded_at")}
    return about | {"recorded_by": row["actor"]}
