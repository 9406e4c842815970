"""What the site has of which vaccine."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from sqlalchemy import select

from services.appointments.domain.batch import Batch
from services.appointments.domain.refusals import UnknownBatch
from services.appointments.stock.views import batches
from shared.kit.formats import Day
from shared.town.work import Work

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


class Stock(TypedDict):
    """The batches of a site."""

    batches: list[StockedBatch]


def stock(work: Work) -> list[StockedBatch]:
    """Return all batches, the one that expires first on top."""
    query = select(*batches.c, _LEFT).order_by(batches.c.expiry, batches.c.batch)
    return work.rows(query, StockedBatch)


def usable_batches(work: Work, product: str, day: date) -> list[StockedBatch]:
    """Return batches of a product that may be given on a day, oldest expiry first."""
    return [
        batch
        for batch in stock(work)
        if batch["product"] == product
        and batch["left"] > 0
        and batch["recalled"] is None
        and batch["expiry"] >= day.isoformat()
    ]


def batch_of(work: Work, batch: str) -> Batch:
    """Return a batch to decide on. Raises `UnknownBatch`."""
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is None:
        raise UnknownBatch(batch=batch)
    return stocked
