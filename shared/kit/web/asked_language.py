"""Asked language: in which one a request is answered - chosen in this browser, or accepted by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from shared.kit.language import CHINESE, names
from shared.kit.web.field_errors import said

COOKIE = "vaxledger-language"
COOKIE_SECONDS = 365 * 86_400
ASKED = "vaxledger.language"
"""Where a request's language stands in its environment once it has been found out."""


def known_language(code: str) -> None:
    """Validate the code of a language; raise `ValidationError`."""
    if code not in names():
        raise ValidationError(said("没有这种语言。", "There is no such language."))


def of_request(environ: Mapping[str, Any]) -> str:
    """The language of a WSGI request: what its browser has chosen, else accepts, else Chinese."""
    if known := environ.get(ASKED):
        return str(known)
    cookies: str = environ.get("HTTP_COOKIE", "")
    if COOKIE in cookies and (chosen := parse_cookie(cookies).get(COOKIE)) in names():
        return str(chosen)
    if accepted := environ.get("HTTP_ACCEPT_LANGUAGE"):
        for tag in parse_accept_header(accepted, LanguageAccept).values():  # the best first
            if (code := tag.partition("-")[0].lower()) in names():
                return code
    return CHINESE
