import ssl
from collections.abc import Callable, Mapping
from typing import Any

from pika.channel import Channel
from pika.credentials import ExternalCredentials, PlainCredentials

class SSLOptions:
    context: ssl.SSLContext
    server_hostname: str | None
    def __init__(self, context: ssl.SSLContext, server_hostname: str | None = None) -> None: ...

class Parameters:
    blocked_connection_timeout: float | None
    channel_max: int
    client_properties: dict[str, Any] | None
    connection_attempts: int
    credentials: PlainCredentials | ExternalCredentials
    frame_max: int
    heartbeat: int | Callable[[Connection, float], int] | None
    host: str
    locale: str
    port: int
    retry_delay: float
    socket_timeout: float | None
    ssl_options: SSLOptions | None
    stack_timeout: float | None
    tcp_options: dict[str, int] | None
    virtual_host: str

class ConnectionParameters(Parameters):
    def __init__(
        self,
        host: str = ...,
        port: int = ...,
        virtual_host: str = ...,
        credentials: PlainCredentials | ExternalCredentials = ...,
        channel_max: int = ...,
        frame_max: int = ...,
        heartbeat: int | Callable[[Connection, float], int] | None = ...,
        ssl_options: SSLOptions | None = ...,
        connection_attempts: int = ...,
        retry_delay: float = ...,
        socket_timeout: float | None = ...,
        stack_timeout: float | None = ...,
        locale: str = ...,
        blocked_connection_timeout: float | None = ...,
        client_properties: Mapping[str, Any] | None = ...,
        tcp_options: Mapping[str, int] | None = ...,
    ) -> None: ...

class URLParameters(Parameters):
    def __init__(self, url: str) -> None: ...

class Connection:
    params: Parameters
    server_properties: dict[str, Any]
    @property
    def is_open(self) -> bool: ...
    @property
    def is_closing(self) -> bool: ...
    @property
    def is_closed(self) -> bool: ...
    def channel(
        self,
        channel_number: int | None = None,
        on_open_callback: Callable[[Channel], object] | None = None,
    ) -> Channel: ...
    def add_on_close_callback(
        self, callback: Callable[[Connection, Exception], object]
    ) -> None: ...
    def add_on_open_callback(self, callback: Callable[[Connection], object]) -> None: ...
    def add_on_connection_blocked_callback(self, callback: Callable[..., object]) -> None: ...
    def add_on_connection_unblocked_callback(self, callback: Callable[..., object]) -> None: ...
    def close(self, reply_code: int = 200, reply_text: str = "Normal shutdown") -> None: ...
