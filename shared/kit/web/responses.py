"""Responses: pages, JSON and problems, with the headers that keep browsers safe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from werkzeug.http import http_date
from werkzeug.wrappers import Response

from shared.kit.language import ENGLISH, Text, speaking
from shared.kit.web.problems import Problem

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(),"
        " display-capture=(), publickey-credentials-get=()"
    ),
    # What a page shows of a person must not stay in a browser that the next nurse uses, nor in a
    # proxy; /static says otherwise for itself.
    "Cache-Control": "no-store",
}
HTML = "text/html; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
LONGEST_PART = 40
"""Of a file's name, in characters: a title that somebody has written may be longer."""
_NOT_IN_NAMES = re.compile(r"""[\s\\/:*?"'<>|%;{}]+""")
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


@lru_cache(maxsize=1)
def date_header(second: int) -> str:
    """Return a Unix time as a header says it."""
    return http_date(second)


def page_response(html: str, addresses: Iterable[str], status: int = 200) -> Response:
    """Return a page whose forms may lead to the parts at `addresses`, and nowhere else.

    Signing in and out leads from one part to another.
    """
    response = Response(html, status, content_type=HTML)
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    targets = " ".join(("form-action 'self'", *addresses))
    response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", targets)
    return response


def json_response(
    document: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return a JSON response."""
    body = json.dumps(document, ensure_ascii=False, default=str)
    return Response(body, status, headers, content_type="application/json; charset=utf-8")


def workbook_response(content: bytes, what: Text, *about: object) -> Response:
    """Return a workbook to be saved under a name that says what it is, of whom and of when."""
    return Response(content, headers=saved_as("xlsx", what, *about), content_type=XLSX)


def pdf_response(content: bytes, what: Text, *about: object) -> Response:
    """Return a paper that the browser shows; saved, its name says what it is and of when.

    Shown rather than saved: a file with names would stay on a computer that others use.
    """
    headers = saved_as("pdf", what, *about, shown=True)
    return Response(content, headers=headers, content_type=PDF)


def saved_as(ending: str, what: Text, *about: object, shown: bool = False) -> dict[str, str]:
    """Return the header that names a file: what it is, then of which unit, of which day.

    The name is in the language that is spoken (RFC 6266); a browser that reads no such name gets
    what of the English one is ASCII. `shown`: the browser shows it, and saves it when it is told to.
    Nobody's name belongs into it: a list of downloads is read by whoever sits down next.
    """
    name = _file_name([what, *about])
    with speaking(ENGLISH):
        plain = _file_name(part for part in (what, *about) if str(part).isascii())
    kind = "inline" if shown else "attachment"
    said = (
        f"{kind}; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(name, safe='')}.{ending}"
    )
    return {"Content-Disposition": said}


def _file_name(parts: Iterable[object]) -> str:
    """Parts of a name without what a file system, a header or a reader stumbles over."""
    visible = ("".join(each for each in str(part) if each.isprintable()) for part in parts)
    tidy = (_NOT_IN_NAMES.sub("-", each).strip("-. ")[:LONGEST_PART] for each in visible)
    return "-".join(filter(None, (each.strip("-. ") for each in tidy)))


def problem_response(problem: Problem) -> Response:
    """Return an RFC 9457 response."""
    response = json_response(problem.document(), problem.status, problem.headers())
    response.content_type = "application/problem+json; charset=utf-8"
    return response
