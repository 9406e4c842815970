"""Shapes of requests and answers about notices over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, pre_load, validate

from services.registration.residents.status import STATUSES
from shared.town.contracts.notices import CHANNELS, SKIP_REASONS
from shared.town.terms.residents import COHORTS
from shared.town.web.free_text import without_personal_number

LONGEST_TITLE, LONGEST_TEXT = 80, 500
LONGEST_DRAFT = 10_000
MOST_UNITS = 200
MOST_PEOPLE = 10_000_000
PROPOSED = ("registered", "consented")


def _plain(text: str) -> None:
    """Refuse control characters other than line ends."""
    if not all(each.isprintable() or each in "\r\n\t" for each in text):
        raise ValidationError("有控制字符，请删去。 There are control characters; leave them out.")


TEXT = (validate.Length(1, LONGEST_TEXT), without_personal_number, _plain)
UNIT_CODE = validate.Regexp(r"^[A-Za-z0-9_-]{1,20}\Z", error="a unit's code such as v01")


def _gathered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Gather a form's boxes, `units.v01=on`, into lists."""
    rest: dict[str, Any] = {}
    for name, value in values.items():
        group, dot, code = name.partition(".")
        if dot and group in ("units", "cohorts", "statuses"):
            rest.setdefault(group, []).append(code)
        else:
            rest[name] = value
    return rest


class AudienceBody(Schema):
    """Who is meant; no units or no cohorts mean all within the reach of whoever asks."""

    units = fields.List(
        fields.String(validate=UNIT_CODE),
        load_default=list,
        validate=validate.Length(0, MOST_UNITS),
    )
    cohorts = fields.List(
        fields.String(validate=validate.OneOf(tuple(COHORTS))),
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

    @pre_load
    def gather(self, values: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Take a form's boxes for lists."""
        return _gathered(values)


class NoticeBody(AudienceBody):
    """A notice as it is written."""

    title = fields.String(
        required=True, validate=(validate.Length(1, LONGEST_TITLE), without_personal_number, _plain)
    )
    zh = fields.String(required=True, validate=TEXT)
    en = fields.String(required=True, validate=TEXT)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))


class NoticeDraft(Schema):
    """A notice as it stands in the form: the form comes back with what is wrong, and nothing lost."""

    title = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    zh = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    en = fields.String(load_default="", validate=validate.Length(max=LONGEST_DRAFT))
    channel = fields.String(load_default="", validate=validate.Length(max=20))
    days_since_first = fields.String(load_default="", validate=validate.Length(max=20))
    units = fields.List(fields.String(validate=UNIT_CODE), load_default=list)
    cohorts = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)
    statuses = fields.List(fields.String(validate=validate.Length(max=40)), load_default=list)

    @pre_load
    def gather(self, values: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Take a form's boxes for lists."""
        return _gathered(values)


class Prepared(Schema):
    """A notice that waits for release."""

    notice = fields.UUID()
    status = fields.String()


class Example(Schema):
    """What one person would read; name and address are masked."""

    to = fields.String()
    title = fields.String()
    zh = fields.String()
    en = fields.String()


class Preview(Schema):
    """How many people a notice would go to now, and what a few of them would read."""

    recipients = fields.Integer()
    examples = fields.List(fields.Nested(Example))


class Release(Schema):
    """The count that whoever releases has seen."""

    recipients = fields.Integer(required=True, validate=validate.Range(0, MOST_PEOPLE))


class Released(Prepared):
    """A notice that is being sent."""

    recipients = fields.Integer()


class Retried(Prepared):
    """How many messages are tried again."""

    messages = fields.Integer()


class NoticeAnswer(Schema):
    """A notice and its reach, counted from what became of each message."""

    notice = fields.UUID()
    title = fields.String()
    zh = fields.String()
    en = fields.String()
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    units = fields.List(fields.String())
    cohorts = fields.List(fields.String())
    statuses = fields.List(fields.String())
    days_since_first = fields.Integer(allow_none=True)
    status = fields.String()
    prepared_at = fields.String()
    prepared_by = fields.String()
    released_at = fields.String(allow_none=True)
    released_by = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)
    recipients = fields.Integer()
    sent = fields.Integer()
    delivered = fields.Integer()
    skipped = fields.Integer()
    failed = fields.Integer()
    waiting = fields.Integer()
    perhaps_twice = fields.Integer()
    next_try = fields.String(allow_none=True)
    trouble = fields.String(allow_none=True)
    reasons = fields.Dict(
        keys=fields.String(validate=validate.OneOf(SKIP_REASONS)), values=fields.Integer()
    )


class NoticeList(Schema):
    """The newest notices."""

    notices = fields.List(fields.Nested(NoticeAnswer))


class NoticePage(Schema):
    """What has just been done on the page of a notice."""

    done = fields.String(
        load_default=None, validate=validate.OneOf(("released", "stopped", "retried"))
    )


class ReceiptData(Schema):
    """Which message a receipt is about."""

    class Meta:
        """A gateway may tell more."""

        unknown = INCLUDE

    message = fields.String(required=True, validate=validate.Regexp(r"^msg_[0-9a-f]{32}\Z"))


class Receipt(Schema):
    """What the gateway says of a message; other types than `notice.delivered` are passed over."""

    class Meta:
        """A gateway may tell more."""

        unknown = INCLUDE

    type = fields.String(required=True, validate=validate.Length(1, 100))
    data = fields.Nested(ReceiptData, required=True)
