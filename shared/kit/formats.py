"""Formats of texts in rows and answers: a day, a moment, an id - as JSON Schema calls them."""

from __future__ import annotations

from typing import Annotated

Day = Annotated[str, "date"]
"""An ISO date, 2024-04-01."""

Moment = Annotated[str, "date-time"]
"""An ISO date and time with its offset."""

Id = Annotated[str, "uuid"]
"""A UUID as text."""
