"""What the desk does when somebody else's event arrives."""

from __future__ import annotations

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(work: Work, event: Event) -> None:
    """Keys kept in memory are dropped."""
    work.privacy.forget(event.data["resident"])
