"""Numbers of batches and notes as people type them: which look the same, which are the same."""

from __future__ import annotations

import re
import unicodedata

_ALIKE = str.maketrans("oil|", "0111")
_LEADING = re.compile(r"(?<!\d)0+(?=\d)")


def are_alike(one: str, other: str) -> bool:
    """Tell whether two numbers look the same, as SV-001, SV-OO1, sv001, SV--1 and full width ＳＶ-００１."""
    return bool(_looks(one) & _looks(other))


def plain_note(note: str) -> str:
    """Return a note's number without what is typed now so, now otherwise: case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", note).casefold().split())


def _looks(batch: str) -> set[str]:
    """What a number may be taken for: without its signs, and without the zeros a run of digits begins with."""
    plain = unicodedata.normalize("NFKC", batch).casefold().translate(_ALIKE)
    return {_bare(_LEADING.sub("", plain)), _LEADING.sub("", _bare(plain))}


def _bare(text: str) -> str:
    return "".join(each for each in text if each.isalnum())
