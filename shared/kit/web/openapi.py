"""OpenAPI 3.1 of a service, generated from its declarations and schemas."""

from __future__ import annotations

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import INCLUDE, Schema, fields
from werkzeug.wrappers import Response

from shared.kit.web import shapes
from shared.kit.web.declaration import Declaration, NoBody
from shared.kit.web.live import EVENT_STREAM
from shared.kit.web.responses import XLSX

_PATH_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


class ProblemDocument(Schema):
    """RFC 9457 problem+json; more members may stand beside these."""

    class Meta:
        """Problems carry what helps: `errors`, `retry_after`, `next_free`."""

        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)


_FILES = ("text/css", "text/javascript", "image/svg+xml", "application/octet-stream")
_REFUSALS = {
    "400": "cannot be read",
    "401": "not signed in, or no valid service token",
    "403": "signed in, but not allowed",
    "404": "unknown address or record",
    "410": "the person has been forgotten",
    "422": "a value or rule forbids it",
    "429": "too many requests; Retry-After says when to come again",
    "503": "store not available, send again",
}
_REFUSALS_OF_BODIES = {
    "409": "the state forbids it",
    "413": "too large",
    "415": "wrong content type",
}


def for_browsers(declaration: Declaration) -> bool:
    """Tell whether an entry point answers with pages only, so that programs have no use for it."""
    if declaration.kind != "action":
        return declaration.kind == "page"
    return shapes.members_of(declaration.function) <= {str, Response}


def document(name: str, does: str, declared: list[Declaration]) -> dict[str, Any]:
    """Return the OpenAPI document of a part: its name, what it does, what it answers."""
    spec = APISpec(
        title=f"vaxledger {name}",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        info={"description": does},
    )
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (EdDSA)"}
    spec.components.security_scheme("bearer", bearer)
    spec.options["security"] = [{"bearer": []}]
    answers: dict[str, shapes.Shape] = {}
    for declaration in declared:
        if not for_browsers(declaration):
            address = _PATH_PART.sub(r"{\2}", declaration.url)
            spec.path(address, operations=_operation(declaration, answers))
    for called, shape in answers.items():
        spec.components.schema(called, shape)
    return spec.to_dict()


def _name(shape: Any) -> str:
    """Name a shape by its room, file and class: `bookings.commands.Booked`."""
    cls = shape if isinstance(shape, type) else type(shape)
    return ".".join([*cls.__module__.split(".")[-2:], cls.__name__]).replace("_", "")


def _operation(declaration: Declaration, answers: dict[str, shapes.Shape]) -> dict[str, Any]:
    parameters: list[Any] = [_path_parameter(*part) for part in _PATH_PART.findall(declaration.url)]
    if declaration.params is not None and declaration.params is not NoBody:
        parameters.append({"in": "query", "schema": declaration.params})
    operation: dict[str, Any] = {"summary": declaration.summary}
    if declaration.kind == "command":
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if declaration.kind in ("command", "action"):
        content = {"application/json": {"schema": declaration.body}}
        if declaration.upload:
            content = {XLSX: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    if declaration.allow.public:
        operation["security"] = []
    has_body = declaration.verb != "GET"
    refusals = _REFUSALS | (_REFUSALS_OF_BODIES if has_body else {})
    said = declaration.answer
    answer = shapes.shape_of(said, _name, answers) if said else {"type": "object"}
    operation["parameters"] = parameters
    content = {"application/json": {"schema": answer}}
    if declaration.url.startswith("/static/"):
        content = {kind: {"schema": {"type": "string"}} for kind in _FILES}
    if declaration.url == "/live":
        content[EVENT_STREAM] = {"schema": {"type": "string"}}
    operation["responses"] = {"200": {"description": "done", "content": content}} | {
        status: {
            "description": why,
            "content": {"application/problem+json": {"schema": ProblemDocument}},
        }
        for status, why in sorted(refusals.items())
    }
    return {declaration.verb.lower(): operation}


def _path_parameter(converter: str, name: str) -> dict[str, Any]:
    schema = {"type": "string"} | ({"format": "uuid"} if converter == "uuid" else {})
    return {"in": "path", "name": name, "required": True, "schema": schema}
