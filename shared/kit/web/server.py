"""The HTTP server of a part: nameko's, with bounded requests and problems for unknown addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from nameko.web.server import HttpOnlyProtocol, WebServer, WsgiApp
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response

from shared.kit.web.limits import Limits, limits_of
from shared.kit.web.pages import render_plain
from shared.kit.web.problems import Problem, problem_of
from shared.kit.web.requests import BoundedRequest, wants_page
from shared.town.access import service_tokens
from shared.town.access.refusals import TokenRefused
from shared.town.deployment import Deployment

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
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


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


def problem_response(problem: Problem) -> Response:
    """Return an RFC 9457 response."""
    response = json_response(problem.document(), problem.status, problem.headers())
    response.content_type = "application/problem+json; charset=utf-8"
    return response


def carries_service_token(environ: dict[str, Any], deployment: Deployment) -> bool:
    """Tell whether a request comes from another part of the deployment."""
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    try:
        service_tokens.caller_of(deployment.secrets.service, token)
    except TokenRefused:
        return False
    return True


class PartApp(WsgiApp):
    """Routes requests to entrypoints; what it cannot route it answers with a problem.

    `deployment` and `limits` are those of the part it serves; without them nobody is limited.
    """

    deployment: Deployment | None = None
    limits: Limits | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(environ)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if self.deployment is not None and self.deployment.tls_proxy:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response(environ, start_response)

    def _answer(self, environ: dict[str, Any]) -> Response:
        request = BoundedRequest(environ)
        try:
            self._limit(environ)
            adapter = self.url_map.bind_to_environ(environ)
            provider, values = adapter.match()
            if any("\x00" in str(value) for value in values.values()):
                raise NotFound
            request.path_values = values  # type: ignore[attr-defined]
            return provider.handle_request(request)
        except HTTPException as error:
            return _http_answer(request, error)
        except (LookupError, UnicodeError, ValueError):
            return _http_answer(request, NotFound())
        except Exception as error:
            return _refusal(request, problem_of(error))

    def _limit(self, environ: dict[str, Any]) -> None:
        if self.limits is None or self.deployment is None:
            return
        if not carries_service_token(environ, self.deployment):
            self.limits.address(environ)


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


class QuietProtocol(HttpOnlyProtocol):
    """HTTP that does not say which server of which version speaks it, nor repeats a bad request."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is not HTTP; it may hold anything, so it is neither repeated nor logged."""
        del message, explain
        self.wfile.write(
            f"HTTP/1.1 {int(code)} Bad Request\r\nConnection: close\r\n".encode()
            + b"X-Content-Type-Options: nosniff\r\nContent-Length: 0\r\n\r\n"
        )
        self.close_connection = True


class PartServer(WebServer):
    """nameko's web server with our routing."""

    def get_wsgi_app(self) -> PartApp:
        """Return the WSGI application."""
        app = PartApp(self)
        app.deployment = self.container.config["deployment"]
        app.limits = limits_of(app.deployment)
        return app

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **kwargs: Any) -> Any:
        """Return eventlet's server without its access log (no personal data in logs)."""
        server = super().get_wsgi_server(sock, wsgi_app, protocol=QuietProtocol, **kwargs)
        server.log_output = False
        server.socket_timeout = 60
        return server
