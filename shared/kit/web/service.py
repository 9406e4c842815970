"""What every service has: health, status, its log, its description, its pages' frame."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from marshmallow import Schema, fields, validate
from nameko.extensions import DependencyProvider
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.kit.clock import RehearsalClock
from shared.kit.eventstore import Application
from shared.kit.messaging.following import Standing
from shared.kit.messaging.subscriber import subscriber
from shared.kit.web import openapi, pages
from shared.kit.web.admission import Admitted, set_cookie
from shared.kit.web.endpoints import (
    Declaration,
    action,
    declarations,
    declare,
    local_address,
    page,
    query,
)
from shared.kit.web.problems import Malformed
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body, read_query
from shared.kit.web.server import json_response
from shared.town.access import PUBLIC, SIGNED_IN, Allow, Person, Place, parts, request_context
from shared.town.access.gate import RemoteOffice
from shared.town.access.landing_pages import door_of, may_open
from shared.town.access.refusals import NotAllowed, NotSignedIn
from shared.town.access.roles import ROLES
from shared.town.deployment import Deployment, Part

LOG_PAGE = 1000
# Of a scope such as unit:v01.
KINDS = ("unit", "site")
STATIC = Path(__file__).parent / "static"


class LogPage(Schema):
    """Which part of the log."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=LOG_PAGE, validate=validate.Range(1, LOG_PAGE))


class Arrival(Schema):
    """How a browser comes back from signing in."""

    ticket = fields.String(required=True, validate=validate.Regexp(r"^[\w-]{1,200}$"))
    next = fields.String(load_default="/", validate=validate.Regexp(r"^/[^\s]{0,1900}$"))


