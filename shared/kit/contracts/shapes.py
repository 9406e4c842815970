"""Shapes of events: schemas whose fields each carry a value that an event may have there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, fields

Data = dict[str, Any]
F = TypeVar("F", bound=fields.Field[Any])
_EXAMPLE = "event_example"


class Sealed(fields.Raw):
    """Personal data of one subject: a mapping in the domain, sealed text in store and on wire.

    It is sealed when the event is stored, under the key of whom the event's field `subject` names;
    readers without that key see only the text.
    """

    def __init__(
        self,
        subject: str,
        *,
        required: bool = True,
        allow_none: bool | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        """Name the field of the same event that holds the subject's id."""
        super().__init__(required=required, allow_none=allow_none, metadata=metadata)
        self.subject = subject


class EventSchema(Schema):
    """Base of every event's shape: all fields required unless said otherwise, none unknown."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


def required(kind: Callable[..., F], example: object, *of: Any, **options: Any) -> F:
    """Return a field of a kind that no event of the shape lacks; `example` is a JSON value of it."""
    return kind(*of, required=True, metadata={_EXAMPLE: example}, **options)


def example_of(schema: Schema) -> Data:
    """Return an event's data of this shape, made of its fields' examples."""
    return {name: _example(field) for name, field in schema.fields.items()}


def _example(field: Any) -> Any:
    if _EXAMPLE in field.metadata:
        return field.metadata[_EXAMPLE]
    if isinstance(field, fields.Nested):
        return example_of(field.schema)
    inner = getattr(field, "inner", None)
    return None if inner is None else [_example(inner)]
