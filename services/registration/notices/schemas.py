"""Shapes of requests and answers about notices over HTTP."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from shared.kit.web.field_errors import said
from shared.town.contracts.notices import CHANNELS
from shared.town.terms.residents import COHORTS, STATUSES
from shared.town.web.free_text import not_blank, without_personal_number
from shared.town.web.schemas import Boxes

LONGEST_TITLE, LONGEST_TEXT = 80, 500
LONGEST_DRAFT = 10_000
MOST_UNITS = 200
MOST_PEOPLE = 10_000_000
CONTROLS = said("有控制字符，请删去。", "There are control characters; leave them out.")
PROPOSED = ("registered", "consented")


def _plain(text: str) -> None:
    """Refuse control characters other than line ends."""
    if not all(each.isprintable() or each in "\r\n\t" for each in text):
        raise ValidationError(CONTROLS)


TEXT = (validate.Length(1, LONGEST_TEXT), not_blank, without_personal_number, _plain)
UNIT_CODE = validate.Regexp(
    r"^[A-Za-z0-9_-]{1,20}\Z", error=said("应为单位代码，如 v01", "a unit's code such as v01")
)


class NoticeBody(Boxes):
    """A notice as it is written; no units or no cohorts mean all in the reach of whoever asks.

    The English text may be left out: villagers read Chinese.
    """

    title = fields.String(
        required=True,
        validate=(validate.Length(1, LONGEST_TITLE), not_blank, without_personal_number, _plain),
    )
    zh = fields.String(required=True, validate=TEXT)
    en = fields.String(
        load_default="",
        validate=(validate.Length(0, LONGEST_TEXT), without_personal_number, _plain),
    )
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    units = fields.List(
        fields.String(validate=UNIT_CODE),
        load_default=list,
        validate=validate.Length(0, MOST_UNITS),
    )
    cohorts = fields.List(
        fields.String(validate=validate.OneOf(COHORTS)),
        load_default=list,
        validate=validate.Length(0, len(COHORTS)),
    )
    statuses = fields.List(
        fields.String(validate=validate.OneOf(STATUSES)),
        required=True,
        validate=validate.Length(1, len(STATUSES)),
    )
    days_since_first = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 365)
    )
    instead_of = fields.UUID(load_default=None, allow_none=True)
    """The notice that this one takes the place of, which was not released."""


class NoticeDraft(Boxes):
    """A notice as it stands in the form: the form comes back with what is wrong, and nothing lost."""

    title = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    zh = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    en = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    channel = fields.String(load_default="", validate=validate.Length(max=20))
    days_since_first = fields.String(load_default="", validate=validate.Length(max=20))
    instead_of = fields.String(load_default="", validate=validate.Length(max=40))
    units = fields.List(fields.String(validate=UNIT_CODE), load_default=list)
    cohorts = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)
    statuses = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)


class Release(Schema):
    """The count that whoever releases has seen."""

    recipients = fields.Integer(required=True, validate=validate.Range(0, MOST_PEOPLE))


class ReceiptData(Schema):
    """Which message a receipt is about."""

    message = fields.String(required=True, validate=validate.Regexp(r"^msg_[0-9a-f]{32}\Z"))


class Receipt(Schema):
    """What the gateway says of a message, and may say besides (`unknown`).

    Other types than `notice.delivered` are passed over.
    """

    type = fields.String(required=True, validate=validate.Length(1, 100))
    data = fields.Nested(ReceiptData(unknown=INCLUDE), required=True)
