"""Free text that goes into events in clear: it must not carry a person's numbers.

A name in a sentence cannot be told by a program; an identity card or a telephone number can.
"""

from __future__ import annotations

import re
import unicodedata

from marshmallow import ValidationError, validate

from shared.kit.language import Text
from shared.kit.web.field_errors import said
from shared.town.telephones import holds_phone

_CARD = re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dX](?![\dX])", re.IGNORECASE)
_OLD_CARD = re.compile(r"(?<!\d)\d{6}[- ]?\d{6}[- ]?\d{3}(?!\d)")
_HIDDEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212_.·/]")


REFUSED = Text(
    "这里不要写证件号码或手机号：这段文字会一直保存。请删去号码再提交。",
    "No document or phone numbers here: this text is kept for ever."
    " Take the number out and send again.",
)
_REFUSED = said(REFUSED.zh, REFUSED.en)
_BLANK = said("请写明内容，不能只有空格。", "Say something here; spaces alone say nothing.")


def holds_card_number(text: str) -> bool:
    """Tell whether a text holds what has the shape of an identity card number."""
    return _CARD.search(_plain(text)) is not None


def holds_personal_number(text: str) -> bool:
    """Tell whether a text holds what looks like an identity card or telephone number."""
    text = _plain(text)
    return bool(_CARD.search(text) or _OLD_CARD.search(text)) or holds_phone(text)


def without_personal_number(text: str) -> None:
    """Validate a free text; raise `ValidationError`, which does not repeat it."""
    if holds_personal_number(text):
        raise ValidationError(_REFUSED)


def not_blank(text: str) -> None:
    """Validate a text that has to say something; raise `ValidationError` where it is spaces alone."""
    if not _HIDDEN.sub("", text).strip():
        raise ValidationError(_BLANK)


def without_card_number(text: str) -> None:
    """Validate a code, which may be long digits, but no card; raise `ValidationError`."""
    if holds_card_number(text):
        raise ValidationError(_REFUSED)


def _plain(text: str) -> str:
    return _DASHES.sub("-", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))


NOTE = (validate.Length(1, 200), not_blank, without_personal_number)
"""A sentence that somebody writes: why, what was seen."""

SIGNATURE = (validate.Length(1, 60), not_blank, without_personal_number)
"""Who did something, as staff are called at their site: nurse-01."""

DESK = (validate.Length(max=20), without_personal_number)
"""What a desk is called: 3, A2."""

CODE = (validate.Length(1, 60), not_blank, without_card_number)
"""A code that somebody types: of a batch."""

KNOWN_CODE = validate.Regexp(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$",
    error=said("应为代码，如 v01、stadium、v01-chief", "a code such as v01, stadium or v01-chief"),
)
"""A code of ours, also in an address: of a unit or a site, a login. No name fits."""
