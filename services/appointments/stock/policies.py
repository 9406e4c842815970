"""What a site does by itself with its stock: it recalls what supervision orders back."""

from __future__ import annotations

from services.appointments.stock import commands
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies()


@policies.on("RecallOrdered")
def recall_own_stock(work: Work, event: Event) -> None:
    """Nobody is given any more of the batch here; what comes of it later is recalled as it comes."""
    commands.recall_as_ordered(work, **event.data)
