"""Term: a code with what it is called in each language and, where pages show a colour, its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.kit.language import t


@dataclass(frozen=True, slots=True)
class Term:
    """What a code is called; `kind` is a class of the style sheet: due, good, later, no, bad, …"""

    code: str
    zh: str
    en: str
    kind: str = ""

    def __str__(self) -> str:
        """Return it in the language that is spoken."""
        return t(self.zh, self.en)


Terms = Mapping[str, Term]
"""A group of terms by their codes, in the order in which pages offer them."""


def terms(*rows: tuple[str, ...]) -> Terms:
    """Return a group of terms: each row a code, Chinese, English, and perhaps a kind."""
    return MappingProxyType({row[0]: Term(*row) for row in rows})


def united(*groups: Terms) -> Terms:
    """Return the terms of several groups as one."""
    return MappingProxyType({code: each for group in groups for code, each in group.items()})
