"""Web: one part's edge with the town's people at it - who is signed in, and the pages' frame."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from werkzeug.routing import MapAdapter
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.kit.contracts.histories import parts_of
from shared.kit.eventstore import Context
from shared.kit.language import t
from shared.kit.messaging import topology
from shared.kit.part import Assembly, Part
from shared.kit.service_tokens import OPERATOR, Caller, TokenRefused
from shared.kit.source_keys import PartKey
from shared.kit.web import openapi
from shared.kit.web.bulk_door import BulkDoor
from shared.kit.web.declaration import Declaration
from shared.kit.web.edge import Edge
from shared.kit.web.problems import Malformed, problem_of
from shared.kit.web.requests import is_form, wants_page
from shared.kit.web.responses import problem_response
from shared.kit.web.way_back import done_before, page_before, page_behind, without_notes
from shared.town import request_context
from shared.town.access import Grant, Person, Place
from shared.town.access.admission import Admitted, admitted, refused_visitor
from shared.town.access.gate import Gate
from shared.town.access.landing_pages import landing_of
from shared.town.access.refusals import FormForged, NotAllowed, NotSignedIn
from shared.town.access.roles import ROLES
from shared.town.deployment import Deployment, Instance
from shared.town.places import Places
from shared.town.web import banner, frame, pages
from shared.town.web.free_text import REFUSED, holds_card_number
from shared.town.web.offers import Offers
from shared.town.web.returned_forms import ReturnedForms
from shared.town.work import Work

log = logging.getLogger(__name__)

_KINDS = ("unit", "site")  # of a scope such as unit:v01


class Web(Edge):
    """What the endpoints of the five services are given.

    `parts` are all services' parts by name: the teams' navigation leads to their pages.
    """

    SILENT = ("PersonalDataViewed",)

    def __init__(
        self,
        assembly: Assembly,
        parts: Mapping[str, Part],
        deployment: Deployment,
        instance: Instance,
        work: Work,
        gate: Gate,
        places: Places,
    ) -> None:
        """Stand before one part."""
        super().__init__(deployment, instance, work)
        self.deployment = deployment
        self.work = work
        self.gate = gate
        self.places = places
        self.assembly = assembly
        self.parts = parts

    # Requests

    def admitted(
        self, request: Request, declaration: Declaration, path: Mapping[str, Any]
    ) -> AbstractContextManager[Admitted]:
        """Let a request in and write down whom it looks at."""
        return admitted(self, request, declaration, path)

    def deciding(self) -> AbstractContextManager[None]:
        """What is read in order to decide, nobody is shown."""
        return request_context.deciding()

    def signature(self, text: str) -> str:
        """Sign a text for the session of the visitor."""
        return self.gate.signature(self.visitor, text)

    def is_part(self, token: str) -> bool:
        """Tell whether another part of the deployment bears this token."""
        try:
            self.gate.caller(token)
        except TokenRefused:
            return False
        return True

    def key_of(self, source: str) -> PartKey | None:
        """Return the key that counts for a source."""
        return self.gate.part_keys.of(source)

    def check_context(self, context: Context) -> None:
        """Refuse a key that holds a card number: it is stored with the events in clear, for ever."""
        if holds_card_number(context.command) or holds_card_number(context.correlation):
            raise Malformed(400, "personal-number", REFUSED.zh, REFUSED.en)

    def refused(self, request: Request, declaration: Declaration, error: Exception) -> Response:
        """Answer with a problem; to a browser with a page, or the way to sign in."""
        if isinstance(error, TokenRefused | FormForged):
            log.warning("%s: %s", error.code, declaration.url)
        if not wants_page(request) or declaration.kind == "internal":
            return problem_response(problem_of(error))
        signs_in = isinstance(error, NotSignedIn | TokenRefused)
        if signs_in and declaration.kind == "page" and not declaration.allow.public:
            return redirect(self._sign_in_address(request), 303)
        problem, own = problem_of(error), self.instance.address
        page = page_behind(request, own)
        html = None
        if is_form(request) and not isinstance(error, FormForged):
            html = self._forms.again(request, problem, page)
        if html is None:
            with request_context.answering(refused_visitor(self.gate, request, page)):
                back = self._shown(page_before(request, own))
                html = self.render("problem.html", problem=problem, back=back)
        response = self.html(html, problem.status)
        response.headers.extend(problem.headers())
        return response

    def _shown(self, page: str) -> str:
        """An address of this part if a page stands there, else where the visitor goes on."""
        return page if page != "/" and self._forms.on_page(page) else self.way_on

    def _sign_in_address(self, request: Request) -> str:
        """Where a browser goes to sign in and come back to what it asked for."""
        wanted = self.instance.address + request.full_path.rstrip("?")
        return f"{self.supervision}/sign-in?{urlencode({'next': wanted})}"

    @cached_property
    def description(self) -> dict[str, Any]:
        """The part's HTTP interface as an OpenAPI document."""
        part = self.assembly.part
        return openapi.document(part.name, part.does, self.assembly.endpoints.declarations())

    @cached_property
    def bulk_door(self) -> BulkDoor:
        """Does many commands at once."""
        return BulkDoor(self.assembly.endpoints)

    # Who is there

    @property
    def visitor(self) -> Person | None:
        """The member of staff whose request is being answered, if anybody is signed in."""
        asked = request_context.current()
        return asked.by if asked and isinstance(asked.by, Person) else None

    @property
    def person(self) -> Person:
        """The member of staff whose request is being answered. Raises `NotSignedIn`."""
        if (visitor := self.visitor) is None:
            raise NotSignedIn
        return visitor

    def followers(self, source: str) -> list[str]:
        """Return the parts that follow a source; supervision follows itself as well."""
        follows = {name: part.follows for name, part in self.parts.items()}
        sources = [part.source for part in self.deployment.parts]
        return topology.subscribers(source, sources, follows)

    @property
    def caller(self) -> Caller:
        """The part whose call is being answered. Raises `NotAllowed`."""
        asked = request_context.current()
        if asked is None or not isinstance(asked.by, Caller):
            raise NotAllowed
        return asked.by

    @property
    def client_address(self) -> str:
        """Where the request comes from."""
        asked = request_context.current()
        return asked.address if asked else ""

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Those that let in whoever's request is being answered."""
        asked = request_context.current()
        return asked.grants if asked else ()

    def must_reach(self, place: Place) -> None:
        """Raise `NotAllowed` unless one of the grants that let the person in holds the place."""
        if not any(grant.reaches(place.unit, place.site) for grant in self.grants):
            raise NotAllowed

    def units_in_reach(self) -> frozenset[str] | None:
        """Codes of the units whose people this request may list; None for all of the town.

        Granted for a site means: the units docked to it.
        """
        scopes = {grant.scope for grant in self.grants}
        if "town" in scopes:
            return None
        of = {kind: [s.partition(":")[2] for s in scopes if s.startswith(kind)] for kind in _KINDS}
        docked = (unit for site in of["site"] for unit in self.places.units_at(self.work, site))
        return frozenset((*of["unit"], *docked))

    # Pages

    @cached_property
    def _routes(self) -> MapAdapter:
        return self.assembly.endpoints.routes().bind("")

    @cached_property
    def _forms(self) -> ReturnedForms:
        return ReturnedForms(self, self._routes, self.assembly.pages)

    @cached_property
    def may(self) -> Callable[..., bool]:
        """Tells whether the visitor would be admitted at an address: `Offers.may`."""
        return Offers(self, self._routes, self.parts).may

    @property
    def supervision(self) -> str:
        """The address at which people sign in and have their accounts."""
        return self.deployment.part("supervision").address

    @property
    def way_on(self) -> str:
        """Where a visitor who was refused goes on: this part's landing page, or their account."""
        if (visitor := self.visitor) is None:
            return "/"
        landing = landing_of(self.assembly.part, self.instance, visitor)
        return landing or f"{self.supervision}/account"

    def render(self, template: str, **values: Any) -> str:
        """Render a page in the common frame."""
        work, site = self.work, self.instance.shard
        page = asked.page if (asked := request_context.current()) else "/"
        shown = {
            "service": self.assembly.part.name,
            "nav": frame.rooms(self.assembly.part.nav, page, self.may),
            "part": self.instance,
            "me": self.visitor,
            "called": frame.called(self.visitor, work.campaign),
            "may": self.may,
            "supervision": self.supervision,
            "roles": ROLES,
            "parts": self.deployment.parts,
            "teams": self._teams(),
            "campaign": work.campaign,
            "site": work.campaign.site(site) if site else None,
            "now": work.now(),
            "rehearsal": self.deployment.rehearsal,
            "this_page": self._shown(without_notes(page)),
            "position": asked.position if asked else 0,
            "done_before": done_before(page),
            "large": bool(asked and asked.large),
            "told": banner.told_by(self),
            "source_name": self.source_name,
        }
        return pages.render(self.assembly.pages, template, shown | values)

    def _teams(self) -> list[tuple[Instance, str, tuple[str, str]]]:
        """The parts the visitor may enter, with the address of the page to begin with, and names."""
        if (visitor := self.visitor) is None:
            return []
        return [
            (each, f"{each.address}{landing}", self._title(each))
            for each in self.deployment.parts
            if (landing := landing_of(self.parts[each.service], each, visitor))
        ]

    def source_name(self, source: str) -> str:
        """What people call a part by its own name, such as appointments/stadium."""
        own, number = parts_of(source)
        service, _, shard = own.partition("/")
        if source == OPERATOR:
            return t("系统运维", "the operator")
        if service not in self.parts or (shard and shard not in self._sites):
            return source
        name = t(*(self._sites[shard] if shard else self.parts[service].title))
        again = t(
            "{name}（第{number}次恢复后）",
            "{name} (restored, {number})",
            name=name,
            number=number - 1,
        )
        return name if number == 1 else again

    @cached_property
    def _sites(self) -> dict[str, tuple[str, str]]:
        return {each.code: (each.name_zh, each.name_en) for each in self.work.campaign.sites}

    def _title(self, instance: Instance) -> tuple[str, str]:
        shard = instance.shard
        return self.parts[instance.service].title if shard is None else self._sites[shard]
