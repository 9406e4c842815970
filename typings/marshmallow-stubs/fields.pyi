# The fields the house uses, as marshmallow types them, but for one thing: a field whose type is
# not said (`Field`, what `Nested` loads, a schema's `fields`) is one of Any instead of unknown.
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping as MappingOf
from typing import Any, Generic, TypedDict, overload

from typing_extensions import TypeVar, Unpack

from marshmallow.schema import Schema, SchemaMeta
from marshmallow.types import StrSequenceOrSet, UnknownOption

_T = TypeVar("_T", default=Any)
_Call = Callable[[Any], Any]

class _Options(TypedDict, total=False):
    load_default: Any
    dump_default: Any
    data_key: str | None
    attribute: str | None
    validate: _Call | Iterable[_Call] | None
    pre_load: _Call | Iterable[_Call] | None
    post_load: _Call | Iterable[_Call] | None
    required: bool
    allow_none: bool | None
    load_only: bool
    dump_only: bool
    error_messages: dict[str, Any] | None
    metadata: MappingOf[str, Any] | None

class Field(Generic[_T]):
    default_error_messages: dict[str, Any]
    load_default: Any
    dump_default: Any
    data_key: str | None
    attribute: str | None
    validate: _Call | Iterable[_Call] | None
    validators: list[_Call]
    pre_load: list[_Call]
    post_load: list[_Call]
    required: bool
    allow_none: bool
    load_only: bool
    dump_only: bool
    error_messages: dict[str, Any]
    metadata: MappingOf[str, Any]
    parent: Field | Schema | None
    name: str | None
    root: Schema | None
    def __init__(self, **kwargs: Unpack[_Options]) -> None: ...
    @overload
    def deserialize(
        self,
        value: None,
        attr: str | None = None,
        data: MappingOf[str, Any] | None = None,
        **kwargs: Any,
    ) -> _T | None: ...
    @overload
    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: MappingOf[str, Any] | None = None,
        **kwargs: Any,
    ) -> _T: ...

class Raw(Field[Any]): ...

class Nested(Field):
    nested: Schema | SchemaMeta | str | dict[str, Field] | Callable[[], Any]
    many: bool | None
    def __init__(
        self,
        nested: Schema
        | SchemaMeta
        | str
        | dict[str, Field]
        | Callable[[], Schema | SchemaMeta | str | dict[str, Field]],
        *,
        only: StrSequenceOrSet | None = None,
        exclude: StrSequenceOrSet = (),
        many: bool | None = None,
        unknown: UnknownOption | None = None,
        **kwargs: Unpack[_Options],
    ) -> None: ...
    @property
    def schema(self) -> Schema: ...

class List(Field[list[_T | None]], Generic[_T]):
    inner: Field[_T]
    def __init__(
        self, cls_or_instance: Field[_T] | type[Field[_T]], **kwargs: Unpack[_Options]
    ) -> None: ...

class String(Field[str]): ...
class UUID(Field[uuid.UUID]): ...

class Number(Field[_T]):
    def __init__(self, *, as_string: bool = False, **kwargs: Unpack[_Options]) -> None: ...

class Integer(Number[int]):
    def __init__(
        self, *, strict: bool = False, as_string: bool = False, **kwargs: Unpack[_Options]
    ) -> None: ...

class Float(Number[float]):
    def __init__(
        self, *, allow_nan: bool = False, as_string: bool = False, **kwargs: Unpack[_Options]
    ) -> None: ...

class Boolean(Field[bool]):
    def __init__(
        self,
        *,
        truthy: Iterable[Any] | None = None,
        falsy: Iterable[Any] | None = None,
        **kwargs: Unpack[_Options],
    ) -> None: ...

class DateTime(Field[dt.datetime]):
    def __init__(self, format: str | None = None, **kwargs: Unpack[_Options]) -> None: ...

class AwareDateTime(DateTime):
    def __init__(
        self,
        format: str | None = None,
        *,
        default_timezone: dt.tzinfo | None = None,
        **kwargs: Unpack[_Options],
    ) -> None: ...

class Date(Field[dt.date]):
    def __init__(self, format: str | None = None, **kwargs: Unpack[_Options]) -> None: ...

class NaiveDateTime(Field[dt.datetime]):
    def __init__(self, format: str | None = None, **kwargs: Unpack[_Options]) -> None: ...

class Dict(Field[dict[Any, Any]]):
    def __init__(
        self,
        keys: Field | type[Field] | None = None,
        values: Field | type[Field] | None = None,
        **kwargs: Unpack[_Options],
    ) -> None: ...
