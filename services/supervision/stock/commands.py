"""Order a batch back at all sites."""

from __future__ import annotations

from typing import TypedDict

from services.supervision.domain.recall import Recall
from shared.town.work import Work


class Recalled(TypedDict):
    """A batch that is ordered back."""

    batch: str
    product: str
    ordered: bool


def order_recall(work: Work, batch: str, product: str, reason: str) -> Recalled:
    """Have every site recall its own stock of a batch, and what comes of it later."""
    work.campaign.product(product)
    recall = work.begin(Recall, Recall.create_id(batch, product))
    recall.order(batch, product, reason)
    work.save(recall)
    return {"batch": batch, "product": product, "ordered": recall.ordered}
