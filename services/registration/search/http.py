"""Searches for residents over HTTP: as JSON for programs, as a page with one row a person."""

from __future__ import annotations

from typing import cast

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from services.registration.permissions import SEARCHER
from services.registration.search import commands, queries, schemas
from shared.kit.service_tokens import FIND, OPERATE, OPERATOR
from shared.kit.source_keys import pair_secret
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.kit.web.problems import Malformed
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town import request_context
from shared.town.access import parts
from shared.town.privacy.questions import open_search
from shared.town.privacy.sealing import Unreadable
from shared.town.web.finding import Wanted
from shared.town.web.web import Web

# People come to these, and are found there by whatever is at hand; supervision finds them for a reason.
FINDERS = ("screening", "appointments", "supervision")

endpoints = Endpoints()


@endpoints.action("/api/residents/search", allow=SEARCHER, body=schemas.Search)
def search(web: Web, body: Body) -> queries.Result:
    """Residents by name, pinyin, initials, last digits, telephone or document number."""
    ids, more = _ids(web, body["text"], web.units_in_reach())
    return {"residents": queries.found(web.work, ids), "more": more}


@endpoints.action("/find", allow=SEARCHER, body=Wanted)
def find(web: Web, body: Body) -> str | Response:
    """Search for a browser; the only one found is shown at once."""
    ids, more = _ids(web, body["q"], web.units_in_reach())
    if len(ids) == 1:
        return redirect(f"/residents/{ids[0]}", 303)
    people = queries.found(web.work, ids)
    return web.render("search.html", people=people, more=more, asked=True, typed=body["q"])


@endpoints.page("/find", allow=SEARCHER)
def find_page(web: Web) -> str:
    """Show the search box."""
    return web.render("search.html", people=[], more=False, asked=False)


@endpoints.internal("POST", "/found", allow=parts(FIND, *FINDERS))
def found_for_part(web: Web, request: Request) -> Answer:
    """Ids of whom a text means that somebody typed at another part's desk; nobody is shown anybody."""
    asked = json_object(raw_body(request, JSON_LIMIT))
    sealed, caller = str(cast("Body", schemas.Sealed().load(asked))["sealed"]), web.caller.source
    own = web.deployment.secret_of(web.instance.source)
    try:
        secret = pair_secret(own, web.gate.part_keys.must_be_of(caller))
        text, units = open_search(secret, sealed)
    except Unreadable:
        raise Malformed(422, "unreadable", "无法打开。", "It cannot be opened.") from None
    reach = queries.reach_of(web.work, caller, units)
    with request_context.answering(None):
        ids, more = _ids(web, text, reach, site=caller.partition("/")[2])
    return {"residents": ids, "more": more}


@endpoints.internal("POST", "/reindex", allow=parts(OPERATE, OPERATOR))
def reindex(web: Web, request: Request) -> commands.Reindexed:
    """Make the next residents' traces anew."""
    asked = json_object(raw_body(request, JSON_LIMIT))
    after = cast("Body", schemas.Reindex().load(asked))["after"]
    return commands.reindex(web.work, str(after) if after else None)


def _ids(
    web: Web, text: str, reach: frozenset[str] | None, site: str = ""
) -> tuple[list[str], bool]:
    """At most as many as are shown, and whether there are more."""
    found = queries.search(web.work, text, reach=reach, site=site, most=schemas.MOST + 1)
    return found[: schemas.MOST], len(found) > schemas.MOST
