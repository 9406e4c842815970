from collections.abc import Callable
from typing import Any

from nameko.containers import WorkerContext
from nameko.messaging import Consumer, Publisher

SERVICE_POOL: str
SINGLETON: str
BROADCAST: str

class EventHandlerConfigurationError(Exception): ...

class EventDispatcher(Publisher):
    # `dispatch(event_type, event_data)`
    def get_dependency(self, worker_ctx: WorkerContext) -> Callable[[str, Any], None]: ...

class EventHandler(Consumer):
    source_service: str
    event_type: str
    handler_type: str
    reliable_delivery: bool
    def __init__(
        self,
        source_service: str,
        event_type: str,
        handler_type: str = ...,
        reliable_delivery: bool = True,
        requeue_on_error: bool = False,
        **kwargs: Any,
    ) -> None: ...
    @property
    def broadcast_identifier(self) -> str: ...

event_handler = EventHandler.decorator
