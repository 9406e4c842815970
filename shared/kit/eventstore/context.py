"""Who acts, on whose behalf, and because of what: written into every event."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from shared.kit.contracts import Event


@dataclass(frozen=True, slots=True)
class Context:
    """One command: its idempotency key, the acting person, and what it belongs to.

    `occurred_at` is when it happened in the town; without it, when it is recorded.
    """

    command: str
    actor: str
    correlation: str
    causation: str | None = None
    occurred_at: datetime | None = None

    @classmethod
    def once(cls, actor: str) -> Context:
        """Return the context of what nobody sends again: a timer's, or a sign-in."""
        key = str(uuid.uuid4())
        return cls(command=key, actor=actor, correlation=key)

    @classmethod
    def of_policy(cls, service: str, event: Event) -> Context:
        """Return the context of what `service` decides because of somebody's event."""
        return cls(
            command=event.id,
            actor=f"policy:{service}",
            correlation=event.correlation,
            causation=event.id,
        )
