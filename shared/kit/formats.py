"""Formats of texts in rows and answers, as JSON Schema calls them; answers of fewer fields or rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R", bound=Mapping[str, object])

Day = Annotated[str, "date"]
"""An ISO date, 2024-04-01."""

Moment = Annotated[str, "date-time"]
"""An ISO date and time with its offset."""

Id = Annotated[str, "uuid"]
"""A UUID as text."""


def only(kind: type[T], row: Mapping[str, object]) -> T:
    """Return the fields of a `TypedDict` from a row that has more."""
    return cast("T", {name: row[name] for name in kind.__annotations__})


def page_of(rows: list[R], limit: int, key: str) -> tuple[list[R], Any]:
    """Return a page of rows, of which one more was asked for, and where the next page begins.

    That is the `key` of the page's last row, or None if nothing follows.
    """
    page = rows[:limit]
    return page, page[-1][key] if len(rows) > limit else None
