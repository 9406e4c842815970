"""How far each cadre of a unit has come with their people, against the quota (R24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from services.registration.calling.contact_views import calls
from services.registration.calling.responsibilities import Responsibilities, holds_now, holds_on
from services.registration.calling.responsibility_views import quotas, responsibilities
from services.registration.standing import is_counted
from services.registration.views import doses, residents

COUNTED = ("assigned", "contacted", "not_reached", "willing", "refused", "first", "second")


def _given(dose: int) -> ColumnElement[bool]:
    return exists().where(doses.c.person == residents.c.resident, doses.c.dose == dose)


def _number(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0)).label(name)


class CadreFigures(Responsibilities):
    """The responsibility system in figures."""

    def cadres(self, unit: str, on: date | None = None) -> dict[str, Any]:
        """Every cadre of a unit: people assigned on a day, and how those stand today.

        Whoever nobody is assigned to counts for the unit's clerk; without one, in `unnamed`.
        Raises `UnknownUnit`.
        """
        self.unit(unit)
        day = on or self.today()
        clerk: str | None = (self.clerk(unit, day) or {}).get("clerk")
        figures = self._figures(unit, day)
        unassigned = figures.pop(None, dict.fromkeys(COUNTED, 0))
        at_work = self.cadres_at_work(unit)
        wanted = self._quotas(unit)
        logins: set[str] = {*at_work, *wanted}
        logins.update(each for each in (clerk, *figures) if each is not None)
        empty = dict.fromkeys(COUNTED, 0)
        rows: list[dict[str, Any]] = []
        for login in sorted(logins):
            own = figures.get(login, empty)
            counts = {
                name: own[name] + (unassigned[name] if login == clerk else 0) for name in COUNTED
            }
            rows.append(
                {
                    "cadre": login,
                    "at_work": login in at_work,
                    "clerk": login == clerk,
                    "quota": wanted.get(login),
                    "not_done": counts["assigned"] - counts["second"],
                }
                | counts
            )
        return {
            "unit": unit,
            "on": day.isoformat(),
            "clerk": clerk,
            "cadres": rows,
            "unassigned": unassigned["assigned"],
            "unnamed": 0 if clerk else unassigned["assigned"],
        }

    def unnamed_by_unit(self) -> dict[str, dict[str, int]]:
        """For each unit: residents nobody is assigned to, and those who have no clerk either."""
        missing = responsibilities.c.cadre.is_(None)
        query = (
            select(residents.c.unit, _number(missing, "unassigned"))
            .select_from(residents.outerjoin(responsibilities, holds_now(residents.c.resident)))
            .where(is_counted())
            .group_by(residents.c.unit)
        )
        counts = {row["unit"]: row["unassigned"] for row in self.rows(query)}
        named = {unit: (self.clerk(unit) or {}).get("clerk") for unit in counts}
        return {
            unit: {"unassigned": count, "unnamed": 0 if named[unit] else count}
            for unit, count in counts.items()
        }

    def quota_of(self, cadre: str) -> int | None:
        """The sum of a cadre's quotas over the units; None when none is set."""
        query = select(func.sum(quotas.c.quota).label("quota")).where(quotas.c.cadre == cadre)
        return (self.row(query) or {}).get("quota")

    def _figures(self, unit: str, day: date) -> dict[str | None, dict[str, Any]]:
        at = responsibilities.c
        newest = (
            select(at.resident, func.max(at.position).label("position"))
            .where(holds_on(day))
            .group_by(at.resident)
            .subquery()
        )
        held = and_(at.resident == newest.c.resident, at.position == newest.c.position)
        joined = (
            residents.outerjoin(newest, newest.c.resident == residents.c.resident)
            .outerjoin(responsibilities, held)
            .outerjoin(calls, calls.c.resident == residents.c.resident)
        )
        query = (
            select(
                at.cadre,
                func.count().label("assigned"),
                _number(calls.c.resident.is_not(None), "contacted"),
                _number(calls.c.outcome == "not_reached", "not_reached"),
                _number(residents.c.answer == "consent", "willing"),
                _number(residents.c.answer == "decline", "refused"),
                _number(_given(1), "first"),
                _number(_given(2), "second"),
            )
            .select_from(joined)
            .where(residents.c.unit == unit, is_counted())
            .group_by(at.cadre)
        )
        return {row["cadre"]: row for row in self.rows(query)}

    def _quotas(self, unit: str) -> dict[str, int]:
        here = select(quotas).where(quotas.c.unit == unit)
        return {row["cadre"]: row["quota"] for row in self.rows(here)}
