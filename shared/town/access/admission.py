"""Admission: who is let in to an endpoint, and what is written down about it afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from werkzeug.wrappers import Request, Response

from shared.kit.eventstore import Context
from shared.kit.refusals import Refusal
from shared.kit.service_tokens import Caller, TokenRefused
from shared.kit.web import asked_language
from shared.kit.web.declaration import Declaration
from shared.kit.web.limits import client_address, limits_of
from shared.kit.web.live import Live
from shared.kit.web.requests import COUNTED, is_form, wants_page
from shared.kit.web.way_back import page_behind
from shared.town import request_context
from shared.town.access.access_log import Look
from shared.town.access.allow import Allow, Place
from shared.town.access.gate import Gate
from shared.town.access.person import Grant, Person
from shared.town.access.refusals import NotAllowed, NotSignedIn
from shared.town.access.renewals import Shown, is_renewal
from shared.town.access.roles import LIST, TOWN
from shared.town.deployment import Deployment, Instance
from shared.town.places import Places
from shared.town.work import Work

MOST_RESIDENTS = 500
TYPE, LARGE = "vaxledger-type", "large"
"""The cookie of a browser in which somebody has chosen large type, and what it says then."""

log = logging.getLogger(__name__)


class Entrance(Protocol):
    """What admission needs of a part's edge."""

    deployment: Deployment
    instance: Instance
    work: Work
    gate: Gate
    places: Places
    live: Live


@dataclass(slots=True)
class Admitted:
    """A request that was let in: by whom, with which new token, thanks to which grants."""

    at: Entrance
    by: Person | Caller | None
    renewed: str | None
    grants: tuple[Grant, ...] = ()

    @property
    def actor(self) -> str:
        """Who is written into events."""
        if isinstance(self.by, Person):
            return self.by.login
        return self.by.source if self.by else "anonymous"

    def finish(self, response: Response) -> Response:
        """Give the browser the renewed token."""
        if self.renewed:
            set_cookie(self.at, response, self.at.gate.cookie, self.renewed)
        return response


@contextmanager
def admitted(
    at: Entrance, request: Request, declaration: Declaration, path: Mapping[str, Any]
) -> Iterator[Admitted]:
    """Let the request in; afterwards record whom it looked at, before the answer leaves.

    `path` holds what stands in the address for the placeholders of the declaration's.
    Raises `TokenRefused`, `NotSignedIn`, `NotAllowed`, `FormForged`.
    """
    gate, allow = at.gate, declaration.allow
    by, renewed = _visitor(gate, request) if allow.public else gate.who(request)
    person = by if isinstance(by, Person) else None
    if person is not None and COUNTED not in request.environ:
        limits_of(at.deployment).account(person.login)
    if request.method == "POST" and (is_form(request) or gate.cookie in request.cookies):
        gate.check_form(request, None if allow.public else person)
    inside, known = Admitted(at, by, renewed), request_context.KnownPlaces()
    if not allow.public:
        try:
            inside.grants = _grants(at, allow, by, path, known)
        except NotAllowed as refusal:
            log.warning("%s: %s at %s", refusal.code, inside.actor, declaration.url)
            raise
    mark = gate.mark(person) if person else ""
    address = client_address(request.environ, behind_proxy=at.deployment.tls_proxy)
    asked = request_context.Request(by, inside.grants, mark, address, places=known)
    asked.page, asked.large = page_behind(request, at.instance.address), _is_large(request)
    if person is not None and declaration.kind == "page" and wants_page(request):
        asked.position = at.live.position()  # before anything is read
    with request_context.answering(asked):
        yield inside
        if person is not None and asked.looked:
            shown = at.work.own(Shown)
            new = shown.new(person.session, declaration.url, asked.looked)
            looked = new if is_renewal(request) else asked.looked
            if looked:
                _record(at.work, person, declaration.url, asked, looked)
                shown.record(person.session, declaration.url, looked)


def would_admit(at: Entrance, allow: Allow, path: Mapping[str, Any]) -> bool:
    """Tell whether the one whose request is answered would be let in at another endpoint."""
    asked = request_context.current()
    if allow.public or asked is None:
        return allow.public
    if isinstance(asked.by, Person):
        granted = allow.matching(asked.by, None)
        if not granted or any(grant.scope == TOWN for grant in granted):
            return bool(granted)  # wherever it is
    try:
        return bool(_grants(at, allow, asked.by, path, asked.places))
    except Refusal:  # it may also be about nothing that is known here
        return False


