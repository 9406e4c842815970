"""A number that waits for the dose. The names of its events are the storage format."""

from __future__ import annotations

from uuid import UUID

from eventsourcing.domain import event

from shared.town.line import ticket


class Ticket(ticket.Ticket):
    """One number of a day at this site, from the clearance to the dose."""

    NAMESPACE = UUID("b1f6a2c4-7d3e-5b18-9a60-2c8e4f7d1a35")

    _on_called = event("NumberCalled")(ticket.Ticket._on_called)
    _on_held = event("NumberHeld")(ticket.Ticket._on_held)
    _on_passed = event("NumberPassed")(ticket.Ticket._on_passed)
    _on_resumed = event("NumberResumed")(ticket.Ticket._on_resumed)
    _on_undone = event("NumberCallUndone")(ticket.Ticket._on_undone)
    _on_directed = event("NumberDirected")(ticket.Ticket._on_directed)
