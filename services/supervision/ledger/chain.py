"""The chain of the ledger, and its checkpoints: whether they still fit."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import select

from services.supervision.domain.ledger import BEGINNING, Ledger, chained
from services.supervision.ledger.queries import Heard, nobody, stream
from services.supervision.ledger.views import ledger
from shared.town.work import Work


class Checkpoint(TypedDict):
    """A checkpoint, and whether the ledger still is what it was then."""

    entries: int
    head: str
    holds: bool


def broken_at(work: Work, heard: Heard = nobody) -> int | None:
    """Walk the hash chain; return the first entry that does not fit, None if all do."""
    previous, expected = BEGINNING, 1
    for row in stream(work, select(ledger).order_by(ledger.c.entry)):
        heard(expected)
        if row["entry"] != expected:
            return expected
        # Whoever changes a row behind our back may change its type as well.
        body = row["body"].encode() if isinstance(row["body"], str) else bytes(row["body"])
        previous = chained(previous, row["source"], row["position"], body)
        if previous != row["hash"]:
            return expected
        expected += 1
    return None


def last_checkpoint(work: Work) -> Checkpoint | None:
    """Return the last checkpoint, and whether the ledger still is what it was then.

    Whoever rewrites the ledger and computes the whole chain again is found here.
    """
    book = work.find(Ledger, Ledger.create_id())
    if book is None:
        return None
    then = work.row(select(ledger.c.hash).where(ledger.c.entry == book.entries))
    holds = book.head == (then["hash"] if then else BEGINNING)
    return {"entries": book.entries, "head": book.head, "holds": holds}


def chain(work: Work, heard: Heard = nobody) -> str:
    """Return "ok", or in words where the chain or the last checkpoint does not fit."""
    broken, checkpoint = broken_at(work, heard), last_checkpoint(work)
    if broken is not None:
        return f"broken at entry {broken}"
    if checkpoint is not None and not checkpoint["holds"]:
        return f"changed before the checkpoint at entry {checkpoint['entries']}"
    return "ok"
