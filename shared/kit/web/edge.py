"""Edge: one part as HTTP sees it - what an endpoint is given, whatever server serves it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from shared.kit.deployment import Deployment, Instance
from shared.kit.eventstore.context import Context
from shared.kit.eventstore.lead import Lead
from shared.kit.eventstore.work import Work
from shared.kit.messaging.health import FollowerHealth
from shared.kit.messaging.shared_health import SharedHealth
from shared.kit.source_keys import PartKey
from shared.kit.web.declaration import Declaration
from shared.kit.web.live import Live
from shared.kit.web.overload import CommandsUnderWay
from shared.kit.web.responses import page_response


class Admitted(Protocol):
    """A request that was let in."""

    @property
    def actor(self) -> str:
        """Who is written into events."""
        ...

    def finish(self, response: Response) -> Response:
        """Add to the response what being let in asks for."""
        ...


class Edge(ABC):
    """One part over HTTP; endpoints get it as their first argument.

    Events of the names in `SILENT` change no page.
    """

    SILENT: tuple[str, ...] = ()

    def __init__(self, deployment: Deployment, instance: Instance, work: Work) -> None:
        self.deployment = deployment
        self.instance = instance
        self.work = work
        self.lead = Lead(work.store)
        self.commands = CommandsUnderWay()
        self.live = Live(work.store, self.SILENT)
        self.health: list[FollowerHealth] = []
        self.wake_followers: list[Callable[[], object]] = []
        self.shared_health = SharedHealth(work.store, self.health)

    def followers_health(self) -> Sequence[FollowerHealth]:
        """Return how the part's followers are, in whichever process they run."""
        alone = self.deployment.processes == 1
        return self.health if alone or self.lead.here else self.shared_health.known()

    @abstractmethod
    def admitted(
        self, request: Request, declaration: Declaration, path: Mapping[str, Any]
    ) -> AbstractContextManager[Admitted]:
        """Let a request in, or raise why not; `path` holds what its address names."""

    @abstractmethod
    def refused(self, request: Request, declaration: Declaration, error: Exception) -> Response:
        """Answer a request that was refused, or that failed."""

    @abstractmethod
    def render(self, template: str, **values: Any) -> str:
        """Render a page in the common frame."""

    @abstractmethod
    def signature(self, text: str) -> str:
        """Sign a text for the session whose request is being answered; nobody else can."""

    @abstractmethod
    def is_part(self, token: str) -> bool:
        """Tell whether another part of the deployment bears this token."""

    @abstractmethod
    def key_of(self, source: str) -> PartKey | None:
        """Return the key with which a source seals what it says; None: none counts."""

    def deciding(self) -> AbstractContextManager[None]:
        """What a command does inside of this, it does in order to decide."""
        return nullcontext()

    def check_context(self, context: Context) -> None:
        """Raise what forbids to store a command under this key for ever; mostly nothing does."""
        del context

    def html(self, html: str, status: int = 200) -> Response:
        """Return a page whose forms may lead to the parts of the deployment, and nowhere else."""
        return page_response(html, [part.address for part in self.deployment.parts], status)
