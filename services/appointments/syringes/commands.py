"""Take syringes in, throw them away, count them."""

from __future__ import annotations

from services.appointments.domain.syringes import Syringes
from services.appointments.syringes.queries import Ledger, ledger
from shared.town.work import Work


class Delivered(Ledger):
    """The books after a delivery; `already`: so many were recorded of its note before, and none now."""

    note: str | None
    already: int | None


def receive(work: Work, syringes: int, note: str | None) -> Delivered:
    """Take a delivery in. Raises `SyringeNoteDiffers`."""
    kept, already = _kept(work), recorded(work, note)
    kept.receive(work.site, work.today(), syringes, note)
    work.save(kept)
    return {**ledger(work), "note": note, "already": already}


def recorded(work: Work, note: str | None) -> int | None:
    """Return how many syringes a note was recorded with; None: it was not."""
    return _kept(work).already(note)


def waste(work: Work, syringes: int, reason: str, note: str | None) -> Ledger:
    """Write syringes off. Raises `SyringesShort`."""
    kept = _kept(work)
    kept.waste(work.site, work.today(), syringes, reason, note, ledger(work)["used"])
    work.save(kept)
    return ledger(work)


def count(work: Work, counted: int, explanation: str | None, expected: int | None) -> Ledger:
    """Let the books follow a count. Raises `SyringesUsedMeanwhile`, `SyringeCountUnexplained`."""
    kept, used = _kept(work), ledger(work)["used"]
    kept.count(work.site, work.today(), counted, explanation, expected, used)
    work.save(kept)
    return ledger(work)


def _kept(work: Work) -> Syringes:
    return work.begin(Syringes, Syringes.create_id(work.site))
