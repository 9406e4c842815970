"""Searches for residents over HTTP: as JSON for programs, as a page with one row a person."""

from __future__ import annotations

from typing import Any, cast

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from services.registration.allowed import SEARCHER
from services.registration.finding.search_schemas import MOST, Found, Reindex, Search
from shared.kit.web.requests import JSON_LIMIT, json_object, raw_body
from shared.town.access import parts
from shared.town.service import Service, action, internal, page
from shared.town.web.finding import Wanted


class SearchService(Service):
    """The part of registration that finds people; its `app` is a `Traces`."""

    @action(
        "/api/residents/search",
        allow=SEARCHER,
        body=Search,
        answer=Found,
        summary="Residents by name, pinyin, initials, last digits, telephone or document number",
    )
    def search(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return who is meant, of the units in reach."""
        return self._found(body["text"])

    @action("/find", allow=SEARCHER, body=Wanted, summary="The same search for a browser")
    def find(self, body: dict[str, Any]) -> str | Response:
        """Show whom a search found; the only one found is opened at once."""
        ids, more = self._ids(body["q"])
        if len(ids) == 1:
            return redirect(f"/residents/{ids[0]}", 303)
        people = self.app.found(ids)
        return self.render("search.html", people=people, more=more, asked=True, typed=body["q"])

    @page("/find", allow=SEARCHER, summary="Find a resident")
    def find_page(self) -> str:
        """Show the search box."""
        return self.render("search.html", people=[], more=False, asked=False)

    @internal("POST", "/reindex", "Make the next residents' traces anew", allow=parts("operator"))
    def reindex(self, request: Request) -> dict[str, Any]:
        """Remember the residents after one anew; the caller goes on until `after` is null."""
        said = json_object(raw_body(request, JSON_LIMIT))
        after = cast("dict[str, Any]", Reindex().load(said))["after"]
        return self.app.reindex(str(after) if after else None)

    def render(self, template: str, **values: Any) -> str:
        """Render a page, with the search box for those who may search."""
        roles = self.visitor.roles() if self.visitor else frozenset[str]()
        values.setdefault("search_first", template == "town.html")
        values.setdefault("typed", "")
        values["may_search"] = bool(roles & {*SEARCHER.roles})
        return super().render(template, **values)

    def _found(self, text: str) -> dict[str, Any]:
        ids, more = self._ids(text)
        return {"residents": self.app.found(ids), "more": more}

    def _ids(self, text: str) -> tuple[list[str], bool]:
        found = self.app.search(text, units=self.units_in_reach(), most=MOST + 1)
        return found[:MOST], len(found) > MOST
