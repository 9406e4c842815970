"""What every part does: it forgets who was erased, and lets the history count that was accepted."""

from __future__ import annotations

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town import histories
from shared.town.web.schemas import generation_of
from shared.town.work import Work

policies = Policies()


@policies.on("ResidentErased", "RegistrationTakenBack")
def forget(work: Work, event: Event) -> None:
    """Nothing sealed under a destroyed key is opened any more."""
    work.forget(event.data["resident"])


@policies.on("SourceHistoryAccepted")
def accept(work: Work, event: Event) -> None:
    """Go on from where a restored source was accepted."""
    histories.accept(work, event.data["source"], generation_of(event.data))
