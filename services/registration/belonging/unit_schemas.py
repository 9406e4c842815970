"""Shapes of what is asked and said of units: officers, dockings, lists, cohorts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from services.registration.schemas import SORTS
from services.registration.standing import STATUSES
from services.registration.words import COHORT_WORDS
from shared.town.web.free_text import CODE, KNOWN_CODE

LOGIN = CODE
COHORT = validate.OneOf(tuple(COHORT_WORDS))
TICKED = "is_"
UNIT_SORTS = (*SORTS, "again")
DONE = ("officers", "docked", "moved", "asked", "tagged", "unlisted")


class Officers(Schema):
    """Who stands for a unit from a day on (today, if none is given); a post left out is vacant."""

    chief = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    clerk = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    contact_leader = fields.String(load_default=None, allow_none=True, validate=LOGIN)
    since = fields.Date(load_default=None, allow_none=True)


class OfficersNow(Schema):
    """The logins named for a unit, and since when; `told`: whether this was news."""

    unit = fields.String()
    chief = fields.String(allow_none=True)
    clerk = fields.String(allow_none=True)
    contact_leader = fields.String(allow_none=True)
    since = fields.Date(allow_none=True)
    told = fields.Boolean()


class OfficersNamed(Schema):
    """One entry of the history of officers."""

    chief = fields.String(allow_none=True)
    clerk = fields.String(allow_none=True)
    contact_leader = fields.String(allow_none=True)
    since = fields.Date()
    at = fields.AwareDateTime()
    actor = fields.String()


class OfficersHistory(Schema):
    """Who was named for a unit, the newest first."""

    history = fields.List(fields.Nested(OfficersNamed))


class Dock(Schema):
    """To which site a unit's people go, from which day on."""

    site = fields.String(required=True, validate=KNOWN_CODE)
    since = fields.Date(required=True)


class Docked(Dock):
    """The docking as it was told; `told`: whether this was news."""

    unit = fields.String()
    told = fields.Boolean()


class DockingTold(Schema):
    """One entry of the history of dockings."""

    site = fields.String()
    since = fields.Date()
    at = fields.AwareDateTime()
    actor = fields.String()


class DockingHistory(Schema):
    """A unit's dockings, the newest first, and the site on the day asked for."""

    unit = fields.String()
    day = fields.Date()
    site = fields.String()
    history = fields.List(fields.Nested(DockingTold))


class OnDay(Schema):
    """The site on which day (today, if none is given)."""

    day = fields.Date(load_default=None)


class MovingRow(Schema):
    """Bookings of one day and dose that would move."""

    site = fields.String()
    day = fields.Date()
    dose = fields.Integer()
    bookings = fields.Integer()


class StayingRow(Schema):
    """People whose course has begun at a site, and stays there."""

    site = fields.String()
    people = fields.Integer()


class DockPreview(Dock):
    """What a docking would mean for those who are booked elsewhere."""

    unit = fields.String()
    now = fields.String()
    people = fields.Integer()
    moving = fields.List(fields.Nested(MovingRow))
    staying = fields.List(fields.Nested(StayingRow))


class MoveBookings(Schema):
    """From which day on bookings move; the docking's first day, if none is given."""

    from_day = fields.Date(load_default=None, allow_none=True)


class MoveOrdered(Schema):
    """Which sites were told to give back, and how many courses not begun are known there."""

    unit = fields.String()
    to_site = fields.String()
    from_day = fields.Date()
    ordered = fields.List(fields.String())
    people = fields.Integer()


class AskedAgain(Schema):
    """How many people the site was asked to book again."""

    unit = fields.String()
    asked = fields.Integer()


class AgainRow(Schema):
    """Somebody to be booked again; `reason`: what the site said, null while it says nothing."""

    resident = fields.UUID()
    site = fields.String()
    day = fields.Date()
    reason = fields.String(allow_none=True)


class ToBeBookedAgain(Schema):
    """Everybody of a unit whose booking was taken back and who has none since."""

    residents = fields.List(fields.Nested(AgainRow))


class Unlist(Schema):
    """Whom a unit does not list any more."""

    resident = fields.UUID(required=True)


class Unlisted(Unlist):
    """Whom it does not list any more; `told`: whether this was news."""

    unit = fields.String()
    told = fields.Boolean()


class Tags(Schema):
    """All cohorts a resident belongs to; a form ticks `is_<cohort>`."""

    cohorts = fields.List(
        fields.String(validate=CODE), required=True, validate=validate.Length(1, 20)
    )

    @pre_load
    def _ticked(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        ticked = [name.removeprefix(TICKED) for name in data if name.startswith(TICKED)]
        return {"cohorts": ticked} if ticked else data


class Tagged(Schema):
    """The cohorts as they stand, the main one first; `told`: whether this was news."""

    resident = fields.UUID()
    cohorts = fields.List(fields.String())
    told = fields.Boolean()


class CohortRow(Schema):
    """How far one cohort is (R20)."""

    cohort = fields.String()
    people = fields.Integer()
    consented = fields.Integer()
    first = fields.Integer()
    second = fields.Integer()
    percent = fields.Float()


class Cohorts(Schema):
    """Coverage of every cohort; who is in two counts in each, and once in `people`."""

    cohorts = fields.List(fields.Nested(CohortRow))
    people = fields.Integer()


class OfUnit(Schema):
    """Of which unit; of the town, if none is given."""

    unit = fields.String(load_default=None, validate=KNOWN_CODE)


class UnitPage(Schema):
    """Which residents the unit's page shows, and what has just been done."""

    after = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    cohort = fields.String(load_default=None, validate=COHORT)
    done = fields.String(load_default=None, validate=validate.OneOf(DONE))


class DockingPage(Schema):
    """Which docking the page previews."""

    site = fields.String(load_default=None, validate=KNOWN_CODE)
    since = fields.Date(load_default=None)
    done = fields.String(load_default=None, validate=validate.OneOf(DONE))


class TownPage(Schema):
    """In which order the town's page lists the units."""

    sort = fields.String(load_default="unit", validate=validate.OneOf(UNIT_SORTS))
    order = fields.String(load_default="up", validate=validate.OneOf(("up", "down")))
