"""Supervision keeps every event of everybody."""

from __future__ import annotations

from services.supervision.ledger.commands import keep
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(work: Work, event: Event) -> None:
    """Keys kept in memory are dropped; the ledger keeps the event as it keeps every other."""
    work.privacy.forget(event.data["resident"])


policies.on_every(keep)
