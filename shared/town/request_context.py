"""The request that is being answered: who asks, and whom it has looked at so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from shared.kit.service_tokens import Caller
from shared.town.access.allow import Place
from shared.town.access.person import Grant, Person
from shared.town.access.roles import ROLES

KnownPlaces = dict[object, list[Place]]
"""Where units and residents are, looked up once a request."""


@dataclass(slots=True)
class Request:
    """One admitted request.

    `grants` are those that let the person in; `mark` proves that a form comes from a page of
    this session; `address` is the client's; `looked` collects, by resident, the fields that were
    opened, and `reason` says why, where a reason is asked for; `page` is the page that is seen, or
    was when it was asked, `large` in large type; `places` is where admission found what it was
    asked about; `position` is how far the store was before a page was made.
    """

    by: Person | Caller | None
    grants: tuple[Grant, ...] = ()
    mark: str = ""
    address: str = ""
    reason: str | None = None
    page: str = "/"
    large: bool = False
    looked: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    places: KnownPlaces = field(default_factory=KnownPlaces)
    position: int = 0

    @property
    def opens_identities(self) -> bool:
        """Whether a grant that let the person in is more than pseudonymous, or a reason is given."""
        return self.reason is not None or any(
            not ROLES[grant.role].pseudonymous for grant in self.grants
        )

    def look(self, resident: str, fields: Iterable[str]) -> None:
        """Note that these fields of a resident were opened."""
        self.looked.setdefault(resident, set()).update(fields)


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current() -> Request | None:
    """Return the request being answered; None in policies, timers and programs."""
    return _current.get()


@contextmanager
def deciding() -> Iterator[None]:
    """What a command reads in order to decide, nobody is shown: it is not noted as a look."""
    asked = _current.get()
    with answering(replace(asked, looked={}) if asked else None):
        yield


@contextmanager
def answering(request: Request | None) -> Iterator[None]:
    """Answer a request; None: what follows is the system's own work, not a person's look."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)
