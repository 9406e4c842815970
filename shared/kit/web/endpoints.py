"""Endpoints: what a part answers over HTTP, declared beside the function that answers.

    endpoints = Endpoints()

    @endpoints.query("/api/shelves", allow=to(CLERK))
    def shelves(web: Web) -> Shelves:
        '''All shelves with their books.'''

    @endpoints.command("/api/books/<uuid:book>/loan", allow=to(CLERK), body=schemas.Lending)
    def lend(web: Web, body: Body, book: UUID) -> Lent: ...

    @endpoints.page("/shelves/<shelf>", allow=to(CLERK, READER))
    def shelf_page(web: Web, shelf: str) -> str: ...

`allow` says who may; an endpoint without it cannot be written. The function gets the part's edge,
then the values of the body or the query, if any are declared, then what the address names. Its
docstring and its return type, a `TypedDict`, are the endpoint's description.

A command runs inside one write transaction of the store, exactly once per idempotency key. The
same address takes JSON (answered with JSON or a problem) and a page's form (answered with a
redirect to the form's `_next`, or a page that says what is wrong).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

from marshmallow import Schema
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from shared.kit.language import speaking
from shared.kit.web.asked_language import of_request
from shared.kit.web.confirmation import Ask, Unconfirmed, must_be_confirmed, question_page
from shared.kit.web.declaration import Declaration, NoBody, Permission
from shared.kit.web.done import Tells, Undoes
from shared.kit.web.edge import Edge
from shared.kit.web.executing import Call, Manner, Refused, Then, execute
from shared.kit.web.requests import (
    FORM_LIMIT,
    JSON_LIMIT,
    PUBLIC_LIMIT,
    file_of,
    read_query,
    read_values,
)
from shared.kit.web.responses import json_response

Body = dict[str, Any]
"""The checked values of a request's body by the names of its schema's fields."""

Answer = Mapping[str, object]
"""A JSON object."""

Path = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])


Work = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A declaration and what answers it."""

    declaration: Declaration
    work: Work

    def handle(self, edge: Edge, request: Request, path: Path) -> Response:
        """Answer a request: let it in, do the work, or say why not."""
        with speaking(of_request(request.environ)):
            try:
                with edge.admitted(request, self.declaration, path) as inside:
                    ask = partial(self.declaration.function, edge, **path)
                    response = self.work(Call(ask, edge, request, path, inside))
                return inside.finish(response)
            except Exception as error:
                return edge.refused(request, self.declaration, error)


