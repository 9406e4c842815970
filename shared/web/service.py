"""What every service has: health, status, its log, its description, its pages' frame."""

from __future__ import annotations

import functools
import hmac
import mimetypes
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate
from nameko.extensions import DependencyProvider
from werkzeug.wrappers import Request, Response

from shared.clock import RehearsalClock
from shared.eventstore import Application
from shared.messaging.following import Standing
from shared.messaging.subscriber import subscriber
from shared.web import openapi, pages
from shared.web.endpoints import Declaration, declare, query
from shared.web.problems import Malformed, problem_of
from shared.web.requests import JSON_LIMIT, json_object, raw_body, read_query
from shared.web.server import json_response, problem_response

LOG_PAGE = 1000
STATIC = Path(__file__).parent / "static"


class LogPage(Schema):
    """Which part of the log."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=LOG_PAGE, validate=validate.Range(1, LOG_PAGE))


class Configured(DependencyProvider):
    """Hands a service one value of its container's configuration."""

    def __init__(self, key: str) -> None:
        """Name the value."""
        self.key = key

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Return the value."""
        return self.container.config[self.key]


def internal(verb: str, url: str, summary: str, *, token: bool = True) -> Any:
    """Declare an address for the deployment's own parts and programs; `token` guards it."""

    def decorate(method: Any) -> Any:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            try:
                if token:
                    _check_token(service, request)
                answer = method(service, request, **path)
            except Exception as error:
                return problem_response(problem_of(error))
            return answer if isinstance(answer, Response) else json_response(answer)

        return declare(Declaration("internal", verb, url, summary), handle)

    return decorate


def _check_token(service: Any, request: Request) -> None:
    wanted = f"Bearer {service.deployment.secrets.service}".encode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted):
        raise Malformed(401, "unauthorized", "需要服务令牌。 A service token is needed.")


class Service:
    """Base of the five nameko service classes; a subclass adds `name` and its entry points."""

    name: ClassVar[str]
    application: ClassVar[type[Application]]
    nav: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    app: Any = Configured("application")
    deployment: Any = Configured("deployment")
    part: Any = Configured("part")
    standings: Any = Configured("standings")

    @subscriber
    def follow(self) -> None:
        """Follow the sources of this service's topology; the subscriber does the work."""

    def render(self, template: str, **values: Any) -> str:
        """Render a page in the common frame."""
        campaign = self.app.campaign
        frame = {
            "service": self.name,
            "nav": self.nav,
            "part": self.part,
            "parts": self.deployment.parts,
            "campaign": campaign,
            "site": campaign.site(self.part.site) if self.part.site else None,
            "now": self.app.now(),
            "rehearsal": self.deployment.rehearsal,
        }
        return pages.render(self.name, template, frame | values)

    @query("/health", summary="Whether this part can work: its store answers")
    def health(self) -> dict[str, Any]:
        """Answer 200 when the store can be read, 503 otherwise."""
        return {"status": "ok", "source": self.part.source, "head": self.app.store.head()}

    @query("/status", summary="Positions, lags and failures of this part")
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

    @query("/openapi.json", summary="This description")
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

    @internal("POST", "/rebuild", "Empty the views and build them anew from events")
    def rebuild(self, request: Request) -> dict[str, Any]:
        """Rebuild this part's views; other sources are followed anew from their logs."""
        del request
        return {"source": self.part.source, "replayed": self.app.rebuild_views()}

    @internal("GET", "/static/<name>", "Styles, scripts and pictures", token=False)
    def static(self, request: Request, name: str) -> Response:
        """Return a file of the common frame."""
        del request
        path = STATIC / name
        if path.parent != STATIC or not path.is_file():
            raise Malformed(404, "http-404", "没有这个文件。 No such file.")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "max-age=300"}
        return Response(path.read_bytes(), headers=headers, content_type=kind)

    @internal("PUT", "/rehearsal/clock", "Set the rehearsal's clock")
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
def _openapi(service_class: type[Service]) -> dict[str, Any]:
    return openapi.document(service_class)
