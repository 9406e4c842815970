"""Mobilisation over HTTP: who answers for whom, contacts, the cadre's list on a phone (R16, R24)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registration.mobilisation import (
    commands,
    figures,
    own_list,
    queries,
    schemas,
    selection,
)
from services.registration.permissions import (
    CADRE,
    CADRES,
    CHIEF,
    RESIDENT,
    RESIDENT_CHIEF,
    RESIDENT_OR_OVERSIGHT,
    UNIT_OR_OVERSIGHT,
)
from services.registration.residents import queries as residents
from services.registration.staff import queries as staff
from services.registration.staff.telling import telling
from services.registration.units import queries as units
from shared.kit.language import Text, t
from shared.kit.web.done import Undo
from shared.kit.web.endpoints import Body, Endpoints
from shared.town import request_context
from shared.town.access import Grant
from shared.town.access.roles import OFFICE, TOWN, UNIT_CHIEF
from shared.town.terms import GROUPS
from shared.town.web.banner import told_about
from shared.town.web.web import Web

NAMED = 50

endpoints = Endpoints()


class Assignment(commands.SharedOut):
    """What the assignment does, or would do, with what was `asked`, to ask it again."""

    asked: dict[str, object]


def _shared_out(web: Web, answer: Assignment, unit: str) -> str:
    return web.render("assignment.html", answer=answer, unit=unit, telling=telling(web))


# Who is responsible


@endpoints.query(
    "/api/residents/<uuid:resident>/responsible", allow=RESIDENT_OR_OVERSIGHT, params=schemas.OnDay
)
def responsible(web: Web, resident: UUID, on: date | None) -> queries.Responsible:
    """Who was responsible for the resident on a day, and every assignment."""
    return queries.responsible(web.work, resident, on)


@endpoints.command(
    "/api/residents/<uuid:resident>/cadre",
    allow=RESIDENT_CHIEF,
    body=schemas.AssignOne,
    tells=Text("已指定包保干部。", "The cadre is assigned."),
)
def assign_one(web: Web, body: Body, resident: UUID) -> commands.AssignedOne:
    """A cadre is responsible for the resident from a day on."""
    return commands.assign_one(web.work, resident, **body)


@endpoints.query("/api/units/<unit>/cadres", allow=UNIT_OR_OVERSIGHT, params=schemas.OnDay)
def cadres(web: Web, unit: str, on: date | None) -> figures.Cadres:
    """A unit's cadres: the people of a day and how these stand, against the quota."""
    return figures.cadres(web.work, unit, on)


@endpoints.query(
    "/api/units/<unit>/responsibilities", allow=UNIT_OR_OVERSIGHT, params=schemas.WholeUnit
)
def responsibilities(web: Web, unit: str, **which: Any) -> queries.ResponsibleInUnit:
    """Who was responsible for each resident of the unit on a day."""
    return queries.responsible_in(web.work, unit, **which)


@endpoints.command(
    "/api/units/<unit>/quotas",
    allow=CHIEF,
    body=schemas.Quota,
    tells=Text("个人任务数已保存。", "The target is saved."),
)
def set_quota(web: Web, body: Body, unit: str) -> commands.QuotaSet:
    """How many people a cadre is to bring to the end of their course."""
    return commands.set_quota(web.work, unit, **body)


@endpoints.query("/api/units/<unit>/address-groups", allow=CHIEF, params=schemas.Groups)
def address_groups(web: Web, unit: str, level: str) -> selection.AddressGroups:
    """The unit's addresses in groups, with how many people live there."""
    groups = selection.address_groups(web.work, unit, level)
    return {"unit": unit, "level": level, "groups": groups}


@endpoints.command(
    "/api/units/<unit>/assignments", allow=CHIEF, body=schemas.Assignment, then=_shared_out
)
def assign(web: Web, body: Body, unit: str) -> Assignment:
    """Share residents out over cadres, all or none; dry_run previews."""
    asked = {
        name: value
        for name, value in body.items()
        if name not in ("dry_run", "expected") and value not in (None, False)
    }
    return Assignment(**commands.assign(web.work, unit, **body), asked=asked)


@endpoints.page("/cadres", allow=CADRES)
def units_with_cadres(web: Web) -> str:
    """List the units with how many people nobody answers for."""
    reach = web.units_in_reach()
    seen = [each for each in units.all_units(web.work) if reach is None or each["unit"] in reach]
    gaps = figures.unnamed_by_unit(web.work)
    return web.render("cadres_of_town.html", units=seen, gaps=gaps)


@endpoints.page("/units/<unit>/cadres", allow=UNIT_OR_OVERSIGHT, params=schemas.CadresPage)
def cadres_page(web: Web, unit: str, on: date | None, level: str | None) -> str:
    """Show every cadre's figures and, to who may assign, the forms for it."""
    may_assign = web.may(f"/api/units/{unit}/assignments", "post")
    return web.render(
        "cadres.html",
        unit=units.unit(web.work, unit),
        figures=figures.cadres(web.work, unit, on),
        telling=telling(web),
        unassigned=_unassigned(web, unit) if may_assign else [],
        at_work=staff.cadres_at_work(web.work, unit),
        may_assign=may_assign,
        level=level,
        groups=selection.address_groups(web.work, unit, level) if may_assign and level else [],
        today=web.work.today(),
    )


