"""What a site says: vaccine received, sessions opened, appointments, visits and doses."""

from marshmallow import fields, validate

from shared.kit.contracts import EventSchema, catalogue, required
from shared.town.contracts.registration import RESIDENT, WEEK

TIME = validate.Regexp(r"^\d{2}:\d{2}$", error="a time such as 08:30")
DOSE = validate.OneOf((1, 2))
CANCEL_REASONS = (
    "by_resident",
    "deferred",
    "contraindicated",
    "declined",
    "session_closed",
    "other",
    "merged",
)
# Written by the site itself: the unit goes to another site, which books instead (R15).
REDOCKED = "redocked"
# Written by the site itself: it sends the person on to another site, which books instead (R17).
SENT_ON = "sent_on"


class _AtSite(EventSchema):
    site = required(fields.String, "stadium")


@catalogue.declare("appointments")
class SiteOpened(_AtSite):
    """The first vaccine reached the site: from this day on it may be booked (R06)."""

    day = required(fields.Date, "2024-03-25")


class _OfBatch(_AtSite):
    batch = required(fields.String, "SV-2024-001")


@catalogue.declare("appointments")
class BatchReceived(_OfBatch):
    """Doses of one batch arrived; `expiry` is the last day they may be given."""

    product = required(fields.String, "CoronaVac")
    doses = required(fields.Integer, 12000)
    expiry = required(fields.Date, "2025-01-31")


@catalogue.declare("appointments")
class DoseDrawn(_OfBatch):
    """One dose left the stock for this resident."""

    resident = required(fields.UUID, RESIDENT)
    dose = required(fields.Integer, 1, validate=DOSE)


@catalogue.declare("appointments")
class DosesWasted(_OfBatch):
    """Doses left the stock without being given."""

    doses = required(fields.Integer, 2)
    reason = required(fields.String, "vial broken")


@catalogue.declare("appointments")
class BatchRecalled(_OfBatch):
    """No dose of this batch may be given any more."""

    reason = required(fields.String, "recalled by the maker")


class _Slot(EventSchema):
    time = required(fields.String, "08:00", validate=TIME)
    capacity = required(fields.Integer, 50)


@catalogue.declare("appointments")
class SessionOpened(_AtSite):
    """The site vaccinates on this day with this product, in slots of limited capacity."""

    day = required(fields.Date, "2024-04-02")
    product = required(fields.String, "CoronaVac")
    slots = fields.List(fields.Nested(_Slot), required=True)


class _SlotUse(_AtSite):
    day = required(fields.Date, "2024-04-02")
    time = required(fields.String, "08:30", validate=TIME)
    resident = required(fields.UUID, RESIDENT)
    dose = required(fields.Integer, 1, validate=DOSE)


@catalogue.declare("appointments")
class SlotTaken(_SlotUse):
    """One place of a slot is held for an appointment."""


@catalogue.declare("appointments")
class SlotReleased(_SlotUse):
    """A held place is free again."""


class _PlannedRow(EventSchema):
    unit = required(fields.String, "v01")
    day = required(fields.Date, "2024-04-02")
    dose = required(fields.Integer, 1, validate=DOSE)
    planned = required(fields.Integer, 40)


@catalogue.declare("appointments")
class WeeklyPlanPublished(_AtSite):
    """How many first and second doses each unit is to get on each day of the week (R22)."""

    week = required(fields.String, "2024-W14", validate=WEEK)
    rows = fields.List(fields.Nested(_PlannedRow), required=True)


class _Appointment(_AtSite):
    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")
    dose = required(fields.Integer, 1, validate=DOSE)
    day = required(fields.Date, "2024-04-02")
    time = required(fields.String, "08:30", validate=TIME)


@catalogue.declare("appointments")
class AppointmentBooked(_Appointment):
    """A dose has its day and slot; `override` is the authorised reason to pass the cut-off (R05)."""

    product = required(fields.String, "CoronaVac")
    override = required(fields.String, None, allow_none=True)


@catalogue.declare("appointments")
class AppointmentMoved(_Appointment):
    """The appointment has another day or slot (R23)."""

    from_day = required(fields.Date, "2024-04-01")
    from_time = required(fields.String, "09:00", validate=TIME)


@catalogue.declare("appointments")
class AppointmentCancelled(_Appointment):
    """The appointment no longer stands."""

    reason = required(
        fields.String, "by_resident", validate=validate.OneOf((*CANCEL_REASONS, REDOCKED, SENT_ON))
    )


@catalogue.declare("appointments")
class AppointmentRefused(_AtSite):
    """The site was asked to book somebody from a day on and cannot; `reason` is the rule's code."""

    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")
    day = required(fields.Date, "2024-04-16")
    reason = required(fields.String, "no-free-slot")


@catalogue.declare("appointments")
class NoShowRecorded(_Appointment):
    """The resident did not come; the dose may be booked again (R23)."""


@catalogue.declare("appointments")
class ResidentCheckedIn(_Appointment):
    """The resident is at the site for this appointment (R23)."""


@catalogue.declare("appointments")
class DoseAdministered(_AtSite):
    """A dose was given; its number follows from the course, never from a form (R03, R04)."""

    resident = required(fields.UUID, RESIDENT)
    unit = required(fields.String, "v01")
    cohort = required(fields.String, "general")
    dose = required(fields.Integer, 1, validate=DOSE)
    day = required(fields.Date, "2024-04-02")
    product = required(fields.String, "CoronaVac")
    batch = required(fields.String, "SV-2024-001")
    vaccinator = required(fields.String, "nurse-01")


class _AfterDose(_AtSite):
    resident = required(fields.UUID, RESIDENT)
    dose = required(fields.Integer, 1, validate=DOSE)
    day = required(fields.Date, "2024-04-02")


@catalogue.declare("appointments")
class ObservationEnded(_AfterDose):
    """The resident left after the observation time."""


@catalogue.declare("appointments")
class AdverseEventReported(_AfterDose):
    """Something happened after a dose (AEFI), whether or not the vaccine caused it."""

    batch = required(fields.String, "SV-2024-001")
    severity = required(fields.String, "mild", validate=validate.OneOf(("mild", "severe")))
    sign = required(fields.String, "fever")
