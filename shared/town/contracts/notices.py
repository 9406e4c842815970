"""What registration says of its notices to residents: prepared, released, and what became of each.

Texts are in clear: they are the same for everybody. To whom a message went is a resident's id;
where it went is never told.
"""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT

NOTICE = "0d3f5a52-6c0e-5b9c-8f34-0f6f0f6a1c77"
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
    "died",
    "moved_away",
    "not_found",
    "not_in_audience",
)
FAIL_REASONS = ("refused", "unreachable")


class _Notice(EventSchema):
    notice = required(fields.UUID, NOTICE)


@catalogue.declare("registration")
class NoticePrepared(_Notice):
    """A notice was written, for people of these units, cohorts and statuses (R19, R21).

    Empty `units` or `cohorts` mean all of them. `days_since_first` leaves out whoever had the
    first dose fewer days ago.
    """

    title = required(fields.String, "第二剂提醒 Second dose")
    zh = required(fields.String, "{name}您好，请到{site}接种第二剂。")
    en = required(fields.String, "Dear {name}, your second dose is waiting at {site}.")
    channel = required(fields.String, "gateway", validate=validate.OneOf(CHANNELS))
    units = required(fields.List, ["v01"], fields.String())
    cohorts = required(fields.List, [], fields.String())
    statuses = required(fields.List, ["first_done"], fields.String())
    days_since_first = required(fields.Integer, 14, allow_none=True)


@catalogue.declare("registration")
class NoticeReleased(_Notice):
    """Somebody saw the preview and the count, and let the notice go to this many people."""

    recipients = required(fields.Integer, 412)


@catalogue.declare("registration")
class NoticeDiscarded(_Notice):
    """A notice that was never released was set aside: for another one, or for none (null)."""

    replaced_by = required(fields.UUID, "0d3f5a52-6c0e-5b9c-8f34-0f6f0f6a1c79", allow_none=True)


@catalogue.declare("registration")
class NoticeStopped(_Notice):
    """A notice was stopped; `left` people it was released to get no message."""

    left = required(fields.Integer, 57)


@catalogue.declare("registration")
class NoticeRetried(_Notice):
    """So many messages that had failed are tried again."""

    messages = required(fields.Integer, 3)


@catalogue.declare("registration")
class NoticeFinished(_Notice):
    """Everybody the notice was released to has been sent a message, was skipped, or failed."""

    sent = required(fields.Integer, 398)
    skipped = required(fields.Integer, 11)
    failed = required(fields.Integer, 3)


class _Message(_Notice):
    resident = required(fields.UUID, RESIDENT)
    message = required(fields.String, MESSAGE)


@catalogue.declare("registration")
class NoticeSent(_Message):
    """The channel has taken the message over.

    `doubtful`: an earlier try may have reached the person too, because its outcome was not heard
    and the channel cannot be relied on to drop the second of two equal messages.
    """

    channel = required(fields.String, "smtp", validate=validate.OneOf(CHANNELS))
    tries = required(fields.Integer, 1)
    doubtful = required(fields.Boolean, False)


@catalogue.declare("registration")
class NoticeSkipped(_Message):
    """Decided at the moment of sending: this person is not, or not any more, to be told."""

    reason = required(fields.String, "vaccinated", validate=validate.OneOf(SKIP_REASONS))
    doubtful = required(fields.Boolean, False)


@catalogue.declare("registration")
class NoticeFailed(_Message):
    """The channel refused the message for good, or could not be reached as often as is tried."""

    reason = required(fields.String, "unreachable", validate=validate.OneOf(FAIL_REASONS))
    trouble = required(fields.String, "http-503")
    tries = required(fields.Integer, 8)
    doubtful = required(fields.Boolean, False)


@catalogue.declare("registration")
class NoticeDelivered(_Message):
    """The gateway has confirmed that the message reached the person's device."""
