"""Bridge: services whose endpoints are still inherited methods of one nameko class."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from werkzeug.wrappers import Request

from shared.kit.eventstore import Policies, Views
from shared.kit.part import Assembly, Part
from shared.kit.tasks import Tasks
from shared.kit.web.endpoints import Endpoint, Endpoints
from shared.kit.web.nameko_service import Configured, HttpEntrypoint
from shared.town.access import Place, parts
from shared.town.mirrors import staff
from shared.town.places import Places
from shared.town.web import http


def _old(kind: str) -> Callable[..., Any]:
    def declare(*args: Any, **kwargs: Any) -> Any:
        def decorate(method: Any) -> Any:
            registry = Endpoints()
            getattr(registry, kind)(*args, **kwargs)(method)
            [endpoint] = registry.all

            def handle(service: Any, request: Request, **path: Any) -> Any:
                return _of(type(service), endpoint).handle(service.edge, request, path)

            functools.update_wrapper(handle, method)
            handle.endpoint = endpoint  # type: ignore[attr-defined]
            return HttpEntrypoint.decorator(endpoint.declaration)(handle)

        return decorate

    return declare


def _of(service: type[Any], endpoint: Endpoint) -> Endpoint:
    def work(edge: Any, request: Request, path: Any, inside: Any) -> Any:
        made = service()
        made.__dict__["edge"] = edge
        return endpoint.work(made, request, path, inside)

    return Endpoint(endpoint.declaration, work)


query, page, action = _old("query"), _old("page"), _old("action")
command, upload = _old("command"), _old("upload")


def internal(
    verb: str, url: str, summary: str, *, allow: Any = None, kind: str = "internal"
) -> Any:
    """Declare an address for the deployment's own parts."""
    return _old("internal")(verb, url, allow=allow or parts(), summary=summary, kind=kind)


class Service:
    """Base of a nameko service class with inherited endpoints; all else is the edge's."""

    name: ClassVar[str]
    application: ClassVar[Any]
    nav: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    app: Any
    edge: Any = Configured("edge")

    def __getattr__(self, name: str) -> Any:
        edge = self.__dict__["edge"]
        if name == "app":
            return edge.work
        if name == "part":
            return edge.instance
        return getattr(edge, name)

    def render(self, template: str, **values: Any) -> str:
        """Render a page in the common frame."""
        return self.edge.render(template, **values)

    def unit_of_path(self, path: Mapping[str, Any]) -> str:
        """The unit that an endpoint "at the unit" is about."""
        return path["unit"]

    def must_reach(self, place: Place) -> None:
        """Raise `NotAllowed` unless a grant holds the place."""
        self.edge.must_reach(place)


class OldPlaces(Places):
    """Where a resident is, as the application's own methods know."""

    def __init__(self, service: type[Service]) -> None:
        """Ask the application, and the service for addresses."""
        self.service = service

    def unit_of(self, work: Any, resident: Any) -> str:
        """Return the unit that counts a resident."""
        return work.unit_of(resident)

    def units_of(self, work: Any, resident: Any) -> tuple[str, ...]:
        """Return the units whose staff may act for a resident."""
        return work.units_of(resident)

    def sites_of(self, work: Any, unit: str) -> tuple[str, ...]:
        """Return the sites of a unit."""
        return work.sites_of(unit)

    def units_at(self, work: Any, site: str) -> tuple[str, ...]:
        """Return the units of a site."""
        return work.units_at(site)

    def cadre_of(self, work: Any, resident: Any) -> str | None:
        """Return who is responsible for a resident."""
        cadre_of = getattr(work, "cadre_of", None)
        return cadre_of(resident) if cadre_of else None

    def unit_of_path(self, work: Any, path: Mapping[str, Any]) -> str:
        """Return the unit an address is about."""
        service = self.service()
        service.__dict__["edge"] = _Bare(work)
        return service.unit_of_path(path)


class _Bare:
    def __init__(self, work: Any) -> None:
        self.work = work


def assembly_of(part: Part, service: type[Service], folder: Path) -> Assembly:
    """Return the assembly of a service whose rooms are not rooms yet."""
    application = service.application
    old = Endpoints()
    for name in dir(service):
        endpoint = getattr(getattr(service, name), "endpoint", None)
        if endpoint is not None:
            old.all.append(_of(service, endpoint))
    return Assembly(
        part,
        application.aggregates,
        application.snapshotting_intervals,
        Views.together([staff.views, application.views]),
        application.policies or Policies(),
        Endpoints([http.endpoints, old]),
        Tasks(),
        (folder / "pages",),
    )


def nameko_class(service: type[Service]) -> type[Any]:
    """Return the nameko class with what every part answers beside its own methods."""
    from shared.kit.messaging.subscriber import subscriber
    from shared.kit.web.nameko_service import handler, method_named

    members: dict[str, Any] = {"follow": subscriber(method_named("follow"))}
    for number, endpoint in enumerate(http.endpoints.all):
        name = f"frame_{number}"
        entry = HttpEntrypoint.decorator(endpoint.declaration)
        members[name] = entry(handler(name, endpoint))
    return type(service.__name__, (service,), members)
