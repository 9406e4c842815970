"""Histories over HTTP: the operator looks what a restored source lacks, and decides."""

from __future__ import annotations

from contextlib import suppress
from typing import TypedDict

import requests
from werkzeug.wrappers import Request

from services.supervision.domain.refusals import HistoryMoved, NothingToAccept
from services.supervision.histories import commands, queries
from services.supervision.histories.schemas import Decision
from shared.kit.eventstore import Context
from shared.kit.eventstore.restored import Held
from shared.kit.messaging.held_client import ask_held
from shared.kit.messaging.log_client import LogClient
from shared.kit.service_tokens import LOG, OPERATE, OPERATOR
from shared.kit.web.endpoints import Endpoints
from shared.kit.web.requests import read_query, read_values
from shared.town.access import parts
from shared.town.web.restores import followers
from shared.town.web.schemas import OfSource, generation_of
from shared.town.web.web import Web

endpoints = Endpoints()


class Standing(TypedDict):
    """What would be accepted, how many events of each name are lost by it, how many are new.

    "?" among the lost: nobody has them any more. `rebuilt`: the parts that make their views anew.
    """

    source: str
    generation: int
    fork: int
    after: int
    link: str
    lost: dict[str, int]
    new: int
    rebuilt: list[str]


@endpoints.internal("GET", "/histories", allow=parts(OPERATE, OPERATOR))
def look(web: Web, request: Request) -> Standing:
    """What accepting a source as it is now would mean."""
    return _standing(web, read_query(request, OfSource())["source"])


@endpoints.internal("POST", "/histories", allow=parts(OPERATE, OPERATOR))
def accept(web: Web, request: Request) -> Standing:
    """Let a source count as it was shown."""
    said = read_values(request, Decision())
    standing, accepted = _standing(web, said["source"]), generation_of(said)
    if not standing["lost"]:
        raise NothingToAccept(source=said["source"])
    if accepted != generation_of(standing):
        raise HistoryMoved(source=said["source"])
    with web.work.store.transaction(Context.once("operator")):
        lost = sum(standing["lost"].values())
        commands.accept(web.work, said["source"], accepted, lost=lost, reason=said["reason"])
    return standing


def _standing(web: Web, source: str) -> Standing:
    part = web.deployment.part(source)
    asking = web.deployment.asking(web.instance.source, source, LOG)
    if part.source == web.instance.source:
        found = queries.own_comparison(web.work, _held_by_others(web, source))
    else:
        now = ask_held(part.url, asking, source)
        log, others = LogClient(part.url, asking), _held_by_others(web, source)
        found = queries.comparison(web.work, source, now, log, others)
    accepted = found.accepted
    return {
        "source": source,
        "generation": accepted.number,
        "fork": accepted.fork,
        "after": accepted.after,
        "link": accepted.link.hex(),
        "lost": found.lost,
        "new": found.new,
        "rebuilt": followers(web, source),
    }


def _held_by_others(web: Web, source: str) -> list[Held]:
    found, own = list[Held](), web.instance.source
    for follower in followers(web, source):
        asking = web.deployment.asking(own, follower, LOG)
        if follower != own:
            with suppress(requests.RequestException):
                found.append(ask_held(web.deployment.part(follower).url, asking, source))
    return found
