"""Plain shapes: events whose fields are simple are read and written without marshmallow's machinery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from marshmallow import fields

from shared.kit.contracts.shapes import Data, EventSchema, Sealed


def _same(value: Any) -> Any:
    return value


# How values of fields without options are written; what is not here, marshmallow writes itself.
_PLAIN: dict[type[fields.Field[Any]], Callable[[Any], Any]] = {
    fields.String: str,
    fields.UUID: str,
    fields.Integer: int,
    fields.Date: date.isoformat,
    Sealed: _same,
}


@cache
def quick_dump(schema: EventSchema) -> tuple[tuple[str, Callable[[Any], Any]], ...] | None:
    """Return how a shape of plain fields is written, field by field; None for any other shape.

    It writes what `schema.dump` writes, in a quarter of the time: an import writes thousands.
    """
    found: list[tuple[str, Callable[[Any], Any]]] = []
    for name, field in schema.fields.items():
        if type(field) not in _PLAIN or field.load_only or field.data_key or field.attribute:
            return None
        found.append((name, _PLAIN[type(field)]))
    return tuple(found)


class NotPlain(Exception):
    """A value that marshmallow has to judge itself."""


def _if(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise NotPlain
        return value

    return read


def _day(value: Any) -> date:
    if type(value) is not str or len(value) != 10:
        raise NotPlain
    return date.fromisoformat(value)


# How values of the same fields are read when they are as they were written.
_READ: dict[type[fields.Field[Any]], Callable[[Any], Any]] = {
    fields.String: _if(str),
    fields.UUID: UUID,
    fields.Integer: _if(int),
    fields.Date: _day,
    Sealed: _same,
}
Reading = tuple[str, Callable[[Any], Any], bool, list[Callable[[Any], Any]]]


@cache
def quick_load(schema: EventSchema) -> tuple[Reading, ...] | None:
    """Return how a shape of plain fields is read: name, reader, may be null, checks; None as above.

    What it reads is what `schema.load` reads; replaying a stream reads every event of it.
    """
    found: list[Reading] = []
    for name, field in schema.fields.items():
        read = _reader(field)
        if read is None or field.dump_only or field.data_key or field.attribute:
            return None
        checks = list[Callable[[Any], Any]](field.validators)
        found.append((name, read, bool(field.allow_none), checks))
    return tuple(found)


def _reader(field: Any) -> Callable[[Any], Any] | None:
    kind: Any = field.__class__
    if kind is not fields.List:
        return _READ.get(kind)
    inner = _READ.get(field.inner.__class__)
    if inner is None or field.inner.validators or field.inner.allow_none:
        return None
    return lambda values: [inner(each) for each in _listed(values)]


_listed = _if(list)


def read(quick: tuple[Reading, ...], data: Mapping[str, Any]) -> Data:
    """Read data by what `quick_load` gave; raise `NotPlain` or what a reader or check raises."""
    if len(data) != len(quick):
        raise NotPlain
    loaded: Data = {}
    for name, read, nullable, checks in quick:
        value = data[name]
        if value is None:
            if not nullable:
                raise NotPlain
            loaded[name] = None
            continue
        loaded[name] = value = read(value)
        for check in checks:
            check(value)
    return loaded
