"""What the site has of which vaccine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import Table, func, select

from services.appointments.courses.views import appointments, doses
from services.appointments.domain.batch import Batch
from services.appointments.domain.fridge_refusals import VialOpenTooLong
from services.appointments.domain.stock_refusals import UnknownBatch
from services.appointments.stock.views import batches, held, ordered, vials
from shared.kit.formats import Day, Id, Moment, only
from shared.town.batch_numbers import are_alike
from shared.town.mirrors.residents import residents
from shared.town.work import Work

PAGE = 100
"""Recipients on one page."""
ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
_GONE = batches.c.used + batches.c.wasted + batches.c.moved + batches.c.lost
_LEFT = (batches.c.received - _GONE).label("left")


class Counted(TypedDict):
    """The doses of a batch: received = used + wasted + moved + lost + left."""

    batch: str
    product: str
    received: int
    used: int
    wasted: int
    moved: int
    lost: int
    left: int


class Held(TypedDict):
    """A cause of a quarantine: `of` which refrigerator, or of which number ordered back."""

    batch: str
    cause: str
    of: str
    celsius: float | None
    read_at: str | None
    since: Moment


class StockedBatch(Counted):
    """A batch; `recalled` is the reason, `expiry` the last day it may be given.

    `per_vial` doses to a vial, `counted` the day it was counted last, `fridge` where it lies (null:
    nobody said). `held`: why it is in quarantine, `times`: how often it was put there.
    """

    expiry: Day
    per_vial: int
    counted: Day | None
    recalled: str | None
    fridge: str | None
    times: int
    held: list[Held]


class OpenedVial(TypedDict):
    """A vial of several doses that was opened; `trace_code` is null where nobody scanned it.

    `left` doses are in it. It may be used until `until`, for so many `minutes` more; `over`: no more.
    """

    batch: str
    product: str
    trace_code: str | None
    opened_at: Moment
    until: Moment
    left: int
    minutes: int
    over: bool


class OpenedVials(TypedDict):
    """The opened vials of a site."""

    vials: list[OpenedVial]


class Supply(TypedDict):
    """What is left of a product against what is booked and used; `days`: for how many it will do.

    `a_day` is the greater of what was given a day in the last week and is booked a day in the next.
    """

    product: str
    left: int
    booked: int
    a_day: int
    days: int | None


class Recipient(TypedDict):
    """Who got a dose of a batch, which dose, when, and by whom it was given."""

    resident: Id
    unit: str
    dose: int
    day: Day
    vaccinator: str
    given_at: Moment


class NamedRecipient(Recipient):
    """A recipient with the sealed identity, to name the person."""

    identity: str | None


class Recipients(TypedDict):
    """Everybody who got a dose of a batch at this site."""

    batch: str
    recipients: list[Recipient]


class Stock(TypedDict):
    """The batches of a site."""

    batches: list[StockedBatch]


def stock(work: Work) -> list[StockedBatch]:
    """Return all batches, the one that expires first on top."""
    query = select(*batches.c, _LEFT).order_by(batches.c.expiry, batches.c.batch)
    causes: dict[str, list[Held]] = {}
    for row in work.rows(select(held).order_by(held.c.batch, held.c.cause), Held):
        causes.setdefault(row["batch"], []).append(row)
    return [
        only(StockedBatch, {**row, "held": causes.get(row["batch"], [])})
        for row in work.rows(query)
    ]


def supply(work: Work, batches: Iterable[StockedBatch]) -> list[Supply]:
    """Return of each product in stock for how many days it will do at the pace of these weeks."""
    today = work.today()
    given = _by_product(work, doses, today - WEEK, today - ONE_DAY)
    soon = _by_product(work, appointments, today, today + WEEK - ONE_DAY, "booked", "waiting")
    booked = _by_product(work, appointments, today, work.campaign.end, "booked", "waiting")
    left: dict[str, int] = {}
    for batch in batches:
        usable = batch["left"] if is_usable(batch, today) else 0
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


def is_usable(batch: StockedBatch, day: date) -> bool:
    """Tell whether doses of a batch may be given on a day."""
    free = batch["recalled"] is None and not batch["held"]
    return batch["left"] > 0 and free and batch["expiry"] >= day.isoformat()


def opened_vials(work: Work, day: date) -> list[OpenedVial]:
    """Return the vials opened by a day that hold doses still, the one open longest on top."""
    at = vials.c
    query = select(at.batch, at.code, at.opened_at, at.left, batches.c.product)
    query = query.join(batches, batches.c.batch == at.batch).where(
        at.opened_at < (day + ONE_DAY).isoformat()
    )
    return [_opened(work, row) for row in work.rows(query.order_by(at.opened_at, at.code))]


def _opened(work: Work, row: Mapping[str, Any]) -> OpenedVial:
    hours = work.campaign.product(row["product"]).open_vial_hours
    until = datetime.fromisoformat(row["opened_at"]) + timedelta(hours=hours)
    minutes = int((until - work.now()).total_seconds() // 60)
    told = {
        "trace_code": row["code"] or None,
        "until": until.isoformat(),
        "minutes": max(0, minutes),
        "over": work.now() > until,
    }
    return only(OpenedVial, {**row, **told})


def must_be_fresh(work: Work, batch: Batch, code: str | None) -> None:
    """Raise `VialOpenTooLong` where the vial that a dose would come from was opened too long ago."""
    opened_here = opened_vials(work, work.today()) if batch.per_vial > 1 else []
    for vial in opened_here:
        if (vial["batch"], vial["trace_code"]) == (batch.batch, code) and vial["over"]:
            opened = datetime.fromisoformat(vial["opened_at"]).astimezone(work.campaign.zone)
            hours = work.campaign.product(vial["product"]).open_vial_hours
            raise VialOpenTooLong(batch=batch.batch, opened=opened, hours=hours, left=vial["left"])


def looking_like(work: Work, batch: str, product: str) -> list[str]:
    """Return the batches of a product here whose numbers look like one, itself left out."""
    rows = work.rows(select(batches.c.batch).where(batches.c.product == product))
    others = (row["batch"] for row in rows if row["batch"] != batch)
    return sorted(each for each in others if are_alike(each, batch))


def usable_batches(work: Work, product: str, day: date) -> list[StockedBatch]:
    """Return batches of a product that may be given on a day, oldest expiry first."""
    return [batch for batch in stock(work) if batch["product"] == product and is_usable(batch, day)]


def batch_of(work: Work, batch: str) -> Batch:
    """Return a batch to decide on. Raises `UnknownBatch`."""
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is None:
        raise UnknownBatch(batch=batch)
    return stocked


def alike(work: Work, batch: str) -> str | None:
    """Return the batch that a number looks like, of those here and those ordered back; not itself."""
    known = {
        row["batch"] for table in (batches, ordered) for row in work.rows(select(table.c.batch))
    }
    return min((each for each in known - {batch} if are_alike(each, batch)), default=None)


def ordered_back(work: Work, batch: str, product: str) -> str | None:
    """Return why all sites are to recall a batch; None: they are not."""
    at = ordered.c
    query = select(at.reason).where(at.batch == batch, at.product == product)
    found = work.row(query)
    return found["reason"] if found else None


def recipients(work: Work, batch: str, page: int | None = None) -> list[NamedRecipient]:
    """Return everybody who got a dose of a batch here, the first on top; or a `page` of them.

    Raises `UnknownBatch`.
    """
    batch_of(work, batch)
    named = residents.c.identity
    columns = [doses.c[name] for name in Recipient.__annotations__]
    query = select(*columns, named).select_from(
        doses.outerjoin(residents, residents.c.resident == doses.c.resident)
    )
    query = query.where(doses.c.batch == batch).order_by(doses.c.given_at, doses.c.resident)
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return work.rows(query, NamedRecipient)