class Configured(DependencyProvider):
    """Hands a service one value of its container's configuration."""

    def __init__(self, key: str) -> None:
        """Name the value."""
        self.key = key

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Return the value."""
        return self.container.config[self.key]


def internal(
    verb: str, url: str, summary: str, *, allow: Allow | None = None, kind: str = "internal"
) -> Any:
    """Declare an address for the deployment's own parts and its operator (or as `allow` says).

    The method gets the request itself. Of the kind "page", refusals are pages.
    """

    def decorate(method: Any) -> Any:
        def work(service: Any, request: Request, path: dict[str, Any], _: Admitted) -> Response:
            answer = method(service, request, **path)
            return answer if isinstance(answer, Response) else json_response(answer)

        declaration = Declaration(kind, verb, url, summary, allow or parts())
        return declare(declaration, method, work)

    return decorate


class Service:
    """Base of the five nameko service classes; a subclass adds `name` and its entry points."""

    name: ClassVar[str]
    application: ClassVar[type[Application]]
    nav: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    app: Any = Configured("application")
    deployment: Any = Configured("deployment")
    part: Any = Configured("part")
    gate: Any = Configured("gate")
    standings: Any = Configured("standings")

    @subscriber
    def follow(self) -> None:
        """Follow the sources of this service's topology; the subscriber does the work."""

    def render(self, template: str, **values: Any) -> str:
        """Render a page in the common frame."""
        campaign = self.app.campaign
        frame = {
            "service": self.name,
            "nav": self._rooms(),
            "part": self.part,
            "me": self.visitor,
            "supervision": self.deployment.part("supervision").address,
            "roles": ROLES,
            "parts": self.deployment.parts,
            "teams": self._teams(),
            "campaign": campaign,
            "site": campaign.site(self.part.site) if self.part.site else None,
            "now": self.app.now(),
            "rehearsal": self.deployment.rehearsal,
        }
        return pages.render(self.name, template, frame | values)

    @classmethod
    def sign_in_office(cls, deployment: Deployment, part: Part, app: Application) -> Any:
        """Return where this part's sessions are renewed and ended: at supervision."""
        del app
        return RemoteOffice(deployment, part)

    def _rooms(self) -> list[tuple[str, str, str]]:
        """This team's pages that the visitor may open."""
        if (visitor := self.visitor) is None:
            return []
        pages = _pages_of(type(self))
        return [
            room
            for room in self.nav
            if may_open(pages[room[0].partition("?")[0]], visitor, self.part)
        ]

    def _teams(self) -> list[tuple[Part, str]]:
        """The parts the visitor may enter, each with the address of the page to begin with."""
        doors = ((part, door_of(part, self.visitor)) for part in self.deployment.parts)
        return [(part, f"{part.address}{door}") for part, door in doors if door]

    @property
    def way_on(self) -> str:
        """Where a visitor who was refused goes on: this part's door, or what is theirs alone."""
        if (visitor := self.visitor) is None:
            return "/"
        own = f"{self.deployment.part('supervision').address}/account"
        return door_of(self.part, visitor) or own

    # Who is there

    @property
    def visitor(self) -> Person | None:
        """The member of staff whose request is being answered, if anybody is signed in."""
        asked = request_context.current()
        return asked.by if asked and isinstance(asked.by, Person) else None

    @property
    def person(self) -> Person:
        """The same where somebody has to be signed in; raises `NotSignedIn`."""
        if (visitor := self.visitor) is None:
            raise NotSignedIn
        return visitor

    @property
    def client_address(self) -> str:
        """Where the request comes from."""
        asked = request_context.current()
        return asked.address if asked else ""

    def unit_of_path(self, path: dict[str, Any]) -> str:
        """The unit that an entry point "at the unit" is about, by what stands in its address."""
        return path["unit"]

    def must_reach(self, place: Place) -> None:
        """Raise `NotAllowed` unless one of the grants that let the person in holds the place."""
        asked = request_context.current()
        if asked is None or not any(
            grant.reaches(place.unit, place.site) for grant in asked.grants
        ):
            raise NotAllowed

    def units_in_reach(self) -> frozenset[str] | None:
        """Codes of the units whose people this request may list; None for all of the town.

        Granted for a site means: the units docked to it.
        """
        asked = request_context.current()
        scopes = {grant.scope for grant in asked.grants} if asked else set[str]()
        if "town" in scopes:
            return None
        of = {kind: [s.partition(":")[2] for s in scopes if s.startswith(kind)] for kind in KINDS}
        docked = (unit for site in of["site"] for unit in self.app.units_at(site))
        return frozenset((*of["unit"], *docked))

    def sign_in_address(self, request: Request) -> str:
        """Where a browser goes to sign in and come back to what it asked for."""
        wanted = self.part.address + request.full_path.rstrip("?")
        address = self.deployment.part("supervision").address
        return f"{address}/sign-in?{urlencode({'next': wanted})}"

    @page("/session", allow=PUBLIC, params=Arrival, summary="Come back from signing in")
    def arrive(self, ticket: str, next: str) -> Response:  # noqa: A002 - as it is called in addresses
        """Turn the ticket into a session of this part."""
        token = self.gate.office.exchange(ticket, self.gate.audience)
        response = redirect(local_address(next), 303)
        set_cookie(self, response, token)
        return response

    @action("/sign-out", allow=SIGNED_IN, summary="End the session, in every part")
    def sign_out(self, body: dict[str, Any]) -> Response:
        """End the session everywhere and forget it here."""
        del body
        self.gate.standing.end(self.person.session)
        self.gate.office.end(self.person.session)
        response = redirect(self.deployment.part("supervision").address + "/sign-in?done=here", 303)
        response.delete_cookie(self.gate.cookie, secure=self.deployment.tls_proxy)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    # The part

    @query("/health", allow=PUBLIC, summary="Whether this part can work: its store answers")
    def health(self) -> dict[str, Any]:
        """Answer 200 when the store can be read, 503 otherwise."""
        return {"status": "ok", "source": self.part.source, "head": self.app.store.head()}

    @query(
        "/status", allow=SIGNED_IN | parts(), summary="Positions, lags and failures of this part"
    )
    def status(self) -> dict[str, Any]:
        """Tell where the store, its relay and each subscription stand."""
        store = self.app.store
        published, beat = store.published()
        positions = store.positions()
        return {
            "source": self.part.source,
            "head": store.head(),
            "relay": {"published": published, "beat_at": beat},
            "follows": [
                _standing(standing, positions.get(standing.source, 0))
                for standing in self.standings
            ],
        }

    @query("/openapi.json", allow=PUBLIC, summary="This description")
    def openapi(self) -> dict[str, Any]:
        """Describe the service's HTTP interface (OpenAPI 3.1)."""
        return _openapi(type(self))

    @internal("GET", "/log", "The events of this source in order, the stored bytes as text")
    def log(self, request: Request) -> dict[str, Any]:
        """Return events after a position."""
        page = read_query(request, LogPage())
        events = self.app.store.log(page["after"], page["limit"])
        return {
            "source": self.part.source,
            "events": [{"position": at, "body": body.decode()} for at, body in events],
        }

    @internal("POST", "/rebuild", "Build the views anew from events", allow=parts("operator"))
    def rebuild(self, request: Request) -> dict[str, Any]:
        """Rebuild this part's views; other sources are followed anew from their logs."""
        del request
        return {"source": self.part.source, "replayed": self.app.rebuild_views()}

    @internal("GET", "/static/<name>", "Styles, scripts and pictures", allow=PUBLIC)
    def static(self, request: Request, name: str) -> Response:
        """Return a file of the common frame."""
        del request
        path = STATIC / name
        if path.parent != STATIC or not path.is_file():
            raise Malformed(404, "http-404", "没有这个文件。 No such file.")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "max-age=300"}
        return Response(path.read_bytes(), headers=headers, content_type=kind)

    @internal("PUT", "/rehearsal/clock", "Set the rehearsal's clock", allow=parts("operator"))
    def set_clock(self, request: Request) -> dict[str, Any]:
        """Set the time; only a deployment started for rehearsal has a clock that can be set."""
        clock = self.app.store.clock
        if not self.deployment.rehearsal or not isinstance(clock, RehearsalClock):
            raise Malformed(404, "no-rehearsal", "这不是演练。 This is not a rehearsal.")
        try:
            clock.set(datetime.fromisoformat(json_object(raw_body(request, JSON_LIMIT))["now"]))
        except (KeyError, ValueError, TypeError) as error:
            raise Malformed(400, "malformed", f"now: {error}") from None
        return {"now": clock.now().isoformat()}


def _standing(standing: Standing, position: int) -> dict[str, Any]:
    return {
        "source": standing.source,
        "position": position,
        "healthy": standing.failing is None,
        "failing": standing.failing,
        "since": standing.since,
        "duplicates": standing.duplicates,
        "filled": standing.filled,
        "rejected": standing.rejected,
    }


@cache
def _pages_of(service_class: type[Service]) -> dict[str, Allow]:
    """Whom each page lets in, by its address."""
    found = declarations(service_class)
    return {each.url: each.allow for each in found if each.kind == "page"}


@cache
def _openapi(service_class: type[Service]) -> dict[str, Any]:
    return openapi.document(service_class)
