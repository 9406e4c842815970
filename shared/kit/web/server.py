"""nameko's HTTP server with our routing: bounded requests, problems for unknown addresses."""

from __future__ import annotations

from typing import Any

from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.wrappers import Response

from shared.kit.web.edge import Edge
from shared.kit.web.limits import limits_of
from shared.kit.web.requests import BoundedRequest
from shared.kit.web.wsgi import PartApp


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

    def get_wsgi_app(self) -> PartApp:  # type: ignore[override]
        """Return the WSGI application."""
        edge: Edge = self.container.config["edge"]
        limits = limits_of(edge.deployment)
        return PartApp(edge.deployment, self.make_url_map(), _to_entrypoint, limits)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **kwargs: Any) -> Any:
        """Return eventlet's server without its access log (no personal data in logs)."""
        server = super().get_wsgi_server(sock, wsgi_app, protocol=QuietProtocol, **kwargs)
        server.log_output = False
        server.socket_timeout = 60
        return server


def _to_entrypoint(provider: Any, request: BoundedRequest, path: dict[str, Any]) -> Response:
    """Let nameko's entrypoint answer in a worker of its container."""
    request.path_values = path  # type: ignore[attr-defined]
    return provider.handle_request(request)
