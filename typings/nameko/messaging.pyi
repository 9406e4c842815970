from typing import Any

from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

class QueueConsumer(SharedExtension, ProviderCollector):
    _consumers: dict[Any, Any]
    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]: ...
    def handle_message(self, provider: Any, body: Any, message: Any) -> None: ...

class Consumer(Entrypoint): ...
