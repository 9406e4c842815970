"""Refusals: what a person or a program is told when a command may not be done.

    TooEarly = refusal(
        "too-early", 422,
        zh="最早 {earliest}，{day} 太早。",
        en="It can be had from {earliest} on; {day} is too early.",
    )
    raise TooEarly(day=day, earliest=earliest)

Pure: a domain may import it. Every value is told to programs too, as a member of the problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, cast

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
        """Take the values for its texts; days are told as ISO 8601, of a list one after the other."""
        super().__init__()
        self.values = values
        self.details: Mapping[str, object] = {
            name: value.isoformat()
            if isinstance(value, date)
            else str(value)
            if isinstance(value, Text)
            else value
            for name, value in values.items()
        }

    def __str__(self) -> str:
        """What the person is told, in their language."""
        told = {
            name: listed(cast("list[object]", value)) if isinstance(value, list) else value
            for name, value in self.values.items()
        }
        return t(self.zh, self.en, **told)


def refusal(
    code: str, status: int = 409, *, zh: str, en: str, doc: str = "", field: str = ""
) -> type[Refusal]:
    """Declare a refusal: its code, its HTTP status, its text in both languages, and its field."""
    name = "".join(word.capitalize() for word in code.split("-"))
    members = {"__doc__": doc or en, "code": code, "status": status, "zh": zh, "en": en}
    members |= {"field": field}
    return type(name, (Refusal,), members)
