"""nameko service: the class that nameko runs, made from a part - its endpoints, tasks, follower."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import eventlet
from nameko.dependency_providers import Config
from nameko.extensions import Entrypoint
from nameko.web.handlers import HttpRequestHandler
from werkzeug.wrappers import Request, Response

from shared.kit.eventstore.engine import UNAVAILABLE
from shared.kit.messaging.subscriber import subscriber
from shared.kit.outages import Outage
from shared.kit.part import Assembly
from shared.kit.tasks import Lasting
from shared.kit.web.edge import Edge
from shared.kit.web.endpoints import Declaration, Endpoint
from shared.kit.web.problems import problem_of
from shared.kit.web.responses import problem_response
from shared.kit.web.server import PartServer

TELL_SECONDS = 1.0

log = logging.getLogger(__name__)


class Undeclared(TypeError):
    """An HTTP entry point does not say who may use it, so the service does not start."""


class HttpEntrypoint(HttpRequestHandler):
    """nameko's HTTP entrypoint on our server, carrying its endpoint."""

    server: PartServer = PartServer()  # type: ignore[assignment]

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint, self.declaration = endpoint, endpoint.declaration
        super().__init__(self.declaration.verb, self.declaration.url)

    def handle_request(self, request: Request) -> Response:
        """Answer in a worker; beside them what is wanted while all are busy, and what is counted."""
        if not (self.declaration.at_once or self.declaration.waits):
            return super().handle_request(request)
        _, path = self.get_entrypoint_parameters(request)
        return self.endpoint.handle(self.container.config["edge"], request, path)

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """Look at nothing: what an address names is what its endpoint was declared with."""

    def stop(self) -> None:
        """Stop once everything that came is answered."""
        self.server.drain()
        super().stop()

    def response_from_exception(self, exc: Exception) -> Response:
        """Answer what even the edge could not."""
        return problem_response(problem_of(exc))


class Doing(Entrypoint):
    """Does a task of the part in a green thread of its own."""

    def __init__(self, lasting: Lasting) -> None:
        """Do it once, for as long as it lasts, or every so many seconds."""
        self.lasting = lasting
        super().__init__()

    def start(self) -> None:
        """Begin."""
        self.container.spawn_managed_thread(partial(self._do, self.container.config["edge"]))

    def _do(self, edge: Edge) -> None:
        if self.lasting.seconds is None:
            self._wait(edge)
            self.lasting.task(edge)
        else:
            self._repeat(edge, self.lasting.seconds)

    def _repeat(self, edge: Edge, seconds: float) -> None:
        task = self.lasting.task
        name = getattr(task, "__name__", task)
        outage = Outage(log, f"task {name}", expected=UNAVAILABLE)
        while True:
            eventlet.sleep(seconds)
            self._wait(edge)
            try:
                task(edge)
            except Exception as error:
                outage.failed(error)
            else:
                outage.over()

    def _wait(self, edge: Edge) -> None:
        """Leave to another process what one does for all."""
        if not self.lasting.each_process:
            edge.lead.wait()


def keep_lead(edge: Edge) -> None:
    """Have the lead of the part, whenever no other process has it."""
    edge.lead.keep()


def tell_health(edge: Edge) -> None:
    """Tell the part's other processes how its followers are."""
    if edge.deployment.processes > 1:
        edge.shared_health.tell()


OF_EVERY_PART = (Lasting(keep_lead, None, each_process=True), Lasting(tell_health, TELL_SECONDS))


def service_class(assembly: Assembly) -> type[Any]:
    """Return the nameko class of a part: an entrypoint an endpoint, a task, and the follower."""
    part = assembly.part
    members: dict[str, Any] = {
        "__doc__": part.does,
        "name": part.name,
        "part": part,
        "config": Config(),
        "follow": subscriber(method_named("follow")),
    }
    for endpoint in assembly.endpoints.all:
        declaration = endpoint.declaration
        name = re.sub(r"\W+", "_", f"{declaration.verb.lower()}{declaration.url}").strip("_")
        if name in members:
            raise Undeclared(f"{declaration.verb} {declaration.url} is declared twice")
        members[name] = HttpEntrypoint.decorator(endpoint)(handler(name, endpoint))
    for lasting in (*OF_EVERY_PART, *assembly.tasks.lasting):
        name = lasting.task.__name__
        members[name] = Doing.decorator(lasting)(method_named(name))
    return type(f"{part.name.capitalize()}Service", (), members)


def handler(name: str, endpoint: Endpoint) -> Callable[..., Response]:
    """Return the method that lets an endpoint answer."""

    def handle(service: Any, request: Request, **path: Any) -> Response:
        return endpoint.handle(service.config["edge"], request, path)

    handle.__name__ = name
    return handle


def method_named(name: str) -> Callable[[Any], None]:
    """Return a method for nameko to hang an entrypoint on that does its work itself."""

    def method(service: Any) -> None:
        del service

    method.__name__ = name
    return method


def declarations(service: type[Any]) -> list[Declaration]:
    """Return the declarations of a nameko class, in the order of their addresses.

    Raises `Undeclared` for an HTTP entry point that came about in another way than by this file.
    """
    found: list[Declaration] = []
    for name in dir(service):
        for entrypoint in getattr(getattr(service, name), "nameko_entrypoints", ()):
            if isinstance(entrypoint, HttpEntrypoint):
                found.append(entrypoint.declaration)
            elif isinstance(entrypoint, HttpRequestHandler):
                raise Undeclared(f"{service.__name__}.{name} does not say who may use it")
    return sorted(found, key=lambda declaration: (declaration.url, declaration.verb))
