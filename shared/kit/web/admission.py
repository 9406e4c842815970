"""Admission: who is let in to an entry point, and what is written down about it afterwards."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from shared.kit.eventstore import Context
from shared.kit.web.limits import client_address, limits_of
from shared.kit.web.requests import is_form
from shared.town.access import Allow, Caller, Person, Place, request_context
from shared.town.access.access_log import Look
from shared.town.access.gate import Gate
from shared.town.access.refusals import NotAllowed, NotSignedIn, TokenRefused
from shared.town.access.roles import LIST

MOST_RESIDENTS = 500

log = logging.getLogger(__name__)


@contextmanager
def admitted(
    service: Any, request: Request, allow: Allow, url: str, path: dict[str, Any]
) -> Iterator[Admitted]:
    """Let the request in; afterwards record whom it looked at, before the answer leaves.

    `url` is the entry point's address with its placeholders, `path` what stands for them.
    Raises `TokenRefused`, `NotSignedIn`, `NotAllowed`, `FormForged`.
    """
    gate = service.gate
    by, renewed = _visitor(gate, request) if allow.public else gate.who(request)
    person = by if isinstance(by, Person) else None
    if person is not None:
        limits_of(service.deployment).account(person.login)
    if request.method == "POST" and (is_form(request) or gate.cookie in request.cookies):
        gate.check_form(request, None if allow.public else person)
    inside = Admitted(by, renewed)
    if not allow.public:
        try:
            inside.grants = _grants(service, allow, by, path)
        except NotAllowed as refusal:
            log.warning("%s: %s at %s", refusal.code, inside.actor, url)
            raise
    mark = gate.mark(person) if person else ""
    address = client_address(request.environ, behind_proxy=service.deployment.tls_proxy)
    asked = request_context.Request(by, inside.grants, mark, address)
    with request_context.answering(asked):
        yield inside
        if person is not None and asked.looked:
            _record(service.app, person, url, asked)


def _visitor(gate: Gate, request: Request) -> tuple[Person | None, str | None]:
    """Who comes to a page that is open to everybody; a token that is not good is nobody's."""
    if gate.cookie not in request.cookies:
        return None, None
    try:
        by, renewed = gate.who(request)
    except TokenRefused:
        return None, None
    return (by, renewed) if isinstance(by, Person) else (None, None)


def refused_visitor(gate: Gate, request: Request) -> request_context.Request:
    """Who is told that something was refused: the page round it is theirs, with their ways on."""
    try:
        by, _ = gate.who(request)
    except TokenRefused:
        by = None
    person = by if isinstance(by, Person) else None
    return request_context.Request(person, mark=gate.mark(person) if person else "")


class Admitted:
    """A request that was let in: by whom, thanks to which grants, with which new token."""

    def __init__(self, by: Person | Caller | None, renewed: str | None) -> None:
        """Begin without grants."""
        self.by = by
        self.renewed = renewed
        self.grants: Any = ()

    @property
    def actor(self) -> str:
        """Who is written into events."""
        if isinstance(self.by, Person):
            return self.by.login
        return self.by.source if self.by else "anonymous"

    def finish(self, service: Any, response: Response) -> Response:
        """Give the browser the renewed token."""
        if self.renewed:
            set_cookie(service, response, self.renewed)
        return response


def set_cookie(service: Any, response: Response, token: str) -> None:
    """Keep a token in the browser until it is closed: for this part only, out of scripts' reach."""
    response.set_cookie(
        service.gate.cookie,
        token,
        httponly=True,
        samesite="Lax",
        secure=service.deployment.tls_proxy,
    )


def _grants(
    service: Any, allow: Allow, by: Person | Caller | None, path: dict[str, Any]
) -> tuple[Any, ...]:
    if isinstance(by, Caller):
        if not allow.admits(by):
            raise NotAllowed
        return ()
    if by is None:
        raise NotSignedIn
    places = _places(service, allow, path, by)
    found = {grant: None for place in places for grant in allow.matching(by, place)}
    if not found:
        raise NotAllowed
    return tuple(found)


def _places(service: Any, allow: Allow, path: dict[str, Any], by: Person) -> list[Place | None]:
    """Where the request is at: at a resident, with every unit that lists them (R16)."""
    if allow.at == "town":
        return [None]
    if allow.at == "part":
        return [Place(site=service.part.site)]
    app = service.app
    if service.part.site and not _by_unit(allow, by):
        return [Place(site=service.part.site)]
    at_unit = allow.at == "unit"
    units = (service.unit_of_path(path),) if at_unit else app.units_of(path["resident"])
    cadre = _cadre(app, by, path["resident"]) if allow.at == "resident" else None
    if service.part.site:
        return [Place(unit, service.part.site, cadre) for unit in units]
    return [Place(unit, site, cadre) for unit in units for site in app.sites_of(unit) or (None,)]


def _by_unit(allow: Allow, by: Person) -> bool:
    """Whether the unit matters: somebody has one of the roles for units, not sites or the town."""
    return any(
        grant.role in allow.roles and not grant.scope.startswith(("site:", "town"))
        for grant in by.grants
    )


def _cadre(app: Any, by: Person, resident: UUID) -> str | None:
    """Who is responsible for a resident: asked only for people with a list of their own."""
    if not any(grant.scope.startswith(f"{LIST}:") for grant in by.grants):
        return None
    cadre_of = getattr(app, "cadre_of", None)
    return cadre_of(resident) if cadre_of else None


def _record(app: Any, person: Person, url: str, asked: request_context.Request) -> None:
    """Append `PersonalDataViewed`; an answer whose look cannot be recorded does not leave."""
    viewed = sorted(set[str]().union(*asked.looked.values()))
    residents = [UUID(resident) for resident in asked.looked]
    key = str(uuid.uuid4())
    with request_context.answering(None), app.store.transaction(Context(key, person.login, key)):
        for start in range(0, len(residents), MOST_RESIDENTS):
            some = residents[start : start + MOST_RESIDENTS]
            app.save(Look(person.login, some, viewed, url, asked.reason))
