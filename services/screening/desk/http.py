"""The desk over HTTP: who waits, one resident, and what is done for them.

Health answers are for those who screen and vaccinate, and pseudonymous for those who audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.screening.desk import commands, queries
from services.screening.desk.labels import USUAL, WITHDRAWN_FOR
from services.screening.desk.schemas import Listing, ScreeningBody
from services.screening.rules import loading
from shared.kit.formats import only
from shared.kit.language import Text
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Place, to
from shared.town.access.roles import OF_SITES, OVERSIGHT, SCREENER
from shared.town.mirrors.residents import names_of
from shared.town.web.banner import told_about
from shared.town.web.finding import WantedOrNext, people_found, scanned, unit_found
from shared.town.web.web import Web

LIST = to(*OF_SITES, *OVERSIGHT)
# So many of who waits are named: whoever is named has been looked at.
QUEUE = 25
RESIDENT = to(*OF_SITES, *OVERSIGHT, at="resident")
SCREENING = to(SCREENER, at="resident")

endpoints = Endpoints()


@endpoints.command(
    "/api/residents/<uuid:resident>/screening",
    allow=SCREENING,
    body=ScreeningBody,
    tells=Text("筛查已登记", "The screening is recorded"),
    about="resident",
)
def screen(web: Web, body: Body, resident: UUID) -> commands.Found:
    """Screen a resident: the rules decide, the outcome is recorded."""
    web.must_reach(Place(site=web.work.campaign.site(body["site"]).code))
    return commands.screen(web.work, resident, **body)


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


@endpoints.page("/", allow=LIST)
def desk_page(web: Web) -> str:
    """Show who waits to be screened at the visitor's sites."""
    work = web.work
    sites = _sites(web)
    waiting = queries.queue(work, sites, QUEUE)
    just = told_about(web)
    last = _in_reach(web, [str(just)]) if just else []
    return web.render(
        "queue.html",
        waiting=_shown(web, waiting),
        number=queries.queue_length(work, sites),
        names=names_of(work, [*waiting, *last]),
        last=last[0] if last else None,
        sites={each.code: each for each in work.campaign.sites},
        one_site=len({each["at"] for each in waiting}) < 2,
        counts=queries.counts(work, work.today()),
    )


@endpoints.page("/people", allow=LIST, params=Listing)
def people_page(web: Web, status: str | None, unit: str | None, after: str) -> str:
    """Show everybody within reach, by status and unit."""
    work, reach = web.work, web.units_in_reach()
    people, following = queries.listed(work, status=status, unit=unit, after=after, reach=reach)
    return web.render(
        "people.html",
        people=_shown(web, people),
        next=following,
        names=names_of(work, people),
        units=[each for each in work.campaign.units if reach is None or each.code in reach],
        chosen={"status": status, "unit": unit},
    )


@endpoints.action("/find", allow=LIST, body=WantedOrNext)
def find(web: Web, body: Body) -> Response | str:
    """Whoever a slip, card, name or telephone means, or a unit; nothing typed: who waited longest."""
    typed, work = body["q"].strip(), web.work
    if not typed:
        waiting = queries.queue(work, _sites(web), 1)
        return redirect(f"/residents/{waiting[0]['resident']}" if waiting else "/", 303)
    if (slip := scanned(typed)) is not None:
        return redirect(f"/residents/{slip}", 303)
    if (unit := unit_found(typed, work.campaign)) is not None:
        return redirect(f"/people?unit={unit}", 303)
    ids, more = people_found(web, typed)
    people = queries.among(work, ids)
    if len(people) == 1 and not more:
        return redirect(f"/residents/{people[0]['resident']}", 303)
    return web.render(
        "found.html", people=_shown(web, people), names=names_of(work, people), q=typed, more=more
    )


def _shown(web: Web, people: Sequence[queries.Screened]) -> list[dict[str, Any]]:
    """People with the status as it is worth today."""
    today = web.work.today()
    return [{**person, "shown": queries.status_today(person, today)} for person in people]


def _in_reach(web: Web, ids: list[str]) -> list[queries.Screened]:
    """Those of some people whom the visitor may see."""
    reach = web.units_in_reach()
    return [each for each in queries.among(web.work, ids) if reach is None or each["unit"] in reach]


def _sites(web: Web) -> list[str] | None:
    """The sites whose people the visitor screens or looks at; None: all."""
    scopes = sorted({grant.scope for grant in web.grants})
    kinds = (scope.partition(":") for scope in scopes)
    return None if "town" in scopes else [code for kind, _, code in kinds if kind == "site"]


def _answered_yes(entry: queries.Entry) -> list[str]:
    """The questions that were answered so, in words."""
    asked = loading.questions_ever()
    return [str(asked.get(code, code)) for code in entry["yes"].split(",") if code]


@endpoints.page("/residents/<uuid:resident>", allow=RESIDENT)
def resident_page(web: Web, resident: UUID) -> str:
    """Show the history first, then what stands in the way, then the questions."""
    work, rules = web.work, loading.current()
    person = queries.screened(work, resident)
    asked = commands.asked_person(work, person)
    questions = rules.asked_of(asked)
    _, screening = queries.screening_of(work, person)
    return web.render(
        "resident.html",
        person=person | {"shown": queries.status_today(person, work.today())},
        name=names_of(work, [person])[person["resident"]],
        history=queries.history(work, resident),
        answered=_answered_yes,
        sites=work.campaign.sites,
        at=queries.waits_at(work, resident) or queries.docked_to(work, person["unit"]),
        age=asked.age,
        dose=queries.dose_due(work, resident),
        temperature=rules.temperature,
        questions=questions,
        must_say=next((each for each in questions if each.no is not None), None),
        usual=[f"{tenths / 10:.1f}" for tenths in USUAL],
        reasons=WITHDRAWN_FOR,
        lasting=screening.lasting,
        proposed=queries.proposed(work, resident),
        by=web.person.login,
    )
