"""Addresses as cadres divide a unit: by household, by building, by lane."""

from __future__ import annotations

import re
import unicodedata

from shared.town.terms.contacts import ADDRESS_LEVELS

HOUSEHOLD, BUILDING, LANE = "household", "building", "lane"
LEVELS = tuple(ADDRESS_LEVELS)
_BUILDING = re.compile(r"^.*?[0-9一二三四五六七八九十]+(?:号楼|栋|幢|座|号院|号)")
_LANE = re.compile(r"^.*[路街巷弄道里组队屯村苑区园湾坪庄]")


def group_of(address: str, level: str) -> str:
    """Return the part of an address that its neighbours share; "" when there is no address.

    An address without such a part is a group of its own.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))
    if level == HOUSEHOLD:
        return plain
    shape = _BUILDING if level == BUILDING else _LANE
    found = shape.match(plain)
    return found.group() if found else plain
