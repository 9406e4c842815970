"""Responses: pages, JSON and problems, with the headers that keep browsers safe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from werkzeug.http import http_date
from werkzeug.wrappers import Response

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


def workbook_response(content: bytes, filename: str) -> Response:
    """Return a workbook to be saved under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, headers=headers, content_type=XLSX)


def problem_response(problem: Problem) -> Response:
    """Return an RFC 9457 response."""
    response = json_response(problem.document(), problem.status, problem.headers())
    response.content_type = "application/problem+json; charset=utf-8"
    return response
