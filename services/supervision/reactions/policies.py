"""What supervision decides as it hears of reactions: whether several are alike."""

from __future__ import annotations

from services.supervision.reactions.commands import look_for_clusters
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies()


@policies.on("AdverseEventReported", "AdverseEventFollowedUp")
def look_at_alike_ones(work: Work, event: Event) -> None:
    """Two or more with the same sign at one site or after one batch may be a cluster.

    Also when one of them is told to be more than mild.
    """
    look_for_clusters(work, event.data["card"])
