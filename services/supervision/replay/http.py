"""Histories and weeks over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.supervision.domain.history import UnitState
from services.supervision.ledger import queries as ledger
from services.supervision.ledger.found import resident_meant
from services.supervision.long_queries.answerer import PAGES_ANSWERER
from services.supervision.long_queries.queries import Arguments
from services.supervision.long_queries.runner import answered
from services.supervision.long_queries.waiters import Waiters
from services.supervision.people.found_page import found_page
from services.supervision.people.schemas import Sought
from services.supervision.replay import queries, words
from services.supervision.replay.schemas import AsOf, HistoryPage, HistoryShown, Opening, WeekWanted
from services.supervision.staff.telling import telling
from shared.kit.language import t
from shared.kit.web.endpoints import Body, Endpoints
from shared.town import request_context
from shared.town.access import to
from shared.town.access.roles import OFFICE, OVERSIGHT
from shared.town.campaign import days_of, parse_week, weeks_between
from shared.town.web.finding import unit_found
from shared.town.web.pages import named
from shared.town.web.web import Web
from shared.town.work import Work

READERS = to(*OVERSIGHT)

endpoints = Endpoints()


@endpoints.query("/api/residents/<uuid:resident>/history", allow=READERS, params=AsOf)
def resident_history(web: Web, resident: UUID, as_of: date | None) -> queries.ResidentHistory:
    """Everything recorded about a resident as of a day."""
    return queries.resident_history(web.work, resident, as_of)


@endpoints.query("/api/units/<unit>/history", allow=READERS, params=HistoryPage)
def unit_history(
    web: Web, unit: str, as_of: date | None, before: int | None, limit: int
) -> queries.UnitHistory:
    """What was recorded about a unit as of a day, a page at a time, and how it stood then."""
    return _history(web, unit, as_of, before, limit)


@endpoints.query("/api/replay", allow=to(*OVERSIGHT, OFFICE), params=WeekWanted)
def replay(web: Web, week: str) -> queries.Week:
    """A week's figures from the ledger alone."""
    parse_week(week)  # a week that its year does not have is refused here
    found: queries.Week = answered(web, "week", {"week": week})
    return found


@endpoints.action("/find", allow=READERS, body=Sought)
def find(web: Web, body: Body) -> Response | str:
    """The history of a resident by id or its beginning, of a unit; for a reason by name or number."""
    typed = body["q"].strip()
    if (resident := resident_meant(web.work, typed)) is not None:
        return redirect(f"/residents/{resident}", 303)
    if (unit := unit_found(typed, web.work.campaign)) is not None:
        return redirect(f"/units/{unit}", 303)
    return found_page(web, typed, body["reason"], "/residents/")


@endpoints.page("/residents/<uuid:resident>", allow=READERS, params=AsOf)
def resident_page(web: Web, resident: UUID, as_of: date | None) -> str:
    """Show a resident's history as of a day."""
    found = queries.resident_history(web.work, resident, as_of)
    title = t("一名居民的办理记录", "History of a resident")
    return _page(web, found, title, as_of, None)


@endpoints.page("/units/<unit>", allow=READERS, params=HistoryShown)
def unit_page(web: Web, unit: str, as_of: date | None, before: int | None, limit: int) -> str:
    """Show a page of a unit's history as of a day."""
    found = _history(web, unit, as_of, before, limit)
    name = named(web.work.campaign.unit(unit))
    title = t("{unit}的办理记录", "History of {unit}", unit=name)
    return _page(web, found, title, as_of, before)


def _page(
    web: Web,
    found: queries.ResidentHistory | queries.UnitHistory,
    title: str,
    as_of: date | None,
    before: int | None,
) -> str:
    said = telling(web)
    state = words.state(found["state"], said)
    return web.render(
        "history.html",
        title=title,
        found=found,
        state=state,
        telling=said,
        as_of=as_of,
        before=before,
        ends=_ends_of_weeks(web.work),
    )


def _ends_of_weeks(work: Work) -> list[date]:
    """Return the Sundays of the campaign's weeks that are over, the latest first."""
    campaign, today = work.campaign, work.today()
    sundays = [days_of(each)[-1] for each in weeks_between(campaign.start, campaign.end)]
    return [day for day in reversed(sundays) if day < today]


def _history(
    web: Web, unit: str, as_of: date | None, before: int | None, limit: int
) -> queries.UnitHistory:
    work = web.work
    work.campaign.unit(unit)
    asked: Arguments = {"unit": unit, "as_of": as_of and as_of.isoformat()}
    with work.own(Waiters).room():
        state: UnitState = PAGES_ANSWERER.answer(web, "unit", asked)
    page = ledger.of_unit(work, unit, as_of, before, limit)
    return {"unit": unit, **page, "state": state}


@endpoints.action("/residents/<uuid:resident>/identity", allow=READERS, body=Opening)
def open_identity(web: Web, body: Body, resident: UUID) -> str:
    """Open an identity for a stated reason; the look is recorded with it."""
    if (asked := request_context.current()) is not None:
        asked.reason = body["reason"]
    identity = queries.open_identity(web.work, resident)
    return web.render("identity.html", resident=resident, identity=identity, reason=body["reason"])