def _visitor(gate: Gate, request: Request) -> tuple[Person | None, str | None]:
    """Who comes to a page that is open to everybody; a token that is not good is nobody's."""
    return _known(gate, request) if gate.cookie in request.cookies else (None, None)


def _known(gate: Gate, request: Request) -> tuple[Person | None, str | None]:
    try:
        by, renewed = gate.who(request)
    except TokenRefused:
        return None, None
    return (by, renewed) if isinstance(by, Person) else (None, None)


def refused_visitor(gate: Gate, request: Request, page: str) -> request_context.Request:
    """Who is told that something was refused: the page round it is theirs, with their ways on."""
    person, _ = _known(gate, request)
    mark = gate.mark(person) if person else ""
    return request_context.Request(person, mark=mark, page=page, large=_is_large(request))


def _is_large(request: Request) -> bool:
    return request.cookies.get(TYPE) == LARGE


def set_cookie(
    at: Entrance, response: Response, name: str, value: str, seconds: int | None = None
) -> None:
    """Keep something in the browser, until it is closed or for so long, out of scripts' reach."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=at.deployment.tls_proxy,
    )


def set_language(at: Entrance, response: Response, language: str) -> None:
    """Let this browser be answered in a language from now on, if one was chosen."""
    if language:
        set_cookie(at, response, asked_language.COOKIE, language, asked_language.COOKIE_SECONDS)


def _grants(
    at: Entrance,
    allow: Allow,
    by: Person | Caller | None,
    path: Mapping[str, Any],
    known: request_context.KnownPlaces,
) -> tuple[Grant, ...]:
    if isinstance(by, Caller):
        if not allow.admits(by, {part.service for part in at.deployment.parts}):
            raise NotAllowed
        return ()
    if by is None:
        raise NotSignedIn
    places = _places(at, allow, path, by, known)
    found = {grant: None for place in places for grant in allow.matching(by, place)}
    if not found:
        raise NotAllowed
    return tuple(found)


def _places(
    at: Entrance,
    allow: Allow,
    path: Mapping[str, Any],
    by: Person,
    known: request_context.KnownPlaces,
) -> list[Place | None]:
    """Where the request is at; what has been looked up for it once is `known`."""
    if allow.at == "town":
        return [None]
    if allow.at == "part" or (at.instance.shard and not _by_unit(allow, by)):
        return [Place(site=at.instance.shard)]
    about = (allow.at, path.get(allow.at) or tuple(path.values()))
    if about not in known:
        known[about] = _looked_up(at, allow, path, by)
    return [*known[about]]


def _looked_up(at: Entrance, allow: Allow, path: Mapping[str, Any], by: Person) -> list[Place]:
    """Where a unit is, or a resident with every unit that lists them (R16)."""
    site, work, places = at.instance.shard, at.work, at.places
    cadre, alone = None, tuple[str, ...]()
    if allow.at == "unit":
        units: tuple[str, ...] = (places.unit_of_path(work, path),)
    else:
        resident: UUID = path["resident"]
        units, alone = places.units_of(work, resident), places.sent_to(work, resident)
        if any(grant.scope.startswith(f"{LIST}:") for grant in by.grants):
            cadre = places.cadre_of(work, resident)  # asked only for who has a list of their own
    return [
        Place(unit, where, cadre)
        for unit in units
        for where in ((site,) if site else (*places.sites_of(work, unit), *alone) or (None,))
    ]


def _by_unit(allow: Allow, by: Person) -> bool:
    """Whether the unit matters: somebody has one of the roles for units, not sites or the town."""
    return any(
        grant.role in allow.roles and not grant.scope.startswith(("site:", "town"))
        for grant in by.grants
    )


def _record(
    work: Work,
    person: Person,
    url: str,
    asked: request_context.Request,
    looked: Mapping[str, set[str]],
) -> None:
    """Append `PersonalDataViewed`; an answer whose look cannot be recorded does not leave."""
    viewed = sorted(set[str]().union(*looked.values()))
    residents = [UUID(resident) for resident in looked]
    with (
        request_context.answering(None),
        work.store.transaction(Context.once(person.login), shared=True),
    ):
        for start in range(0, len(residents), MOST_RESIDENTS):
            some = residents[start : start + MOST_RESIDENTS]
            work.save(Look(person.login, some, viewed, url, asked.reason))
