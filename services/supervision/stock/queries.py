"""Where every batch is, which doses are on their way between sites, and what is ordered back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from sqlalchemy import func, or_, select

from services.supervision.ledger.hearing import Hearing
from services.supervision.stock.views import batches, held, recalls, transfers
from shared.kit.formats import Moment
from shared.town.batch_numbers import are_alike
from shared.town.work import Work

A_DAY = timedelta(days=1)
"""So long may doses be on their way before somebody has to ask where they are."""


class OfSite(TypedDict):
    """A batch at a site; `recalled_at` is null where it is not recalled."""

    site: str
    batch: str
    product: str | None
    received: int
    given: int
    wasted: int
    moved: int
    lost: int
    left: int
    recalled_at: Moment | None


class Near(OfSite):
    """A batch that may be meant by another number or product; `held`: in quarantine for it."""

    held: bool


class Ordered(TypedDict):
    """A batch that all sites are to recall, and how it is at each that has it.

    `near`: batches of that number of another product, and those that look like it.
    """

    batch: str
    product: str
    reason: str
    ordered_at: Moment
    actor: str
    sites: list[OfSite]
    near: list[Near]


class Recalls(TypedDict):
    """All recalls, the newest on top."""

    recalls: list[Ordered]


class OfStock(TypedDict):
    """All batches of one site together."""

    site: str
    received: int
    drawn: int
    given: int
    wasted: int
    moved: int
    lost: int


Held = dict[tuple[str, str], str]
"""Of a site and its batch: the number ordered back for which it is in quarantine."""
_COUNTED = ("received", "drawn", "given", "wasted", "moved", "lost")
_GONE = batches.c.drawn + batches.c.wasted + batches.c.moved + batches.c.lost
_OF_SITE = (
    *(batches.c[name] for name in OfSite.__annotations__ if name != "left"),
    (batches.c.received - _GONE).label("left"),
)


def by_site(work: Work) -> list[OfStock]:
    """Return what each site had and has."""
    at = batches.c
    sums = [func.sum(at[name]).label(name) for name in _COUNTED]
    return work.rows(select(at.site, *sums).group_by(at.site), OfStock)


def known(work: Work) -> list[OfSite]:
    """Return every batch at every site."""
    at = batches.c
    return work.rows(select(*_OF_SITE).order_by(at.product, at.batch, at.site), OfSite)


def at_sites(work: Work, batch: str, product: str) -> list[OfSite]:
    """Return how a batch is at each site that has or had it."""
    return [row for row in known(work) if (row["batch"], row["product"]) == (batch, product)]


def near(work: Work, batch: str, product: str) -> list[Near]:
    """Return where that number is of another product, and which batches look like it."""
    return _near(known(work), _held(work), batch, product)


def _near(rows: list[OfSite], held: Held, batch: str, product: str) -> list[Near]:
    return [
        {**row, "held": held.get((row["site"], row["batch"])) == batch}
        for row in rows
        if (row["batch"], row["product"]) != (batch, product) and are_alike(row["batch"], batch)
    ]


def _held(work: Work) -> Held:
    return {(row["site"], row["batch"]): row["known"] for row in work.rows(select(held))}


def vials(work: Work, number: str) -> dict[str, int]:
    """Return by site how many doses a vial of a batch holds, where a delivery said so."""
    at = batches.c
    query = select(at.site, at.per_vial).where(at.batch == number, at.per_vial.is_not(None))
    return {row["site"]: row["per_vial"] for row in work.rows(query)}


def ordered(work: Work) -> list[Ordered]:
    """Return all recalls, the newest on top."""
    here, quarantined = known(work), _held(work)
    found = work.rows(select(recalls).order_by(recalls.c.ordered_at.desc(), recalls.c.batch))
    return [
        {
            "batch": row["batch"],
            "product": row["product"],
            "reason": row["reason"],
            "ordered_at": row["ordered_at"],
            "actor": row["actor"],
            "sites": [
                each
                for each in here
                if (each["batch"], each["product"]) == (row["batch"], row["product"])
            ],
            "near": _near(here, quarantined, row["batch"], row["product"]),
        }
        for row in found
    ]


def unmatched(work: Work, today: date) -> Iterator[tuple[str, str]]:
    """Tell of notes whose doses are nobody's or two sites' a day later, or of another expiry.

    Of each the note, and why; of what is missing once the site that it is missing at has been heard.
    """
    hearing, zone = Hearing(work), work.campaign.zone
    since, at, sender = (today - A_DAY).isoformat(), transfers.c, batches.alias("sender")
    same = (sender.c.site == at.from_site) & (sender.c.batch == at.batch)
    query = select(transfers, sender.c.expiry.label("sent_expiry")).outerjoin(sender, same)
    apart = or_(at.sent != at.arrived, at.to_site != at.arrived_at, at.expiry != sender.c.expiry)
    for row in work.rows(query.where(apart)):
        told = max(row["sent_on"] or "", row["arrived_on"] or "")
        if told >= since:
            continue
        late = datetime.combine(date.fromisoformat(told) + 2 * A_DAY, time(), zone)
        silent = row["to_site"] if not row["arrivals"] else row["from_site"]
        if not (row["arrivals"] and row["sent_on"]) and not hearing.is_over(silent, late):
            continue
        if not row["arrivals"]:
            why = f"{row['sent']} doses sent to {row['to_site']}, none arrived"
        elif not row["sent_on"]:
            why = f"{row['arrived']} doses arrived at {row['arrived_at']}, never sent"
        elif (row["sent"], row["to_site"]) == (row["arrived"], row["arrived_at"]):
            why = f"expiry {row['expiry']} at {row['arrived_at']}, {row['sent_expiry']} as sent by {row['from_site']}"
        else:
            why = f"{row['sent']} doses sent, {row['arrived']} arrived at {row['arrived_at']}"
        yield f"{row['from_site']}|{row['note']}|{row['batch']}", why
