"""Where a search leads: to a resident by id, or to a unit by its code."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields, validate

from shared.kit.web.problems import Malformed
from shared.town.campaign import Campaign


class Wanted(Schema):
    """What a person types or scans to find somebody: an id, a name, the code of a unit."""

    q = fields.String(required=True, validate=validate.Length(1, 60))


def address_found(text: str, campaign: Campaign, unit_address: str) -> str:
    """Return the address of what was typed; `unit_address` ends with where the code stands.

    Raises `Malformed` (404), which does not repeat what was typed: it may be a name.
    """
    text = text.strip()
    try:
        return f"/residents/{UUID(text)}"
    except ValueError:
        pass
    for unit in campaign.units:
        if text in (unit.code, unit.name_zh):
            return unit_address + unit.code
    raise Malformed(
        404,
        "nothing-found",
        "没有找到。请扫码，或输入单位全称。",
        "Nothing found; scan, or enter the unit's full name.",
    )
