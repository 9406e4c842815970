"""Shapes of responsibility: who answers for whom, quotas, assignments."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.registration.mobilisation.address_groups import LANE, LEVELS
from services.registration.mobilisation.commands import MOST_ASSIGNED
from services.registration.mobilisation.queries import ASSIGNED, CLERK, NOBODY
from services.registration.mobilisation.selection import BY_NAME, CHOICES, FROM_CADRE
from shared.kit.narrowing import is_mapping
from shared.town.contracts.registration import TIES
from shared.town.web.free_text import CODE, KNOWN_CODE

LOGIN = KNOWN_CODE
MOST_CADRES = 50


class OnDay(Schema):
    """A day; without it today."""

    on = fields.Date(load_default=None)


class Holder(Schema):
    """Who is responsible: assigned, else the unit's clerk, else nobody is named.

    `since` and `until` (the first day after) tell when it holds, `recorded_at` when it was told.
    """

    how = fields.String(validate=validate.OneOf((ASSIGNED, CLERK, NOBODY)))
    cadre = fields.String(allow_none=True)
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    recorded_at = fields.AwareDateTime(allow_none=True)
    recorded_by = fields.String(allow_none=True)


class Assigned(Schema):
    """One assignment of a resident."""

    unit = fields.String()
    cadre = fields.String()
    since = fields.Date()
    until = fields.Date(allow_none=True)
    recorded_at = fields.AwareDateTime()
    recorded_by = fields.String()


class Responsible(Holder):
    """Who is responsible for a resident on a day, and every assignment, the newest first."""

    resident = fields.UUID()
    unit = fields.String()
    on = fields.Date()
    history = fields.List(fields.Nested(Assigned))


class ResponsibleFor(Holder):
    """Who is responsible for one resident of a list."""

    resident = fields.UUID()


class WholeUnit(OnDay):
    """Which residents of a unit: of one cadre, page by page."""

    cadre = fields.String(load_default=None, validate=LOGIN)
    after = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 5000))


class ResponsibleInUnit(Schema):
    """Who was responsible for each resident of a unit on a day."""

    unit = fields.String()
    on = fields.Date()
    residents = fields.List(fields.Nested(ResponsibleFor))
    next = fields.UUID(allow_none=True)


class CadreRow(Schema):
    """One cadre: the people of that day, and how these stand today, against the quota."""

    cadre = fields.String()
    at_work = fields.Boolean()
    clerk = fields.Boolean()
    quota = fields.Integer(allow_none=True)
    assigned = fields.Integer()
    contacted = fields.Integer()
    not_reached = fields.Integer()
    willing = fields.Integer()
    refused = fields.Integer()
    first = fields.Integer()
    second = fields.Integer()
    not_done = fields.Integer()


class Cadres(Schema):
    """A unit's cadres; `unassigned` count for the clerk, `unnamed` for nobody."""

    unit = fields.String()
    on = fields.Date()
    clerk = fields.String(allow_none=True)
    cadres = fields.List(fields.Nested(CadreRow))
    unassigned = fields.Integer()
    unnamed = fields.Integer()


class Quota(Schema):
    """How many people a cadre is to bring to the end of their course."""

    cadre = fields.String(required=True, validate=LOGIN)
    quota = fields.Integer(required=True, validate=validate.Range(-1_000_000, 1_000_000))


class QuotaAnswer(Quota):
    """The quota as it stands."""

    unit = fields.String()
    status = fields.String(validate=validate.OneOf(("set", "unchanged")))


class AssignOne(Schema):
    """A cadre for one resident, from today on or an earlier day of the campaign."""

    cadre = fields.String(required=True, validate=LOGIN)
    since = fields.Date(load_default=None)


class AssignedOne(Schema):
    """The assignment as it stands."""

    resident = fields.UUID()
    unit = fields.String()
    cadre = fields.String()
    since = fields.Date()
    status = fields.String(validate=validate.OneOf(("assigned", "unchanged")))


class Assignment(Schema):
    """Which residents, and the cadres they are shared out over.

    A page's form sends `cadres.v01-a=on` and `groups.<key>=on` for the lists.
    """

    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))
    cadres = fields.List(
        fields.String(validate=LOGIN), required=True, validate=validate.Length(1, MOST_CADRES)
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

    @pre_load
    def _gather(self, data: Any, **_: Any) -> Any:
        if not is_mapping(data):
            return data
        gathered: dict[str, Any] = {}
        for name, value in data.items():
            kind, dot, which = name.partition(".")
            if dot and kind in ("cadres", "groups"):
                gathered.setdefault(kind, []).append(which)
            else:
                gathered[name] = value
        return gathered

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        needed = {BY_NAME: "residents", FROM_CADRE: "leaving"} | dict.fromkeys(LEVELS, "groups")
        wanted = needed.get(data["choice"])
        if wanted is not None and wanted not in data:
            raise ValidationError({wanted: ["required with this choice"]})


class Share(Schema):
    """How many people a cadre has of those chosen; without a cadre: not assigned."""

    cadre = fields.String(allow_none=True)
    people = fields.Integer()


class AssignmentAnswer(Schema):
    """What the assignment does, or with `dry_run` would do."""

    unit = fields.String()
    since = fields.Date()
    dry_run = fields.Boolean()
    selected = fields.Integer()
    changed = fields.Integer()
    cadres = fields.List(fields.Nested(Share))
    before = fields.List(fields.Nested(Share))
    asked = fields.Dict()


class Groups(Schema):
    """How finely the addresses are divided."""

    level = fields.String(load_default=LANE, validate=validate.OneOf(LEVELS))


class Group(Schema):
    """Neighbours; `key` stands for the address in an assignment."""

    key = fields.String()
    address = fields.String()
    people = fields.Integer()
    unassigned = fields.Integer()


class AddressGroups(Schema):
    """A unit's addresses in groups."""

    unit = fields.String()
    level = fields.String()
    groups = fields.List(fields.Nested(Group))


class CadresPage(OnDay):
    """Which day, and whether addresses are divided for assigning."""

    level = fields.String(load_default=None, validate=validate.OneOf(LEVELS))
    done = fields.String(load_default=None, validate=validate.OneOf(("quota", "assigned")))
