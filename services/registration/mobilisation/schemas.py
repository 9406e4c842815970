"""Shapes of what is asked of responsibility, of contacts and of a cadre's own list."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.registration.mobilisation.address_groups import LANE, LEVELS
from services.registration.mobilisation.commands import MOST_ASSIGNED
from services.registration.mobilisation.own_list import SHOWN
from services.registration.mobilisation.selection import BY_NAME, CHOICES, FROM_CADRE
from shared.kit.web.field_errors import said
from shared.town.contracts.contacts import CHANNELS, OUTCOMES
from shared.town.contracts.registration import DECLINE_REASONS, TIES, WEEK
from shared.town.web.free_text import CODE
from shared.town.web.free_text import KNOWN_CODE as LOGIN
from shared.town.web.schemas import Boxes

MOST_CADRES = 50
REFUSED = "reason_refused"
NOBODY = said("请至少勾选一人。", "Tick at least one person.")
NO_ADDRESS = said("请至少勾选一处住址。", "Tick at least one address.")
NO_CADRE = said("请至少选一名包保干部。", "Choose at least one cadre.")
NOT_SAID = said("请选择谁离岗。", "Choose who leaves.")


class OnDay(Schema):
    """A day; without it today."""

    on = fields.Date(load_default=None)


class WholeUnit(OnDay):
    """Which residents of a unit: of one cadre, page by page."""

    cadre = fields.String(load_default=None, validate=LOGIN)
    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 5000))


class Quota(Schema):
    """How many people a cadre is to bring to the end of their course."""

    cadre = fields.String(required=True, validate=LOGIN)
    quota = fields.Integer(required=True, validate=validate.Range(-1_000_000, 1_000_000))


class AssignOne(Schema):
    """A cadre for one resident, from today on or an earlier day of the campaign."""

    cadre = fields.String(required=True, validate=LOGIN)
    since = fields.Date(load_default=None)


class Assignment(Boxes):
    """Which residents, and the cadres they are shared out over.

    A page's form sends `cadres.v01-a=on` and `groups.<key>=on` for the lists.
    """

    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))
    cadres = fields.List(
        fields.String(validate=LOGIN),
        required=True,
        validate=validate.Length(1, MOST_CADRES),
        error_messages={"required": NO_CADRE},
    )
    since = fields.Date(load_default=None)
    residents = fields.List(fields.UUID(), validate=validate.Length(1, MOST_ASSIGNED))
    groups = fields.List(
        fields.String(validate=validate.Regexp(r"^[0-9a-f]{32}$")),
        validate=validate.Length(1, MOST_ASSIGNED),
    )
    cohort = fields.String(validate=CODE)
    tie = fields.String(validate=validate.OneOf(TIES))
    unassigned = fields.Boolean(load_default=False)
    leaving = fields.String(validate=LOGIN)
    dry_run = fields.Boolean(load_default=False)
    expected = fields.Integer(validate=validate.Range(0))

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        needed = {BY_NAME: ("residents", NOBODY), FROM_CADRE: ("leaving", NOT_SAID)}
        needed |= dict.fromkeys(LEVELS, ("groups", NO_ADDRESS))
        wanted, missing = needed.get(data["choice"], ("", ""))
        if wanted and wanted not in data:
            raise ValidationError({wanted: [missing]})


class Groups(Schema):
    """How finely the addresses are divided."""

    level = fields.String(load_default=LANE, validate=validate.OneOf(LEVELS))


class CadresPage(Schema):
    """Which day, and whether addresses are divided for assigning."""

    on = fields.Date(load_default=None)
    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))


class ContactMade(Schema):
    """An attempt to reach a resident; `wished_…` belong to willing, `reason` to refused.

    `contact` is an id of the caller's choice, for programs that record while they are offline.
    A form's buttons say `outcome`, or `reason_refused` for somebody who declines for this reason.
    """

    contact = fields.UUID(load_default=None)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    next_day = fields.Date(load_default=None, allow_none=True)
    wished_week = fields.String(load_default=None, allow_none=True, validate=WEEK)
    wished_site = fields.String(load_default=None, allow_none=True, validate=CODE)
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(DECLINE_REASONS)
    )

    @pre_load
    def _tapped(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if (reason := data.get(REFUSED)) is None:
            return data
        rest = {name: value for name, value in data.items() if name != REFUSED}
        return rest | {"outcome": "refused", "reason": reason}


class ListPart(Schema):
    """Which part of the own list."""

    show = fields.String(load_default=SHOWN[0], validate=validate.OneOf(SHOWN))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class ListWanted(ListPart):
    """Which part of the own list; `addresses` opens these too."""

    addresses = fields.Boolean(load_default=False)


class ListPage(ListPart):
    """Which part of the list the page shows, and how the cadre works.

    Without a channel they go on as they did the last time.
    """

    channel = fields.String(load_default=None, validate=validate.OneOf(CHANNELS))
