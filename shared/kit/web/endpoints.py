"""Entry points: what a service answers over HTTP, declared beside the method that answers.

    @query("/api/units", allow=to(*CAMPAIGN), answer=Units, summary="All units with their counts")
    def units(self) -> dict: ...

    @command("/api/residents/<uuid:resident>/consent", allow=to(UNIT_CADRE, at="resident"), ...)
    def give_consent(self, body: dict, resident: UUID) -> dict: ...

    @page("/units/<unit>", allow=to(UNIT_CADRE, at="unit"))
    def unit_page(self, unit: str) -> str: ...

`allow` says who may (see `shared.town.access`); an entry point without it cannot be written.

A command runs inside one write transaction of the store, exactly once per idempotency key. The
same address takes JSON (answered with JSON or a problem) and a page's form (answered with a
redirect to the form's `_next`, or a page that says what is wrong).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema
from nameko.web.handlers import HttpRequestHandler
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from shared.kit.web.admission import Admitted, admitted, refused_visitor
from shared.kit.web.problems import Malformed, problem_of
from shared.kit.web.requests import (
    command_context,
    fingerprint,
    is_form,
    raw_body,
    read_query,
    read_values,
    wants_page,
)
from shared.kit.web.server import PartServer, json_response, page_response, problem_response
from shared.town.access import Allow, request_context
from shared.town.access.refusals import FormForged, NotSignedIn, TokenRefused

log = logging.getLogger(__name__)

Method = Callable[..., Any]
Work = Callable[[Any, Request, dict[str, Any], Admitted], Response]


class Undeclared(TypeError):
    """An HTTP entry point does not say who may use it, so the service does not start."""


class NoBody(Schema):
    """A command without further values, or a query without parameters."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of an entry point before it is called; OpenAPI is made of these."""

    kind: str
    verb: str
    url: str
    summary: str
    allow: Allow
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


def declare(declaration: Declaration, method: Method, work: Work) -> Method:
    """Make a method the nameko entrypoint of its declaration: admitted first, then `work`."""

    @functools.wraps(method)
    def handle(service: Any, request: Request, **path: Any) -> Response:
        try:
            with admitted(service, request, declaration.allow, declaration.url, path) as inside:
                response = work(service, request, path, inside)
            return inside.finish(service, response)
        except Exception as error:
            return _failed(service, request, declaration, error)

    return Endpoint.decorator(declaration)(handle)


def _failed(service: Any, request: Request, declaration: Declaration, error: Exception) -> Response:
    if isinstance(error, TokenRefused | FormForged):
        log.warning("%s: %s", error.code, declaration.url)
    if not wants_page(request) or declaration.kind == "internal":
        return problem_response(problem_of(error))
    signs_in = isinstance(error, NotSignedIn | TokenRefused)
    if signs_in and declaration.kind == "page" and not declaration.allow.public:
        return redirect(service.sign_in_address(request), 303)
    problem = problem_of(error)
    with request_context.answering(refused_visitor(service.gate, request)):
        back = request.referrer or service.way_on
        html = service.render("problem.html", problem=problem, back=back)
    response = _page(service, html, problem.status)
    response.headers.extend(problem.headers())
    return response


def _page(service: Any, html: str, status: int = 200) -> Response:
    return page_response(html, [part.address for part in service.deployment.parts], status)


def query(
    url: str,
    *,
    allow: Allow,
    answer: type[Schema] | None = None,
    params: type[Schema] = NoBody,
    summary: str,
) -> Callable[[Method], Method]:
    """Declare a GET that returns a JSON object; `params` values are passed as keywords."""
    shape = params()

    def decorate(method: Method) -> Method:
        def work(service: Any, request: Request, path: dict[str, Any], _: Admitted) -> Response:
            return json_response(method(service, **path, **read_query(request, shape)))

        declaration = Declaration("query", "GET", url, summary, allow, params=params, answer=answer)
        return declare(declaration, method, work)

    return decorate


def page(
    url: str, *, allow: Allow, params: type[Schema] = NoBody, summary: str = ""
) -> Callable[[Method], Method]:
    """Declare a GET that returns HTML, or a ready `Response`."""
    shape = params()

    def decorate(method: Method) -> Method:
        def work(service: Any, request: Request, path: dict[str, Any], _: Admitted) -> Response:
            # A page that follows a form carries its banner in `done`.
            result = method(service, **path, **read_query(request, shape))
            return result if isinstance(result, Response) else _page(service, result)

        declaration = Declaration("page", "GET", url, summary, allow, params=params)
        return declare(declaration, method, work)

    return decorate


