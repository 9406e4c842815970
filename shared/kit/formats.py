"""Formats of texts in rows and answers, as JSON Schema calls them; an answer of fewer fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar, cast

T = TypeVar("T")

Day = Annotated[str, "date"]
"""An ISO date, 2024-04-01."""

Moment = Annotated[str, "date-time"]
"""An ISO date and time with its offset."""

Id = Annotated[str, "uuid"]
"""A UUID as text."""


def only(kind: type[T], row: Mapping[str, object]) -> T:
    """Return the fields of a `TypedDict` from a row that has more."""
    return cast("T", {name: row[name] for name in kind.__annotations__})
