"""Supervision keeps every event of everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts import Event
from shared.eventstore import Policies

if TYPE_CHECKING:
    from services.supervision.application import Supervision

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(app: Supervision, event: Event) -> None:
    """Keys kept in memory are dropped; the ledger keeps the event as it keeps every other."""
    if app.privacy is not None:
        app.privacy.forget(event.data["resident"])


@policies.on(Policies.ANY)
def keep(app: Supervision, event: Event) -> None:
    """Write the event into the ledger, once and for ever."""
    app.keep(event)
