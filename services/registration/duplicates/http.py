"""Close matches over HTTP: the queue, the decisions, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.registration.duplicates import commands, queries, schemas
from services.registration.duplicates.queries import Match
from services.registration.duplicates.side_by_side import Sides, side_by_side
from services.registration.permissions import PAIR, PAIRS
from services.registration.residents import persons
from services.registration.residents import queries as residents
from services.registration.search import queries as search
from services.registration.search.schemas import MOST
from services.registration.staff.telling import telling
from shared.kit.language import Text, t
from shared.kit.web.done import Undo
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import Place
from shared.town.access.refusals import NotAllowed
from shared.town.web.finding import Wanted
from shared.town.web.schemas import AsOf
from shared.town.web.web import Web

LATER_DAYS = 7
PEOPLE = 20

endpoints = Endpoints()


@endpoints.query("/api/matches", allow=PAIRS, params=schemas.Queue)
def matches(web: Web, state: str, limit: int, after: str) -> queries.Queue:
    """Pairs of records that may be of one person, by person, and how many are left."""
    return queries.matches(web.work, state, web.units_in_reach(), limit, after)


TAKEN_BACK = Text("已撤销，恢复原样。", "Undone; all is as it was.")


def _merged(answer: commands.MergeAnswer) -> str:
    if answer["status"] == "already_merged":
        return t("这两条登记此前已合并。", "The two records were linked already.")
    return t("已合并为一人。", "The records are linked as one person.")


def _undo_merge(answer: commands.MergeAnswer, **_given: object) -> Undo | None:
    address, back = f"/api/residents/{answer['resident']}/unmerge", _taken_back(answer["version"])
    return Undo(address, back) if answer["status"] == "merged" else None


def _undo_decision(answer: commands.PairAnswer, **_given: object) -> Undo | None:
    address = f"/api/matches/{answer['resident']}/{answer['other']}/again"
    return Undo(address, _taken_back(answer["version"])) if answer["told"] else None


def _taken_back(version: int) -> dict[str, str]:
    return {"version": str(version)}


@endpoints.command(
    "/api/matches/<uuid:resident>/<uuid:other>/same",
    allow=PAIR,
    body=schemas.Same,
    tells=_merged,
    undo=_undo_merge,
)
def same(web: Web, body: Body, resident: UUID, other: UUID) -> commands.MergeAnswer:
    """Both records are of one person: link them, one of them stays."""
    _reach(web, other)
    return commands.merge(web.work, resident, other, **body)


@endpoints.command(
    "/api/matches/<uuid:resident>/<uuid:other>/different",
    allow=PAIR,
    tells=Text("已记为不是同一人。", "Recorded as two people."),
    undo=_undo_decision,
)
def different(web: Web, resident: UUID, other: UUID) -> commands.PairAnswer:
    """The records are of two people (twins): not asked again."""
    _reach(web, other)
    return commands.decide(web.work, resident, other, "dismissed")


@endpoints.command(
    "/api/matches/<uuid:resident>/<uuid:other>/later",
    allow=PAIR,
    body=schemas.Later,
    tells=Text("已留待以后再定。", "Left for later."),
    undo=_undo_decision,
)
def later(web: Web, body: Body, resident: UUID, other: UUID) -> commands.PairAnswer:
    """Decide later: on a day, or when somebody asks again."""
    _reach(web, other)
    return commands.decide(web.work, resident, other, "postponed", **body)


@endpoints.command(
    "/api/matches/<uuid:resident>/<uuid:other>/again", allow=PAIR, body=AsOf, tells=TAKEN_BACK
)
def again(web: Web, body: Body, resident: UUID, other: UUID) -> commands.PairAnswer:
    """Take back “not the same” or “later”: the pair is in the queue again."""
    _reach(web, other)
    return commands.decide(web.work, resident, other, "open", **body)


@endpoints.command(
    "/api/residents/<uuid:resident>/unmerge", allow=PAIR, body=AsOf, tells=TAKEN_BACK
)
def unmerge(web: Web, body: Body, resident: UUID) -> commands.MergeAnswer:
    """Undo a merge: the record that yielded stands alone again."""
    [person] = persons.persons(web.work, resident)
    _reach(web, UUID(person))
    return commands.unmerge(web.work, resident, **body)


def _reach(web: Web, other: UUID) -> None:
    """The other record of a pair has to be in one's units as well."""
    if not PAIR.matching(web.person, Place(unit=residents.unit_of(web.work, other))):
        raise NotAllowed


# Pages


@endpoints.page("/matches", allow=PAIRS, params=schemas.QueuePage)
def matches_page(web: Web, state: str, after: str) -> str:
    """Show the first pair, one line a person with all candidates, and what was decided."""
    work, reach = web.work, web.units_in_reach()
    queue = queries.matches_by_person(work, state, reach, PEOPLE, after)
    decided = queries.decided(work, reach)
    pair = next((pair for group in queue["people"] for pair in group["pairs"]), None)
    other = "later" if state == "open" else "open"
    return web.render(
        "matches.html",
        state=state,
        after=after,
        left=queue["left"],
        elsewhere=queries.matches(work, other, reach, 1)["left"],
        people=queue["people"],
        next=queue["next"],
        known=_known(web, queue["people"]),
        pair=pair,
        sides=_sides(web, pair) if pair else None,
        until=work.today() + timedelta(days=LATER_DAYS),
        decided=decided,
        telling=telling(web),
    )


def _known(web: Web, people: list[queries.PersonsMatches]) -> dict[str, search.Found]:
    """Whoever stands in the list, by name: this is a look."""
    listed = {group["person"] for group in people}
    listed |= {pair["candidate"] for group in people for pair in group["pairs"]}
    return {each["resident"]: each for each in search.found(web.work, sorted(listed))}


def _sides(web: Web, pair: Match) -> Sides:
    """A pair side by side; a record that has yielded is shown as the one that stays."""
    both = UUID(pair["resident"]), UUID(pair["other"])
    one, other = persons.persons(web.work, *both)
    return side_by_side(web.work, *(both if one == other else (UUID(one), UUID(other))))


@endpoints.page("/matches/<uuid:resident>/<uuid:other>", allow=PAIR)
def compare_page(web: Web, resident: UUID, other: UUID) -> str:
    """Show two records somebody named, with the same three answers."""
    _reach(web, other)
    pair = queries.pair(web.work, resident, other) or _unknown(resident, other)
    return web.render(
        "compare.html",
        sides=_sides(web, pair),
        pair=pair,
        link_versions=queries.link_versions(web.work, (str(resident), str(other))),
        until=web.work.today() + timedelta(days=LATER_DAYS),
    )


@endpoints.action("/residents/<uuid:resident>/compare", allow=PAIR, body=Wanted)
def compare(web: Web, body: Body, resident: UUID) -> str | Response:
    """Lay another record, found by name or number, beside this one; of several one is chosen."""
    work, reach = web.work, web.units_in_reach()
    ids = search.search(work, body["q"], reach=reach, most=MOST + 1)
    others = [each for each in ids if each != str(resident)]
    if len(others) == 1:
        return redirect(f"/matches/{resident}/{others[0]}", 303)
    people = search.found(work, others[:MOST])
    return web.render(
        "which.html", resident=resident, people=people, more=len(others) > MOST, typed=body["q"]
    )


def _unknown(resident: UUID, other: UUID) -> Match:
    return Match(
        resident=str(resident),
        other=str(other),
        score=None,
        reasons=[],
        against=[],
        state="",
        until=None,
    )
