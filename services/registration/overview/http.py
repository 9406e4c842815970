"""The pages of the town, of its units and of a resident."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.registration.by_hand import queries as by_hand
from services.registration.dockings import queries as dockings
from services.registration.duplicates import queries as duplicates
from services.registration.history import queries as history
from services.registration.mobilisation import http as mobilisation
from services.registration.mobilisation import own_list
from services.registration.notices import queries as notices
from services.registration.overview import charts, queries, schemas
from services.registration.permissions import ANYBODY, RESIDENT_OR_OVERSIGHT, UNIT_OR_OVERSIGHT
from services.registration.residents import queries as residents
from services.registration.residents.schemas import PAGE
from services.registration.rosters import queries as rosters
from services.registration.staff import queries as staff
from services.registration.staff.telling import telling
from services.registration.taking_back import queries as taking_back
from services.registration.tallies import queries as tallies
from services.registration.units import queries as units
from shared.kit.language import Text
from shared.kit.web.endpoints import Endpoints
from shared.town.access import Person, Place
from shared.town.access.roles import OF_UNITS, UNIT_CHIEF
from shared.town.campaign import age_on
from shared.town.campaign.lagging import standings
from shared.town.contracts import catalogue
from shared.town.contracts.registration import ERASE_REASONS
from shared.town.mirrors.notes import noted_of
from shared.town.terms.residents import SECTORS
from shared.town.web.charts import Width, picture
from shared.town.web.web import Web

AGAIN = 50
BEHIND = 5

endpoints = Endpoints()


@endpoints.page("/", allow=ANYBODY, params=schemas.TownPage)
def landing_page(web: Web, sort: str, order: str) -> str | Response:
    """Begin with one's own work: a clerk with their unit, a cadre with their list."""
    own = _own_page(web.person)
    return redirect(own, 303) if own else town_page(web, sort, order)


def _own_page(person: Person) -> str | None:
    """Where the work of a person lies who works for units alone; None: in the whole town."""
    if not person.roles() <= set(OF_UNITS):
        return None
    units_of_chief = {grant.unit for grant in person.grants if grant.role == UNIT_CHIEF}
    if not units_of_chief:
        return "/list"
    [unit, *more] = units_of_chief
    return f"/units/{unit}" if unit and not more else None


@endpoints.page("/town", allow=ANYBODY, params=schemas.TownPage)
def town_page(web: Web, sort: str, order: str) -> str:
    """Show what needs attention, all units in the order asked for, and the cohorts."""
    work = web.work
    named = units.named_on(work, work.today())
    again = dockings.again_by_unit(work)
    shown: list[dict[str, Any]] = [
        {
            **unit,
            "clerk": unit["unit"] in named and named[unit["unit"]]["clerk"],
            "again": again[unit["unit"]],
            "everywhere": None,
            "sector": _sector(web, unit["unit"]),
            "coverage": unit["second"] / unit["target"] if unit["target"] else 0,
            # Whether the visitor may open the unit's page.
            "opens": UNIT_OR_OVERSIGHT.matching(web.person, Place(unit["unit"], unit["site"])),
        }
        for unit in tallies.counted_units(work)
    ]
    columns = (*schemas.SORTS[1:-1], "declined")
    attention = {
        "clerk": [unit for unit in shown if not unit["clerk"]],
        "roster": [unit for unit in shown if not unit["registered"] and not unit["also"]],
        "again": [unit for unit in shown if unit["again"]],
    }
    rows = {unit["unit"]: unit for unit in shown}
    given = {unit: (row["first"], row["second"]) for unit, row in rows.items()}
    behind = [each for each in standings(work.campaign.units, given) if each.behind]
    in_order = shown if sort == "unit" else sorted(shown, key=itemgetter(sort))
    in_order = in_order if order == "up" else in_order[::-1]
    # By kind in the plan's order; sorted by a figure, all of the town compare.
    kind = itemgetter("kind" if sort == "unit" else "everywhere")
    return web.render(
        "town.html",
        groups=[(each, list(its)) for each, its in groupby(in_order, key=kind)],
        units=len(shown),
        total={name: sum(unit[name] for unit in shown) for name in columns},
        cohorts=tallies.cohorts(work),
        attention=attention,
        behind=[{**rows[each.unit.code], "share": each.share} for each in behind[:BEHIND]],
        notice=notices.latest(work, web.units_in_reach()) if web.may("/notices") else None,
        sort=sort,
        order=order,
        search_first=True,
    )


