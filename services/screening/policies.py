"""What screening does when somebody else's event arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.kit.contracts import Event
from shared.kit.eventstore import Policies

if TYPE_CHECKING:
    from services.screening.application import ScreeningDesk

policies = Policies(append=False)


@policies.on("ResidentErased")
def forget(app: ScreeningDesk, event: Event) -> None:
    """Keys kept in memory are dropped."""
    app.privacy.forget(event.data["resident"])
