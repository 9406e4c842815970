"""Reading a request: bounded, decoded, checked against its schema."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
from typing import IO, Any, cast

from marshmallow import RAISE, Schema
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from shared.kit.eventstore import Context
from shared.kit.narrowing import is_mapping
from shared.kit.web.problems import Malformed

JSON_LIMIT = 1_000_000
# Of a form with a file.
FORM_LIMIT = 12_000_000
# Of anybody, signed in or not.
PUBLIC_LIMIT = 16_000
KEY_LIMIT = 200
HOST = re.compile(r"([a-z0-9._-]*|\[[0-9a-f:.]+\])(:[0-9]*)?", re.IGNORECASE)
"""A name, or an address of IPv4 or IPv6, with a port perhaps; none is needed (HTTP/1.0)."""
COUNTED = "vaxledger.counted"
"""Stands in the environment of a request that belongs to another, which was counted."""
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class BoundedRequest(Request):
    """A request that refuses to be read beyond its limits, and is never written to a disk."""

    max_content_length = FORM_LIMIT
    max_form_memory_size = JSON_LIMIT
    max_form_parts = 500

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        # werkzeug would put files over 500 kB, rosters in clear, into a temporary file. Here they
        # stay in memory, where `max_content_length` bounds all of a request's files together.
        return io.BytesIO()


def check_address(request: Request) -> None:
    """Refuse an address whose host is none, or whose parameters are no text: raise `Malformed` (400)."""
    if not HOST.fullmatch(request.environ.get("HTTP_HOST", "")):
        raise Malformed(400, "malformed", "Host 不是主机名。", "The Host is no name of a host.")
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        raise Malformed(
            400,
            "malformed",
            "地址里的参数不是 UTF-8。",
            "The parameters in the address are not UTF-8.",
        ) from None


def is_form(request: Request) -> bool:
    """Tell whether a page's form was sent, to be answered with a page."""
    return request.mimetype in FORM_TYPES


def wants_page(request: Request) -> bool:
    """Tell whether the answer is for a person's eyes."""
    return (
        is_form(request)
        or request.accept_mimetypes.best_match(
            ("application/json", "text/html"), default="application/json"
        )
        == "text/html"
    )


def too_large(limit: int) -> Malformed:
    """Return the refusal of a body beyond `limit` bytes (413)."""
    return Malformed(
        413,
        "too-large",
        "内容超过 {limit:,} 字节。",
        "The body is larger than {limit:,} bytes.",
        limit=limit,
    )


def raw_body(request: Request, limit: int) -> bytes:
    """Return the body's bytes; raise `Malformed` (413) beyond `limit` bytes."""
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    try:
        body = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise too_large(limit) from None
    if len(body) > limit:
        raise too_large(limit)
    return body


def json_object(body: bytes) -> dict[str, Any]:
    """Decode a JSON object; raise `Malformed` (400) saying what is wrong."""
    if b"\\u0000" in body or b"\x00" in body:
        raise Malformed(400, "malformed", "内容含有空字符。", "The body contains a NUL character.")
    try:
        value = json.loads(body.decode() or "{}")
        if b"\\u" in body:  # half a pair of surrogates is no character
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed(
            400,
            "malformed",
            "请求内容不是有效的 JSON：{error}。",
            "The body is not valid JSON: {error}.",
            error=error,
        ) from None
    if not is_mapping(value):
        raise Malformed(
            400, "malformed", "请求内容须是一个 JSON 对象。", "The body must be a JSON object."
        )
    return value


def read_values(request: Request, schema: Schema, limit: int = JSON_LIMIT) -> dict[str, Any]:
    """Return the checked values of a JSON body or a page's form of at most `limit` bytes.

    Unknown fields are refused.
    """
    if is_form(request):
        if (request.content_length or 0) > limit:
            raise too_large(limit)
        request.max_content_length = request.max_form_memory_size = limit
        values: dict[str, Any] = {
            name: value
            for name, value in request.form.items()
            if not name.startswith("_") and value != ""
        }
        if any("\x00" in value for value in values.values()):
            raise Malformed(
                400, "malformed", "内容含有空字符。", "The form contains a NUL character."
            )
    else:
        body = raw_body(request, limit)
        if body and request.mimetype not in ("application/json", ""):
            raise Malformed(
                415,
                "unsupported-content-type",
                "请以 application/json 发送。",
                "Send application/json.",
            )
        values = json_object(body)
    return cast("dict[str, Any]", schema.load(values, unknown=RAISE))


def read_query(request: Request, schema: Schema) -> dict[str, Any]:
    """Return the checked query parameters; those of the frame begin with an underscore."""
    values = {
        name: value
        for name, value in request.args.items()
        if value != "" and not name.startswith("_")
    }
    if any("\x00" in value for value in values.values()):
        raise Malformed(
            400, "malformed", "参数含有空字符。", "A parameter contains a NUL character."
        )
    return cast("dict[str, Any]", schema.load(values, unknown=RAISE))


EACH = "_each"
"""The field of a form whose buttons are commands of their own: pressing another one is no repeat."""


def command_context(request: Request, actor: str) -> Context:
    """Return under which idempotency key somebody acts; raise `Malformed` if there is no key."""
    form = is_form(request)
    key = request.form.get("_key", "") if form else request.headers.get("Idempotency-Key", "")
    if not key or len(key) > KEY_LIMIT or not key.isprintable():
        raise Malformed(
            400,
            "idempotency-key-missing",
            "每条命令都要带 Idempotency-Key（1 到 200 个字符），重发时用同一个键。",
            "Every command needs an Idempotency-Key (1 to 200 characters); repeat it when sending again.",
        )
    if form and EACH in request.form:
        sent = sorted(each for each in request.form.items() if not each[0].startswith("_"))
        key += f" {hashlib.sha256(f'{request.path} {sent}'.encode()).hexdigest()[:16]}"
    correlation = request.headers.get("Correlation-Id") or str(uuid.uuid4())
    return Context(command=key, actor=actor, correlation=correlation[:KEY_LIMIT])


def fingerprint(request: Request, values: dict[str, Any]) -> str:
    """Return what tells one command from another sent under the same key."""
    said = json.dumps(values, sort_keys=True, default=_digest)
    return hashlib.sha256(f"{request.method} {request.path} {said}".encode()).hexdigest()


def _digest(value: Any) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def file_of(request: Request, limit: int) -> dict[str, Any]:
    """Return the file that is sent, of at most `limit` bytes: {"file": bytes, "filename": str}."""
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
            "文件超过 {mb} MB，请拆分后再传。",
            "The file is larger than {mb} MB; split it and send again.",
            mb=limit // 1_000_000,
        )
    if not content:
        raise Malformed(400, "no-file", "没有收到文件，请选择文件。", "No file came; choose one.")
    return {"file": content, "filename": name}
