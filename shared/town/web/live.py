"""Live pages: how far a part has come, at once or as a stream of events, for whoever is signed in."""

from __future__ import annotations

from functools import partial
from typing import TypedDict

from werkzeug.wrappers import Request, Response

from shared.kit.web.endpoints import Endpoints
from shared.kit.web.live import AT_ONCE, EVENT_STREAM
from shared.town.access import SIGNED_IN
from shared.town.web.web import Web

endpoints = Endpoints()


class Reached(TypedDict):
    """Up to which position something has changed: own events, and those followed, together."""

    position: int


@endpoints.internal("GET", "/live", allow=SIGNED_IN, at_once=True)
def live(web: Web, request: Request) -> Reached | Response:
    """Up to where something has changed; to who accepts a stream of events, again and again.

    Raises `TooManyStreams`.
    """
    if request.method != "GET" or EVENT_STREAM not in request.headers.get("Accept", ""):
        return {"position": web.live.position()}
    request.environ[AT_ONCE] = 1
    return web.live.answer(partial(web.gate.stands, request))
