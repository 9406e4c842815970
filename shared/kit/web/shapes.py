"""Answer shapes: the JSON Schema of what an endpoint says it returns, read off its type.

    class Lent(TypedDict):
        '''A book and the day it is due back.'''

        book: Id
        due: Day

An endpoint whose function returns `Lent` is described as answering that; nothing is written twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

Shape = dict[str, Any]
Name = Callable[[type], str]

_PLAIN: dict[Any, Shape] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
}


def members_of(function: Callable[..., Any]) -> set[Any]:
    """Return what a function may return: one type, or several."""
    said = get_type_hints(function).get("return")
    return set(get_args(said)) if get_origin(said) in (Union, UnionType) else {said}


def returned(function: Callable[..., Any]) -> type | None:
    """Return the `TypedDict` a function may return; None: there is none."""
    return next(filter(is_typeddict, members_of(function)), None)


def shape_of(said: Any, name: Name, known: dict[str, Shape]) -> Shape:
    """Return the JSON Schema of a type; what it refers to is put into `known` by its name."""
    origin, args = get_origin(said), get_args(said)
    if said in _PLAIN:
        return _PLAIN[said]
    if is_typeddict(said):
        return _reference(said, name, known)
    if origin in (Annotated, NotRequired):
        formats = {"format": args[1]} if origin is Annotated else {}
        return shape_of(args[0], name, known) | formats
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (Union, UnionType):
        return {"anyOf": [shape_of(each, name, known) for each in args]}
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": shape_of(args[1], name, known)}
    if inspect.isclass(origin) and issubclass(origin, Sequence):
        return {"type": "array", "items": shape_of(args[0], name, known)}
    return {}


def _reference(said: type, name: Name, known: dict[str, Shape]) -> Shape:
    called = name(said)
    if called not in known:
        known[called] = {}  # so that one may hold others of its kind
        fields = get_type_hints(said, include_extras=True)
        known[called] |= {
            "type": "object",
            "description": inspect.getdoc(said) or "",
            "properties": {field: shape_of(each, name, known) for field, each in fields.items()},
            "required": [f for f, each in fields.items() if get_origin(each) is not NotRequired],
        }
    return {"$ref": f"#/components/schemas/{called}"}
