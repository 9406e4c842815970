"""What sites and screening say of the people who wait: their numbers, and who is called, held, passed.

A kind of event has one owner, so what is called for the dose and what is called for screening have
names of their own and the same shapes.
"""

from marshmallow import fields, validate

from shared.kit.contracts import Data, EventSchema, catalogue, required
from shared.town.contracts.appointments import DOSE, TIME
from shared.town.contracts.registration import RESIDENT

NUMBER = validate.Range(1, 99_999)


@catalogue.declare("appointments", version=2)
class ResidentCheckedIn(EventSchema):
    """The resident is at the site for this appointment (R23), and waits under a number of the day.

    Numbers begin with 1 every day; null where none was given yet.
    """

    site = required(fields.String, "stadium")
    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")
    dose = required(fields.Integer, 1, validate=DOSE)
    day = required(fields.Date, "2024-04-02")
    time = required(fields.String, "08:30", validate=TIME)
    number = required(fields.Integer, 17, allow_none=True, validate=NUMBER)


@catalogue.upcaster("ResidentCheckedIn", from_version=1)
def _without_number(data: Data) -> Data:
    return data | {"number": None}


STATES = ("waiting", "called", "held", "passed")
_STATE = validate.OneOf(STATES)


class _OfNumber(EventSchema):
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")
    number = required(fields.Integer, 17, validate=NUMBER)
    resident = required(fields.UUID, RESIDENT)


class _Called(_OfNumber):
    """`finding`: the number of what screening had said of the person last, null before it said anything."""

    desk = required(fields.String, "3", allow_none=True)
    login = required(fields.String, "nurse-01")
    finding = required(fields.Integer, 12, allow_none=True)


class _Resumed(_OfNumber):
    first = required(fields.Boolean, False)


class _Undone(_OfNumber):
    undone = required(fields.String, "called", validate=_STATE)
    state = required(fields.String, "waiting", validate=_STATE)
    desk = required(fields.String, None, allow_none=True)
    login = required(fields.String, None, allow_none=True)
    finding = required(fields.Integer, None, allow_none=True)


class _Directed(_OfNumber):
    desk = required(fields.String, "4", allow_none=True)


@catalogue.declare("appointments")
class NumberCalled(_Called):
    """A number is called for the dose, to a desk; it holds until something new is found of the person."""


@catalogue.declare("appointments")
class NumberHeld(_OfNumber):
    """Whoever waits for the dose under a number has stepped aside."""


@catalogue.declare("appointments")
class NumberPassed(_OfNumber):
    """A number was called for the dose and nobody came."""


@catalogue.declare("appointments")
class NumberResumed(_Resumed):
    """A number waits for the dose again; as the next one if it had passed."""


@catalogue.declare("appointments")
class NumberCallUndone(_Undone):
    """What was done last with a number that waits for the dose is taken back: it is as it was."""


@catalogue.declare("appointments")
class NumberDirected(_Directed):
    """A number waits for the dose at this desk alone, or at any (null)."""


@catalogue.declare("screening")
class ScreeningCalled(_Called):
    """A number is called for screening, to a desk; it holds until something new is found of the person."""


@catalogue.declare("screening")
class ScreeningHeld(_OfNumber):
    """Whoever waits for screening under a number has stepped aside."""


@catalogue.declare("screening")
class ScreeningPassed(_OfNumber):
    """A number was called for screening and nobody came."""


@catalogue.declare("screening")
class ScreeningResumed(_Resumed):
    """A number waits for screening again; as the next one if it had passed."""


@catalogue.declare("screening")
class ScreeningCallUndone(_Undone):
    """What was done last with a number that waits for screening is taken back: it is as it was."""


@catalogue.declare("screening")
class ScreeningDirected(_Directed):
    """A number waits for screening at this desk alone, or at any (null)."""
