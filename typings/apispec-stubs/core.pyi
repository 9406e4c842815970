# As apispec types them; what it leaves unknown in the parts of a document is Any.
from collections.abc import Sequence
from typing import Any

from apispec.plugin import BasePlugin

class Components:
    def schema(
        self,
        component_id: str,
        component: dict[str, Any] | None = None,
        *,
        lazy: bool = False,
        **kwargs: Any,
    ) -> Components: ...
    def security_scheme(self, component_id: str, component: dict[str, Any]) -> Components: ...

class APISpec:
    options: dict[str, Any]
    components: Components
    def __init__(
        self,
        title: str,
        version: str,
        openapi_version: str,
        plugins: Sequence[BasePlugin] = (),
        **options: Any,
    ) -> None: ...
    def to_dict(self) -> dict[str, Any]: ...
    def path(
        self,
        path: str | None = None,
        *,
        operations: dict[str, Any] | None = None,
        summary: str | None = None,
        description: str | None = None,
        parameters: list[dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> APISpec: ...
