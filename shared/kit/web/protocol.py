"""HTTP to the letter: a request is read whole, bounded and in limited time, before anybody works for it."""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Any

from nameko.web.server import HttpOnlyProtocol
from werkzeug.exceptions import BadRequest, RequestTimeout

from shared.kit.web.connections import Connection, Stage

CHUNK = 16_384
PROTOCOL = "vaxledger.protocol"
"""Where a request's protocol stands in its environment."""


class _Lines:
    """Reads a request's head, and remembers whether a line ended otherwise than in CR LF."""

    def __init__(self, file: Any) -> None:
        self.file, self.strict = file, True

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self.file.readline(size)
        self.strict = self.strict and line.endswith(b"\r\n")
        return line


class QuietProtocol(HttpOnlyProtocol):
    """One connection's requests, by a server that does not say which program of which version it is.

    What two programs in a row may read in two ways (bare line feeds, a length that stands twice or
    is not plain digits) is refused: 400. What takes too long to come: 408.
    """

    @property
    def place(self) -> Connection:
        """What is known of this connection."""
        return self.conn_state[3]

    def _read_request_line(self) -> bytes:
        """Wait for a request, and read its first line; nothing at the end of the connection."""
        place = self.place
        place.at(Stage.IDLE)
        if place.ahead:
            place.ahead = False
            self.server.connections.wait_turn(place)
            if place.late:
                return b""
        if self.server.connections.ending and place.requests and place.silent:
            return b""
        with suppress(OSError):
            if self.rfile.peek(1):
                place.at(Stage.HEAD)
                place.requests += 1
                return super()._read_request_line()
        return b""

    def look_ahead(self) -> None:
        """See whether the next request is here before this one is answered; waits for nothing.

        Once the answer is written, a quick client's next request may be here as soon.
        """
        sock = self.place.sock
        sock.act_non_blocking = True
        try:
            with suppress(OSError, ValueError):  # ValueError: closed
                self.place.ahead = bool(self.rfile.peek(1))
        finally:
            sock.act_non_blocking = False

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
            self.place.at(Stage.ANSWER)
            return True
        self.send_error(408 if self.place.late else 400)
        return False

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is not HTTP; it may hold anything, so it is neither repeated nor logged."""
        del message, explain
        status = HTTPStatus(code)
        self.wfile.write(
            f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\n".encode()
            + b"X-Content-Type-Options: nosniff\r\nContent-Length: 0\r\n\r\n"
        )
        self.close_connection = True

    def get_environ(self) -> dict[str, Any]:
        """Return what WSGI knows of a request."""
        return super().get_environ() | {PROTOCOL: self}

    @contextmanager
    def working(self, limit: int) -> Generator[None, None, None]:
        """Do work for the request, once its body of at most `limit` bytes is here.

        Raises `BadRequest`, `RequestTimeout` or `Busy` for a body that does not come whole. One
        that is longer is not read further: the work finds out by its length.
        """
        try:
            self._receive(limit)
        except Exception:
            self.close_connection = True
            raise
        self.place.at(Stage.WORK)
        try:
            yield
        finally:
            self.place.at(Stage.ANSWER)
            if self.server.connections.ending:
                self.close_connection = True

    def _receive(self, limit: int) -> None:
        """Put the body into memory: it may be a roster, which never lies on a disk in clear."""
        environ, source = self.environ, self.environ["wsgi.input"]
        chunked: bool = source.chunked_input
        expected: int = limit + 1 if chunked else source.content_length
        body = environ["wsgi.input"] = io.BytesIO()
        if not chunked and not 0 < expected <= limit:
            return
        whole = False
        self.place.at(Stage.BODY)
        with suppress(OSError, ValueError):  # the client is gone, or a chunk is none
            while body.tell() < expected and (chunk := source.read(CHUNK)):
                body.write(chunk)
                self.server.connections.hold(self.place, len(chunk))
            whole = chunked or body.tell() == expected
        if not whole:
            raise RequestTimeout if self.place.late else BadRequest
        if chunked:
            environ["CONTENT_LENGTH"] = str(body.tell())
            del environ["HTTP_TRANSFER_ENCODING"]
        body.seek(0)
