"""Dockings over HTTP: look at what a change of site means, dock, move bookings, ask again (R15)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from services.registration.dockings import commands, queries, schemas
from services.registration.permissions import OFFICE_ONLY, UNIT, UNIT_OR_OVERSIGHT
from services.registration.staff.telling import telling
from services.registration.units import queries as units
from shared.kit.formats import only
from shared.kit.language import Text, t
from shared.kit.refusals import Refusal
from shared.kit.web.done import SAME, if_new
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.terms.residents import UNIT_KINDS
from shared.town.web.web import Web

DAYS = 29  # four weeks from today on

endpoints = Endpoints()


@endpoints.query("/api/units/<unit>/dock/preview", allow=OFFICE_ONLY, params=schemas.Dock)
def preview(web: Web, unit: str, site: str, since: date) -> queries.Preview:
    """Which bookings would move and which courses stay, if a unit were docked so."""
    return queries.preview(web.work, unit, site, since)


DOCKED = Text(
    "对应接种点已调整。预约还在原处，请在下面转移。",
    "The site is changed. Bookings are where they were: move them below.",
)


@endpoints.command(
    "/api/units/<unit>/dock", allow=OFFICE_ONLY, body=schemas.Dock, tells=if_new(DOCKED)
)
def dock(web: Web, body: Body, unit: str) -> commands.Docked:
    """Dock a unit to a site from a day on; bookings stay where they are."""
    return commands.dock(web.work, unit, **body)


ALL_DOCKED = Text(
    "对应接种点已调整。预约还在原处，请到各单位转移预约。",
    "The sites are changed. Bookings are where they were: move them on each unit's page.",
)


def _all_docked(answer: commands.AllDocked) -> str:
    return str(ALL_DOCKED if answer["units"] else SAME)


@endpoints.command("/api/dockings", allow=OFFICE_ONLY, body=schemas.DockAll, tells=_all_docked)
def dock_all(web: Web, body: Body) -> commands.AllDocked:
    """Dock several units to a site from a day on, all or none; bookings stay where they are."""
    units, site, since = body["units"], body["site"], body["since"]
    return commands.dock_all(web.work, units, site, since)


@endpoints.command(
    "/api/units/<unit>/move-bookings",
    allow=OFFICE_ONLY,
    body=schemas.MoveBookings,
    tells=Text(
        "已通知接种点转移预约；片刻后刷新本页查看结果。",
        "The sites are told to move the bookings; reload this page in a moment.",
    ),
)
def move_bookings(web: Web, body: Body, unit: str) -> commands.MoveOrdered:
    """Order that courses not begun go to the site the unit is docked to."""
    return commands.move_bookings(web.work, unit, **body)


@endpoints.query(
    "/api/units/<unit>/to-be-booked-again", allow=UNIT_OR_OVERSIGHT, params=schemas.AgainPage
)
def to_be_booked_again(
    web: Web, unit: str, after: UUID | None, limit: int
) -> queries.ToBeBookedAgain:
    """A page of those whose booking was taken back and not made again, and what the site says."""
    units.unit(web.work, unit)
    found = queries.again_page(web.work, unit, after=after, limit=limit)
    return {
        "residents": [only(queries.BookAgain, row) for row in found.residents],
        "people": found.people,
        "next": found.next,
    }


@endpoints.command(
    "/api/units/<unit>/ask-again",
    allow=UNIT,
    tells=Text(
        "已请接种点重新预约，稍后刷新本页查看结果。",
        "The site is asked to book again; reload this page in a moment.",
    ),
)
def ask_again(web: Web, unit: str) -> commands.AskedAgain:
    """Ask the unit's site again to book everybody who has to be booked again."""
    return commands.ask_again(web.work, unit)


@endpoints.page("/dockings", allow=OFFICE_ONLY, params=schemas.DockingsPage)
def dockings_page(web: Web, site: str | None, since: date | None, **which: list[str]) -> str:
    """Show how full the sites are, and send several units elsewhere: first what it would mean."""
    work, chosen = web.work, which["units"]
    wanted, refused = list[queries.Preview](), None
    if site is not None and since is not None:
        wanted, refused = _tried(web, chosen, site, since)
    last = work.campaign.end
    days = [work.today() + timedelta(days=number) for number in range(DAYS)]
    every = sorted(units.all_units(work), key=lambda unit: [*UNIT_KINDS].index(unit["kind"]))
    return web.render(
        "dockings.html",
        groups=[(kind, list(its)) for kind, its in groupby(every, key=itemgetter("kind"))],
        loads=queries.loads(work),
        previews=wanted,
        refusal=refused,
        chosen={"units": chosen, "site": site, "since": since},
        days=[day for day in days if day <= last],
    )


def _tried(
    web: Web, codes: list[str], site: str, since: date
) -> tuple[list[queries.Preview], str | None]:
    """What sending units to a site would mean, or why that is not possible."""
    if not codes:
        return [], t("请勾选单位。", "Tick the units.")
    try:
        return [queries.preview(web.work, code, site, since) for code in codes], None
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return [], str(refusal)


@endpoints.page("/units/<unit>/docking", allow=OFFICE_ONLY, params=schemas.DockingPage)
def docking_page(web: Web, unit: str, site: str | None, since: date | None) -> str:
    """Show what a docking would mean, and the two steps that carry it out."""
    work, wanted, refused = web.work, list[queries.Preview](), None
    if site is not None and since is not None:
        wanted, refused = _tried(web, [unit], site, since)
    stored = units.stored_unit(work, unit)
    begins = max(*stored.dockings, work.today())
    goes_to = stored.site_on(begins) if begins <= work.campaign.end else None
    return web.render(
        "docking.html",
        unit=units.unit(work, unit),
        dockings=units.docking_history(work, unit),
        moves=queries.moves_of(work, unit),
        preview=next(iter(wanted), None),
        refusal=refused,
        chosen={"site": site, "since": since},
        today=work.today(),
        # What would move now, to where the unit is docked already.
        pending=queries.preview(work, unit, goes_to, begins) if goes_to else None,
        again=queries.again_by_unit(work, unit)[unit],
        loads=queries.loads(work),
        telling=telling(web),
    )
