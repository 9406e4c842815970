"""What screening decides when others speak: a severe reaction forbids, a refusal ends a clearance."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.screening.lifting import commands
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.contracts.reactions import SERIOUS
from shared.town.work import Work

policies = Policies()


@policies.on("AdverseEventReported", "AdverseEventFollowedUp")
def forbid_the_next_dose(work: Work, event: Event) -> None:
    """No dose follows a severe reaction to the one before, until two who screen lift it (R10)."""
    data = event.data
    if data["severity"] in SERIOUS:
        day = date.fromisoformat(data["day"])
        commands.forbid_after_reaction(
            work, UUID(data["resident"]), data["site"], day, data["dose"]
        )


@policies.on("VaccinationDeclined")
def end_the_clearance(work: Work, event: Event) -> None:
    """A clearance is of somebody who wants the dose; whoever consents again is screened again."""
    commands.withdraw_if_cleared(work, UUID(event.data["resident"]))
