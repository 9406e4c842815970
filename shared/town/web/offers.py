"""Offers: whether whoever looks at a page may follow a link of it, or send a form, before they do.

    {% if may("/api/units/" ~ unit ~ "/roster", "post") %}<form method="post" …

The answer is that of the admission which every request passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from shared.kit.part import Part
from shared.town import request_context
from shared.town.access.admission import Entrance, would_admit
from shared.town.access.landing_pages import may_open
from shared.town.access.person import Person
from shared.town.deployment import Instance


class Offers:
    """What the pages of one part may offer; `parts` are all services' parts by name."""

    def __init__(self, at: Entrance, routes: MapAdapter, parts: Mapping[str, Part]) -> None:
        self._at, self._routes, self._parts = at, routes, parts

    def may(self, address: str, method: str = "get") -> bool:
        """Tell whether the visitor would be admitted at an address of this part.

        Of another part only the pages are known that it lets people in by. Raises `LookupError`
        for an address that leads nowhere.
        """
        path = unquote(address.partition("#")[0].partition("?")[0])
        for other in self._at.deployment.parts:
            if path.startswith(f"{other.address}/"):
                return self._may_enter(other, path.removeprefix(other.address))
        try:
            end, values = self._routes.match(path, method.upper())
        except HTTPException as error:
            raise LookupError(f"{method} {address}") from error
        return would_admit(self._at, end.declaration.allow, values)

    def _may_enter(self, other: Instance, path: str) -> bool:
        allow = dict(self._parts[other.service].landing)[path]
        asked = request_context.current()
        person = asked.by if asked else None
        return isinstance(person, Person) and may_open(allow, person, other)
