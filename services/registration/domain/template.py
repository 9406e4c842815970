"""Texts with placeholders: replaced by name, once, and nothing in them is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping

# As they stand in both texts; what each means is told on the page.
PLACEHOLDERS = ("name", "unit", "site", "week", "day", "time", "campaign")
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
# Chinese keyboards write ｛name｝: told as a fault too, or it would be sent as it stands.
_FOUND = re.compile(r"[{｛][^{}｛｝]{0,40}[}｝]?|[}｝]")
LONGEST_VALUE = 60


def faults_of(texts: Mapping[str, str]) -> list[dict[str, str | int]]:
    """Return what is no placeholder though it has a brace: field, character (from 1), and what."""
    faults: list[dict[str, str | int]] = []
    for field, text in texts.items():
        for found in _FOUND.finditer(text):
            known = _PLACEHOLDER.fullmatch(found[0])
            if known is None or known[1] not in PLACEHOLDERS:
                faults.append({"field": field, "at": found.start() + 1, "found": found[0][:20]})
    return faults


def used_in(*texts: str) -> frozenset[str]:
    """Return the names of the placeholders in texts."""
    return frozenset(name for text in texts for name in _PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders; a value is one line, and what it holds is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: _plain(values.get(found[1], "")), text)


def _plain(value: str) -> str:
    words = " ".join(value.split())
    return "".join(each for each in words if each.isprintable())[:LONGEST_VALUE]