def _sector(web: Web, code: str) -> str | None:
    """The kind of sector a unit is, as the campaign file says or its cohort tells."""
    kind = web.work.campaign.unit(code).sector_kind
    return kind if kind in SECTORS else None


@endpoints.page("/units/<unit>", allow=UNIT_OR_OVERSIGHT, params=schemas.UnitPage)
def unit_page(
    web: Web,
    unit: str,
    after: UUID | None,
    status: str | None,
    cohort: str | None,
    again_after: UUID | None,
) -> str:
    """Show who stands for a unit, where its people go, how they stand; and take its roster."""
    work = web.work
    listed = residents.residents_of(
        work, unit, after=after, limit=PAGE, status=status, cohort=cohort
    )
    again = dockings.again_page(work, unit, after=again_after, limit=AGAIN)
    names = residents.identities(work, again.residents, ("name",))
    people, imports = tallies.statuses(work, unit), rosters.unit_imports(work, unit)
    counted = tallies.counted_unit(work, unit)
    return web.render(
        "unit.html",
        unit={**counted, "sector": _sector(web, unit)},
        counted=charts.figures(counted),
        left=queries.left_to_do(work, unit, people, imports, decides_pairs=web.may("/matches")),
        people=people,
        imports=imports,
        taken_back=taking_back.taken_back_in(work, unit),
        telling=telling(web),
        of_unit=staff.cadres_at_work(work, unit),
        of_office=staff.of_office(work),
        search_first=not (after or status or cohort or again_after),
        **own_list.weeks_offered(work),
        status=status,
        cohort=cohort,
        after=after,
        officers=units.officers_of(work, unit, work.today()),
        officers_history=units.officers_history(work, unit),
        dockings=units.docking_history(work, unit),
        cohorts=tallies.cohorts(work, unit),
        again={
            "people": again.people,
            "next": again.next,
            "residents": [
                {**row, "name": (names[row["resident"]] or {}).get("name")}
                for row in again.residents
            ],
        },
        again_after=again_after,
        **listed,
    )


@endpoints.page("/units/<unit>/answers.svg", allow=UNIT_OR_OVERSIGHT, params=Width)
def answers_chart(web: Web, unit: str, narrow: bool) -> Response:
    """Draw a unit's people by answer and dose."""
    counted = tallies.counted_unit(web.work, unit)
    what, name = (
        Text("答复与接种", "answers and doses"),
        Text(counted["name_zh"], counted["name_en"]),
    )
    return picture(charts.answers(counted), what, name, web.work.today(), narrow=narrow)


# One resident


@endpoints.query("/api/residents/<uuid:resident>", allow=RESIDENT_OR_OVERSIGHT)
def resident(web: Web, resident: UUID) -> queries.ResidentFile:
    """One resident with identity and history."""
    return queries.resident_file(web.work, resident)


@endpoints.page("/residents/<uuid:resident>", allow=RESIDENT_OR_OVERSIGHT)
def resident_page(web: Web, resident: UUID) -> str:
    """Show one resident's status, history and the form for the answer."""
    work = web.work
    person = queries.resident_file(work, resident)
    born = date.fromisoformat(person["birth_date"])
    marks, remarks = noted_of(work, str(resident))
    return web.render(
        "resident.html",
        r=person,
        marks=marks,
        remarks=remarks,
        unit=units.unit(work, person["unit"]),
        age=age_on(born, work.today()),
        last_age=age_on(born, work.campaign.end),
        erase_reasons=ERASE_REASONS,
        telling=telling(web),
        version=_version,
        link_versions=duplicates.link_versions(work, (*person["records"], str(resident))),
        appointments=history.open_appointments(work, str(resident)),
        undoable=by_hand.undoable(work, resident),
        **mobilisation.shown(web, resident, person["unit"]),
    )


def _version(event: str) -> int:
    """Every event is kept in its newest version here."""
    return catalogue.latest(event).version
