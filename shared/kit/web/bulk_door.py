"""Bulk door: many commands of one part in one request, a line each, each with its own answer.

    POST /api/commands
    {"key": "k1", "command": "/api/books/7/loan", "body": {"reader": 3}}
    {"key": "k2", "command": "/api/books/8/return"}

    {"key": "k1", "status": 200, "answer": {…}}
    {"key": "k2", "status": 409, "problem": {…}}

Every line is what a request of its own would be: let in, checked, done exactly once per key. They
are done in their order, some at once in one turn of the store's writer, and answered after the
commit. A line that cannot be read has a problem of its own and holds up none of the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple, cast

from marshmallow import RAISE, Schema, fields, validate
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from shared.kit.web.edge import Edge
from shared.kit.web.endpoints import Endpoint, Endpoints
from shared.kit.web.problems import Malformed, problem_of
from shared.kit.web.requests import COUNTED, KEY_LIMIT, BoundedRequest, json_object, raw_body
from shared.kit.web.responses import problem_response

MOST_COMMANDS = 500
MOST_BYTES = 2_000_000
AT_ONCE = 50  # share one turn of the writer
NDJSON = "application/x-ndjson"

_NOT_THE_LINES = ("HTTP_TRANSFER_ENCODING", "werkzeug.request", "werkzeug.url_adapter")


class Line(Schema):
    """One command: its idempotency key, its address at this part, and its body."""

    key = fields.String(required=True, validate=validate.Length(1, KEY_LIMIT))
    command = fields.String(required=True, validate=validate.Length(1, 500))
    body = fields.Dict(keys=fields.String(), load_default=dict)


_LINE = Line()


class Done(NamedTuple):
    """How a line ended; `key` is empty if it could not be read."""

    key: str
    response: Response


class BulkDoor:
    """The commands of one part, by many at once."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Know the commands; a file is uploaded by itself."""
        rules = [
            Rule(each.declaration.url, methods=[each.declaration.verb], endpoint=each)
            for each in endpoints.all
            if each.declaration.kind == "command" and not each.declaration.upload
        ]
        self._addresses = Map(rules).bind("part")

    def answer(self, edge: Edge, request: Request) -> Response:
        """Do all commands of a request; raise `Malformed` if there are none, or too many."""
        lines = [line for line in raw_body(request, MOST_BYTES).split(b"\n") if line.strip()]
        if not 0 < len(lines) <= MOST_COMMANDS:
            raise Malformed(
                413 if lines else 400,
                "number-of-commands",
                "每次请发送 1 到 {most} 条命令，一行一条。",
                "Send 1 to {most} commands at a time, a line each.",
                most=MOST_COMMANDS,
            )
        answers = [
            _written(done)
            for start in range(0, len(lines), AT_ONCE)
            for done in self._together(edge, request, lines[start : start + AT_ONCE])
        ]
        return Response(b"".join(answers), content_type=NDJSON)

    def _together(self, edge: Edge, request: Request, lines: Sequence[bytes]) -> list[Done]:
        done = list[Done]()
        try:
            with edge.work.store.together():
                done += [self._do(edge, request, line) for line in lines]
        except Exception as error:  # they are not stored, or nobody knows
            return [Done(each.key, problem_response(problem_of(error))) for each in done]
        return done

    def _do(self, edge: Edge, request: Request, line: bytes) -> Done:
        key = ""
        try:
            said = cast("dict[str, Any]", _LINE.load(json_object(line), unknown=RAISE))
            key = said["key"]
            end, path = self._matched(said["command"])
        except Exception as error:
            return Done(key, problem_response(problem_of(error)))
        return Done(key, end.handle(edge, _as_request(request, said), path))

    def _matched(self, address: str) -> tuple[Endpoint, dict[str, Any]]:
        try:
            if "\x00" in address or not address.startswith("/"):
                raise NotFound
            end, path = self._addresses.match(address, method="POST")
        except HTTPException:
            raise Malformed(
                404,
                "no-such-command",
                "这个部门没有这条命令。",
                "This part has no such command.",
            ) from None
        return end, dict(path)


def _as_request(request: Request, said: dict[str, Any]) -> Request:
    """Return the request that a line would be, had it come by itself."""
    body = json.dumps(said["body"]).encode()
    environ = {name: value for name, value in request.environ.items() if name not in _NOT_THE_LINES}
    environ |= {
        "PATH_INFO": said["command"].encode().decode("latin-1"),
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "HTTP_IDEMPOTENCY_KEY": said["key"],
        "wsgi.input": BytesIO(body),
        COUNTED: True,
    }
    return BoundedRequest(environ, populate_request=False)


def _written(done: Done) -> bytes:
    """Return a line of the answer; what a command answers is JSON already."""
    status = done.response.status_code
    said: dict[str, Any] = {"key": done.key, "status": status}
    if "Idempotency-Replayed" in done.response.headers:
        said["replayed"] = True
    name = b"answer" if status == 200 else b"problem"
    head = json.dumps(said, ensure_ascii=False).encode()[:-1]
    return b'%s, "%s": %s}\n' % (head, name, done.response.get_data())
