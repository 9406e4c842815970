"""Take batches in, write doses off, count them, send them on, recall a batch."""

from __future__ import annotations

from datetime import date, datetime

from services.appointments.domain.batch import Batch
from services.appointments.domain.site import Site
from services.appointments.domain.stock_refusals import (
    BatchExpired,
    BatchLooksAlike,
    NotAnotherSite,
)
from services.appointments.fridge.queries import out_of_range
from services.appointments.stock import queries
from services.appointments.stock.queries import Counted, batch_of
from shared.kit.formats import only
from shared.town.work import Work


class Stocked(Counted):
    """A batch as it is now; `per_vial` doses to a vial."""

    expiry: date
    recalled: bool
    per_vial: int


class Noted(Counted):
    """A batch after a note of doses; `already`: so many were recorded of it before, and none now."""

    expiry: date
    recalled: bool
    per_vial: int
    note: str | None
    already: int | None


class TakenIn(Counted):
    """A batch that doses came of, as `Noted`; `warm`: the refrigerator and temperature they are held for."""

    expiry: date
    recalled: bool
    per_vial: int
    note: str | None
    already: int | None
    warm: str | None


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
) -> TakenIn:
    """Take a delivery in; the first one opens the site (R06). A note that came before changes nothing.

    Raises `BatchExpired`, `BatchDiffers`, `NoteDiffers`; `BatchLooksAlike` unless it is `different`.
    """
    if expiry < work.today():
        raise BatchExpired(batch=batch, expiry=expiry)
    stocked = _to_take_in(work, batch, different)
    vial = _per_vial(work, stocked, product, per_vial)
    _must_agree(work, stocked, product, expiry, vial)
    already = stocked.already("received", "", note)
    stocked.receive(work.site, batch, product, doses, expiry, vial, note)
    return _taken_in(work, stocked, note, already)


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
) -> TakenIn:
    """Take in what another site sent, also of a batch that is recalled or has expired.

    Raises `NotAnotherSite`, `BatchDiffers`, `NoteDiffers`, `BatchLooksAlike`.
    """
    _must_be_another(work, from_site)
    stocked = _to_take_in(work, batch, different)
    vial, today = _per_vial(work, stocked, product, per_vial), work.today()
    _must_agree(work, stocked, product, expiry, vial)
    already = stocked.already("arrived", from_site, note)
    stocked.arrive(work.site, batch, product, doses, expiry, vial, today, from_site, note)
    return _taken_in(work, stocked, note, already)


def send(work: Work, batch: str, to_site: str, doses: int, note: str) -> Noted:
    """Send doses on. Raises `NotAnotherSite`, `UnknownBatch`, `BatchRecalled`, `BatchEmpty`."""
    _must_be_another(work, to_site)
    stocked = batch_of(work, batch)
    already = stocked.already("sent", "", note)
    stocked.send(work.today(), to_site, doses, note)
    work.save(stocked)
    return {**_as_it_is(stocked), "note": note, "already": already}


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


def waste_vial(work: Work, batch: str, opened_at: datetime) -> Stocked:
    """Write off what is left in the vial of a batch that is open longest.

    `opened_at` is what was seen of it: of one that is written off or used up nothing changes. Raises
    `UnknownBatch`.
    """
    open_here = [
        each for each in queries.opened_vials(work, work.today()) if each["batch"] == batch
    ]
    if not open_here or datetime.fromisoformat(open_here[0]["opened_at"]) != opened_at:
        return _as_it_is(batch_of(work, batch))
    return waste(work, batch, open_here[0]["left"], "not_used_up", opened=True)


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
    """Recall a batch that all sites are to recall, where it is here.

    What looks like it is held until somebody has looked at the box: a number is easily misread.
    """
    for number in queries.looking_like(work, batch, product):
        alike = batch_of(work, number)
        alike.hold_of_recall(work.today(), batch)
        work.save(alike)
    stocked = work.find(Batch, Batch.create_id(work.site, batch))
    if stocked is not None and stocked.product == product:
        stocked.recall(reason)
        work.save(stocked)


def _to_take_in(work: Work, batch: str, different: bool) -> Batch:
    stocked = work.begin(Batch, Batch.create_id(work.site, batch))
    if not stocked.version and not different and (known := queries.alike(work, batch)):
        raise BatchLooksAlike(batch=batch, known=known)
    return stocked


def _taken_in(work: Work, stocked: Batch, note: str | None, already: int | None) -> TakenIn:
    """Save what has come, recalled or held where it has to be; the first doses open the site."""
    for row in out_of_range(work, stocked.fridge) if already is None else ():
        stocked.hold_as_it_came(work.today(), row["fridge"], row["celsius"], row["read_at"])
    reason = queries.ordered_back(work, stocked.batch, stocked.product)
    if reason is not None:
        stocked.recall(reason)
    site = work.begin(Site, Site.create_id(work.site))
    site.open(work.site, work.today())
    work.save(stocked, site)
    warm = stocked.held.get("fridge")
    return {**_as_it_is(stocked), "note": note, "already": already, "warm": warm}


def _per_vial(work: Work, stocked: Batch, product: str, said: int | None) -> int:
    """Doses to a vial as somebody says, else as the batch had them, else as the product has."""
    known = work.campaign.product(product)
    return said or (stocked.per_vial if stocked.version else known.doses_per_vial)


def _must_agree(work: Work, stocked: Batch, product: str, expiry: date, per_vial: int) -> None:
    """Raise `BatchDiffers`, with the product as people call it, where a batch is otherwise here."""
    called = work.campaign.product(stocked.product) if stocked.version else None
    stocked.must_be_of(product, expiry, per_vial, called)


def _must_be_another(work: Work, site: str) -> None:
    if work.campaign.site(site).code == work.site:
        raise NotAnotherSite


def _as_it_is(batch: Batch) -> Stocked:
    return only(Stocked, {**vars(batch), "left": batch.left})
