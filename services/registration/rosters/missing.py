"""Who was on a unit's list before and is not on its newer roster: told, never removed (R21)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from services.registration.residents.views import residents
from shared.town.work import Work

WHOLE_LIST = 0.5
"""Share of the unit's people that a roster has to have to be taken for its whole list."""


def missing_from(work: Work, unit: str, listed: Collection[str]) -> list[str]:
    """Return the unit's people whom a roster does not have; [] unless it looks like the whole list."""
    at = residents.c
    query = select(at.resident).where(
        at.unit == unit, at.erased.is_(None), at.merged_into.is_(None)
    )
    mine = [row["resident"] for row in work.rows(query.order_by(at.listed))]
    there = {*listed}
    missing = [who for who in mine if who not in there]
    return missing if len(mine) - len(missing) >= WHOLE_LIST * len(mine) else []