def _unassigned(web: Web, unit: str) -> list[dict[str, str]]:
    """Some of those nobody is assigned to, each with the name."""
    nobodys = selection.nobodys(web.work, unit, NAMED)
    opened = residents.identities(web.work, nobodys, ("name",))
    return [
        {"resident": resident, "name": (who or {}).get("name") or ""}
        for resident, who in opened.items()
    ]


# Contacts


TAKEN_BACK = Text(
    "已撤销，恢复原来的答复。误登暂不接种时取消的预约会恢复，原时段已满的改到下一个空位。",
    "Undone; the earlier answer stands again. Appointments cancelled by a mistaken decline are booked"
    " again, in the next free slot if their own is taken.",
)


def _contacted(answer: commands.Recorded) -> str:
    outcome = GROUPS["contact_outcomes"][answer["outcome"]]
    return t("已登记：{outcome}", "Recorded: {outcome}", outcome=outcome)


def _undo_contact(answer: commands.Recorded, body: Body, resident: UUID) -> Undo:
    del body
    return Undo(f"/api/residents/{resident}/contacts/{answer['contact']}/undo")


@endpoints.command(
    "/api/residents/<uuid:resident>/contacts",
    allow=RESIDENT,
    body=schemas.ContactMade,
    tells=_contacted,
    undo=_undo_contact,
    about="resident",
)
def record_contact(web: Web, body: Body, resident: UUID) -> commands.Recorded:
    """Somebody tried to reach the resident; willing consents, refused declines."""
    return commands.record_contact(web.work, resident, **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/contacts/<uuid:contact>/undo",
    allow=RESIDENT,
    tells=TAKEN_BACK,
)
def undo_contact(web: Web, resident: UUID, contact: UUID) -> commands.Undone:
    """Take back the resident's latest contact, with the answer it brought."""
    return commands.undo_contact(
        web.work, resident, contact, by=web.person.login, senior=_is_senior()
    )


@endpoints.query("/api/list", allow=CADRE, params=schemas.ListWanted)
def api_list(web: Web, **which: Any) -> own_list.OwnList:
    """The residents one is responsible for: whom to call today, and how they stand."""
    return own_list.own_list(web.work, web.person.login, _units_of_list(), **which)


@endpoints.page("/list", allow=CADRE, params=schemas.ListPage)
def list_page(web: Web, show: str, page: int, channel: str | None) -> str:
    """Show whom to call, one card a person, one tap an outcome."""
    channel = channel or own_list.usual_channel(web.work, web.person.login)
    listed = own_list.own_list(
        web.work,
        web.person.login,
        _units_of_list(),
        show=show,
        page=page,
        addresses=channel == "visit",
    )
    return web.render(
        "list.html",
        **listed,
        channel=channel,
        just=_just_recorded(web, told_about(web)),
        **own_list.offered(web.work),
    )


def _just_recorded(web: Web, resident: UUID | None) -> dict[str, object] | None:
    """What this login recorded last of a resident today, to be told; None if nothing."""
    latest = queries.latest_contact(web.work, resident) if resident else None
    if latest is None or resident is None:
        return None
    me, today = web.person.login, web.work.today().isoformat()
    if (latest["actor"], latest["day"]) != (me, today):
        return None
    on_list = queries.cadre_of(web.work, resident) == me
    names = residents.names(web.work, [str(resident)]) if on_list else {}
    return {**latest, "name": names.get(str(resident))}


def _units_of_list() -> set[str] | None:
    """The units for which the visitor is granted a cadre's role; None for all."""
    grants = _grants()
    if any(grant.scope == TOWN for grant in grants):
        return None
    return {grant.unit for grant in grants if grant.unit is not None}


def _grants() -> tuple[Grant, ...]:
    """The grants that let the person in."""
    asked = request_context.current()
    return asked.grants if asked else ()


def _is_senior() -> bool:
    """Whether the chief of the unit asks, or the office."""
    return any(grant.role in (UNIT_CHIEF, OFFICE) for grant in _grants())


def shown(web: Web, resident: UUID, unit: str) -> dict[str, object]:
    """Return what a resident's page shows of all this, and what its forms offer."""
    contacts, me = queries.contacts_of(web.work, resident), web.person.login
    latest = next((each for each in contacts if not each["undone_at"]), None)
    return {
        **own_list.offered(web.work),
        "responsible": queries.responsible(web.work, resident),
        "contacts": contacts,
        "may_undo": latest and queries.may_undo(web.work, latest, me, senior=_is_senior()),
        "usual_channel": own_list.usual_channel(web.work, me),
        "at_work": staff.cadres_at_work(web.work, unit),
    }
