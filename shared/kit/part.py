"""Part: the one page that says what a service is - its rooms, whom it follows, where it lets in.

    PART = Part(
        "services.lending",
        "Which books are lent, to whom and until when.",
        title=("外借", "Lending"),
        rooms=("loans", "reminders"),
        follows=("readers", "shelves"),
    )

A room is a folder. Of its files `views`, `policies`, `http` and `tasks` the kit takes the object
of that name (of `http` the `endpoints`); `domain` names the `AGGREGATES` of the service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eventsourcing.domain import Aggregate

from shared.kit import disowned
from shared.kit.eventstore.views import Policies, Views
from shared.kit.tasks import Tasks
from shared.kit.web.endpoints import Endpoints


@dataclass(frozen=True, slots=True)
class Part:
    """A service, before anything of it is imported: cheap to know, for all the others' sake.

    `follows` are the names of the services it hears. `landing` are the pages it lets people in by,
    the best first, each with who may; `nav` its own menu: address, Chinese, English. `mirrors`
    are modules with views of what other services say, `common` rooms that every part has.
    `title` is its team's name, Chinese and English. `sharded`: one instance a shard.
    """

    package: str
    does: str
    title: tuple[str, str]
    rooms: tuple[str, ...]
    follows: tuple[str, ...]
    landing: tuple[tuple[str, Any], ...] = ()
    nav: tuple[tuple[str, str, str], ...] = ()
    mirrors: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    sharded: bool = False

    @property
    def name(self) -> str:
        """The service's name, which is its folder's."""
        return self.package.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Assembly:
    """A part with everything of its rooms put together."""

    part: Part
    aggregates: tuple[type[Aggregate], ...]
    snapshots: dict[type[Aggregate], int]
    views: Views
    policies: Policies
    endpoints: Endpoints
    tasks: Tasks
    pages: tuple[Path, ...]


@cache
def assemble(part: Part) -> Assembly:
    """Import a part's rooms and put together what they declare, in the order of the rooms."""
    domain = import_module(f"{part.package}.domain")
    rooms = [*part.common, *(f"{part.package}.{room}" for room in part.rooms)]
    mirrors = [disowned.views, *(import_module(mirror).views for mirror in part.mirrors)]
    return Assembly(
        part,
        domain.AGGREGATES,
        getattr(domain, "SNAPSHOTS", {}),
        Views.together([*mirrors, *_declared(rooms, "views")]),
        Policies.together(list(_declared(rooms, "policies"))),
        Endpoints(_declared(rooms, "http", "endpoints")),
        Tasks(_declared(rooms, "tasks")),
        tuple(Path(str(import_module(room).__file__)).parent / "pages" for room in rooms),
    )


def _declared(rooms: list[str], file: str, name: str = "") -> Iterator[Any]:
    for room in rooms:
        if find_spec(f"{room}.{file}") is not None:
            yield getattr(import_module(f"{room}.{file}"), name or file)
