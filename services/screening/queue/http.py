"""The queue over HTTP: who waits to be screened, and is called by number."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.screening.desk import queries
from services.screening.desk.http import shown
from services.screening.desk.line import queue
from services.screening.queue import commands
from services.screening.queue.schemas import Directing, OfNumber
from shared.kit.eventstore import Context
from shared.kit.web.done import Done
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Grant, Place, to
from shared.town.access.roles import OF_SITES, OVERSIGHT, SCREENER
from shared.town.line.calling import Ticketed
from shared.town.line.http import called, declare, taken_back_at
from shared.town.line.refusals import NobodyWaits
from shared.town.mirrors.duty import desk_of
from shared.town.mirrors.numbers import holder_of
from shared.town.mirrors.residents import names_of
from shared.town.web.banner import page_telling, told_about
from shared.town.web.finding import WantedOrNext, numbered, people_found, scanned, unit_found
from shared.town.web.web import Web

LIST = to(*OF_SITES, *OVERSIGHT)
CALLING = to(SCREENER)
# So many of who waits are named: whoever is named has been looked at.
QUEUE = 25
PROPOSALS = 10

endpoints = Endpoints()


@endpoints.command("/api/queue/call-next", allow=CALLING, tells=called, undo=taken_back_at)
def call_next(web: Web) -> Ticketed:
    """Call who is next to be screened to one's own desk; who is called there already, again."""
    return commands.call_next(web.work, _sites(web.grants))


def _site_of(web: Web, body: Body) -> str:
    """The site a number is of. Raises `UnknownSite`, `NotAllowed`."""
    site = web.work.campaign.site(body["site"]).code
    web.must_reach(Place(site=site))
    return site


declare(
    endpoints,
    allow=CALLING,
    station=commands.SCREENING,
    site_of=_site_of,
    of_number=OfNumber,
    directing=Directing,
    undo=taken_back_at,
)


@endpoints.page("/", allow=LIST)
def queue_page(web: Web) -> str:
    """Show who waits to be screened at the visitor's sites, who is called, stepped aside or passed."""
    work = web.work
    waits = queue(work, _sites(web.grants))
    proposals = queries.waiting_proposals(work, web.units_in_reach(), PROPOSALS)
    by_state = {
        state: [each for each in waits if each["state"] == state]
        for state in ("called", "waiting", "passed", "held")
    }
    by_state["called"].sort(key=lambda each: each["then"] or "", reverse=True)
    first = {state: rows[:QUEUE] for state, rows in by_state.items()}
    just = told_about(web)
    last = _in_reach(web, [str(just)]) if just else []
    named = [each for rows in first.values() for each in rows]
    at = sorted({each["at"] for each in waits})
    login = web.person.login
    return web.render(
        "queue.html",
        states={state: shown(web, rows) for state, rows in first.items()},
        numbers={state: len(rows) for state, rows in by_state.items()},
        names=names_of(work, [*named, *last, *proposals]),
        proposals=proposals,
        last=last[0] if last else None,
        sites={each.code: each for each in work.campaign.sites},
        at=at,
        calls=_calls(web),
        desk=next((desk for each in at if (desk := desk_of(work, each, login))), None),
        desks=sorted({each["for_desk"] for each in waits if each["for_desk"]}),
        day=work.today(),
        counts=queries.counts(work, work.today()),
    )


@endpoints.action("/find", allow=LIST, body=WantedOrNext)
def find(web: Web, body: Body) -> Response | str:
    """Whoever a slip, card, name or telephone means, or a unit; nothing typed: the next is called.

    Whoever does not screen sees who is next.
    """
    typed, work = body["q"].strip(), web.work
    if not typed:
        return redirect(_next(web), 303)
    if (slip := scanned(typed)) is not None:
        return redirect(f"/residents/{slip}", 303)
    if (number := numbered(typed)) is not None:
        held = [holder_of(work, at, work.today(), number) for at in _sites(web.grants) or ()]
        if len(holders := [each for each in held if each is not None]) == 1:
            return redirect(f"/residents/{holders[0]}", 303)
    if (unit := unit_found(typed, work.campaign)) is not None:
        return redirect(f"/people?unit={unit}", 303)
    ids, more = people_found(web, typed)
    people = queries.among(work, ids)
    if len(people) == 1 and not more:
        return redirect(f"/residents/{people[0]['resident']}", 303)
    return web.render(
        "found.html",
        people=shown(web, people),
        names=names_of(work, people),
        q=typed,
        more=more,
    )


def _next(web: Web) -> str:
    """Where whoever is next is, called to who screens; who has no number is opened. Else the queue."""
    work, nobody = web.work, None
    if _calls(web):
        grants = [grant for grant in web.grants if grant.role == SCREENER]
        try:
            with work.store.transaction(Context.once(web.person.login)), web.deciding():
                answer = commands.call_next(work, _sites(grants))
        except NobodyWaits as why:
            nobody = why
        else:
            says = Done(called(answer), taken_back_at(answer))
            return page_telling(web, f"/residents/{answer['resident']}", says)
    waits = queue(work, _sites(web.grants))
    for each in waits:
        if each["state"] == "waiting" and (nobody is None or each["number"] is None):
            return f"/residents/{each['resident']}"
    return page_telling(web, "/", Done(str(nobody))) if nobody and waits else "/"


def _calls(web: Web) -> bool:
    return any(grant.role == SCREENER for grant in web.grants)


def _in_reach(web: Web, ids: list[str]) -> list[queries.Screened]:
    """Those of some people whom the visitor may see."""
    reach = web.units_in_reach()
    return [each for each in queries.among(web.work, ids) if reach is None or each["unit"] in reach]


def _sites(grants: Iterable[Grant]) -> list[str] | None:
    """The sites whose people somebody screens or looks at; None: all."""
    scopes = sorted({grant.scope for grant in grants})
    kinds = (scope.partition(":") for scope in scopes)
    return None if "town" in scopes else [code for kind, _, code in kinds if kind == "site"]
