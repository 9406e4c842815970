"""Way back: where a browser goes on after a form, and the page of the form asked for once more."""

from __future__ import annotations

import io
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Request, Response

from shared.kit.web.edge import Edge
from shared.kit.web.requests import COUNTED, BoundedRequest

BEFORE = "_before"
"""The parameter of a page that says when what a form had sent was done before."""
_OF_A_BODY = {"CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "werkzeug.request"}


def with_note(address: str, before: str) -> str:
    """Let the page at an address say that what was sent had been done before, and when."""
    if not before:
        return address
    page, mark, place = address.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{urlencode({BEFORE: before})}{mark}{place}"


def local_address(wanted: str) -> str:
    """Return an address of this service only: `/` for one that leads elsewhere."""
    # Browsers leave out tabs and line ends, and take a backslash for a slash.
    plain = wanted.isprintable() and not wanted.startswith(("//", "/\\"))
    if not wanted.startswith("/") or not plain:
        return "/"
    return wanted


def done_before(page: str) -> str:
    """When what a form had sent was done before, as the address of a page says; empty: it was not."""
    said = parse_qs(page.partition("?")[2]).get(BEFORE, [""])[0]
    try:
        return datetime.fromisoformat(said).isoformat()
    except ValueError:
        return ""


def page_of_form(edge: Edge, routes: MapAdapter, request: Request, page: str) -> str | None:
    """The page that a form was sent from, as it is now; None if it cannot be shown any more."""
    again = _asked_again(request, page)
    try:
        end, path = routes.match(again.path, "GET")
    except HTTPException:
        return None
    if end.declaration.kind != "page":
        return None
    shown: Response = end.handle(edge, again, dict(path))
    is_one = shown.status_code == 200 and shown.mimetype == "text/html"
    return shown.get_data(as_text=True) if is_one else None


def _asked_again(request: Request, page: str) -> Request:
    path, _, query = page.partition("?")
    environ = {name: value for name, value in request.environ.items() if name not in _OF_A_BODY}
    environ |= {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "HTTP_ACCEPT": "text/html",
        "wsgi.input": io.BytesIO(),
        COUNTED: True,
    }
    return BoundedRequest(environ, populate_request=False)
