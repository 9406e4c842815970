"""Whose courses have begun at another site than the one their unit goes to (R04, R15)."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from services.registration.domain.unit import Given
from services.registration.history.views import heard
from services.registration.residents.views import residents
from services.registration.units.views import dockings
from shared.town.work import Work


def has_several_sites(work: Work, resident: UUID) -> bool:
    """Tell whether the unit of a resident goes, went or will go to more than one site."""
    at = dockings.c
    query = select(func.count(at.site.distinct()).label("sites")).join(
        residents, residents.c.unit == at.unit
    )
    found = work.row(query.where(residents.c.resident == str(resident)))
    return found is not None and found["sites"] > 1


def begun_elsewhere(work: Work, code: str, site: str) -> dict[str, list[Given]]:
    """Return the first doses of a unit's people that were given at other sites, by site."""
    mine = select(residents.c.resident).where(residents.c.unit == code)
    query = select(heard.c.facts).where(
        heard.c.event == "DoseAdministered", heard.c.resident.in_(mine)
    )
    found: dict[str, list[Given]] = {}
    for row in work.rows(query.order_by(heard.c.source, heard.c.position)):
        fact = json.loads(row["facts"])
        if fact["dose"] == 1 and fact["site"] != site:
            first = {
                "resident": UUID(fact["resident"]),
                "day": date.fromisoformat(fact["day"]),
                "product": fact["product"],
            }
            found.setdefault(fact["site"], []).append(first)
    return found