class Endpoints:
    """The endpoints of one room, or of a whole part."""

    def __init__(self, rooms: Iterable[Endpoints] = ()) -> None:
        self.all: list[Endpoint] = [each for room in rooms for each in room.all]

    @cache  # noqa: B019 - endpoints live as long as the process
    def routes(self) -> Map:
        """Return the addresses, each leading to its endpoint; worked out once all are declared."""
        rules = [
            Rule(each.declaration.url, methods=[each.declaration.verb], endpoint=each)
            for each in self.all
        ]
        return Map(rules)

    def declarations(self) -> list[Declaration]:
        """Return the declarations in the order of their addresses."""
        found = (endpoint.declaration for endpoint in self.all)
        return sorted(found, key=lambda declaration: (declaration.url, declaration.verb))

    def _declare(
        self, declared: Callable[[Callable[..., Any]], Declaration], work: Work
    ) -> Callable[[F], F]:
        def add(function: F) -> F:
            self.all.append(Endpoint(declared(function), work))
            return function

        return add

    def query(
        self,
        url: str,
        *,
        allow: Permission,
        params: type[Schema] = NoBody,
        at_once: bool = False,
    ) -> Callable[[F], F]:
        """Declare a GET that returns a JSON object; `params` values are passed as keywords.

        What is asked by who wants to know whether the part still works is answered `at_once`,
        also while all workers are busy.
        """
        return self._get("query", url, allow, params, at_once)

    def page(
        self, url: str, *, allow: Permission, params: type[Schema] = NoBody
    ) -> Callable[[F], F]:
        """Declare a GET that returns HTML, or a ready `Response`."""
        return self._get("page", url, allow, params)

    def _get(
        self,
        kind: str,
        url: str,
        allow: Permission,
        params: type[Schema],
        at_once: bool = False,
    ) -> Callable[[F], F]:
        shape = params()
        declared = partial(Declaration, kind, "GET", url, allow, params=params, at_once=at_once)

        def work(call: Call) -> Response:
            return _response(call, call.ask(**read_query(call.request, shape)))

        return self._declare(declared, work)

    def action(
        self,
        url: str,
        *,
        allow: Permission,
        body: type[Schema] = NoBody,
        confirm: Ask | None = None,
    ) -> Callable[[F], F]:
        """Declare a POST that may safely be sent twice: a sign-in, or a search by what must not
        stand in an address, which ends in the browser's history and in the logs of proxies.

        The function gets the checked `body` and returns a JSON object, or for a browser HTML or a
        ready `Response`. What ends something for good asks first: `confirm`, as a command does.
        """
        shape, limit = body(), _limit(allow)

        def work(call: Call) -> Response:
            values = read_values(call.request, shape, limit)
            given = _given(body, values)
            if confirm is not None:
                ask = partial(confirm, call.edge, **call.path, **given)
                try:
                    must_be_confirmed(call.request, values, ask)
                except Unconfirmed as asked:
                    return question_page(call.edge, call.request, asked)
            return _response(call, call.ask(**given))

        declared = partial(Declaration, "action", "POST", url, allow, body=body, limit=limit)
        return self._declare(partial(declared, confirms=confirm is not None), work)

    def command(
        self,
        url: str,
        *,
        allow: Permission,
        body: type[Schema] = NoBody,
        then: Then | None = None,
        confirm: Ask | None = None,
        tells: Tells | None = None,
        undo: Undoes | None = None,
        about: str | None = None,
        refused: Refused | None = None,
    ) -> Callable[[F], F]:
        """Declare a POST that changes something; the function gets the checked `body` as a dict.

        `then` shows the answer to a browser at once: a template, or a function that gets the edge,
        the answer and what the address names. Without it a form is answered with a redirect to its
        `_next`, where a banner says what `tells` makes of the answer, with an `undo`; `about` names
        the part of the address that says to whom it was done (`done`). A form that nothing takes
        back is asked for `confirm` first (`confirmation`). Of a refused command nothing has happened:
        what others have to know of it, `refused` says in a transaction of its own.
        """
        shape, limit = body(), _limit(allow)
        manner = Manner(confirm, then, tells, undo, about=about, refused=refused)

        def work(call: Call) -> Response:
            values = read_values(call.request, shape, limit)
            return execute(call, values, _given(body, values), manner)

        declared = partial(Declaration, "command", "POST", url, allow, body=body, limit=limit)
        reverses = {"confirms": confirm is not None, "undo": undo is not None}
        return self._declare(partial(declared, waits=True, **reverses), work)

    def upload(self, url: str, *, allow: Permission, limit: int, leads_to: str) -> Callable[[F], F]:
        """Declare a POST of a file: the raw body, or the field `file` of a form.

        The function gets `body` = {"file": bytes, "filename": str}; `limit` is in bytes. A form is
        answered with a redirect to `leads_to`, an address with fields of the answer.
        """

        def work(call: Call) -> Response:
            values = file_of(call.request, limit)
            return execute(call, values, {"body": values}, Manner(leads_to=leads_to))

        declared = partial(Declaration, "command", "POST", url, allow, upload=True, waits=True)
        return self._declare(partial(declared, limit=FORM_LIMIT), work)

    def internal(
        self,
        verb: str,
        url: str,
        *,
        allow: Permission,
        kind: str = "internal",
        limit: int = JSON_LIMIT,
        at_once: bool = False,
        waits: bool = False,
    ) -> Callable[[F], F]:
        """Declare an address for the deployment's own parts, or what takes the request as it is.

        The function gets the request itself, with a body of at most `limit` bytes. Of the kind
        "page", refusals are pages. What `waits` for the writer as commands do is counted with them.
        """
        how = {"limit": limit, "at_once": at_once, "waits": waits}
        declared = partial(Declaration, kind, verb, url, allow, **how)

        def work(call: Call) -> Response:
            return _response(call, call.ask(call.request))

        return self._declare(declared, work)


def _response(call: Call, answer: object) -> Response:
    """Return what a function answers: a ready response, a page, or a JSON object."""
    if isinstance(answer, Response):
        return answer
    return call.edge.html(answer) if isinstance(answer, str) else json_response(answer)


def _limit(allow: Permission) -> int:
    return PUBLIC_LIMIT if allow.public else JSON_LIMIT


def _given(body: type[Schema], values: Body) -> dict[str, Body]:
    """Return the keyword a function gets its body by; one without a declared body gets none."""
    return {} if body is NoBody else {"body": values}
