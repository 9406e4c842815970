"""What a site's pages and commands ask of its views."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from services.appointments.domain.refusals import NotRegisteredHere
from services.appointments.views import (
    appointments,
    batches,
    dockings,
    doses,
    residents,
    sessions,
    slots,
    standings,
)
from shared.kit.eventstore import Prepared
from shared.town.application import Application
from shared.town.campaign import Site as PlannedSite
from shared.town.privacy import ERASED

NEXT_FREE = 5

# Today, or from a later day on: the site may prepare.
_earlier = dockings.alias("earlier")
_BEGUN_LAST = (
    select(func.max(_earlier.c.since))
    .where(_earlier.c.unit == dockings.c.unit, _earlier.c.since <= bindparam("today"))
    .correlate(dockings)
    .scalar_subquery()
)
_DOCKED_HERE = (
    select(dockings.c.unit)
    .where(
        dockings.c.unit == residents.c.unit,
        dockings.c.site == bindparam("here"),
        or_(dockings.c.since > bindparam("today"), dockings.c.since == _BEGUN_LAST),
    )
    .correlate(residents)
    .exists()
)
# A course stays with the site that began it, wherever the unit is docked later.
_COURSE_HERE = (
    select(appointments.c.resident)
    .where(
        appointments.c.resident == residents.c.resident,
        appointments.c.status != "cancelled",
        appointments.c.status != "no_show",
    )
    .exists()
)
_RESIDENT = Prepared(
    select(
        residents,
        standings.c.status.label("screening"),
        standings.c.reasons,
        standings.c.until,
    )
    .outerjoin(standings, standings.c.resident == residents.c.resident)
    .where(residents.c.resident == bindparam("wanted"), or_(_DOCKED_HERE, _COURSE_HERE))
)
_UNIT = Prepared(select(residents.c.unit).where(residents.c.resident == bindparam("wanted")))
_free = (
    select(slots.c.day, slots.c.time, (slots.c.capacity - slots.c.taken).label("free"))
    .where(
        slots.c.day.between(bindparam("first"), bindparam("last")),
        slots.c.taken < slots.c.capacity,
        or_(
            slots.c.day > bindparam("ended_day"),
            and_(slots.c.day == bindparam("ended_day"), slots.c.time > bindparam("ended_time")),
        ),
    )
    .order_by(slots.c.day, slots.c.time)
    .limit(bindparam("most"))
)
_FREE = Prepared(_free)
_FREE_OF_PRODUCT = Prepared(_free.where(slots.c.product == bindparam("product")))


class SiteQueries(Application):
    """The reading half of a site's application."""

    @property
    def site(self) -> str:
        """Code of this shard's site."""
        assert self.site_code is not None
        return self.site_code

    @property
    def plan(self) -> PlannedSite:
        """The site as the campaign plans it."""
        return self.campaign.site(self.site)

    def known(self, resident: UUID) -> dict[str, Any]:
        """A resident of this site, with answer and screening. Raises `NotRegisteredHere`.

        Of this site is whoever's unit is docked here (R15), and whose course is here.
        """
        today = self.today().isoformat()
        found = self.row(_RESIDENT, here=self.site, wanted=str(resident), today=today)
        if found is None:
            raise NotRegisteredHere
        return found

    def docked_here(self, resident: str) -> bool:
        """Whether a resident's unit comes to this site, today or from a later day on (R15)."""
        query = select(residents.c.resident).where(residents.c.resident == resident, _DOCKED_HERE)
        return self.row(query.params(here=self.site, today=self.today().isoformat())) is not None

    def ended_slot(self) -> tuple[str, str]:
        """Day and time of the latest slot that is over by the clock of the site, if it exists."""
        ended = self.now() - timedelta(minutes=self.campaign.slot_minutes)
        return ended.date().isoformat(), ended.strftime("%H:%M")

    def free_slots(
        self, first: date, last: date, *, product: str | None = None, most: int = NEXT_FREE
    ) -> list[dict[str, Any]]:
        """Slots with places between two days, not over yet, earliest first: day, time, free."""
        ended_day, ended_time = self.ended_slot()
        wanted: dict[str, Any] = {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "most": most,
            "ended_day": ended_day,
            "ended_time": ended_time,
        }
        if product is None:
            return self.rows(_FREE, **wanted)
        return self.rows(_FREE_OF_PRODUCT, product=product, **wanted)

    def unit_of(self, resident: UUID) -> str:
        """Return the code of a resident's unit, whichever site it goes to.

        Raises `NotRegisteredHere` when nobody of this id is registered at all.
        """
        found = self.row(_UNIT, wanted=str(resident))
        if found is None:
            raise NotRegisteredHere
        return found["unit"]

    def resident(self, resident: UUID) -> dict[str, Any]:
        """A resident with appointments and doses. Raises `NotRegisteredHere`."""
        known = self.known(resident)
        records = known.get("records") or [str(resident)]
        mine, given = appointments.c.resident.in_(records), doses.c.resident.in_(records)
        known["appointments"] = self.rows(
            select(appointments).where(mine).order_by(appointments.c.dose, appointments.c.day)
        )
        known["doses"] = self.rows(select(doses).where(given).order_by(doses.c.day, doses.c.dose))
        known["status"] = _status(known)
        return known

    def day_list(self, day: date) -> list[dict[str, Any]]:
        """All appointments of a day in the order of their slots."""
        at = appointments.c
        query = (
            select(
                appointments,
                residents.c.identity,
                standings.c.status.label("screening"),
                standings.c.reasons,
                standings.c.until,
            )
            .outerjoin(residents, residents.c.resident == at.resident)
            .outerjoin(standings, standings.c.resident == at.resident)
            .where(at.day == day.isoformat())
            .order_by(at.time, at.resident)
        )
        return self.rows(query)

    def head_count(self, day: date) -> dict[str, int]:
        """How many people are where (R17), doses given, and doses left to the day's floor (R03)."""
        at = appointments.c
        counted = {
            row["status"]: row["number"]
            for row in self.rows(
                select(at.status, func.count().label("number"))
                .where(at.day == day.isoformat())
                .group_by(at.status)
            )
        }
        given = counted.get("vaccinated", 0) + counted.get("done", 0)
        return {
            "booked": counted.get("booked", 0),
            "waiting": counted.get("waiting", 0),
            "vaccinated": given,
            "observing": counted.get("vaccinated", 0),
            "done": counted.get("done", 0),
            "no_show": counted.get("no_show", 0),
            "doses": given,
            "floor_left": max(0, self.plan.daily_floor - given),
        }

    def session_list(self, first: date, last: date) -> list[dict[str, Any]]:
        """Sessions between two days with their slots; a slot that is over has no free place."""
        ended = self.ended_slot()
        within = slots.c.day.between(first.isoformat(), last.isoformat())
        query = select(slots).where(within).order_by(slots.c.day, slots.c.time)
        found: dict[str, dict[str, Any]] = {}
        for row in self.rows(query):
            session = found.setdefault(
                row["day"],
                {
                    "day": row["day"],
                    "product": row["product"],
                    "capacity": 0,
                    "taken": 0,
                    "slots": [],
                },
            )
            session["capacity"] += row["capacity"]
            session["taken"] += row["taken"]
            slot = {key: row[key] for key in ("time", "capacity", "taken")}
            over = (row["day"], row["time"]) <= ended
            free = 0 if over else row["capacity"] - row["taken"]
            session["slots"].append(slot | {"free": free})
        return list(found.values())

    def opened_days(self, first: date, last: date) -> set[str]:
        """Days between two that have a session."""
        within = sessions.c.day.between(first.isoformat(), last.isoformat())
        return {row["day"] for row in self.rows(select(sessions.c.day).where(within))}

    def stock(self) -> list[dict[str, Any]]:
        """All batches, the one that expires first on top, with what is left of each."""
        query = select(batches).order_by(batches.c.expiry, batches.c.batch)
        return [
            row
            | {"left": row["received"] - row["used"] - row["wasted"], "recalled": row["recalled"]}
            for row in self.rows(query)
        ]

    def usable_batches(self, product: str, day: date) -> list[dict[str, Any]]:
        """Batches of a product that may be given on a day, oldest expiry first."""
        return [
            batch
            for batch in self.stock()
            if batch["product"] == product
            and batch["left"] > 0
            and batch["recalled"] is None
            and batch["expiry"] >= day.isoformat()
        ]

    def planned(self, days: tuple[date, ...]) -> list[dict[str, Any]]:
        """Appointments of some days by unit, day and dose (R22), cancelled ones left out."""
        at = appointments.c
        query = (
            select(at.unit, at.day, at.dose, func.count().label("planned"))
            .where(
                and_(
                    at.day.between(days[0].isoformat(), days[-1].isoformat()),
                    at.status != "cancelled",
                )
            )
            .group_by(at.unit, at.day, at.dose)
            .order_by(at.unit, at.day, at.dose)
        )
        return [row | {"day": date.fromisoformat(row["day"])} for row in self.rows(query)]

    def names(self, people: list[dict[str, Any]]) -> dict[str, str]:
        """Names of residents by id; a short id where the key is not to be had just now."""
        assert self.privacy is not None
        erased = {p["resident"]: ERASED for p in people if p["identity"] == ""}
        pairs = [(p["resident"], p["identity"]) for p in people if p["identity"]]
        opened = self.privacy.read_all(pairs, ("name",))
        return erased | {
            resident: identity["name"] if identity else resident[:8]
            for resident, identity in opened.items()
        }


def _status(known: dict[str, Any]) -> str:
    """Where the course is: complete, the status of its due appointment, or the answer."""
    given = len(known["doses"]) + len(known.get("told", ()))
    if given >= 2:
        return "complete"
    due = given + 1
    at = next((row["status"] for row in known["appointments"] if row["dose"] == due), None)
    return at or known["answer"] or "registered"
