"""Take batches in, write doses off, recall a batch."""

from __future__ import annotations

from datetime import date

from services.appointments.domain.batch import Batch
from services.appointments.domain.refusals import BatchExpired
from services.appointments.domain.site import Site
from services.appointments.stock.queries import Counted, batch_of
from shared.kit.formats import only
from shared.town.work import Work


class Stocked(Counted):
    """A batch as it is now."""

    expiry: date
    recalled: bool


def receive_batch(work: Work, batch: str, product: str, doses: int, expiry: date) -> Stocked:
    """Take a batch in; the first one opens the site (R06). A repeat changes nothing."""
    work.campaign.product(product)
    if expiry < work.today():
        raise BatchExpired(batch=batch, expiry=expiry)
    site = work.begin(Site, Site.create_id(work.site))
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is None:
        stocked = Batch(site=work.site, batch=batch, product=product, doses=doses, expiry=expiry)
    else:
        stocked.is_as_received(product, doses, expiry)
    site.open(work.site, work.today())
    work.save(stocked, site)
    return _as_it_is(stocked)


def waste(work: Work, batch: str, doses: int, reason: str) -> Stocked:
    """Write doses of a batch off. Raises `UnknownBatch`, `BatchEmpty`."""
    stocked = batch_of(work, batch)
    stocked.waste(doses, reason)
    work.save(stocked)
    return _as_it_is(stocked)


def recall(work: Work, batch: str, reason: str) -> Stocked:
    """Stop a batch from being used. Raises `UnknownBatch`."""
    stocked = batch_of(work, batch)
    stocked.recall(reason)
    work.save(stocked)
    return _as_it_is(stocked)


def _as_it_is(batch: Batch) -> Stocked:
    return only(Stocked, {**vars(batch), "left": batch.left})
