"""Kept texts: what is found wrong with a roster, stored so that everybody reads it in their language."""

from __future__ import annotations

from datetime import date
from typing import Any, TypedDict, cast

from services.registration.rosters.reading.unreadable import NotTaken
from shared.kit.dates import Day
from shared.kit.language import Listed, Text
from shared.kit.narrowing import is_mapping
from shared.kit.refusals import Refusal

_DAY = "day of the calendar"


class Kept(TypedDict):
    """A text in all languages, as JSON holds it."""

    zh: str
    en: str
    values: dict[str, Any]


def kept(text: Text) -> Kept:
    """Return a text as JSON holds it."""
    return Kept(zh=text.zh, en=text.en, values=dict(text.values))


def kept_refusal(refusal: Refusal) -> Kept:
    """Return what a refusal says, as JSON holds it."""
    if isinstance(refusal, NotTaken):
        return kept(refusal.text)
    values = {name: _kept_value(value) for name, value in refusal.values.items()}
    return Kept(zh=refusal.zh, en=refusal.en, values=values)


def text_of(stored: Kept | str) -> Text:
    """Return a stored text; those of before were stored in two languages at once."""
    if isinstance(stored, str):
        return Text("{stored}", "{stored}", {"stored": stored})
    values = {name: _said(value) for name, value in stored["values"].items()}
    return Text(stored["zh"], stored["en"], values)


def _kept_value(value: object) -> object:
    """A value as JSON holds it; a day says what it is, to be said as one again."""
    if isinstance(value, list):
        return [_kept_value(each) for each in cast("list[object]", value)]
    return {_DAY: value.isoformat()} if isinstance(value, date) else value


def _said(value: object) -> object:
    if isinstance(value, list):
        return Listed(tuple(_said(each) for each in cast("list[object]", value)))
    return Day(str(value[_DAY])) if is_mapping(value) and _DAY in value else value
