"""Shapes of what is said of numbers, which are those of a site."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.town.line import schemas
from shared.town.web.free_text import KNOWN_CODE


class AtSite(Schema):
    """At which site."""

    site = fields.String(required=True, validate=KNOWN_CODE)


class OfNumber(AtSite, schemas.OfNumber):
    """A number of today at a site."""


class Directing(AtSite, schemas.Directing):
    """Who is to wait for which desk of a site."""
