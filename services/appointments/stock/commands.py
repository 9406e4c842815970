"""Take batches in, write doses off, count them, send them on, recall a batch."""

from __future__ import annotations

from datetime import date

from services.appointments.domain.batch import Batch
from services.appointments.domain.site import Site
from services.appointments.domain.stock_refusals import (
    BatchExpired,
    BatchLooksAlike,
    NotAnotherSite,
)
from services.appointments.stock import queries
from services.appointments.stock.queries import Counted, batch_of
from shared.kit.formats import only
from shared.town.work import Work


class Stocked(Counted):
    """A batch as it is now; `per_vial` doses to a vial."""

    expiry: date
    recalled: bool
    per_vial: int


def receive_batch(
    work: Work,
    batch: str,
    product: str,
    doses: int,
    expiry: date,
    per_vial: int | None = None,
    note: str | None = None,
    *,
    different: bool = False,
) -> Stocked:
    """Take a delivery in; the first one opens the site (R06). A note that came before changes nothing.

    Raises `BatchExpired`, `BatchDiffers`, `NoteDiffers`; `BatchLooksAlike` unless it is `different`.
    """
    if expiry < work.today():
        raise BatchExpired(batch=batch, expiry=expiry)
    stocked = _to_take_in(work, batch, different)
    vial = _per_vial(work, product, per_vial)
    stocked.receive(work.site, batch, product, doses, expiry, vial, note)
    return _taken_in(work, stocked)


def take_arrival(
    work: Work,
    batch: str,
    product: str,
    doses: int,
    expiry: date,
    per_vial: int | None,
    from_site: str,
    note: str,
    *,
    different: bool,
) -> Stocked:
    """Take in what another site sent, also of a batch that is recalled or has expired.

    Raises `NotAnotherSite`, `BatchDiffers`, `NoteDiffers`, `BatchLooksAlike`.
    """
    _must_be_another(work, from_site)
    stocked = _to_take_in(work, batch, different)
    vial, today = _per_vial(work, product, per_vial), work.today()
    stocked.arrive(work.site, batch, product, doses, expiry, vial, today, from_site, note)
    return _taken_in(work, stocked)


def send(work: Work, batch: str, to_site: str, doses: int, note: str) -> Stocked:
    """Send doses on. Raises `NotAnotherSite`, `UnknownBatch`, `BatchRecalled`, `BatchEmpty`."""
    _must_be_another(work, to_site)
    stocked = batch_of(work, batch)
    stocked.send(work.today(), to_site, doses, note)
    work.save(stocked)
    return _as_it_is(stocked)


def waste(
    work: Work,
    batch: str,
    doses: int,
    reason: str,
    note: str | None = None,
    *,
    opened: bool = False,
) -> Stocked:
    """Write doses of a batch off. Raises `UnknownBatch`, `BatchEmpty`."""
    stocked = batch_of(work, batch)
    stocked.waste(doses, reason, opened, note)
    work.save(stocked)
    return _as_it_is(stocked)


def count(
    work: Work, batch: str, counted: int, explanation: str | None, expected: int | None
) -> Stocked:
    """Let the books follow a count. Raises `UnknownBatch`, `CountedMeanwhile`, `CountUnexplained`."""
    stocked = batch_of(work, batch)
    stocked.count(work.today(), counted, explanation, expected)
    work.save(stocked)
    return _as_it_is(stocked)


def recall(work: Work, batch: str, reason: str) -> Stocked:
    """Stop a batch from being used. Raises `UnknownBatch`."""
    stocked = batch_of(work, batch)
    stocked.recall(reason)
    work.save(stocked)
    return _as_it_is(stocked)


def recall_as_ordered(work: Work, batch: str, product: str, reason: str) -> None:
    """Recall a batch that all sites are to recall, where it is here."""
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is not None and stocked.product == product:
        stocked.recall(reason)
        work.save(stocked)


def _to_take_in(work: Work, batch: str, different: bool) -> Batch:
    stocked = work.begin(Batch, Batch.create_id(work.site, batch))
    if not stocked.version and not different and (known := queries.alike(work, batch)):
        raise BatchLooksAlike(batch=batch, known=known)
    return stocked


def _taken_in(work: Work, stocked: Batch) -> Stocked:
    """Save what has come, recalled where an order says so; the first doses open the site."""
    reason = queries.ordered_back(work, stocked.batch, stocked.product)
    if reason is not None:
        stocked.recall(reason)
    site = work.begin(Site, Site.create_id(work.site))
    site.open(work.site, work.today())
    work.save(stocked, site)
    return _as_it_is(stocked)


def _per_vial(work: Work, product: str, said: int | None) -> int:
    known = work.campaign.product(product)
    return said or known.doses_per_vial


def _must_be_another(work: Work, site: str) -> None:
    if work.campaign.site(site).code == work.site:
        raise NotAnotherSite


def _as_it_is(batch: Batch) -> Stocked:
    return only(Stocked, {**vars(batch), "left": batch.left})
