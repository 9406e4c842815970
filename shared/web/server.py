"""The HTTP server of a part: nameko's, with bounded requests and problems for unknown addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from nameko.web.server import WebServer, WsgiApp
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shared.web.problems import Problem, problem_of
from shared.web.requests import BoundedRequest

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def page_response(html: str, addresses: Iterable[str], status: int = 200) -> Response:
    """Return a page whose forms may lead to the parts at `addresses`, and nowhere else.

    Signing in and out leads from one part to another.
    """
    response = Response(html, status, content_type="text/html; charset=utf-8")
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


def problem_response(problem: Problem) -> Response:
    """Return an RFC 9457 response."""
    response = json_response(problem.document(), problem.status)
    response.content_type = "application/problem+json; charset=utf-8"
    if problem.status == 503:
        response.headers["Retry-After"] = "2"
    return response


class PartApp(WsgiApp):
    """Routes requests to entrypoints; what it cannot route it answers with a problem."""

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = BoundedRequest(environ)
        try:
            adapter = self.url_map.bind_to_environ(environ)
            provider, values = adapter.match()
            if any("\x00" in str(value) for value in values.values()):
                raise LookupError
            request.path_values = values  # type: ignore[attr-defined]
            response = provider.handle_request(request)
        except HTTPException as error:
            response = (
                error.get_response(environ)
                if error.code and error.code < 400
                else problem_response(problem_of(error))
            )
        except (LookupError, UnicodeError, ValueError):
            detail = "没有这个地址。 There is no such address."
            response = problem_response(Problem(404, "http-404", "没有找到 Not found", detail))
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)


class PartServer(WebServer):
    """nameko's web server with our routing."""

    def get_wsgi_app(self) -> PartApp:
        """Return the WSGI application."""
        return PartApp(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **kwargs: Any) -> Any:
        """Return eventlet's server without its access log (no personal data in logs)."""
        server = super().get_wsgi_server(sock, wsgi_app, **kwargs)
        server.log_output = False
        server.socket_timeout = 60
        return server
