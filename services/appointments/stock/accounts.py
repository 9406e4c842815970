"""A batch's day: what was there in the morning, what came and went, what was counted in the evening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import func, select

from services.appointments.courses.views import doses
from services.appointments.stock.queries import StockedBatch, stock
from services.appointments.stock.views import movements
from shared.kit.formats import Moment
from shared.town.work import Work

TAKEN_IN = ("received", "arrived")


class Movement(TypedDict):
    """Doses of a batch that came, went, or were counted; `reason` and `opened` of a loss."""

    batch: str
    at: Moment
    kind: str
    doses: int
    reason: str | None
    opened: bool | None
    expected: int | None
    note: str | None


class Count(NamedTuple):
    """Doses that were counted, `difference` from the books, and why."""

    counted: int
    difference: int
    why: str


class DayOfBatch(NamedTuple):
    """left before + received - used - wasted - sent + corrected = left after.

    `wasted` by reason; `corrected`: by counts of the day; `opened`: wasted of opened vials.
    `last_count`: the one after the day was over, which the closing of the day adds.
    """

    batch: str
    product: str
    per_vial: int
    before: int
    received: int
    used: int
    wasted: dict[str, int]
    opened: int
    sent: int
    corrected: int
    last_count: Count | None = None

    @property
    def after(self) -> int:
        """Doses left when the day was over."""
        gone = self.used + self.lost + self.sent
        return self.before + self.received - gone + self.corrected

    @property
    def lost(self) -> int:
        """Doses wasted."""
        return sum(self.wasted.values())

    @property
    def missing(self) -> int:
        """Doses of opened vials that were neither given nor written off."""
        return -(self.used + self.opened) % self.per_vial

    @property
    def moved(self) -> bool:
        """Whether anything was there, came or went."""
        return bool(self.before or self.received or self.used or self.lost or self.corrected)


def days_of_batches(work: Work, day: date) -> list[DayOfBatch]:
    """Return the day of every batch that was there or moved, in the order of `stock`."""
    given = _given(work)
    moved: dict[str, list[Movement]] = {}
    at = (movements.c[name] for name in Movement.__annotations__)
    for row in work.rows(select(*at).order_by(movements.c.at, movements.c.event), Movement):
        moved.setdefault(row["batch"], []).append(row)
    found = (
        _day_of(work, batch, day, moved.get(batch["batch"], []), given.get(batch["batch"], {}))
        for batch in stock(work)
    )
    return [each for each in found if each.moved]


def taken_in(work: Work, day: date) -> list[str]:
    """Return the batches of which doses came on a day, and none before."""
    at, first = movements.c, func.min(movements.c.at).label("first")
    query = select(at.batch, first).where(at.kind.in_(TAKEN_IN)).group_by(at.batch)
    rows = work.rows(query.order_by(at.batch))
    return [row["batch"] for row in rows if _day(work, row["first"]) == day]


def _given(work: Work) -> dict[str, dict[str, int]]:
    """How many doses of every batch were given, by days."""
    at, number = doses.c, func.count().label("number")
    found: dict[str, dict[str, int]] = {}
    for row in work.rows(select(at.batch, at.day, number).group_by(at.batch, at.day)):
        found.setdefault(row["batch"], {})[row["day"]] = row["number"]
    return found


def _day_of(
    work: Work,
    batch: StockedBatch,
    day: date,
    moved: Sequence[Movement],
    given: dict[str, int],
) -> DayOfBatch:
    before = -sum(number for on, number in given.items() if on < day.isoformat())
    before += sum(_step(each) for each in moved if _day(work, each["at"]) < day)
    today = [each for each in moved if _day(work, each["at"]) == day]
    wasted = Counter[str]()
    for each in today:
        if each["kind"] == "wasted":
            wasted[each["reason"] or "other"] += each["doses"]
    return DayOfBatch(
        batch["batch"],
        batch["product"],
        batch["per_vial"],
        before,
        sum(each["doses"] for each in today if each["kind"] in TAKEN_IN),
        given.get(day.isoformat(), 0),
        dict(wasted),
        sum(each["doses"] for each in today if each["kind"] == "wasted" and each["opened"]),
        sum(each["doses"] for each in today if each["kind"] == "sent"),
        sum(_step(each) for each in today if each["kind"] == "counted"),
    )


def _step(each: Movement) -> int:
    """By how much the doses left change."""
    if each["kind"] == "counted":
        return each["doses"] - (each["expected"] or 0)
    return each["doses"] if each["kind"] in TAKEN_IN else -each["doses"]


def _day(work: Work, instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(work.campaign.zone).date()
