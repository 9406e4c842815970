"""Supervision keeps every event of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies

if TYPE_CHECKING:
    from services.supervision.application import Supervision

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(app: Supervision, event: Event) -> None:
    """Keys kept in memory are dropped; the ledger keeps the event as it keeps every other."""
    app.privacy.forget(event.data["resident"])


@policies.on_every
def keep(app: Supervision, events: Sequence[Event]) -> None:
    """Write the events into the ledger, once and for ever."""
    app.keep(events)
