"""WSGI: a part as a plain web application that any server can serve.

    app = wsgi_app(edge, endpoints, limits_of(deployment))

It needs no nameko: that serves the same application through its own entrypoints (`server`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map
from werkzeug.wrappers import Response

from shared.kit.language import speaking
from shared.kit.web.asked_language import ASKED, of_request
from shared.kit.web.edge import Edge
from shared.kit.web.endpoints import Endpoint, Endpoints
from shared.kit.web.limits import Limits
from shared.kit.web.pages import render_plain
from shared.kit.web.problems import Problem, problem_of
from shared.kit.web.requests import BoundedRequest, check_address, wants_page
from shared.kit.web.responses import (
    HTML,
    SECURITY_HEADERS,
    STRICT_TRANSPORT,
    date_header,
    problem_response,
)

Dispatch = Callable[[Any, BoundedRequest, dict[str, Any]], Response]
"""Answers a request: the end of its route, the request, what its address names."""

ALWAYS = [(name.lower(), (name, value)) for name, value in SECURITY_HEADERS.items()]
"""Headers of every answer that does not say otherwise itself."""


class PartApp:
    """Routes requests; what it cannot route it answers with a problem.

    Without `limits` nobody is limited.
    """

    def __init__(
        self, edge: Edge, url_map: Map, dispatch: Dispatch, limits: Limits | None = None
    ) -> None:
        self.edge, self.dispatch, self.limits = edge, dispatch, limits
        self.url_map = url_map
        # A route leads nowhere else, so it is the same for whatever host a request names.
        self._routes = url_map.bind("")

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            headers += [header for name, header in ALWAYS if name not in said]
            if self.edge.deployment.tls_proxy:
                headers.append(("Strict-Transport-Security", STRICT_TRANSPORT))
            # By it a part whose clock is wrong learns in whose time it has to stamp its token.
            headers.append(("Date", date_header(int(time.time()))))
            return start_response(status, headers, *rest)

        # A worker that answers has a context of its own, and reads it there again.
        environ[ASKED] = of_request(environ)
        with speaking(environ[ASKED]):
            return self._answer(environ)(environ, start)

    def _answer(self, environ: dict[str, Any]) -> Response:
        request = BoundedRequest(environ)
        try:
            if self.limits is not None and not carries_service_token(environ, self.edge):
                self.limits.address(environ)
            check_address(request)
            end, values = self._routes.match(request.path, request.method)
            if any("\x00" in str(value) for value in values.values()):
                raise NotFound
            return self.dispatch(end, request, dict(values))
        except HTTPException as error:
            return _http_answer(request, error)
        except (LookupError, UnicodeError, ValueError):
            return _http_answer(request, NotFound())
        except Exception as error:
            return _refusal(request, problem_of(error))


def wsgi_app(edge: Edge, endpoints: Endpoints, limits: Limits | None = None) -> PartApp:
    """Return the application of a part, for a server of one's own choice."""

    def dispatch(end: Endpoint, request: BoundedRequest, path: dict[str, Any]) -> Response:
        with edge.commands.room(end.declaration):
            return end.handle(edge, request, path)

    return PartApp(edge, endpoints.routes(), dispatch, limits)


def carries_service_token(environ: dict[str, Any], edge: Edge) -> bool:
    """Tell whether a request comes from another part of the deployment."""
    return edge.is_part(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer "))


def _http_answer(request: BoundedRequest, error: HTTPException) -> Response:
    if error.code and error.code < 400:
        # The router would lead to the same address without a double slash, at whatever host the
        # request named.
        error = NotFound()
    response = _refusal(request, problem_of(error))
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            response.headers[name] = value
    return response


def _refusal(request: BoundedRequest, problem: Problem) -> Response:
    """Answer without a service: a problem, or a page that needs nothing but its template."""
    if not wants_page(request):
        return problem_response(problem)
    html = render_plain(problem)
    return Response(html, problem.status, problem.headers(), content_type=HTML)
