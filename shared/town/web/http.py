"""What every part answers over HTTP: health, status, its log, its description, signing in and out."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import secrets
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from marshmallow import Schema, fields, validate
from rcssmin import cssmin
from rjsmin import jsmin
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.kit import disowned
from shared.kit.clock import RehearsalClock
from shared.kit.eventstore import Context, restored
from shared.kit.messaging.health import FollowerHealth
from shared.kit.refusals import Refusal
from shared.kit.service_tokens import LOG, OPERATE, OPERATOR, STATUS
from shared.kit.source_keys import sealing
from shared.kit.web.asked_language import COOKIE, COOKIE_SECONDS, known_language
from shared.kit.web.bulk_door import MOST_BYTES
from shared.kit.web.endpoints import Answer, Body, Endpoints
from shared.kit.web.problems import Malformed
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body, read_query, read_values
from shared.kit.web.way_back import local_address
from shared.town import histories
from shared.town.access import PUBLIC, SIGNED_IN, parts
from shared.town.access.admission import LARGE, TYPE, set_cookie, set_language
from shared.town.access.refusals import NotAllowed
from shared.town.web import live
from shared.town.web.schemas import AcceptedHistory, OfSource, generation_of
from shared.town.web.web import Web

LOG_PAGE = 1000
BEGUN_SECONDS = 600
DISOWNED_SHOWN = 20  # the newest: whoever controls a source could fill megabytes
STATIC = {file.name: file for file in (Path(__file__).parent / "static").iterdir()}
PACKED = {".css": cssmin, ".js": jsmin}

endpoints = Endpoints([live.endpoints])


class LogPage(Schema):
    """Which part of the log."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=LOG_PAGE, validate=validate.Range(1, LOG_PAGE))


class Arrival(Schema):
    """How a browser comes back from signing in."""

    ticket = fields.String(load_default="", validate=validate.Regexp(r"^[\w-]{1,200}$"))
    next = fields.String(load_default="/", validate=validate.Regexp(r"^/[^\s]{0,1900}$"))


class Chosen(Schema):
    """A language, and the page of this part to go on with."""

    language = fields.String(required=True, validate=known_language)
    next = fields.String(load_default="/", validate=validate.Length(max=4000))


@endpoints.internal("GET", "/session", allow=PUBLIC, kind="page")
def arrive(web: Web, request: Request) -> Response:
    """Come back from signing in: first to fetch this browser's ticket, then with it.

    A ticket is worth nothing in a browser that did not fetch it.
    """
    asked, begun = read_query(request, Arrival()), request.cookies.get(web.gate.begun, "")
    if not asked["ticket"] or not begun:
        return _fetch_ticket(web, asked["next"])
    token = web.gate.office.exchange(asked["ticket"], _state(begun), web.gate.audience)
    response = redirect(local_address(asked["next"]), 303)
    set_cookie(web, response, web.gate.cookie, token)
    set_language(web, response, web.gate.person(token).language)
    response.delete_cookie(web.gate.begun, secure=web.deployment.tls_proxy)
    return response


def _fetch_ticket(web: Web, wanted: str) -> Response:
    begun = secrets.token_urlsafe(32)
    query = {"part": web.instance.source, "state": _state(begun), "next": wanted}
    response = redirect(f"{web.supervision}/ticket?{urlencode(query)}", 303)
    set_cookie(web, response, web.gate.begun, begun, BEGUN_SECONDS)
    return response


def _state(begun: str) -> str:
    return hashlib.sha256(begun.encode()).hexdigest()


@endpoints.action("/sign-out", allow=SIGNED_IN)
def sign_out(web: Web) -> Response:
    """End the session, in every part."""
    web.gate.staff.end(web.person.session)
    web.gate.office.end(web.person.session)
    response = redirect(web.supervision + "/sign-in?stays=true", 303)
    for name in (web.gate.cookie, COOKIE, TYPE):  # whoever comes next has chosen otherwise
        response.delete_cookie(name, secure=web.deployment.tls_proxy)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


class ChosenType(Schema):
    """The size of the type, and the page of this part to go on with."""

    type = fields.String(load_default="", validate=validate.OneOf(("", LARGE)))
    next = fields.String(load_default="/", validate=validate.Length(max=4000))


@endpoints.action("/language", allow=PUBLIC, body=Chosen)
def choose_language(web: Web, body: Body) -> Response:
    """Be answered in another language, in this browser and wherever the person signs in."""
    if (visitor := web.visitor) is not None:
        with suppress(
            Refusal
        ):  # supervision is away, or the session over: it counts in this browser
            web.gate.office.keep_language(visitor.session, body["language"])
    response = redirect(local_address(body["next"]), 303)
    set_language(web, response, body["language"])
    return response


@endpoints.action("/type", allow=PUBLIC, body=ChosenType)
def choose_type(web: Web, body: Body) -> Response:
    """Read pages in large type, or in the usual one, in this browser."""
    response = redirect(local_address(body["next"]), 303)
    set_cookie(web, response, TYPE, body["type"], COOKIE_SECONDS)
    return response


# The part


@endpoints.query("/health", allow=PUBLIC, at_once=True)
def health(web: Web) -> Answer:
    """Whether this part can work: its store answers. `overloaded`: commands were refused just now."""
    return {
        "status": "overloaded" if web.commands.too_many else "ok",
        "source": web.instance.source,
        "head": web.work.store.check(),
    }


