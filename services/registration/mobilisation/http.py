"""Mobilisation over HTTP: who answers for whom, contacts, the cadre's list on a phone (R16, R24)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.registration.mobilisation import (
    commands,
    contact_schemas,
    figures,
    own_list,
    queries,
    schemas,
    selection,
)
from services.registration.pages import render
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
from services.registration.units import queries as units
from shared.kit.narrowing import is_list
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.town import request_context
from shared.town.access import Grant
from shared.town.access.roles import OFFICE, TOWN, UNIT_CHIEF
from shared.town.contracts.contacts import CHANNELS
from shared.town.contracts.registration import DECLINE_REASONS, TIES
from shared.town.web.web import Web

endpoints = Endpoints()


# Who is responsible


@endpoints.query(
    "/api/residents/<uuid:resident>/responsible", allow=RESIDENT_OR_OVERSIGHT, params=schemas.OnDay
)
def responsible(web: Web, resident: UUID, on: date | None) -> Answer:
    """Who was responsible for the resident on a day, and every assignment."""
    return queries.responsible(web.work, resident, on)


@endpoints.command(
    "/api/residents/<uuid:resident>/cadre", allow=RESIDENT_CHIEF, body=schemas.AssignOne
)
def assign_one(web: Web, body: Body, resident: UUID) -> Answer:
    """A cadre is responsible for the resident from a day on."""
    return commands.assign_one(web.work, resident, **body)


@endpoints.query("/api/units/<unit>/cadres", allow=UNIT_OR_OVERSIGHT, params=schemas.OnDay)
def cadres(web: Web, unit: str, on: date | None) -> Answer:
    """A unit's cadres: the people of a day and how these stand, against the quota."""
    return figures.cadres(web.work, unit, on)


@endpoints.query(
    "/api/units/<unit>/responsibilities", allow=UNIT_OR_OVERSIGHT, params=schemas.WholeUnit
)
def responsibilities(web: Web, unit: str, **which: Any) -> Answer:
    """Who was responsible for each resident of the unit on a day."""
    return queries.responsible_in(web.work, unit, **which)


@endpoints.command("/api/units/<unit>/quotas", allow=CHIEF, body=schemas.Quota)
def set_quota(web: Web, body: Body, unit: str) -> Answer:
    """How many people a cadre is to bring to the end of their course."""
    return commands.set_quota(web.work, unit, **body)


@endpoints.query("/api/units/<unit>/address-groups", allow=CHIEF, params=schemas.Groups)
def address_groups(web: Web, unit: str, level: str) -> Answer:
    """The unit's addresses in groups, with how many people live there."""
    groups = selection.address_groups(web.work, unit, level)
    return {"unit": unit, "level": level, "groups": groups}


@endpoints.command(
    "/api/units/<unit>/assignments", allow=CHIEF, body=schemas.Assignment, then="assignment.html"
)
def assign(web: Web, body: Body, unit: str) -> Answer:
    """Share residents out over cadres, all or none; dry_run previews."""
    asked = {
        name: [str(each) for each in value] if is_list(value) else _plain(value)
        for name, value in body.items()
        if name not in ("dry_run", "expected") and value not in (None, False)
    }
    return {**commands.assign(web.work, unit, **body), "asked": asked}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@endpoints.page("/cadres", allow=CADRES)
def units_with_cadres(web: Web) -> str:
    """List the units with how many people nobody answers for."""
    reach = web.units_in_reach()
    seen = [each for each in units.all_units(web.work) if reach is None or each["unit"] in reach]
    gaps = figures.unnamed_by_unit(web.work)
    return render(web, "cadres_of_town.html", units=seen, gaps=gaps)


@endpoints.page("/units/<unit>/cadres", allow=UNIT_OR_OVERSIGHT, params=schemas.CadresPage)
def cadres_page(web: Web, unit: str, on: date | None, level: str | None, done: str | None) -> str:
    """Show every cadre's figures and, to who may assign, the forms for it."""
    may_assign = _may_assign(web, unit)
    return render(
        web,
        "cadres.html",
        unit=units.unit(web.work, unit),
        figures=figures.cadres(web.work, unit, on),
        at_work=queries.cadres_at_work(web.work, unit),
        may_assign=may_assign,
        level=level,
        groups=selection.address_groups(web.work, unit, level) if may_assign and level else [],
        ties=TIES,
        today=web.work.today(),
        done=done,
    )


def _may_assign(web: Web, unit: str) -> bool:
    sites = [each.site for each in web.work.campaign.units if each.code == unit]
    site = sites[0] if sites else None
    return any(
        grant.role in CHIEF.roles and grant.reaches(unit, site) for grant in web.person.grants
    )


# Contacts


@endpoints.command(
    "/api/residents/<uuid:resident>/contacts", allow=RESIDENT, body=contact_schemas.ContactMade
)
def record_contact(web: Web, body: Body, resident: UUID) -> Answer:
    """Somebody tried to reach the resident; willing consents, refused declines."""
    return commands.record_contact(web.work, resident, **body)


@endpoints.command("/api/residents/<uuid:resident>/contacts/<uuid:contact>/undo", allow=RESIDENT)
def undo_contact(web: Web, resident: UUID, contact: UUID) -> Answer:
    """Take back the resident's latest contact, with the answer it brought."""
    grants = _grants()
    senior = any(grant.role in (UNIT_CHIEF, OFFICE) for grant in grants)
    return commands.undo_contact(web.work, resident, contact, by=web.person.login, senior=senior)


@endpoints.query("/api/list", allow=CADRE, params=contact_schemas.ListWanted)
def api_list(web: Web, **which: Any) -> Answer:
    """The residents one is responsible for: whom to call today, and how they stand."""
    return own_list.own_list(web.work, web.person.login, _units_of_list(), **which)


@endpoints.page("/list", allow=CADRE, params=contact_schemas.ListPage)
def list_page(
    web: Web, show: str, page: int, channel: str, just: UUID | None, done: str | None
) -> str:
    """Show whom to call, one card a person, one tap an outcome."""
    listed = own_list.own_list(
        web.work,
        web.person.login,
        _units_of_list(),
        show=show,
        page=page,
        addresses=channel == "visit",
    )
    return render(
        web,
        "list.html",
        **listed,
        channel=channel,
        done=done,
        just=_just_recorded(web, just),
        **contact_choices(web),
    )


def _just_recorded(web: Web, resident: UUID | None) -> dict[str, object] | None:
    """What this login recorded last of a resident today, to be undone; None if nothing."""
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


# What a resident's page shows of all this


def contact_choices(web: Web) -> dict[str, object]:
    """Return what a page with the forms of a contact needs."""
    offered = own_list.offered(web.work)
    return {"channels": CHANNELS, "refusals": DECLINE_REASONS, **offered}


def mobilisation(web: Web, resident: UUID, unit: str) -> dict[str, object]:
    """Return who answers for a resident, the contacts, and who may be assigned."""
    return {
        "responsible": queries.responsible(web.work, resident),
        "contacts": queries.contacts_of(web.work, resident),
        "at_work": queries.cadres_at_work(web.work, unit),
        "may_assign": _may_assign(web, unit),
    }
