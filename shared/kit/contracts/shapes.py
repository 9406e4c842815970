"""Shapes of events: schemas whose fields each carry a value that an event may have there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, fields

Data = dict[str, Any]
F = TypeVar("F", bound=fields.Field[Any])
_EXAMPLE = "event_example"


class Sealed(fields.Raw):
    """Personal data of one resident: a mapping in the domain, sealed text in store and on wire.

    `shared.town.privacy` seals it when the event is stored; readers without the resident's key see
    only the text.
    """


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
