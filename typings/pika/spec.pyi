from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pika.delivery_mode import DeliveryMode

TRANSIENT_DELIVERY_MODE: int
PERSISTENT_DELIVERY_MODE: int

class BasicProperties:
    content_type: str | None
    content_encoding: str | None
    headers: Mapping[str, Any] | None
    delivery_mode: int | None
    priority: int | None
    correlation_id: str | None
    reply_to: str | None
    expiration: str | None
    message_id: str | None
    timestamp: int | datetime | None
    type: str | None
    user_id: str | None
    app_id: str | None
    cluster_id: str | None
    def __init__(
        self,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: Mapping[str, Any] | None = None,
        delivery_mode: int | DeliveryMode | None = None,
        priority: int | None = None,
        correlation_id: str | None = None,
        reply_to: str | None = None,
        expiration: str | None = None,
        message_id: str | None = None,
        timestamp: int | datetime | None = None,
        type: str | None = None,
        user_id: str | None = None,
        app_id: str | None = None,
        cluster_id: str | None = None,
    ) -> None: ...

class Basic:
    class Ack:
        delivery_tag: int
        multiple: bool

    class Nack:
        delivery_tag: int
        multiple: bool
        requeue: bool

    class Cancel:
        consumer_tag: str

    class Deliver:
        consumer_tag: str
        delivery_tag: int
        redelivered: bool
        exchange: str
        routing_key: str

    class GetOk:
        delivery_tag: int
        redelivered: bool
        exchange: str
        routing_key: str
        message_count: int

    class Return:
        reply_code: int
        reply_text: str
        exchange: str
        routing_key: str

class Confirm:
    class SelectOk: ...

class Exchange:
    class DeclareOk: ...
    class BindOk: ...
    class DeleteOk: ...

class Queue:
    class DeclareOk:
        queue: str
        message_count: int
        consumer_count: int

    class BindOk: ...

    class PurgeOk:
        message_count: int

    class DeleteOk:
        message_count: int
