"""What every part does when a resident is erased: the keys it keeps in memory are dropped."""

from __future__ import annotations

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(work: Work, event: Event) -> None:
    """Nothing sealed under a destroyed key is opened any more."""
    work.privacy.forget(event.data["resident"])
