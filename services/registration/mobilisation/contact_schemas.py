"""Shapes of contacts and of a cadre's own list."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.registration.mobilisation.own_list import DUE, SHOWN
from services.registration.residents.schemas import ResidentRow
from shared.town.contracts.contacts import ANSWERS, CHANNELS, OUTCOMES
from shared.town.contracts.registration import DECLINE_REASONS, WEEK
from shared.town.web.free_text import CODE


class ContactMade(Schema):
    """An attempt to reach a resident; `wished_…` belong to willing, `reason` to refused.

    `contact` is an id of the caller's choice, for programs that record while they are offline.
    """

    contact = fields.UUID(load_default=None)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    next_day = fields.Date(load_default=None, allow_none=True)
    wished_week = fields.String(load_default=None, allow_none=True, validate=WEEK)
    wished_site = fields.String(load_default=None, allow_none=True, validate=CODE)
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(DECLINE_REASONS)
    )


class ContactAnswer(Schema):
    """The contact, and the answer that stands after it."""

    resident = fields.UUID()
    contact = fields.UUID()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    answer = fields.String(validate=validate.OneOf(ANSWERS))
    status = fields.String(validate=validate.OneOf(("recorded",)))


class ContactUndone(ContactAnswer):
    """The undone contact, and the answer that stands again."""

    answer_changed = fields.Boolean()
    status = fields.String(validate=validate.OneOf(("undone", "already_undone")))


class ListPart(Schema):
    """Which part of the own list."""

    show = fields.String(load_default=DUE, validate=validate.OneOf(SHOWN))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ListWanted(ListPart):
    """Which part of the own list; `addresses` opens these too."""

    addresses = fields.Boolean(load_default=False)


class ListPage(ListPart):
    """Which part of the list the page shows, how the cadre works, whom they just recorded."""

    channel = fields.String(load_default=CHANNELS[0], validate=validate.OneOf(CHANNELS))
    just = fields.UUID(load_default=None)
    done = fields.String(load_default=None, validate=validate.OneOf(("undone",)))


class Listed(ResidentRow):
    """Somebody on a cadre's list, with how the calls stand."""

    class Meta:
        """What a list does not need is left out."""

        exclude = ("cohort", "tie", "until", "reasons", "first_day", "second_day", "retained_until")

    unit = fields.String()
    site = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True, validate=validate.OneOf(OUTCOMES))
    contacted = fields.Date(allow_none=True)
    next_day = fields.Date(allow_none=True)
    attempts = fields.Integer()


class OwnList(Schema):
    """A page of a cadre's own list, and how many are in each part of it."""

    cadre = fields.String()
    today = fields.Date()
    contacted_today = fields.Integer()
    quota = fields.Integer(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    show = fields.String()
    page = fields.Integer()
    pages = fields.Integer()
    residents = fields.List(fields.Nested(Listed))
