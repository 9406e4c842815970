"""Requests that nobody would send, made by a grammar from what a part declares; one seed, the same requests."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

from marshmallow import Schema, fields, validate

from shared.kit.web.declaration import Declaration

LONE = "\ud800"
HOSTILE_TEXTS = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "+5",
    "0_5",
    "NaN",
    "1e999",
    "9" * 400,
    "9" * 5000,
    "2" * 63,
    "true",
    "null",
    "\x00",
    "a\x00b",
    "\x7f\x1b[31m",
    "\r\nSet-Cookie: a=b",
    "\n",
    LONE,
    f"a{LONE}b",
    "\udfff\ud800",
    "\U0001f9ea\u202e\u200d",
    "ａｄｍｉｎ",
    "İ",
    "ﬁ" * 100,
    "a" * 70_000,
    "张" * 3000,
    "a\u0300" * 2000,
    "<script>alert(1)</script>",
    "'; DROP TABLE events; --",
    "{{ 7 * 7 }}",
    "%00",
    "%",
    "%zz",
    "..",
    "../../etc/passwd",
    "//evil.example/",
    "/\\evil.example",
    "http://evil.example/",
    "=1+1",
    "0001-01-01",
    "9999-12-31",
    "2024-02-30",
    "2024-04-02T25:61",
    "2024-W53",
    "9999-W53",
    "0000-W01",
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-000000000000}",
    "urn:uuid:00000000-0000-8000-8000-000000000000",
    "town",
    "unit:v01",
    "110000197901010015",
    "13977665544",
)
HOSTILE_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**400,
    -(10**30),
    0.1,
    1e308,
    float("inf"),
    float("nan"),
    [],
    {},
    [None],
    [[[[]]]],
    {"": ""},
    {"$ne": 1},
    ["x"] * 2000,
    {"__proto__": {"a": 1}},
)
RAW_BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"\\ud800": 1}',
    b'{"a": "\xed\xa0\x80"}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"a": "\xff"}',
    b'{"a": "\\u0000"}',
    b"{}" + b" " * 300_000,
    b'{"a": ' + b"9" * 20_000 + b"}",
    b'{"a": -' + b"9" * 4300 + b"." + b"9" * 4300 + b"e99999}",
    b'{"a": NaN, "a": Infinity}',
    b"{" + b",".join(b'"%d":0' % n for n in range(40_000)) + b"}",
    b"a=" + b"%00" * 100,
    b"&" * 50_000,
    b"=&" * 5_000,
    b"\xff=\xfe&%ff=%fe",
    b"\x00" * 10_000,
    b"PK\x03\x04" + b"\x00" * 100,
)
RAW_QUERIES = (
    b"%",
    b"&&&=;",
    b"a=%ff",
    b"a=%00",
    b"=" * 3000,
    b"a=1&" * 3000,
    b"\xff=\xe9",
    b"a=%ED%A0%80",
    b"next=//evil.example",
)
VERBS = (
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "X" * 50,
)
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=no-such",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=\xff",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    'multipart/form-data; boundary="',
    "multipart/form-data; boundary=" + "b" * 5000,
    "multipart/form-data; boundary=\xe9\x00",
    "text/plain",
    "application/xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/",
    "a" * 5000,
    "",
)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "Accept": (
        "text/html",
        "application/json",
        "*/*",
        "",
        "text/html;q=\xe9",
        "a/b;q=9e999",
        "," * 2000,
        "text/html;q=0",
    ),
    "Accept-Language": ("zh", "en", "*", "zh-" * 500, "en;q=nan", "\xff"),
    "Idempotency-Key": ("one", "", "k" * 201, "\x00", "\xe9", "110000197901010015"),
    "Correlation-Id": ("", "c" * 5000, "\xff\x00", "110000197901010015"),
    "Host": ("evil.example", "", "a b", "[::1", "h:99999", "h:x", "\xff", "x" * 3000, "h/@?#"),
    "Origin": ("null", "http://evil.example", "\xff", "http://localhost"),
    "Sec-Fetch-Site": ("cross-site", "none", "\xff", "same-origin"),
    "Referer": ("http://evil.example/", "\x00", "http://127.0.0.1:1/" + "a" * 5000),
    "Cookie": ("a", "=", ";;;", "language=xx", "a=" + "b" * 8000, 'a="\\777"', "\xff=\xfe"),
    "Form-Mark": ("x", "\xff", ""),
    "X-Forwarded-For": ("1.2.3.4", "x", "1.2.3.4, " * 500, "\xff"),
    "X-Forwarded-Proto": ("https", "gopher"),
    "Range": ("bytes=0-", "bytes=-1,-1,-1", "x"),
    "If-Modified-Since": ("never", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "If-None-Match": ("*", '"' * 500),
    "Content-Encoding": ("gzip", "x"),
    "Expect": ("100-continue", "x"),
    "Upgrade": ("websocket", "h2c"),
}


@dataclass
class Sent:
    """One request, before it takes the form of a WSGI environment or of bytes on a socket."""

    verb: str
    path: bytes
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    who: str = ""

    def __str__(self) -> str:
        return (
            f"{self.verb} {self.path[:120]!r} ?{self.query[:120]!r} by {self.who}"
            f" { ({k: v[:60] for k, v in self.headers.items() if k != 'Authorization'})!r}"
            f" {self.body[:200]!r} ({len(self.body)} bytes)"
        )

    def environ(self) -> dict[str, Any]:
        """The request as a server hands it to a WSGI application."""
        found: dict[str, Any] = {
            "REQUEST_METHOD": self.verb,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:1",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            found[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return found

    def raw(self) -> bytes:
        """The request as bytes; what no header may hold is left in, for the server to judge."""
        target = self.path + (b"?" + self.query if self.query else b"")
        headers = {"Host": "127.0.0.1", "Content-Length": str(len(self.body))} | self.headers
        lines = [f"{name}: {value}".encode("latin-1", "replace") for name, value in headers.items()]
        first = self.verb.encode() + b" " + target + b" HTTP/1.1"
        return b"\r\n".join((first, *lines, b"Connection: close", b"", self.body))


@dataclass
class Answered:
    """What came back, and the processor time that it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def mimetype(self) -> str:
        """The kind of content, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]


def answer(app: Callable[..., Any], sent: Sent) -> Answered:
    """Let a WSGI application answer in this thread."""
    said: list[Any] = []
    began = time.thread_time()
    parts = app(sent.environ(), lambda status, headers, _=None: said.extend((status, headers)))
    body = b"".join(parts)
    taken = time.thread_time() - began
    return Answered(int(said[0][:3]), dict(said[1]), body, taken)


class Grammar:
    """Makes requests for the endpoints of a part; `known` is what there is, by the places' names."""

    def __init__(
        self,
        seed: int,
        declarations: list[Declaration],
        known: Mapping[str, str],
        people: Mapping[str, Callable[[], dict[str, str]]],
    ) -> None:
        self.draw = random.Random(seed)
        self.declarations, self.known, self.people = declarations, known, people
        # Who may do everything sends as many as all others together, to reach what lies behind the gate.
        self.often = [each for each in people if each == "everything"] * len(people)

    def requests(self, number: int) -> Iterator[Sent]:
        """So many requests."""
        for _ in range(number):
            yield self._request()

    def _one(self, *of: Any) -> Any:
        return self.draw.choice(of)

    def _rarely(self, chance: float = 0.1) -> bool:
        return self.draw.random() < chance

    def _request(self) -> Sent:
        declared: Declaration = self.draw.choice(self.declarations)
        verb = self._one(*VERBS) if self._rarely() else declared.verb
        sent = Sent(verb, self._path(declared.url), self._query(declared))
        sent.who = self._one(*self.people, *self.often)
        sent.headers["Accept"] = self._one("text/html", "application/json")
        sent.headers["Idempotency-Key"] = f"{self.draw.getrandbits(64):x}"
        if declared.verb != "GET" or self._rarely():
            self._fill(sent, declared)
        for _ in range(self._one(0, 0, 1, 3)):
            name = self._one(*HEADERS)
            sent.headers[name] = self._one(*HEADERS[name])
        sent.headers |= self.people[sent.who]()
        if self._rarely(0.02):
            sent.headers["Authorization"] = self._one(
                "Bearer", "Bearer ", "Bearer a.b.c", "Bearer " + "x" * 9000, "Basic \xff", "bearer \xe9",
                "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer " + "." * 3000,
            )  # fmt: skip
        return sent

    def _text(self) -> str:
        return self._one(*HOSTILE_TEXTS, *self.known.values())

    def _path(self, url: str) -> bytes:
        found: list[bytes] = []
        for piece in url.split("/"):
            if piece.startswith("<"):
                name = piece.strip("<>").rpartition(":")[2]
                good = not self._rarely(0.3)
                value = self.known.get(name, "x") if good else self._text()
                found.append(quote_from_bytes(value.encode("utf-8", "surrogatepass")).encode())
            else:
                found.append(piece.encode())
        path = b"/".join(found)
        if self._rarely(0.05):
            path = self._one(
                b"/" + path, path + b"/", path + b"%00", path + b"/../..", path + b";x=y", b"*",
                path.upper(), path + b"%ff%fe", b"/static/" + b"a" * 300, b"/%2e%2e/%2e%2e/etc/passwd",
                b"/" + b"a" * 9000, b"/" + b"/a" * 3000, path + b"\xed\xa0\x80",
            )  # fmt: skip
        return path

    def _query(self, declared: Declaration) -> bytes:
        if self._rarely(0.05):
            return self._one(*RAW_QUERIES)
        schema = declared.params
        values = self._values(schema) if schema else {}
        if self._rarely():
            values[self._text()] = self._text()
        return _form(values)

    def _values(self, schema: type[Schema]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, each in schema().fields.items():
            if each.required or self._rarely(0.5):
                found[each.data_key or name] = self._value(each, name)
        return found

    def _value(self, each: Any, name: str) -> Any:
        if self._rarely(0.15):
            return self._text() if self._rarely(0.6) else self._one(*HOSTILE_VALUES)
        choices = [
            choice
            for check in each.validators
            if isinstance(check, validate.OneOf)
            for choice in check.choices
        ]
        if choices:
            return self._one(*choices)
        if isinstance(each, fields.List):
            return [self._value(each.inner, name) for _ in range(self._one(0, 1, 2, 5))]
        if isinstance(each, fields.Nested):
            return self._values(type(each.schema))
        if isinstance(each, fields.Boolean):
            return self._one(True, False)
        if isinstance(each, fields.Integer):
            return self._one(0, 1, 2, 7, 100)
        if isinstance(each, fields.Float):
            return self._one(0, 36.5, 120.25)
        if isinstance(each, fields.Date):
            return self._one("2024-03-25", "2024-04-02", "2024-12-31", "1979-05-21")
        if isinstance(each, fields.UUID):
            return self.known["resident"]
        return self.known.get(name) or self._one("演练", *self.known.values())

    def _fill(self, sent: Sent, declared: Declaration) -> None:
        values = self._values(declared.body) if declared.body else {}
        kind = self.draw.random()
        if kind < 0.45:
            sent.headers["Content-Type"] = "application/json"
            sent.body = json.dumps(values, ensure_ascii=self._one(True, False)).encode(
                "utf-8", "surrogatepass"
            )
        elif kind < 0.7:
            sent.headers["Content-Type"] = "application/x-www-form-urlencoded"
            extra = {"_key": f"{self.draw.getrandbits(64):x}", "_next": self._text(), "_mark": "x"}
            sent.body = _form(values | {k: v for k, v in extra.items() if self._rarely(0.7)})
        elif kind < 0.8:
            self._multipart(sent, values)
        else:
            sent.headers["Content-Type"] = self._one(*TYPES)
            sent.body = self._one(*RAW_BODIES)
        if self._rarely(0.05) and sent.body:
            sent.body = self._spoilt(sent.body)
        if self._rarely(0.03):
            sent.headers["Content-Type"] = self._one(*TYPES)
        if self._rarely(0.02):
            sent.headers["Content-Length"] = self._one(
                "", "0", "-1", "x", "+5", "0_5", "9" * 30, str(len(sent.body) + 7), "1"
            )

    def _spoilt(self, body: bytes) -> bytes:
        at = self.draw.randrange(len(body))
        how = self._one(b"", b"\x00", b"\xff", b'"', b"}", bytes([self.draw.randrange(256)]))
        return body[:at] + how + body[at + self._one(0, 1, 5) :]

    def _multipart(self, sent: Sent, values: Mapping[str, Any]) -> None:
        mark = self._one("b", "-" * 20, "x y", "0" * 70)
        sent.headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        lines: list[bytes] = []
        for name, value in {**values, "_key": "k", "file": "x,y\n1,2"}.items():
            text = str(value).encode("utf-8", "surrogatepass")[:5000]
            said = name.encode("utf-8", "surrogatepass").replace(b"\n", b" ")[:300]
            more = b'; filename="' + self._one(b"a.xlsx", b"\xff\x00", b"../a", b"") + b'"'
            disposition = b'Content-Disposition: form-data; name="' + said + b'"'
            lines += [
                b"--" + mark.encode(),
                disposition + (more if name == "file" else b""),
                b"",
                text,
            ]
        ends = self._one(b"--" + mark.encode() + b"--", b"--" + mark.encode(), b"", b"--wrong--")
        join = self._one(b"\r\n", b"\r\n", b"\r\n", b"\n")
        sent.body = join.join([*lines, ends, b""])
        if self._rarely(0.05):
            sent.body *= self._one(2, 300)


def _form(values: Mapping[str, Any]) -> bytes:
    pairs = [
        (each, one) for each, v in values.items() for one in (v if isinstance(v, list) else [v])
    ]
    texts = [(str(k)[:80_000], str(v)[:80_000]) for k, v in pairs]
    return urlencode(
        [(k.encode("utf-8", "surrogatepass"), v.encode("utf-8", "surrogatepass")) for k, v in texts]
    ).encode()
