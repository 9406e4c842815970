"""What a site says of doses and who gives them: newer versions of what `appointments` declares, and duty."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT

DOSE = validate.OneOf((1, 2))
SIDES = ("left_arm", "right_arm")
POSTS = ("screener", "registrar", "vaccinator", "observer")
TRACE_CODE = r"^\d{20}$"
"""On each smallest package; the first seven digits are the product."""


class _OfDay(EventSchema):
    site = required(fields.String, "stadium")
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments", version=2)
class DoseAdministered(_OfDay):
    """A dose was given; its number follows from the course, never from a form (R03, R04).

    `vaccinator`: the login of who gave it, whoever recorded it. Where, at which desk and from which
    package is null where nobody said it.
    """

    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")
    cohort = required(fields.String, "general")
    dose = required(fields.Integer, 1, validate=DOSE)
    product = required(fields.String, "CoronaVac")
    batch = required(fields.String, "SV-2024-001")
    vaccinator = required(fields.String, "nurse-01")
    body_side = required(fields.String, "left_arm", allow_none=True, validate=validate.OneOf(SIDES))
    desk = required(fields.String, "3", allow_none=True)
    trace_code = required(
        fields.String,
        "83301550012345678901",
        allow_none=True,
        validate=validate.Regexp(TRACE_CODE),
    )


@catalogue.declare("appointments", version=2)
class ObservationEnded(_OfDay):
    """The resident left after the observation time, or before it for the `early_reason`."""

    resident = required(fields.UUID, RESIDENT)
    dose = required(fields.Integer, 1, validate=DOSE)
    early_reason = required(fields.String, None, allow_none=True)


@catalogue.upcaster("DoseAdministered", from_version=1)
def _where_not_said(data: Data) -> Data:
    return data | {"body_side": None, "desk": None, "trace_code": None}


@catalogue.upcaster("ObservationEnded", from_version=1)
def _whether_early_not_said(data: Data) -> Data:
    return data | {"early_reason": None}


@catalogue.declare("appointments")
class PackageRefused(_OfDay):
    """A package's trace code was shown again though it holds no dose more: no dose was given."""

    trace_code = required(
        fields.String, "83301550012345678901", validate=validate.Regexp(TRACE_CODE)
    )
    used = required(fields.Integer, 1)
    doses = required(fields.Integer, 1)


class _Duty(_OfDay):
    login = required(fields.String, "nurse-01")


@catalogue.declare("appointments")
class DutyTaken(_Duty):
    """Somebody of the site works there this day, at these posts and this desk."""

    posts = required(fields.List, ["vaccinator"], fields.String(validate=validate.OneOf(POSTS)))
    desk = required(fields.String, "3", allow_none=True)


@catalogue.declare("appointments")
class DutyLeft(_Duty):
    """Somebody works there no more this day."""
