from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from kombu.entity import Exchange, Queue
from kombu.message import Message

class Producer:
    exchange: Exchange | None
    routing_key: str
    def __init__(
        self,
        channel: Any,
        exchange: Exchange | str | None = None,
        routing_key: str | None = None,
        serializer: str | None = None,
        auto_declare: bool | None = None,
        compression: str | None = None,
        on_return: Callable[..., object] | None = None,
    ) -> None: ...
    @property
    def channel(self) -> Any: ...
    def declare(self) -> None: ...
    def maybe_declare(self, entity: Any, retry: bool = False, **retry_policy: Any) -> Any: ...
    def publish(
        self,
        body: Any,
        routing_key: str | None = None,
        delivery_mode: int | str | None = None,
        mandatory: bool = False,
        immediate: bool = False,
        priority: int = 0,
        content_type: str | None = None,
        content_encoding: str | None = None,
        serializer: str | None = None,
        headers: Mapping[str, Any] | None = None,
        compression: str | None = None,
        exchange: Exchange | str | None = None,
        retry: bool = False,
        retry_policy: Mapping[str, Any] | None = None,
        declare: Sequence[Exchange | Queue] | None = None,
        expiration: float | None = None,
        timeout: float | None = None,
        confirm_timeout: float | None = None,
        **properties: Any,
    ) -> Any: ...
    def revive(self, channel: Any) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None: ...

class Consumer:
    channel: Any
    def __init__(
        self,
        channel: Any,
        queues: Queue | Sequence[Queue] | None = None,
        no_ack: bool | None = None,
        auto_declare: bool | None = None,
        callbacks: Sequence[Callable[[Any, Message], object]] | None = None,
        on_decode_error: Callable[[Message, Exception], object] | None = None,
        on_message: Callable[[Message], object] | None = None,
        accept: Sequence[str] | None = None,
        prefetch_count: int | None = None,
        tag_prefix: str | None = None,
    ) -> None: ...
    @property
    def queues(self) -> list[Queue]: ...
    def declare(self) -> None: ...
    def add_queue(self, queue: Queue) -> Queue: ...
    def consume(self, no_ack: bool | None = None) -> None: ...
    def cancel(self) -> None: ...
    def close(self) -> None: ...
    def cancel_by_queue(self, queue: Queue | str) -> None: ...
    def consuming_from(self, queue: Queue | str) -> bool: ...
    def purge(self) -> int: ...
    def flow(self, active: bool) -> None: ...
    def qos(
        self, prefetch_size: int = 0, prefetch_count: int = 0, apply_global: bool = False
    ) -> Any: ...
    def recover(self, requeue: bool = False) -> Any: ...
    def revive(self, channel: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None: ...
