from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from kombu.messaging import Consumer, Producer

# A channel's type varies with the transport: py-amqp's, or another with the same methods.
class Connection:
    connected: bool
    hostname: str | None
    virtual_host: str | None
    connection_errors: tuple[type[Exception], ...]
    channel_errors: tuple[type[Exception], ...]
    recoverable_connection_errors: tuple[type[Exception], ...]
    recoverable_channel_errors: tuple[type[Exception], ...]
    def __init__(
        self,
        hostname: str | Sequence[str] = "localhost",
        userid: str | None = None,
        password: str | None = None,
        virtual_host: str | None = None,
        port: int | None = None,
        insist: bool = False,
        ssl: bool | Mapping[str, Any] = False,
        transport: str | type[Any] | None = None,
        connect_timeout: float = 5,
        transport_options: Mapping[str, Any] | None = None,
        login_method: str | None = None,
        uri_prefix: str | None = None,
        heartbeat: float = 0,
        failover_strategy: str = "round-robin",
        alternates: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def connect(self) -> Any: ...
    def channel(self) -> Any: ...
    @property
    def default_channel(self) -> Any: ...
    @property
    def connection(self) -> Any: ...
    @property
    def transport(self) -> Any: ...
    def drain_events(self, *, timeout: float | None = None) -> Any: ...
    def heartbeat_check(self, rate: int = 2) -> None: ...
    def ensure_connection(
        self,
        errback: Callable[[Exception, float], object] | None = None,
        max_retries: int | None = None,
        interval_start: float = 2,
        interval_step: float = 2,
        interval_max: float = 30,
        callback: Callable[[], object] | None = None,
        reraise_as_library_errors: bool = True,
        timeout: float | None = None,
    ) -> Self: ...
    def clone(self, **kwargs: Any) -> Self: ...
    def as_uri(
        self, include_password: bool = False, mask: str = "**", getfields: Any = ...
    ) -> str: ...
    def info(self) -> dict[str, Any]: ...
    def Producer(self, channel: Any = None, *args: Any, **kwargs: Any) -> Producer: ...
    def Consumer(
        self, queues: Any = None, channel: Any = None, *args: Any, **kwargs: Any
    ) -> Consumer: ...
    def SimpleQueue(self, name: Any, *args: Any, **kwargs: Any) -> Any: ...
    def release(self) -> None: ...
    # Closes the socket without a word to the broker.
    def collect(self, socket_timeout: float | None = None) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None: ...