def action(
    url: str,
    *,
    allow: Allow,
    body: type[Schema] = NoBody,
    answer: type[Schema] | None = None,
    summary: str,
) -> Callable[[Method], Method]:
    """Declare a POST that may safely be sent twice: a sign-in, or a search by what must not stand
    in an address, which ends in the browser's history and in the logs of proxies.

    The method gets the checked `body` and returns a JSON object (with a declared `answer`), or for
    a browser HTML or a ready `Response`.
    """
    shape = body()

    def decorate(method: Method) -> Method:
        def work(service: Any, request: Request, path: dict[str, Any], _: Admitted) -> Response:
            result = method(service, body=read_values(request, shape), **path)
            if isinstance(result, Response):
                return result
            if isinstance(result, str):
                return _page(service, result)
            return json_response(result)

        declaration = Declaration("action", "POST", url, summary, allow, body=body, answer=answer)
        return declare(declaration, method, work)

    return decorate


def command(
    url: str,
    *,
    allow: Allow,
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
        def work(
            service: Any, request: Request, path: dict[str, Any], inside: Admitted
        ) -> Response:
            values = read_values(request, shape)
            return _execute(service, request, method, path, values, inside, then)

        declaration = Declaration("command", "POST", url, summary, allow, body=body, answer=answer)
        return declare(declaration, method, work)

    return decorate


def upload(
    url: str,
    *,
    allow: Allow,
    limit: int,
    answer: type[Schema] | None = None,
    summary: str,
    leads_to: str,
) -> Callable[[Method], Method]:
    """Declare a POST of a file: the raw body, or the field `file` of a form.

    The method gets `body` = {"file": bytes, "filename": str}; `limit` is in bytes. A form is
    answered with a redirect to `leads_to`, an address with fields of the answer: `/imports/{id}`.
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
        def work(
            service: Any, request: Request, path: dict[str, Any], inside: Admitted
        ) -> Response:
            values = read(request)
            return _execute(service, request, method, path, values, inside, leads_to=leads_to)

        declaration = Declaration(
            "command", "POST", url, summary, allow, answer=answer, upload=True
        )
        return declare(declaration, method, work)

    return decorate


def _execute(
    service: Any,
    request: Request,
    method: Method,
    path: dict[str, Any],
    values: dict[str, Any],
    inside: Admitted,
    then: str | None = None,
    leads_to: str | None = None,
) -> Response:
    context = command_context(request, inside.actor)

    def decide() -> Any:
        with request_context.deciding():
            return method(service, body=values, **path)

    answer, repeated = service.app.store.execute(context, fingerprint(request, values), decide)
    if not is_form(request):
        headers = {"Idempotency-Replayed": "true"} if repeated else None
        return json_response(answer, headers=headers)
    if then is not None:
        html = service.render(then, answer=answer, **path)
        return _page(service, html)
    wanted = leads_to.format(**answer) if leads_to else request.form.get("_next", "/")
    return redirect(local_address(wanted), 303)


def local_address(wanted: str) -> str:
    """Return an address of this service only: `/` for one that leads elsewhere."""
    # Browsers leave out tabs and line ends, and take a backslash for a slash.
    plain = wanted.isprintable() and not wanted.startswith(("//", "/\\"))
    if not wanted.startswith("/") or not plain:
        return "/"
    return wanted


def declarations(service_class: type) -> list[Declaration]:
    """Return the declarations of a service class, in the order of their addresses.

    Raises `Undeclared` for an HTTP entry point that came about in another way than by this file.
    """
    found: list[Declaration] = []
    for name in dir(service_class):
        for entrypoint in getattr(getattr(service_class, name), "nameko_entrypoints", ()):
            if isinstance(entrypoint, Endpoint):
                found.append(entrypoint.declaration)
            elif isinstance(entrypoint, HttpRequestHandler):
                raise Undeclared(f"{service_class.__name__}.{name} does not say who may use it")
    return sorted(found, key=lambda declaration: (declaration.url, declaration.verb))
