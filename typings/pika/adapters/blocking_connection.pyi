from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from pika.connection import Parameters
from pika.exchange_type import ExchangeType
from pika.frame import Method
from pika.spec import Basic, BasicProperties, Exchange, Queue

class BlockingConnection:
    def __init__(self, parameters: Parameters | Sequence[Parameters] | None = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def is_closed(self) -> bool: ...
    def channel(self, channel_number: int | None = None) -> BlockingChannel: ...
    def close(self, reply_code: int = 200, reply_text: str = "Normal shutdown") -> None: ...
    def process_data_events(self, time_limit: float | None = 0) -> None: ...
    def sleep(self, duration: float) -> None: ...
    def call_later(self, delay: float, callback: Callable[[], object]) -> Any: ...
    def add_callback_threadsafe(self, callback: Callable[[], object]) -> None: ...

class BlockingChannel:
    @property
    def channel_number(self) -> int: ...
    @property
    def connection(self) -> BlockingConnection: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def is_closed(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
    def close(self, reply_code: int = 0, reply_text: str = "Normal shutdown") -> None: ...
    def add_on_return_callback(
        self, callback: Callable[[BlockingChannel, Basic.Return, BasicProperties, bytes], object]
    ) -> None: ...
    # Then `basic_publish` waits for the broker: NackError, or UnroutableError when mandatory.
    def confirm_delivery(self) -> None: ...
    def basic_ack(self, delivery_tag: int = 0, multiple: bool = False) -> None: ...
    def basic_nack(
        self, delivery_tag: int = 0, multiple: bool = False, requeue: bool = True
    ) -> None: ...
    def basic_reject(self, delivery_tag: int = 0, requeue: bool = True) -> None: ...
    def basic_get(
        self, queue: str, auto_ack: bool = False
    ) -> tuple[Basic.GetOk, BasicProperties, bytes] | tuple[None, None, None]: ...
    def basic_publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes | str,
        properties: BasicProperties | None = None,
        mandatory: bool = False,
    ) -> None: ...
    def basic_qos(
        self, prefetch_size: int = 0, prefetch_count: int = 0, global_qos: bool = False
    ) -> None: ...
    def basic_consume(
        self,
        queue: str,
        on_message_callback: Callable[
            [BlockingChannel, Basic.Deliver, BasicProperties, bytes], object
        ],
        auto_ack: bool = False,
        exclusive: bool = False,
        consumer_tag: str | None = None,
        arguments: Mapping[str, Any] | None = None,
    ) -> str: ...
    # `(None, None, None)` each time `inactivity_timeout` passes without a message.
    def consume(
        self,
        queue: str,
        auto_ack: bool = False,
        exclusive: bool = False,
        arguments: Mapping[str, Any] | None = None,
        inactivity_timeout: float | None = None,
        consumer_tag: str | None = None,
    ) -> Iterator[tuple[Basic.Deliver, BasicProperties, bytes] | tuple[None, None, None]]: ...
    def cancel(self) -> int: ...
    def start_consuming(self) -> None: ...
    def stop_consuming(self, consumer_tag: str | None = None) -> None: ...
    def exchange_declare(
        self,
        exchange: str,
        exchange_type: ExchangeType | str = ...,
        passive: bool = False,
        durable: bool = False,
        auto_delete: bool = False,
        internal: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> Method[Exchange.DeclareOk]: ...
    def exchange_bind(
        self,
        destination: str,
        source: str,
        routing_key: str = "",
        arguments: Mapping[str, Any] | None = None,
    ) -> Method[Exchange.BindOk]: ...
    def exchange_delete(
        self, exchange: str | None = None, if_unused: bool = False
    ) -> Method[Exchange.DeleteOk]: ...
    def queue_declare(
        self,
        queue: str,
        passive: bool = False,
        durable: bool = False,
        exclusive: bool = False,
        auto_delete: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> Method[Queue.DeclareOk]: ...
    def queue_bind(
        self,
        queue: str,
        exchange: str,
        routing_key: str | None = None,
        arguments: Mapping[str, Any] | None = None,
    ) -> Method[Queue.BindOk]: ...
    def queue_purge(self, queue: str) -> Method[Queue.PurgeOk]: ...
    def queue_delete(
        self, queue: str, if_unused: bool = False, if_empty: bool = False
    ) -> Method[Queue.DeleteOk]: ...
