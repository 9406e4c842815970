"""Entry points: what a service answers over HTTP, declared beside the method that answers.

    @query("/api/units", answer=Units, summary="All units with their counts")
    def units(self) -> dict: ...

    @command("/api/residents/<uuid:resident>/consent", body=Consent, answer=Answer, summary="...")
    def give_consent(self, body: dict, resident: UUID) -> dict: ...

    @page("/units/<unit>")
    def unit_page(self, unit: str) -> str: ...

A command runs inside one write transaction of the store, exactly once per idempotency key. The
same address takes JSON (answered with JSON or a problem) and a page's form (answered with a
redirect to the form's `_next`, or a page that says what is wrong).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, validate
from nameko.web.handlers import HttpRequestHandler
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.web.problems import Malformed, problem_of
from shared.web.requests import (
    command_context,
    fingerprint,
    is_form,
    raw_body,
    read_query,
    read_values,
    wants_page,
)
from shared.web.server import PartServer, json_response, problem_response

Method = Callable[..., Any]


class NoBody(Schema):
    """A command without further values, or a query without parameters."""


class Wanted(Schema):
    """What a person types or scans to find somebody: an id, a name, the code of a unit."""

    q = fields.String(required=True, validate=validate.Length(1, 60))


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of an entry point before it is called; OpenAPI is made of these."""

    kind: str
    verb: str
    url: str
    summary: str
    body: type[Schema] | None = None
    params: type[Schema] | None = None
    answer: type[Schema] | None = None
    upload: bool = False


class Endpoint(HttpRequestHandler):
    """nameko's HTTP entrypoint on our server, carrying its declaration."""

    server = PartServer()

    def __init__(self, declaration: Declaration) -> None:
        """Route the declaration's verb and address to the decorated method."""
        self.declaration = declaration
        super().__init__(declaration.verb, declaration.url)

    def response_from_exception(self, exc: Exception) -> Response:
        """Answer what even the method's own wrapper could not."""
        return problem_response(problem_of(exc))


def declare(declaration: Declaration, handler: Method) -> Method:
    """Make a handler the nameko entrypoint of its declaration."""
    return Endpoint.decorator(declaration)(handler)


def _failed(service: Any, request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if wants_page(request):
        html = service.render("problem.html", problem=problem, back=request.referrer or "/")
        return Response(
            html, problem.status, problem.headers(), content_type="text/html; charset=utf-8"
        )
    return problem_response(problem)


def query(
    url: str, *, answer: type[Schema] | None = None, params: type[Schema] = NoBody, summary: str
) -> Callable[[Method], Method]:
    """Declare a GET that returns a JSON object; `params` values are passed as keywords."""
    shape = params()

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            try:
                values = read_query(request, shape)
                return json_response(method(service, **path, **values))
            except Exception as error:
                return _failed(service, request, error)

        return declare(
            Declaration("query", "GET", url, summary, params=params, answer=answer), handle
        )

    return decorate


def page(
    url: str, *, params: type[Schema] = NoBody, summary: str = ""
) -> Callable[[Method], Method]:
    """Declare a GET that returns HTML, or a ready `Response`."""
    shape = params()

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            try:
                values = read_query(request, shape)
                # A page that follows a form carries its banner in `done`.
                result = method(service, **path, **values)
            except Exception as error:
                return _failed(service, request, error)
            if isinstance(result, Response):
                return result
            return Response(result, content_type="text/html; charset=utf-8")

        return declare(Declaration("page", "GET", url, summary, params=params), handle)

    return decorate


def lookup(
    url: str, *, body: type[Schema] = Wanted, summary: str = ""
) -> Callable[[Method], Method]:
    """Declare a POST that changes nothing: a search by what must not stand in an address.

    Addresses end in the browser's history and in the logs of proxies. The method gets the form's
    values as keywords and returns HTML, or a `Response`, as one that leads to whom was found.
    """
    shape = body()

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            try:
                result = method(service, **path, **read_values(request, shape))
            except Exception as error:
                return _failed(service, request, error)
            if isinstance(result, Response):
                return result
            return Response(result, content_type="text/html; charset=utf-8")

        return declare(Declaration("lookup", "POST", url, summary, body=body), handle)

    return decorate


def command(
    url: str,
    *,
    body: type[Schema] = NoBody,
    answer: type[Schema] | None = None,
    summary: str,
    then: str | None = None,
) -> Callable[[Method], Method]:
    """Declare a POST that changes something; the method gets the checked `body` as a dict.

    `then` names a template that shows the answer to a browser at once; without it a form is
    answered with a redirect to its `_next`.
    """
    shape = body()

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            return _execute(
                service, request, method, path, lambda: read_values(request, shape), then
            )

        return declare(
            Declaration("command", "POST", url, summary, body=body, answer=answer), handle
        )

    return decorate


def upload(
    url: str,
    *,
    limit: int,
    answer: type[Schema] | None = None,
    summary: str,
    then: str | None = None,
) -> Callable[[Method], Method]:
    """Declare a POST of a file: the raw body, or the field `file` of a form.

    The method gets `body` = {"file": bytes, "filename": str}; `limit` is in bytes.
    """

    def read(request: Request) -> dict[str, Any]:
        if is_form(request):
            file = request.files.get("file")
            content = file.read(limit + 1) if file else b""
            name = (file.filename if file else "") or ""
        else:
            content, name = raw_body(request, limit), ""
        if len(content) > limit:
            raise Malformed(
                413,
                "too-large",
                f"文件超过 {limit // 1_000_000} MB，请拆分后再传。"
                f" The file is larger than {limit // 1_000_000} MB; split it and send again.",
            )
        if not content:
            raise Malformed(400, "no-file", "没有收到文件，请选择文件。 No file came; choose one.")
        return {"file": content, "filename": name}

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def handle(service: Any, request: Request, **path: Any) -> Response:
            return _execute(service, request, method, path, lambda: read(request), then)

        return declare(
            Declaration("command", "POST", url, summary, answer=answer, upload=True), handle
        )

    return decorate


def _execute(
    service: Any,
    request: Request,
    method: Method,
    path: dict[str, Any],
    read: Callable[[], dict[str, Any]],
    then: str | None,
) -> Response:
    try:
        values = read()
        context = command_context(request)
        answer, repeated = service.app.store.execute(
            context, fingerprint(request, values), lambda: method(service, body=values, **path)
        )
        if not is_form(request):
            headers = {"Idempotency-Replayed": "true"} if repeated else None
            return json_response(answer, headers=headers)
        if then is not None:
            html = service.render(then, answer=answer, **path)
            return Response(html, content_type="text/html; charset=utf-8")
        return redirect(_next(request), 303)
    except Exception as error:
        return _failed(service, request, error)


def _next(request: Request) -> str:
    """Return where the form wants to go on: an address of this service only."""
    wanted = request.form.get("_next", "/")
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    return wanted


def declarations(service_class: type) -> list[Declaration]:
    """Return the declarations of a service class, in the order of their addresses."""
    found = [
        entrypoint.declaration
        for name in dir(service_class)
        for entrypoint in getattr(getattr(service_class, name), "nameko_entrypoints", ())
        if isinstance(entrypoint, Endpoint)
    ]
    return sorted(found, key=lambda declaration: (declaration.url, declaration.verb))
