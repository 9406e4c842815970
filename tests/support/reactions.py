"""Reactions to test with: what a card says, with as little as a test is about."""

from __future__ import annotations

import uuid
from typing import Any


def reaction(card: int = 1, **more: Any) -> dict[str, Any]:
    """Return the data of a card beside whom and which dose it is about: a mild reaction."""
    plain: dict[str, Any] = {
        "card": str(uuid.UUID(int=card)),
        "signs": ["high_fever"],
        "severity": "mild",
        "outcome": "unknown",
        "found_by": "staff",
        "classified": "not_yet",
    }
    return plain | more
