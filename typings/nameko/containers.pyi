from collections.abc import Callable, Mapping
from typing import Any

from eventlet.greenthread import GreenThread
from nameko.extensions import Entrypoint, Extension

def get_service_name(service_cls: type[Any]) -> str: ...

class WorkerContext:
    container: ServiceContainer
    config: dict[str, Any]
    service: Any
    entrypoint: Entrypoint
    service_name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    data: dict[str, Any]
    @property
    def call_id(self) -> str: ...
    @property
    def call_id_stack(self) -> Any: ...
    @property
    def context_data(self) -> dict[str, Any]: ...
    @property
    def origin_call_id(self) -> str | None: ...
    @property
    def immediate_parent_call_id(self) -> str | None: ...

class ServiceContainer:
    service_cls: type[Any]
    config: dict[str, Any]
    service_name: str
    shared_extensions: dict[Any, Extension]
    max_workers: int
    started: bool
    # Sets of extensions that also call a method on all members (`.all.start()`).
    entrypoints: Any
    dependencies: Any
    subextensions: Any
    def __init__(self, service_cls: type[Any], config: dict[str, Any]) -> None: ...
    @property
    def extensions(self) -> Any: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self, exc_info: Any = None) -> None: ...
    def wait(self) -> None: ...
    def spawn_worker(
        self,
        entrypoint: Entrypoint,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        context_data: Mapping[str, Any] | None = None,
        handle_result: Callable[..., Any] | None = None,
    ) -> WorkerContext: ...
    def spawn_managed_thread(
        self, fn: Callable[[], object], identifier: str | None = None
    ) -> GreenThread[Any]: ...
