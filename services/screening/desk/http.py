"""The desk over HTTP: the queue, one resident, and what is done for them.

Health answers are for those who screen and vaccinate, and pseudonymous for those who audit.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.screening.desk import commands, queries
from services.screening.desk.schemas import Listing, ScreeningBody, Withdrawal
from shared.kit.formats import only
from shared.kit.language import t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Place, to
from shared.town.access.roles import OF_SITES, OVERSIGHT, SCREENER, SITE_LEADER
from shared.town.campaign import age_on
from shared.town.mirrors.residents import name_of, names_of
from shared.town.web.finding import Wanted, address_found
from shared.town.web.schemas import Done
from shared.town.web.web import Web

LIST = to(*OF_SITES, *OVERSIGHT)
RESIDENT = to(*OF_SITES, *OVERSIGHT, at="resident")

endpoints = Endpoints()


@endpoints.command(
    "/api/residents/<uuid:resident>/screening",
    allow=to(SCREENER, at="resident"),
    body=ScreeningBody,
)
def screen(web: Web, body: Body, resident: UUID) -> commands.Found:
    """Screen a resident: the rules decide, the outcome is recorded."""
    web.must_reach(Place(site=web.work.campaign.site(body["site"]).code))
    return commands.screen(web.work, resident, **body)


def _withdrawing(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say who has to be screened again before a dose."""
    person = queries.screened(web.work, resident)
    if person["status"] != "cleared":
        return None
    says = t(
        "将撤回{name}的建议接种（{reason}）：重新筛查之前不能接种。",
        "The clearance of {name} is withdrawn ({reason}): no dose before another screening.",
        name=name_of(web.work, person),
        reason=body["reason"],
    )
    return Question(says, t("确认撤回", "Withdraw the clearance"))


@endpoints.command(
    "/api/residents/<uuid:resident>/clearance/withdraw",
    allow=to(SCREENER, SITE_LEADER, at="resident"),
    body=Withdrawal,
    confirm=_withdrawing,
)
def withdraw(web: Web, body: Body, resident: UUID) -> commands.Withdrawn:
    """Take a clearance back."""
    return commands.withdraw(web.work, resident, **body)


@endpoints.query("/api/residents/<uuid:resident>", allow=RESIDENT)
def one(web: Web, resident: UUID) -> queries.WithHistory:
    """How a resident's screening stands."""
    person = only(queries.Plain, queries.screened(web.work, resident))
    return {**person, "history": queries.history(web.work, resident)}


@endpoints.query("/api/residents", allow=LIST, params=Listing)
def residents(web: Web, status: str | None, unit: str | None, after: str) -> queries.Listed:
    """Residents by status and unit."""
    people, following = queries.listed(
        web.work, status=status, unit=unit, after=after, reach=web.units_in_reach()
    )
    return {
        "residents": [only(queries.Plain, person) for person in people],
        "next": following,
    }


@endpoints.page("/", allow=LIST, params=Listing)
def queue(web: Web, status: str | None, unit: str | None, after: str) -> str:
    """Show the list."""
    work, today = web.work, web.work.today()
    people, following = queries.listed(
        work, status=status, unit=unit, after=after, reach=web.units_in_reach()
    )
    return web.render(
        "queue.html",
        people=[person | {"shown": queries.status_today(person, today)} for person in people],
        next=following,
        names=names_of(work, people),
        counts=queries.counts(work, today),
        units=work.campaign.units,
        chosen={"status": status, "unit": unit},
    )


@endpoints.action("/find", allow=LIST, body=Wanted)
def find(web: Web, body: Body) -> Response:
    """A resident by id, or a unit's by its code."""
    return redirect(address_found(body["q"], web.work.campaign, "/?unit="), 303)


@endpoints.page("/residents/<uuid:resident>", allow=RESIDENT, params=Done)
def resident_page(web: Web, resident: UUID, done: str | None) -> str:
    """Show the history first, then the questions."""
    work, today = web.work, web.work.today()
    person = queries.screened(work, resident)
    age = age_on(date.fromisoformat(person["birth_date"]), today)
    return web.render(
        "resident.html",
        person=person | {"shown": queries.status_today(person, today)},
        name=names_of(work, [person])[person["resident"]],
        history=queries.history(work, resident),
        sites=work.campaign.sites,
        docked=queries.docked_to(work, person["unit"]),
        done=done,
        over_age=age > work.campaign.max_age,
    )
