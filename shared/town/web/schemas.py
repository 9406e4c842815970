"""Shapes that pages of several services share: a banner, a day, boxes that are ticked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from marshmallow import Schema, fields, pre_load, validate


class Done(Schema):
    """What a page that follows a form tells: `done` names the banner."""

    done = fields.String(load_default=None, validate=validate.Length(max=40))


class OnDay(Done):
    """A day; today when left out."""

    day = fields.Date(load_default=None)


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


def day_of(text: str) -> date:
    """Read the day in an address; raise `ValidationError`."""
    return fields.Date(required=True).deserialize(text)
