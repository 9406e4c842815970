"""What a site says: vaccine received, sessions opened, appointments, visits and doses."""

from marshmallow import fields, validate

from shared.kit.contracts.catalogue import EventSchema, catalogue
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


class _AtSite(EventSchema):
    site = fields.String(required=True)


@catalogue.declare("appointments", example={"site": "stadium", "day": "2024-03-25"})
class SiteOpened(_AtSite):
    """The first vaccine reached the site: from this day on it may be booked (R06)."""

    day = fields.Date(required=True)


class _OfBatch(_AtSite):
    batch = fields.String(required=True)


_BATCH = {"site": "stadium", "batch": "SV-2024-001"}


@catalogue.declare(
    "appointments",
    example=_BATCH | {"product": "CoronaVac", "doses": 12000, "expiry": "2025-01-31"},
)
class BatchReceived(_OfBatch):
    """Doses of one batch arrived; `expiry` is the last day they may be given."""

    product = fields.String(required=True)
    doses = fields.Integer(required=True)
    expiry = fields.Date(required=True)


@catalogue.declare("appointments", example=_BATCH | {"resident": RESIDENT, "dose": 1})
class DoseDrawn(_OfBatch):
    """One dose left the stock for this resident."""

    resident = fields.UUID(required=True)
    dose = fields.Integer(required=True, validate=DOSE)


@catalogue.declare("appointments", example=_BATCH | {"doses": 2, "reason": "vial broken"})
class DosesWasted(_OfBatch):
    """Doses left the stock without being given."""

    doses = fields.Integer(required=True)
    reason = fields.String(required=True)


@catalogue.declare("appointments", example=_BATCH | {"reason": "recalled by the maker"})
class BatchRecalled(_OfBatch):
    """No dose of this batch may be given any more."""

    reason = fields.String(required=True)


class _Slot(EventSchema):
    time = fields.String(required=True, validate=TIME)
    capacity = fields.Integer(required=True)


@catalogue.declare(
    "appointments",
    example={
        "site": "stadium",
        "day": "2024-04-02",
        "product": "CoronaVac",
        "slots": [{"time": "08:00", "capacity": 50}],
    },
)
class SessionOpened(_AtSite):
    """The site vaccinates on this day with this product, in slots of limited capacity."""

    day = fields.Date(required=True)
    product = fields.String(required=True)
    slots = fields.List(fields.Nested(_Slot), required=True)


class _SlotUse(_AtSite):
    day = fields.Date(required=True)
    time = fields.String(required=True, validate=TIME)
    resident = fields.UUID(required=True)
    dose = fields.Integer(required=True, validate=DOSE)


_USE = {"site": "stadium", "day": "2024-04-02", "time": "08:30", "resident": RESIDENT, "dose": 1}


@catalogue.declare("appointments", example=_USE)
class SlotTaken(_SlotUse):
    """One place of a slot is held for an appointment."""


@catalogue.declare("appointments", example=_USE)
class SlotReleased(_SlotUse):
    """A held place is free again."""


class _PlannedRow(EventSchema):
    unit = fields.String(required=True)
    day = fields.Date(required=True)
    dose = fields.Integer(required=True, validate=DOSE)
    planned = fields.Integer(required=True)


@catalogue.declare(
    "appointments",
    example={
        "site": "stadium",
        "week": "2024-W14",
        "rows": [{"unit": "v01", "day": "2024-04-02", "dose": 1, "planned": 40}],
    },
)
class WeeklyPlanPublished(_AtSite):
    """How many first and second doses each unit is to get on each day of the week (R22)."""

    week = fields.String(required=True, validate=WEEK)
    rows = fields.List(fields.Nested(_PlannedRow), required=True)


class _Appointment(_AtSite):
    resident = fields.UUID(required=True)
    unit = fields.String(required=True)
    dose = fields.Integer(required=True, validate=DOSE)
    day = fields.Date(required=True)
    time = fields.String(required=True, validate=TIME)


_APPOINTMENT = {
    "site": "stadium",
    "resident": RESIDENT,
    "unit": "v01",
    "dose": 1,
    "day": "2024-04-02",
    "time": "08:30",
}


@catalogue.declare(
    "appointments", example=_APPOINTMENT | {"product": "CoronaVac", "override": None}
)
class AppointmentBooked(_Appointment):
    """A dose has its day and slot; `override` is the authorised reason to pass the cut-off (R05)."""

    product = fields.String(required=True)
    override = fields.String(required=True, allow_none=True)


@catalogue.declare(
    "appointments", example=_APPOINTMENT | {"from_day": "2024-04-01", "from_time": "09:00"}
)
class AppointmentMoved(_Appointment):
    """The appointment has another day or slot (R23)."""

    from_day = fields.Date(required=True)
    from_time = fields.String(required=True, validate=TIME)


@catalogue.declare("appointments", example=_APPOINTMENT | {"reason": "by_resident"})
class AppointmentCancelled(_Appointment):
    """The appointment no longer stands."""

    reason = fields.String(required=True, validate=validate.OneOf((*CANCEL_REASONS, REDOCKED)))


@catalogue.declare(
    "appointments",
    example={
        "site": "community",
        "resident": RESIDENT,
        "unit": "v01",
        "day": "2024-04-16",
        "reason": "no-free-slot",
    },
)
class AppointmentRefused(_AtSite):
    """The site was asked to book somebody from a day on and cannot; `reason` is the rule's code."""

    resident = fields.UUID(required=True)
    unit = fields.String(required=True)
    day = fields.Date(required=True)
    reason = fields.String(required=True)


@catalogue.declare("appointments", example=_APPOINTMENT)
class NoShowRecorded(_Appointment):
    """The resident did not come; the dose may be booked again (R23)."""


@catalogue.declare("appointments", example=_APPOINTMENT)
class ResidentCheckedIn(_Appointment):
    """The resident is at the site for this appointment (R23)."""


@catalogue.declare(
    "appointments",
    example={
        "site": "stadium",
        "resident": RESIDENT,
        "unit": "v01",
        "cohort": "general",
        "dose": 1,
        "day": "2024-04-02",
        "product": "CoronaVac",
        "batch": "SV-2024-001",
        "vaccinator": "nurse-01",
    },
)
class DoseAdministered(_AtSite):
    """A dose was given; its number follows from the course, never from a form (R03, R04)."""

    resident = fields.UUID(required=True)
    unit = fields.String(required=True)
    cohort = fields.String(required=True)
    dose = fields.Integer(required=True, validate=DOSE)
    day = fields.Date(required=True)
    product = fields.String(required=True)
    batch = fields.String(required=True)
    vaccinator = fields.String(required=True)


_GIVEN = {"site": "stadium", "resident": RESIDENT, "dose": 1, "day": "2024-04-02"}


class _AfterDose(_AtSite):
    resident = fields.UUID(required=True)
    dose = fields.Integer(required=True, validate=DOSE)
    day = fields.Date(required=True)


@catalogue.declare("appointments", example=_GIVEN)
class ObservationEnded(_AfterDose):
    """The resident left after the observation time."""


@catalogue.declare(
    "appointments",
    example=_GIVEN | {"batch": "SV-2024-001", "severity": "mild", "sign": "fever"},
)
class AdverseEventReported(_AfterDose):
    """Something happened after a dose (AEFI), whether or not the vaccine caused it."""

    batch = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("mild", "severe")))
    sign = fields.String(required=True)
