"""WSGI: a part as a plain web application that any server can serve.

    app = wsgi_app(edge, endpoints, limits_of(deployment))

It needs no nameko: that serves the same application through its own entrypoints (`server`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from shared.kit.web.edge import Edge
from shared.kit.web.endpoints import Endpoint, Endpoints
from shared.kit.web.limits import Limits
from shared.kit.web.pages import render_plain
from shared.kit.web.problems import Problem, problem_of
from shared.kit.web.requests import BoundedRequest, check_address, wants_page
from shared.kit.web.responses import HTML, SECURITY_HEADERS, STRICT_TRANSPORT, problem_response

Dispatch = Callable[[Any, BoundedRequest, dict[str, Any]], Response]
"""Answers a request: the end of its route, the request, what its address names."""


@dataclass
class PartApp:
    """Routes requests; what it cannot route it answers with a problem.

    Without `limits` nobody is limited.
    """

    edge: Edge
    url_map: Map
    dispatch: Dispatch
    limits: Limits | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(environ)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        # By it a part whose clock is wrong learns in whose time it has to stamp its token.
        response.headers["Date"] = http_date()
        if self.edge.deployment.tls_proxy:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response(environ, start_response)

    def _answer(self, environ: dict[str, Any]) -> Response:
        request = BoundedRequest(environ)
        try:
            if self.limits is not None and not carries_service_token(environ, self.edge):
                self.limits.address(environ)
            check_address(request)
            end, values = self.url_map.bind_to_environ(environ).match()
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
        return end.handle(edge, request, path)

    rules = [
        Rule(each.declaration.url, methods=[each.declaration.verb], endpoint=each)
        for each in endpoints.all
    ]
    return PartApp(edge, Map(rules), dispatch, limits)


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
