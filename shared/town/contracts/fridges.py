"""What a site says of its refrigerators, and of batches that got too warm, too cold, or look recalled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.reactions import LOCAL

COLDEST, WARMEST = 2.0, 8.0
"""Between them vaccine is kept, in °C."""
APART = timedelta(hours=6)
"""So far at least are the two readings of a day from each other."""
CAUSES = ("fridge", "looks_recalled")


def is_cold(celsius: float) -> bool:
    """Tell whether vaccine may be kept at a temperature."""
    return COLDEST <= celsius <= WARMEST


def readings_counted(read_at: Iterable[str]) -> int:
    """Return how many of the day's two readings there are: 0, 1, or 2 at least six hours apart."""
    times = sorted(map(datetime.fromisoformat, read_at))
    return min(len(times), 2 if times and times[-1] - times[0] >= APART else 1)


class _OfFridge(EventSchema):
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")
    fridge = required(fields.String, "1")
    number = required(fields.Integer, 1)


@catalogue.declare("appointments")
class FridgeRead(_OfFridge):
    """A refrigerator's temperature was read, at a local time of the site.

    `number`: which reading of this refrigerator it is.
    """

    celsius = required(fields.Float, 4.5, allow_nan=False)
    read_at = required(fields.String, "2024-04-02T08:05", validate=LOCAL)


@catalogue.declare("appointments")
class FridgeReadingWithdrawn(_OfFridge):
    """A reading was wrong and counts no more."""

    reason = required(fields.String, "read at the wrong refrigerator")


class _OfBatch(EventSchema):
    site = required(fields.String, "stadium")
    batch = required(fields.String, "SV-2024-001")
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments")
class BatchStored(_OfBatch):
    """A batch lies in this refrigerator from now on."""

    fridge = required(fields.String, "1")


class _Held(_OfBatch):
    cause = required(fields.String, "fridge", validate=validate.OneOf(CAUSES))


@catalogue.declare("appointments")
class BatchQuarantined(_Held):
    """No dose of a batch is given or sent on until somebody decides.

    Of the cause `fridge`: where it lay and how warm it was. Of `looks_recalled`: the number `known`
    that is ordered back and that this batch's looks like.
    """

    fridge = required(fields.String, "1", allow_none=True)
    celsius = required(fields.Float, 9.5, allow_none=True, allow_nan=False)
    read_at = required(fields.String, "2024-04-02T08:05", allow_none=True, validate=LOCAL)
    known = required(fields.String, None, allow_none=True)


@catalogue.declare("appointments")
class QuarantineLifted(_Held):
    """A batch may be given again, as far as this cause goes; `decided_by`: who decided so."""

    reason = required(fields.String, "the maker says 30 minutes at 9 °C do no harm")
    decided_by = required(fields.String, "stadium-leader")
