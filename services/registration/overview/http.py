"""The pages of the town, of its units and of a resident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.registration.dockings import queries as dockings
from services.registration.domain.unit import POSTS
from services.registration.mobilisation import http as mobilisation
from services.registration.overview import queries, schemas
from services.registration.pages import render
from services.registration.permissions import (
    ANYBODY,
    PAIR,
    RESIDENT_OR_OVERSIGHT,
    UNIT,
    UNIT_OR_OVERSIGHT,
)
from services.registration.residents import lists
from services.registration.residents import queries as residents
from services.registration.residents.schemas import PAGE
from services.registration.residents.status import STATUSES
from services.registration.rosters import queries as rosters
from services.registration.units import queries as units
from services.registration.words import SECTOR_WORDS
from shared.kit.web.endpoints import Endpoints
from shared.town.access import Place
from shared.town.access.roles import OFFICE
from shared.town.campaign import age_on
from shared.town.contracts.registration import DECLINE_REASONS, ERASE_REASONS
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.page("/", allow=ANYBODY, params=schemas.TownPage)
def town_page(web: Web, sort: str, order: str) -> str:
    """Show all units in the order asked for, the cohorts, and what needs attention."""
    named = units.named_on(web.work, web.work.today())
    again = dockings.again_by_unit(web.work)
    shown: list[dict[str, Any]] = [
        {
            **dict.fromkeys(POSTS),
            **named.get(unit["unit"], {}),
            **unit,
            "again": again[unit["unit"]],
            "sector": _sector(web, unit["unit"]),
            "opens": _opens(web, unit["unit"], unit["site"]),
        }
        for unit in residents.counted_units(web.work)
    ]
    columns = (*schemas.SORTS[1:-1], "declined")
    attention = {
        "clerk": [unit for unit in shown if not unit["clerk"]],
        "roster": [unit for unit in shown if not unit["registered"] and not unit["also"]],
        "again": [unit for unit in shown if unit["again"]],
    }
    if sort == "coverage":
        in_order = sorted(shown, key=_coverage)
    else:
        in_order = sorted(shown, key=lambda unit: unit[sort]) if sort != "unit" else shown
    return render(
        web,
        "town.html",
        units=in_order if order == "up" else in_order[::-1],
        total={name: sum(unit[name] for unit in shown) for name in columns},
        cohorts=lists.cohorts(web.work),
        attention=attention,
        sort=sort,
        order=order,
        search_first=True,
    )


def _coverage(unit: Mapping[str, Any]) -> float:
    return unit["second"] / unit["target"] if unit["target"] else 0


def _opens(web: Web, unit: str, site: str) -> bool:
    """Whether the visitor may open the unit's page."""
    return bool(web.visitor and UNIT_OR_OVERSIGHT.matching(web.visitor, Place(unit, site)))


def _sector(web: Web, code: str) -> str | None:
    """The kind of sector a unit is, as the campaign file says or its cohort tells."""
    found = (each.sector_kind for each in web.work.campaign.units if each.code == code)
    kind = next(found, None)
    return kind if kind in SECTOR_WORDS else None


@endpoints.page("/units/<unit>", allow=UNIT_OR_OVERSIGHT, params=schemas.UnitPage)
def unit_page(
    web: Web,
    unit: str,
    after: UUID | None,
    status: str | None,
    cohort: str | None,
    done: str | None,
) -> str:
    """Show who stands for a unit, where its people go, how they stand; and take its roster."""
    work = web.work
    listed = residents.residents_of(
        work, unit, after=after, limit=PAGE, status=status, cohort=cohort
    )
    again = dockings.to_be_booked_again(work, unit)
    names = residents.identities(work, again, ("name",))
    return render(
        web,
        "unit.html",
        unit={**residents.counted_unit(work, unit), "sector": _sector(web, unit)},
        people=residents.statuses(work, unit),
        imports=rosters.unit_imports(work, unit),
        statuses=STATUSES,
        status=status,
        cohort=cohort,
        after=after,
        posts=POSTS,
        officers=units.officers_of(work, unit, work.today()),
        officers_history=units.officers_history(work, unit),
        dockings=units.docking_history(work, unit),
        cohorts=lists.cohorts(work, unit),
        units={each["unit"]: each for each in units.all_units(work)},
        again=[{**row, "name": (names[row["resident"]] or {}).get("name")} for row in again],
        is_office=web.visitor is not None and OFFICE in web.visitor.roles(),
        done=done,
        **listed,
    )


# One resident


@endpoints.query("/api/residents/<uuid:resident>", allow=RESIDENT_OR_OVERSIGHT)
def resident(web: Web, resident: UUID) -> queries.ResidentFile:
    """One resident with identity and history."""
    return queries.resident_file(web.work, resident)


@endpoints.page(
    "/residents/<uuid:resident>", allow=RESIDENT_OR_OVERSIGHT, params=schemas.ResidentPage
)
def resident_page(web: Web, resident: UUID, done: str | None) -> str:
    """Show one resident's status, history and the form for the answer."""
    work = web.work
    person = queries.resident_file(work, resident)
    born = date.fromisoformat(person["birth_date"])
    return render(
        web,
        "resident.html",
        r=person,
        unit=units.unit(work, person["unit"]),
        units={each["unit"]: each for each in units.all_units(work)},
        may_unlist=_reachable(web, (each["unit"] for each in person["also"])),
        age=age_on(born, work.today()),
        last_age=age_on(born, work.campaign.end),
        reasons=DECLINE_REASONS,
        erase_reasons=ERASE_REASONS,
        done=done,
        decides_pairs=bool(web.person.roles() & set(PAIR.roles)),
        **mobilisation.contact_choices(web),
        **mobilisation.mobilisation(web, resident, person["unit"]),
    )


def _reachable(web: Web, codes: Iterable[str]) -> list[str]:
    """Those of some units on whose lists the visitor may work."""
    grants = web.visitor.grants if web.visitor else ()
    mine = [grant for grant in grants if grant.role in UNIT.roles]
    return [code for code in codes if any(grant.reaches(code, None) for grant in mine)]
