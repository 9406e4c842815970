"""A cadre's own list: whom to call today, and how far the list has come (R16, R24)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from services.registration.belonging.docking_views import site_on
from services.registration.calling.cadre_figures import CadreFigures
from services.registration.calling.contact_views import calls, contacts
from services.registration.calling.contacts import Contacts
from services.registration.calling.responsibilities import holds_now
from services.registration.calling.responsibility_views import responsibilities
from services.registration.standing import is_counted, standing_on
from services.registration.views import residents, units
from shared.town.campaign import week_of

PAGE = 10
DUE, LATER, WILLING, REFUSED, CHECK, DONE, ALL = (
    "due",
    "later",
    "willing",
    "refused",
    "check",
    "done",
    "all",
)
SHOWN = (DUE, LATER, WILLING, REFUSED, CHECK, DONE, ALL)
# Somebody has to look into these before anybody calls again.
TO_CHECK = ("moved_away", "says_contraindicated")
OPEN = ("not_reached", "hesitant")
ROW = (
    "resident",
    "unit",
    "sex",
    "birth_date",
    "status",
    "site",
    "wished_week",
    "wished_site",
    "decline_reason",
    "erased",
    "outcome",
    "contacted",
    "next_day",
    "attempts",
)


class Calling(CadreFigures, Contacts):
    """The list a cadre works through, on a phone."""

    def own_list(
        self,
        login: str,
        units_in_reach: Collection[str] | None,
        *,
        show: str = DUE,
        page: int = 1,
        addresses: bool = False,
    ) -> dict[str, Any]:
        """One page of a login's list with names and phones, and the counts of every part of it.

        `due` is today's work: never contacted, to be called again by today, or hesitant. Only
        the identities of the people on this page are opened, addresses when asked for.
        """
        listed = self._listed(login, units_in_reach).subquery()
        parts = self._parts(listed)
        counted = select(
            *(func.coalesce(func.sum(case((parts[p], 1), else_=0)), 0).label(p) for p in SHOWN)
        ).select_from(listed)
        counts = self.row(counted) or dict.fromkeys(SHOWN, 0)
        order = self._urgency(listed)
        query = select(listed).where(parts[show]).order_by(order, listed.c.listed)
        rows = self.rows(query.limit(PAGE).offset((page - 1) * PAGE))
        fields = ("name", "phone", "address") if addresses else ("name", "phone")
        opened = self.identities(rows, fields)
        return {
            "cadre": login,
            "today": self.today().isoformat(),
            "contacted_today": self._contacted_today(login),
            "quota": self.quota_of(login),
            "counts": counts,
            "show": show,
            "page": page,
            "pages": -(-counts[show] // PAGE) or 1,
            "residents": [
                {name: row[name] for name in ROW}
                | {name: (opened[row["resident"]] or {}).get(name) or None for name in fields}
                for row in rows
            ],
        }

    def usual_week(self) -> str:
        """The week to offer first: the next one, if first doses are given in it (R05)."""
        weeks = self.weeks()
        following = week_of(self.today() + timedelta(days=7))
        return min(max(following, weeks[0]), weeks[-1])

    def _listed(self, login: str, units_in_reach: Collection[str] | None) -> Select[Any]:
        standing = standing_on(self.today()).add_columns(
            site_on(self.today().isoformat()).label("site"),
            calls.c.outcome,
            calls.c.day.label("contacted"),
            calls.c.next_day,
            func.coalesce(calls.c.attempts, 0).label("attempts"),
        )
        return (
            standing.outerjoin(responsibilities, holds_now(residents.c.resident))
            .outerjoin(calls, calls.c.resident == residents.c.resident)
            .join(units, units.c.unit == residents.c.unit)
            .where(self.on_list_of(login, units_in_reach), is_counted())
        )

    def _parts(self, listed: Any) -> dict[str, ColumnElement[bool]]:
        at, today = listed.c, self.today().isoformat()
        closed = or_(
            at.erased.is_not(None),
            at.first_day.is_not(None),
            at.status.in_(("completed", "contraindicated")),
        )
        unanswered = at.answer == "none"
        never = and_(at.contacted.is_(None), unanswered)
        agreed = and_(at.next_day.is_not(None), at.next_day <= today)
        pending = and_(at.next_day.is_(None), at.outcome.in_(OPEN), unanswered)
        due = and_(~closed, or_(never, and_(at.contacted < today, or_(agreed, pending))))
        check = and_(~closed, unanswered, func.coalesce(at.outcome, "").in_(TO_CHECK))
        later = and_(~closed, unanswered, ~check, ~func.coalesce(due, False))
        return {
            DUE: due,
            LATER: later,
            WILLING: and_(~closed, at.answer == "consent"),
            REFUSED: and_(~closed, at.answer == "decline"),
            CHECK: check,
            DONE: at.first_day.is_not(None),
            ALL: at.resident.is_not(None),
        }

    def _urgency(self, listed: Any) -> ColumnElement[int]:
        at, today = listed.c, self.today().isoformat()
        return case(
            (at.next_day <= today, 0),
            (at.outcome == "hesitant", 1),
            (at.contacted.is_(None), 2),
            else_=3,
        )

    def _contacted_today(self, login: str) -> int:
        at = contacts.c
        mine = and_(at.actor == login, at.day == self.today().isoformat(), at.undone_at.is_(None))
        query = select(func.count(at.resident.distinct()).label("people")).where(mine)
        return (self.row(query) or {"people": 0})["people"]
