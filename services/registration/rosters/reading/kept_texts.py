"""Kept texts: what is found wrong with a roster, stored so that everybody reads it in their language."""

from __future__ import annotations

from typing import Any, TypedDict

from services.registration.rosters.reading.unreadable import NotTaken
from shared.kit.language import Text
from shared.kit.refusals import Refusal


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
    return Kept(zh=refusal.zh, en=refusal.en, values=refusal.values)


def text_of(stored: Kept | str) -> Text:
    """Return a stored text; those of before were stored in two languages at once."""
    if isinstance(stored, str):
        return Text("{stored}", "{stored}", {"stored": stored})
    return Text(**stored)
