"""nameko's HTTP server with our routing: bounded connections and requests, and an orderly end."""

from __future__ import annotations

import ctypes
import logging
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from eventlet.wsgi import STATE_IDLE
from nameko.web.server import WebServer
from werkzeug.wrappers import Response

from shared.kit.language import at_terminal
from shared.kit.web.connections import ROOM_SECONDS, Connection, Connections
from shared.kit.web.declaration import Declaration
from shared.kit.web.edge import Edge
from shared.kit.web.limits import limits_of
from shared.kit.web.protocol import PROTOCOL, QuietProtocol
from shared.kit.web.requests import BoundedRequest
from shared.kit.web.wsgi import PartApp

log = logging.getLogger(__name__)

BACKLOG = 1024
UNDER_WAY_SECONDS = 0.2  # in which connections arrive that were begun before the end was decided
LAST_SECONDS = 1.0  # in which a request arrives whole that has begun to come
# A socket filter of the kernel: ret (tcp[13] & SYN) ? drop : take.
NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))
SO_ATTACH_FILTER = 26


class PartServer(WebServer):
    """nameko's web server with our routing, which outlives any trouble with its connections."""

    def __init__(self) -> None:
        super().__init__()
        self._drain_once = Semaphore()

    @property
    def _edge(self) -> Edge:
        edge: Edge = self.container.config["edge"]
        return edge

    def get_wsgi_app(self) -> Callable[..., Iterable[bytes]]:  # type: ignore[override]
        """Return the WSGI application; before an answer goes out it is seen who asks without waiting."""
        edge = self._edge
        app = PartApp(edge, self.make_url_map(), _to_entrypoint, limits_of(edge.deployment))

        def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            said = app(environ, start)
            environ[PROTOCOL].look_ahead()
            return said

        return answer

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **kwargs: Any) -> Any:
        """Return eventlet's server without its access log (no personal data in logs)."""
        server: Any = super().get_wsgi_server(sock, wsgi_app, protocol=QuietProtocol, **kwargs)
        server.log_output = False
        server.socket_timeout = 60
        most: int = self.container.config["max_connections"]
        server.connections = self._connections = Connections(most)
        self._edge.live.most = min(self._edge.live.most, most // 2)
        sock.listen(BACKLOG)
        self.container.spawn_managed_thread(self._connections.watch)
        self.container.spawn_managed_thread(self._connections.give_turns)
        return server

    def run(self) -> None:
        """Let clients in, as long as there is room and they come."""
        while True:
            self._connections.make_room()
            try:
                sock, address = self._sock.accept()
            except OSError as error:
                # Above all: no descriptor is left. Then one that is missed least is given back.
                log.warning(
                    at_terminal(
                        "未能接受一个连接：{error}",
                        "a connection could not be accepted: {error}",
                        error=error,
                    )
                )
                self._connections.end_oldest()
                eventlet.sleep(ROOM_SECONDS)
                continue
            sock.settimeout(self._serv.socket_timeout)
            connection = self._connections.add(sock)
            self.container.spawn_managed_thread(partial(self._converse, connection, address))

    def _converse(self, connection: Connection, address: Any) -> None:
        """Answer a connection's requests; whatever happens to it happens to nobody else."""
        try:
            self._serv.process_request([address, connection.sock, STATE_IDLE, connection])
        except Exception as error:
            log.warning(
                at_terminal(
                    "一个连接中断：{kind}", "a connection broke: {kind}", kind=type(error).__name__
                )
            )
        finally:
            self._connections.remove(connection)
            connection.sock.close()

    def drain(self) -> None:
        """Answer what has come, and let nobody in any more: who comes finds another process here."""
        with self._drain_once:
            if self._sock.fileno() < 0:
                return
            self._connections.ending = True
            turn_away(self._sock)
            self._edge.live.end()  # whoever listens finds another process, or hears that there is none
            eventlet.sleep(UNDER_WAY_SECONDS)
            self._gt.kill()
            self._sock.close()
            self._connections.drain(LAST_SECONDS)


def turn_away(listener: Any) -> None:
    """Let the kernel ignore new connections to a socket, not those that are half made.

    A socket that is closed breaks those. Who is ignored asks again after a second, and finds
    another process that listens to this address, or none.
    """
    program = b"".join(struct.pack("HBBI", *each) for each in NO_SYN)
    buffer = ctypes.create_string_buffer(program)
    argument = struct.pack("HP", len(NO_SYN), ctypes.addressof(buffer))
    with suppress(OSError):  # not Linux
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, argument)


def _to_entrypoint(provider: Any, request: BoundedRequest, path: dict[str, Any]) -> Response:
    """Let nameko's entrypoint answer, in a worker of its container or at once."""
    request.path_values = path  # type: ignore[attr-defined]
    protocol: QuietProtocol = request.environ[PROTOCOL]
    edge: Edge = provider.container.config["edge"]
    declaration: Declaration = provider.declaration
    with protocol.working(declaration.limit), edge.commands.room(declaration):
        return provider.handle_request(request)
