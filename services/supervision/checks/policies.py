"""What supervision flags as it hears of it: doses that nobody should have had."""

from __future__ import annotations

from services.supervision.checks.commands import flag_doses
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies()


@policies.on("DoseAdministered")
def look_at_the_doses(work: Work, event: Event) -> None:
    """Whoever has two first doses, more than two, or two too close, is looked into (R04)."""
    flag_doses(work, event.data["resident"])
