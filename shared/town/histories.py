"""Accepting a restored source: whose own store it is, begins its next generation with an event."""

from __future__ import annotations

import logging

from eventsourcing.domain import Aggregate, event

from shared.kit.contracts.histories import Generation
from shared.kit.eventstore import Work, restored
from shared.kit.language import at_terminal

log = logging.getLogger(__name__)


class OwnHistory(Aggregate):
    """One generation of a part's own events. The names are the storage format."""

    @event("GenerationBegun")
    def __init__(self, generation: int, fork: int) -> None:
        """Record that what was told after `fork` before counts no more."""


def accept(work: Work, source: str, accepted: Generation) -> bool:
    """Let another history of a source count, in the running transaction; False if nothing changes."""
    if not restored.accept(work.store, source, accepted):
        return False
    log.warning(
        at_terminal(
            "{own}：认可 {source} 的第 {number} 代",
            "{own}: generation {number} of {source} is accepted",
            own=work.store.source,
            number=accepted.number,
            source=source,
        )
    )
    if source == work.store.source:
        work.save(OwnHistory(accepted.number, accepted.fork))
    return True
