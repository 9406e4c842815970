"""nameko's HTTP server with our routing: bounded requests, problems for unknown addresses."""

from __future__ import annotations

from typing import Any

from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.wrappers import Response

from shared.kit.web.edge import Edge
from shared.kit.web.limits import limits_of
from shared.kit.web.requests import BoundedRequest
from shared.kit.web.wsgi import PartApp


class _Lines:
    """Reads a request's head, and remembers whether a line ended otherwise than in CR LF."""

    def __init__(self, file: Any) -> None:
        self.file, self.strict = file, True

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self.file.readline(size)
        self.strict = self.strict and line.endswith(b"\r\n")
        return line


class QuietProtocol(HttpOnlyProtocol):
    """HTTP to the letter, that does not say which server of which version speaks it.

    What two programs in a row may read in two ways (bare line feeds, a length that stands twice or
    is not plain digits) is refused: 400.
    """

    def parse_request(self) -> bool:
        """Read the head of a request; False when it was answered already."""
        lines = _Lines(self.rfile)
        self.rfile = lines
        if not super().parse_request():
            return False
        lengths: list[str] = self.headers.get_all("Content-Length", [])
        plain = all(length.isascii() and length.isdigit() for length in lengths)
        once = len(lengths) <= 1 and len(self.headers.get_all("Transfer-Encoding", [])) <= 1
        if self.raw_requestline.endswith(b"\r\n") and lines.strict and plain and once:
            return True
        self.send_error(400)
        return False

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
        return PartApp(edge, self.make_url_map(), _to_entrypoint, limits)

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