@endpoints.query("/status", allow=SIGNED_IN | parts(STATUS), at_once=True)
def status(web: Web) -> Answer:
    """Positions, lags and failures of this part; `process` is the one of it that answers."""
    store = web.work.store
    published, silent = store.published()
    positions = store.positions()
    return {
        "source": web.instance.source,
        "head": store.head(),
        "set_back": None if store.set_back is None else str(store.set_back),
        "relay": {"published": published, "silent_seconds": silent},
        "follows": [
            _shown(health, positions.get(health.source, 0)) for health in web.followers_health()
        ],
        "disowned": disowned.found(web.work, DISOWNED_SHOWN),
        "disowned_count": disowned.count(web.work),
        "process": {
            "number": os.getpid(),
            "lead": web.lead.here,
            "commands": web.commands.number,
            "most_commands": web.commands.most,
            "refused": web.commands.refused,
            "overloaded": web.commands.too_many,
            "streams": web.live.open,
            "most_streams": web.live.most,
        },
    }


@endpoints.internal("POST", "/api/commands", allow=SIGNED_IN, limit=MOST_BYTES, waits=True)
def commands(web: Web, request: Request) -> Response:
    """Many commands, a line of JSON each: key, command (its address), body; a line of answer each."""
    return web.bulk_door.answer(web, request)


@endpoints.query("/openapi.json", allow=PUBLIC)
def openapi(web: Web) -> Answer:
    """This description."""
    return web.description


@endpoints.internal("GET", "/log", allow=parts(LOG), at_once=True)
def log(web: Web, request: Request) -> Answer:
    """The events of this source in order, the stored bytes as text; the last is sealed."""
    page = read_query(request, LogPage())
    _must_follow(web, web.instance.source)
    events = web.work.store.log(page["after"], page["limit"])
    source = web.instance.source
    seal = sealing(web.deployment.secret_of(source), source)
    return {
        "source": source,
        "seal": seal(events[-1]) if events else None,
        "events": [
            {"position": each.position, "body": each.body.decode(), "link": each.link.hex()}
            for each in events
        ],
    }


@endpoints.internal("GET", "/held", allow=parts(LOG))
def held(web: Web, request: Request) -> Answer:
    """How far this part holds a source that it follows, or its own: generation, position, link."""
    source = web.deployment.part(read_query(request, OfSource())["source"]).source
    _must_follow(web, source)
    found = restored.held(web.work.store, source)
    return {
        "generation": found.generation,
        "position": found.position,
        "link": found.link.hex() if found.link is not None else None,
    }


@endpoints.internal("POST", "/held/accept", allow=parts(OPERATE, OPERATOR))
def accept(web: Web, request: Request) -> Answer:
    """Let a restored source count from where an operator accepted it; supervision's own, that is."""
    said = read_values(request, AcceptedHistory())
    with web.work.store.transaction(Context.once("operator")):
        return {"accepted": histories.accept(web.work, said["source"], generation_of(said))}


@endpoints.internal("POST", "/rebuild", allow=parts(OPERATE, OPERATOR))
def rebuild(web: Web, request: Request) -> Answer:
    """Build the views anew from events; followers begin at once to bring back the others'."""
    del request
    replayed = web.work.rebuild_views()
    for wake in web.wake_followers:
        wake()
    return {"source": web.instance.source, "replayed": replayed}


@endpoints.internal("GET", "/static/<name>", allow=PUBLIC)
def static(web: Web, request: Request, name: str) -> Response:
    """Styles, scripts and pictures."""
    del web, request
    if (path := STATIC.get(name)) is None:
        raise Malformed(404, "http-404", "没有这个文件。", "No such file.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": "max-age=300"}
    return Response(sent(path), headers=headers, content_type=kind)


@cache
def sent(file: Path) -> bytes:
    """What a browser is sent of a static file: a style or script without what is for its readers."""
    pack = PACKED.get(file.suffix)
    return pack(file.read_text(encoding="utf-8")).encode() if pack else file.read_bytes()


@endpoints.internal("PUT", "/rehearsal/clock", allow=parts(OPERATE, OPERATOR))
def set_clock(web: Web, request: Request) -> Answer:
    """Set the rehearsal's clock."""
    clock = web.work.store.clock
    if not web.deployment.rehearsal or not isinstance(clock, RehearsalClock):
        raise Malformed(404, "no-rehearsal", "这不是演练。", "This is not a rehearsal.")
    try:
        clock.set(datetime.fromisoformat(json_object(raw_body(request, JSON_LIMIT))["now"]))
    except (KeyError, ValueError, TypeError) as error:
        raise Malformed(400, "malformed", "now：{error}", "now: {error}", error=error) from None
    return {"now": clock.now().isoformat()}


def _must_follow(web: Web, source: str) -> None:
    """Refuse a part that neither is the source nor follows it."""
    if web.caller.source not in (OPERATOR, source, *web.followers(source)):
        raise NotAllowed


def _shown(health: FollowerHealth, position: int) -> dict[str, object]:
    return {
        "source": health.source,
        "position": position,
        "healthy": health.failing is None,
        "failing": health.failing,
        "since": health.since,
        "unheard": health.unheard,
        "unheard_since": health.unheard_since,
        "duplicates": health.duplicates,
        "filled": health.filled,
        "rejected": health.rejected,
    }
