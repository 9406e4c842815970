from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Self

TRANSIENT_DELIVERY_MODE: Literal[1]
PERSISTENT_DELIVERY_MODE: Literal[2]

class _Entity:
    is_bound: bool
    @property
    def channel(self) -> Any: ...
    def bind(self, channel: Any) -> Self: ...
    def maybe_bind(self, channel: Any) -> Self: ...
    def revive(self, channel: Any) -> None: ...

class Exchange(_Entity):
    name: str
    type: str
    durable: bool
    auto_delete: bool
    passive: bool
    delivery_mode: int | None
    arguments: Mapping[str, Any] | None
    def __init__(
        self,
        name: str = "",
        type: str = "",
        channel: Any = None,
        *,
        durable: bool = True,
        auto_delete: bool = False,
        passive: bool = False,
        no_declare: bool = False,
        delivery_mode: int | str | None = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def declare(
        self, nowait: bool = False, passive: bool | None = None, channel: Any = None
    ) -> Any: ...
    def bind_to(
        self,
        exchange: Exchange | str = "",
        routing_key: str = "",
        arguments: Mapping[str, Any] | None = None,
        nowait: bool = False,
        channel: Any = None,
        **kwargs: Any,
    ) -> Any: ...
    def publish(
        self,
        message: Any,
        routing_key: str | None = None,
        mandatory: bool = False,
        immediate: bool = False,
        exchange: str | None = None,
    ) -> Any: ...
    def delete(self, if_unused: bool = False, nowait: bool = False) -> Any: ...

class binding:
    exchange: Exchange | None
    routing_key: str | None
    def __init__(
        self,
        exchange: Exchange | None = None,
        routing_key: str = "",
        arguments: Mapping[str, Any] | None = None,
        unbind_arguments: Mapping[str, Any] | None = None,
    ) -> None: ...

class Queue(_Entity):
    name: str
    exchange: Exchange
    routing_key: str
    durable: bool
    exclusive: bool
    auto_delete: bool
    no_ack: bool
    queue_arguments: Mapping[str, Any] | None
    consumer_arguments: Mapping[str, Any] | None
    def __init__(
        self,
        name: str = "",
        exchange: Exchange | str | None = None,
        routing_key: str = "",
        channel: Any = None,
        bindings: Sequence[binding] | None = None,
        on_declared: Callable[..., object] | None = None,
        *,
        durable: bool = True,
        exclusive: bool = False,
        auto_delete: bool = False,
        no_ack: bool = False,
        no_declare: bool | None = None,
        alias: str | None = None,
        expires: float | None = None,
        message_ttl: float | None = None,
        max_length: int | None = None,
        max_length_bytes: int | None = None,
        max_priority: int | None = None,
        queue_arguments: Mapping[str, Any] | None = None,
        binding_arguments: Mapping[str, Any] | None = None,
        consumer_arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def declare(self, nowait: bool = False, channel: Any = None) -> str: ...
    def queue_declare(
        self, nowait: bool = False, passive: bool = False, channel: Any = None
    ) -> Any: ...
    def queue_bind(self, nowait: bool = False, channel: Any = None) -> Any: ...
    def bind_to(
        self,
        exchange: Exchange | str = "",
        routing_key: str = "",
        arguments: Mapping[str, Any] | None = None,
        nowait: bool = False,
        channel: Any = None,
    ) -> Any: ...
    def get(self, no_ack: bool | None = None, accept: Sequence[str] | None = None) -> Any: ...
    def purge(self, nowait: bool = False) -> int: ...
    def delete(
        self, if_unused: bool = False, if_empty: bool = False, nowait: bool = False
    ) -> Any: ...
