"""Refusals: what a person or a program is told when a command may not be done.

    TooEarly = refusal(
        "too-early", 422,
        zh="最早 {earliest}，{day} 太早。",
        en="It can be had from {earliest} on; {day} is too early.",
    )
    raise TooEarly(day=day, earliest=earliest)

Pure: a domain may import it. Every value is told to programs too, as a member of the problem: days
in ISO 8601, and what has a `code` (a term, a site, a week) by it; people read what it is called.
A `Text` is for people only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, cast

from shared.kit.dates import day_text, moment_text
from shared.kit.language import Text, listed, t


class Refusal(Exception):
    """A command that a rule forbids; `code` is for programs, the text for people.

    `zh` and `en` are templates of the values it is raised with, `status` its HTTP status; `field` is
    that of a form which has to be mended.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    field: ClassVar[str] = ""

    def __init__(self, **values: object) -> None:
        """Take the values for its texts."""
        super().__init__()
        self.values = values
        self.details: Mapping[str, object] = {
            name: _for_programs(value) for name, value in values.items() if not _is_text(value)
        }

    def __str__(self) -> str:
        """What the person is told, in their language."""
        return t(self.zh, self.en, **{n: _for_people(value) for n, value in self.values.items()})


def _is_text(value: object) -> bool:
    several = cast("list[object]", value) if isinstance(value, list) else [value]
    return any(isinstance(each, Text) for each in several)


def _for_programs(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_for_programs(each) for each in cast("list[object]", value)]
    return getattr(value, "code", value)


def _for_people(value: object) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, list):
        return listed(map(_for_people, cast("list[object]", value)))
    return value


def refusal(
    code: str, status: int = 409, *, zh: str, en: str, doc: str = "", field: str = ""
) -> type[Refusal]:
    """Declare a refusal: its code, its HTTP status, its text in both languages, and its field."""
    name = "".join(word.capitalize() for word in code.split("-"))
    members = {"__doc__": doc or en, "code": code, "status": status, "zh": zh, "en": en}
    members |= {"field": field}
    return type(name, (Refusal,), members)
