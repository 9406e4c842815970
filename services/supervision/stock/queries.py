"""Where every batch is, which doses are on their way between sites, and what is ordered back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypedDict

from sqlalchemy import func, or_, select

from services.supervision.stock.views import batches, recalls, transfers
from shared.kit.formats import Moment
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


class Ordered(TypedDict):
    """A batch that all sites are to recall, and how it is at each that has it."""

    batch: str
    product: str
    reason: str
    ordered_at: Moment
    actor: str
    sites: list[OfSite]


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


def ordered(work: Work) -> list[Ordered]:
    """Return all recalls, the newest on top."""
    held = known(work)
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
                for each in held
                if (each["batch"], each["product"]) == (row["batch"], row["product"])
            ],
        }
        for row in found
    ]


def unmatched(work: Work, today: date) -> Iterator[tuple[str, str]]:
    """Tell of notes whose doses are nobody's or two sites' a day later: the note, and why."""
    since, at = (today - A_DAY).isoformat(), transfers.c
    apart = or_(at.sent != at.arrived, at.to_site != at.arrived_at)
    for row in work.rows(select(transfers).where(apart)):
        told = max(row["sent_on"] or "", row["arrived_on"] or "")
        if told >= since:
            continue
        if not row["arrivals"]:
            why = f"{row['sent']} doses sent to {row['to_site']}, none arrived"
        elif not row["sent_on"]:
            why = f"{row['arrived']} doses arrived at {row['arrived_at']}, never sent"
        else:
            why = f"{row['sent']} doses sent, {row['arrived']} arrived at {row['arrived_at']}"
        yield f"{row['from_site']}|{row['note']}|{row['batch']}", why
