"""Way back: where a browser goes on after a form, and the page of the form asked for once more."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Request, Response

from shared.kit.web.done import TOLD, Done, Sign, noted
from shared.kit.web.edge import Edge
from shared.kit.web.requests import COUNTED, BoundedRequest

BEFORE = "_before"
"""The parameter of a page that says when what a form had sent was done before."""
CAME_FROM = "_from"
"""The parameter of a form's address that says which page it was sent from first."""
_OF_DONE = (BEFORE, TOLD)
_OF_A_BODY = {"CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "werkzeug.request"}


def with_note(address: str, name: str, note: str) -> str:
    """Let the page at an address say something of what was sent: `BEFORE`, `TOLD`."""
    page, mark, place = address.partition("#")
    return f"{page}{'&' if '?' in page else '?'}{urlencode({name: note})}{mark}{place}"


def telling(address: str, done: Done, sign: Sign, now: datetime) -> str:
    """Let the page at an address tell what was done."""
    return with_note(address, TOLD, noted(done, sign, now))


def without_notes(page: str) -> str:
    """The address of a page that does not tell again what was done."""
    path, _, query = page.partition("?")
    kept = [each for each in parse_qsl(query, keep_blank_values=True) if each[0] not in _OF_DONE]
    return f"{path}?{urlencode(kept)}" if kept else path


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


def page_before(request: Request, own: str) -> str:
    """The page of the part at the address `own` from which a browser came; `/` if it was another's.

    The form of a page that asked for a confirmation says where it had come from.
    """
    if request.method == "POST" and CAME_FROM in request.args:
        said = request.args[CAME_FROM]
        return local_address(said) if said.isascii() else "/"
    said = request.referrer or ""
    return said.removeprefix(own).partition("#")[0] if said.startswith(f"{own}/") else "/"


def page_behind(request: Request, own: str) -> str:
    """The page that a browser shows while it asks: the one it asks for, or the one with the form.

    `own` is the part's address: what another part shows is none of this one's, and is `/`. What the
    page of a form told of something done before, the answer to the form does not tell again.
    """
    if request.method != "GET":
        return without_notes(page_before(request, own))
    page, query = address_of(request), request.query_string.decode()
    return f"{page}?{query}" if query else page


def address_of(request: Request) -> str:
    """The address that is asked for, as it stands in one."""
    return quote(request.path, safe="/:@!$&'()*+,;=~-._")


def can_be_shown(routes: MapAdapter, page: str) -> bool:
    """Tell whether an address is that of a page, which can be asked for."""
    return _page_at(routes, unquote(page.partition("?")[0])) is not None


def page_of_form(edge: Edge, routes: MapAdapter, request: Request, page: str) -> str | None:
    """The page that a form was sent from, as it is now; None if it cannot be shown any more."""
    again = _asked_again(request, page)
    if (found := _page_at(routes, again.path)) is None:
        return None
    shown: Response = found[0].handle(edge, again, dict(found[1]))
    is_one = shown.status_code == 200 and shown.mimetype == "text/html"
    return shown.get_data(as_text=True) if is_one else None


def _page_at(routes: MapAdapter, path: str) -> Any:
    """The endpoint of a page and what its address names; None if there is no page."""
    try:
        end, values = routes.match(path, "GET")
    except (HTTPException, LookupError, ValueError):
        return None
    return (end, values) if end.declaration.kind == "page" and "\x00" not in path else None


def _asked_again(request: Request, page: str) -> Request:
    """The request for a page, but for what it was told of something done before."""
    path, _, query = without_notes(page).partition("?")
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
