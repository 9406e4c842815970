"""A number that waits for screening. The names of its events are the storage format."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.domain import event

from shared.town.line import ticket


class Ticket(ticket.Ticket):
    """One number of a day at a site, from the check-in to the finding."""

    NAMESPACE = UUID("c7d2e5b9-4a1f-5c36-8e72-9f0b3d6a8c14")

    _on_called = event("ScreeningCalled")(ticket.Ticket._on_called)
    _on_held = event("ScreeningHeld")(ticket.Ticket._on_held)
    _on_passed = event("ScreeningPassed")(ticket.Ticket._on_passed)
    _on_resumed = event("ScreeningResumed")(ticket.Ticket._on_resumed)
    _on_undone = event("ScreeningCallUndone")(ticket.Ticket._on_undone)
    _on_directed = event("ScreeningDirected")(ticket.Ticket._on_directed)
