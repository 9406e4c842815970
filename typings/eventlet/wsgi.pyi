from email.message import Message
from collections.abc import Callable, Iterable
from typing import IO, Any, TypeAlias

_Application: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STATE_IDLE: str

class HttpProtocol:
    conn_state: list[Any]
    server: Any
    environ: dict[str, Any]
    rfile: Any
    wfile: IO[bytes]
    close_connection: bool
    raw_requestline: bytes
    headers: Message
    def _read_request_line(self) -> bytes: ...
    def parse_request(self) -> bool: ...
    def get_environ(self) -> dict[str, Any]: ...

class Server:
    log_output: bool
    log_x_forwarded_for: bool
    keepalive: bool
    debug: bool
    socket_timeout: float | None
    app: _Application
    def __init__(
        self,
        socket: Any,
        address: Any,
        app: _Application,
        *,
        log: Any = None,
        protocol: type[HttpProtocol] = ...,
        log_output: bool = True,
        keepalive: bool = True,
        debug: bool = True,
        socket_timeout: float | None = None,
    ) -> None: ...
