"""What registration says of its notices to residents: prepared, released, and what became of each.

Texts are in clear: they are the same for everybody. To whom a message went is a resident's id;
where it went is never told.
"""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue

NOTICE = "0d3f5a52-6c0e-5b9c-8f34-0f6f0f6a1c77"
RESIDENT = "5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f"
MESSAGE = "msg_6b1f3a525d0e5b9c8f340f6f0f6a1c78"
CHANNELS = ("smtp", "gateway", "file")
# Why a person who was named when the notice was released got no message after all.
SKIP_REASONS = (
    "vaccinated",
    "declined",
    "contraindicated",
    "deferred",
    "erased",
    "not_due",
    "no_appointment",
    "no_week",
    "no_address",
    "bad_address",
    "not_in_audience",
)
FAIL_REASONS = ("refused", "unreachable")


class _Notice(EventSchema):
    notice = fields.UUID(required=True)


@catalogue.declare(
    "registration",
    example={
        "notice": NOTICE,
        "title": "第二剂提醒 Second dose",
        "zh": "{name}您好，请到{site}接种第二剂。",
        "en": "Dear {name}, your second dose is waiting at {site}.",
        "channel": "gateway",
        "units": ["v01"],
        "cohorts": [],
        "statuses": ["first_done"],
        "days_since_first": 14,
    },
)
class NoticePrepared(_Notice):
    """A notice was written, for people of these units, cohorts and statuses (R19, R21).

    Empty `units` or `cohorts` mean all of them. `days_since_first` leaves out whoever had the
    first dose fewer days ago.
    """

    title = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    units = fields.List(fields.String(), required=True)
    cohorts = fields.List(fields.String(), required=True)
    statuses = fields.List(fields.String(), required=True)
    days_since_first = fields.Integer(required=True, allow_none=True)


@catalogue.declare("registration", example={"notice": NOTICE, "recipients": 412})
class NoticeReleased(_Notice):
    """Somebody saw the preview and the count, and let the notice go to this many people."""

    recipients = fields.Integer(required=True)


@catalogue.declare("registration", example={"notice": NOTICE, "left": 57})
class NoticeStopped(_Notice):
    """A notice was stopped; `left` people it was released to get no message."""

    left = fields.Integer(required=True)


@catalogue.declare("registration", example={"notice": NOTICE, "messages": 3})
class NoticeRetried(_Notice):
    """So many messages that had failed are tried again."""

    messages = fields.Integer(required=True)


@catalogue.declare(
    "registration", example={"notice": NOTICE, "sent": 398, "skipped": 11, "failed": 3}
)
class NoticeFinished(_Notice):
    """Everybody the notice was released to has been sent a message, was skipped, or failed."""

    sent = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class _Message(_Notice):
    resident = fields.UUID(required=True)
    message = fields.String(required=True)


@catalogue.declare(
    "registration",
    example={
        "notice": NOTICE,
        "resident": RESIDENT,
        "message": MESSAGE,
        "channel": "smtp",
        "tries": 1,
        "doubtful": False,
    },
)
class NoticeSent(_Message):
    """The channel has taken the message over.

    `doubtful`: an earlier try may have reached the person too, because its outcome was not heard
    and the channel cannot be relied on to drop the second of two equal messages.
    """

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    tries = fields.Integer(required=True)
    doubtful = fields.Boolean(required=True)


@catalogue.declare(
    "registration",
    example={
        "notice": NOTICE,
        "resident": RESIDENT,
        "message": MESSAGE,
        "reason": "vaccinated",
        "doubtful": False,
    },
)
class NoticeSkipped(_Message):
    """Decided at the moment of sending: this person is not, or not any more, to be told."""

    reason = fields.String(required=True, validate=validate.OneOf(SKIP_REASONS))
    doubtful = fields.Boolean(required=True)


@catalogue.declare(
    "registration",
    example={
        "notice": NOTICE,
        "resident": RESIDENT,
        "message": MESSAGE,
        "reason": "unreachable",
        "trouble": "http-503",
        "tries": 8,
        "doubtful": False,
    },
)
class NoticeFailed(_Message):
    """The channel refused the message for good, or could not be reached as often as is tried."""

    reason = fields.String(required=True, validate=validate.OneOf(FAIL_REASONS))
    trouble = fields.String(required=True)
    tries = fields.Integer(required=True)
    doubtful = fields.Boolean(required=True)


@catalogue.declare(
    "registration", example={"notice": NOTICE, "resident": RESIDENT, "message": MESSAGE}
)
class NoticeDelivered(_Message):
    """The gateway has confirmed that the message reached the person's device."""
