from typing import Any

from nameko.extensions import DependencyProvider

class Config(DependencyProvider):
    def get_dependency(self, worker_ctx: Any) -> dict[str, Any]: ...
