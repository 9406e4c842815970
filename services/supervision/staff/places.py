"""Places of grants: what an administrator types for a unit or a site, as its code."""

from __future__ import annotations

from collections.abc import Sequence

from services.supervision.domain.refusals import NoSuchPlace, SeveralPlaces
from shared.kit.language import Text
from shared.town.access.roles import LIST, TOWN
from shared.town.campaign import Campaign, Site, Unit

MOST_NAMED = 5


def scope_of(campaign: Campaign, scope: str, place: str) -> str:
    """Return a scope with the place that was typed beside it: "unit" and "青石" are unit:v01.

    A scope that names its place stays, and the town has none. Raises `NoSuchPlace`, `SeveralPlaces`.
    """
    if scope == TOWN or ":" in scope:
        return scope
    known: Sequence[Unit | Site] = campaign.units if scope in ("unit", LIST) else campaign.sites
    return f"{scope}:{_code_of(known, place.strip().casefold())}"


def _code_of(known: Sequence[Unit | Site], typed: str) -> str:
    """Return the one of this code or name, else the one whose name holds what was typed."""
    exactly = [each for each in known if typed in _called(each)]
    partly = [each for each in known if typed and any(typed in name for name in _called(each))]
    found = exactly or partly
    if not found:
        raise NoSuchPlace
    if len(found) > 1:
        raise SeveralPlaces(
            number=len(found),
            names=[Text(each.name_zh, each.name_en) for each in found[:MOST_NAMED]],
        )
    return found[0].code


def _called(place: Unit | Site) -> tuple[str, ...]:
    return place.code.casefold(), place.name_zh.casefold(), place.name_en.casefold()
