"""What the site has of which vaccine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypedDict

from sqlalchemy import Table, func, select

from services.appointments.courses.views import appointments, doses
from services.appointments.domain.batch import Batch
from services.appointments.domain.refusals import UnknownBatch
from services.appointments.stock.views import batches
from shared.kit.formats import Day
from shared.town.work import Work

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
_LEFT = (batches.c.received - batches.c.used - batches.c.wasted).label("left")


class Counted(TypedDict):
    """The doses of a batch: received = used + wasted + left."""

    batch: str
    product: str
    received: int
    used: int
    wasted: int
    left: int


class StockedBatch(Counted):
    """A batch; `recalled` is the reason, `expiry` the last day it may be given."""

    expiry: Day
    recalled: str | None


class Supply(TypedDict):
    """What is left of a product against what is booked and used; `days`: for how many it will do.

    `a_day` is the greater of what was given a day in the last week and is booked a day in the next.
    """

    product: str
    left: int
    booked: int
    a_day: int
    days: int | None


class Stock(TypedDict):
    """The batches of a site."""

    batches: list[StockedBatch]


def stock(work: Work) -> list[StockedBatch]:
    """Return all batches, the one that expires first on top."""
    query = select(*batches.c, _LEFT).order_by(batches.c.expiry, batches.c.batch)
    return work.rows(query, StockedBatch)


def supply(work: Work, batches: Iterable[StockedBatch]) -> list[Supply]:
    """Return of each product in stock for how many days it will do at the pace of these weeks."""
    today = work.today()
    given = _by_product(work, doses, today - WEEK, today - ONE_DAY)
    soon = _by_product(work, appointments, today, today + WEEK - ONE_DAY, "booked", "waiting")
    booked = _by_product(work, appointments, today, work.campaign.end, "booked", "waiting")
    left: dict[str, int] = {}
    for batch in batches:
        usable = batch["left"] if _is_usable(batch, today) else 0
        left[batch["product"]] = left.get(batch["product"], 0) + usable
    return [
        _supply(product, number, booked.get(product, 0), pace)
        for product, number in left.items()
        for pace in (max(given.get(product, 0), soon.get(product, 0)),)
    ]


def _supply(product: str, left: int, booked: int, in_week: int) -> Supply:
    days = left * WEEK.days // in_week if in_week else None
    a_day = -(-in_week // WEEK.days)
    return {"product": product, "left": left, "booked": booked, "a_day": a_day, "days": days}


def _by_product(work: Work, table: Table, first: date, last: date, *status: str) -> dict[str, int]:
    at = table.c
    query = select(at.product, func.count().label("number"))
    query = query.where(at.day.between(first.isoformat(), last.isoformat()))
    if status:
        query = query.where(at.status.in_(status))
    return {row["product"]: row["number"] for row in work.rows(query.group_by(at.product))}


def _is_usable(batch: StockedBatch, day: date) -> bool:
    return batch["left"] > 0 and batch["recalled"] is None and batch["expiry"] >= day.isoformat()


def usable_batches(work: Work, product: str, day: date) -> list[StockedBatch]:
    """Return batches of a product that may be given on a day, oldest expiry first."""
    return [
        batch for batch in stock(work) if batch["product"] == product and _is_usable(batch, day)
    ]


def batch_of(work: Work, batch: str) -> Batch:
    """Return a batch to decide on. Raises `UnknownBatch`."""
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is None:
        raise UnknownBatch(batch=batch)
    return stocked
