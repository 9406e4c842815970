"""Returned forms: the page that a refused form was sent from, with the form as it was sent."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Request

from shared.kit.web.edge import Edge
from shared.kit.web.problems import Problem
from shared.kit.web.returned_form import Errors, with_form_returned
from shared.kit.web.way_back import can_be_shown, page_of_form
from shared.town.web import pages

RETURNED = (400, 401, 403, 404, 409, 410, 422)
"""With these a form comes back to be mended; what is too much, or out of order, only says so."""


class ReturnedForms:
    """The forms of one part, whose pages are in these folders."""

    def __init__(self, edge: Edge, routes: MapAdapter, folders: tuple[Path, ...]) -> None:
        self._edge, self._routes, self._folders = edge, routes, folders

    def on_page(self, address: str) -> bool:
        """Tell whether a page of the part stands at an address."""
        return can_be_shown(self._routes, address)

    def again(self, request: Request, problem: Problem, page: str) -> str | None:
        """The page of a refused form, asked for again by the same visitor; None if it has none."""
        if problem.status not in RETURNED or not request.referrer:
            return None
        try:
            sent = request.form
        except HTTPException:  # what came could not be read
            return None
        html = page_of_form(self._edge, self._routes, request, page)
        summary = partial(self._summary, problem)
        came_from = "" if self.on_page(request.path) else page
        return html and with_form_returned(html, request.path, sent, problem, summary, came_from)

    def _summary(self, problem: Problem, rest: Errors) -> str:
        return pages.render(self._folders, "form_problem.html", {"problem": problem, "rest": rest})
