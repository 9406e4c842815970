# As marshmallow types them; what it leaves unknown in messages is Any.
from collections.abc import Iterable, Mapping
from typing import Any

class MarshmallowError(Exception): ...

class ValidationError(MarshmallowError):
    messages: list[Any] | dict[Any, Any]
    field_name: str
    data: Mapping[str, Any] | Iterable[Mapping[str, Any]] | None
    valid_data: list[Any] | dict[str, Any] | None
    def __init__(
        self,
        message: str | list[Any] | dict[Any, Any],
        field_name: str = "_schema",
        data: Mapping[str, Any] | Iterable[Mapping[str, Any]] | None = None,
        valid_data: list[Any] | dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def normalized_messages(self) -> dict[Any, Any]: ...
    @property
    def messages_dict(self) -> dict[str, Any]: ...

class RegistryError(NameError): ...
class StringNotCollectionError(MarshmallowError, TypeError): ...
