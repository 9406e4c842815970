"""Shapes that pages of several services share: a banner, a day."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, validate


class Done(Schema):
    """What a page that follows a form tells: `done` names the banner."""

    done = fields.String(load_default=None, validate=validate.Length(max=40))


class OnDay(Done):
    """A day; today when left out."""

    day = fields.Date(load_default=None)


def day_of(text: str) -> date:
    """Read the day in an address; raise `ValidationError`."""
    return fields.Date(required=True).deserialize(text)
