"""Every answer of every part carries the security headers, also when it refuses."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests
from werkzeug.test import Client, TestResponse

from deploy.local.running import embedded_deployment, running_embedded
from deploy.parts import SERVICES, SHARDED
from shared.kit.web.nameko_service import declarations
from shared.kit.web.responses import SECURITY_HEADERS
from shared.town.deployment import Deployment
from tests.support.part import PartUnderTest, routes_of

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = [*ROOT.glob("services/**/pages/*.html"), *ROOT.glob("shared/**/templates/*.html")]
assert len(TEMPLATES) > 40, "templates are looked for where they are not"
SELF = "form-action 'self';"
NOBODY = "00000000-0000-8000-8000-000000000000"


@pytest.fixture(params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path: Path) -> PartUnderTest:
    site = "stadium" if request.param == SHARDED else None
    return PartUnderTest(tmp_path, request.param, site)


def addresses(part: PartUnderTest) -> list[tuple[str, str]]:
    """Every address of a part, filled with something that need not exist."""
    filled = {"resident": NOBODY, "other": NOBODY, "name": "vaxledger.css"}
    return [
        (
            each.verb,
            re.sub(r"<(?:\w+:)?(\w+)>", lambda place: filled.get(place[1], "v01"), each.url),
        )
        for each in declarations(type(_service(part)))
    ]


def _service(part: PartUnderTest) -> object:
    from deploy.containers import service_class

    return service_class(part.part.service)()


def check(answer: TestResponse, what: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        if name == "Cache-Control" and "/static/" in what and answer.status_code == 200:
            assert answer.headers[name] == "max-age=300", what
        elif name == "Content-Security-Policy":
            # A page's forms may lead to the other parts as well: signing in and out does.
            said = re.sub(
                r"form-action 'self'( http://127\.0\.0\.1:1)+;", SELF, answer.headers[name]
            )
            assert said == value, f"{name} of {what}"
        else:
            assert answer.headers.get(name) == value, f"{name} of {what}"
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_address_answers_with_every_header(part: PartUnderTest, accept: str, signed_in: bool):
    client = Client(routes_of(part))
    headers = part.http.bearer(part.http.person if signed_in else None, Accept=accept)
    asked = [*addresses(part), ("GET", "/nowhere"), ("DELETE", "/"), ("GET", "/?nobody=knows")]
    asked += [("GET", "/residents/%00"), ("OPTIONS", "/"), ("HEAD", "/"), ("TRACE", "/")]
    statuses = set()
    for verb, url in asked:
        answer = client.open(url, method=verb, headers=headers, data=b"{")
        check(answer, f"{verb} {url}")
        statuses.add(answer.status_code)
    assert {200, 404, 405} <= statuses


def test_what_fails_unexpectedly_has_them_too(part: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(part.app.store), "check", lambda self: 1 / 0)
    answer = Client(routes_of(part)).get("/health")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    check(answer, "a failure")


def test_behind_tls_browsers_are_told_to_stay_there(part: PartUnderTest):
    app = routes_of(part)
    app.edge.deployment = replace(part.deployment, tls_proxy=True)
    for url in ("/", "/nowhere"):
        answer = Client(app).get(url)
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_a_wrong_method_names_the_right_ones(part: PartUnderTest):
    answer = Client(routes_of(part)).delete("/health")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


class Markup(HTMLParser):
    """Collects what a strict content security policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.bad.append(f"<{tag}>")
        if tag in ("base", "object", "embed", "iframe"):
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.bad.append(f"{tag} {name}=")
            if name in ("src", "href", "action") and (value or "").lower().startswith(
                ("javascript:", "data:", "http:", "https:", "//")
            ):
                self.bad.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_template_has_inline_script_or_style_or_leads_elsewhere(template: Path):
    markup = Markup()
    markup.feed(template.read_text())
    assert markup.bad == []
    assert "|safe" not in template.read_text()
    assert "autoescape" not in template.read_text()


def test_the_check_of_templates_finds_what_it_looks_for():
    markup = Markup()
    markup.feed("<p style='x' onclick=y><style></style><script>z</script><a href='//x.invalid'>")
    assert len(markup.bad) == 5


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("headers")
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True)
    with running_embedded(deployment):
        yield deployment


def test_a_real_server_says_neither_its_name_nor_its_version(town: Deployment):
    for part in town.parts:
        answer = requests.get(f"{part.url}/", timeout=10)
        assert "Server" not in answer.headers
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value, f"{name} of {part.source}"


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side closes or cuts off."""
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while more := connection.recv(65536):
            answer += more
    return answer


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01 not http\r\n\r\n",
        b"GET /secret-name\x01 x y z HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9000 + b"\r\n",
        # Case A11: what two programs in a row may read in two ways.
        *(
            b"POST /api/tokens HTTP/1.1\r\n" + head + b"\r\n\r\n{}"
            for head in (
                b"Content-Length: 2\r\nContent-Length: 2",
                b"Content-Length: 2\r\nContent-Length: 20",
                b"Content-Length: +2",
                b"Content-Length: 0_2",
                b"Content-Length: 2,2",
                b"Content-Length: 0x2",
                b"Content-Length: ",
                b"Content-Length: \xb2",
                b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            )
        ),
        b"GET /health HTTP/1.1\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\n\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\n\n",
    ],
)
def test_a11_what_is_not_http_is_refused_without_a_word_about_the_server(
    town: Deployment, said: bytes
):
    part = town.parts[0]
    with socket.create_connection((part.host, part.port), timeout=10) as connection:
        with contextlib.suppress(OSError):  # cut off in the middle of what is too long
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
        answer = heard(connection)
    # What is far too long may be cut off before its answer is read.
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 505")) or len(said) > 60_000
    for word in (b"Server:", b"Python", b"eventlet", b"Traceback", b"secret-name"):
        assert word not in answer
