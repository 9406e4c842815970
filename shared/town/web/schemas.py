"""Shapes that several services share: a day, boxes that are ticked, a source's history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from shared.kit.contracts.histories import Generation


class OfDay(Schema):
    """A day; today when left out."""

    day = fields.Date(load_default=None)


VERSION = fields.Integer(load_default=None, validate=validate.Range(min=1))
"""The version that came of what an undo takes back, or that a page's form was shown at: the command
is refused when there is a later one."""


class AsOf(Schema):
    """What an undo takes back, or a form was shown at."""

    version = VERSION


class Boxes(Schema):
    """A body whose lists may come as a form's boxes, `units.v01=on`."""

    @pre_load
    def gather(self, values: Mapping[str, object], **_: object) -> dict[str, object]:
        """Gather boxes into lists."""
        rest: dict[str, object] = {}
        lists: dict[str, list[str]] = {}
        for name, value in values.items():
            group, dot, code = name.partition(".")
            if dot and isinstance(self.fields.get(group), fields.List):
                lists.setdefault(group, []).append(code)
            else:
                rest[name] = value
        return rest | lists


class OfSource(Schema):
    """Of which source."""

    source = fields.String(required=True, validate=validate.Length(1, 100))


class AcceptedHistory(OfSource):
    """From where on a restored source counts: see `Generation`; `link` is SHA-256 in hex."""

    generation = fields.Integer(required=True, strict=True, validate=validate.Range(2, 10_000))
    fork = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**53))
    after = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**53))
    link = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))


def generation_of(said: Mapping[str, Any]) -> Generation:
    """Return the generation that checked values, or an event's, tell of."""
    link = bytes.fromhex(said["link"])
    return Generation(said["generation"], said["fork"], said["after"], link)


def day_of(text: str) -> date:
    """Read the day in an address; raise `ValidationError`."""
    return fields.Date(required=True).deserialize(text)
