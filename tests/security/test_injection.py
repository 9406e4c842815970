"""What somebody sends stays a value: never a statement, an address to call, a file or a template.

After DHIS2 (SQL injection, requests to inside addresses) and OpenMRS (objects read before sign-in,
paths in archives, templates). Each test watches the place where the harm would be done.
"""

from __future__ import annotations

import base64
import os
import pickle
import re
import socket
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from marshmallow import Schema
from sqlalchemy import event

from deploy.containers import service_class
from deploy.parts import SERVICES, SHARDED
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations
from tests.support import hostile
from tests.support.part import PartUnderTest
from tests.support.stadium import ANNA, FIRST, Stadium, facts
from tests.support.workbooks import HEADINGS, person, roster, workbook

MARK = "zq9x"
STATEMENTS = (f"{MARK}'); DROP TABLE events; --", f'{MARK}" OR ""="', f"{MARK}' UNION SELECT 1--")
ADDRESSES = (
    "http://169.254.169.254/latest/meta-data",
    "http://inside.example:5432/",
    "//inside.example/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
)


@pytest.fixture(params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PartUnderTest]:
    """A part that knows one resident of unit v15, and one import: `resident` and `job`."""
    resident, job = str(ANNA), str(ANNA)
    if request.param == SHARDED:
        part = Stadium(tmp_path).opens()
        part.consented(ANNA)
    else:
        part = PartUnderTest(tmp_path, request.param)
        if request.param != "registration":
            part.hears("registration", "ResidentRegistered", **facts(ANNA))
        else:
            answer = part.http.upload("/api/units/v15/roster", hostile.good())
            resident = answer.json["entries"][0]["resident"]  # type: ignore[index]
            job = answer.json["import"]  # type: ignore[index]
    part.at(FIRST)
    part.resident, part.job = resident, job  # type: ignore[attr-defined]
    yield part
    part.app.store.close()


def entry_points(part: Any) -> list[Declaration]:
    return declarations(service_class(part.part.service))


def fields_of(schema: type[Schema] | None) -> list[str]:
    return [field.data_key or name for name, field in schema().fields.items()] if schema else []


def send_everywhere(part: Any, value: str) -> list[Any]:
    """Send a value at each place of each address, in each parameter, field, form and header."""
    answers = list[Any]()
    headers = part.http.bearer(part.http.person)
    for each in entry_points(part):
        known = {
            "resident": part.resident,
            "other": part.resident,
            "job": part.job,
            "unit": "v15",
            "week": "2024-W14",
            "day": FIRST,
        }
        plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, k=known: k.get(m[1], "x"), each.url)
        places = {plain, *(_with(each.url, name, known, value) for name in _places(each.url))}
        for url in places:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            ask = {"method": each.verb, "headers": headers | key}
            if each.verb == "GET":
                for name in ("other", *fields_of(each.params)):
                    query = {name: value}
                    answers.append(part.http.client.open(url, query_string=query, **ask))
                continue
            body: dict[str, Any] = dict.fromkeys(fields_of(each.body), value)
            answers.append(part.http.client.open(url, json=body, **ask))
            form = body | {"_key": str(uuid.uuid4()), "_next": value, "q": value}
            answers.append(part.http.client.open(url, data=form, **ask))
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-For", "Referer", "Correlation-Id"):
        said = headers | {header: value, "Accept": "text/html"}
        answers.append(part.http.client.get("/", headers=said))
    return answers


def _places(url: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", url)


def _with(url: str, place: str, known: dict[str, str], value: str) -> str:
    from urllib.parse import quote

    values = known | {place: quote(value, safe="")}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m[1], "x"), url)


# DHIS2


def test_dhis2_what_is_sent_is_never_part_of_a_statement(part: Any):
    statements, values = list[str](), list[Any]()

    def seen(_c: Any, _k: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        statements.append(statement)
        values.append(parameters)

    before = len(part.events())
    engine = part.app.store.engine
    event.listen(engine, "before_cursor_execute", seen)
    try:
        for value in STATEMENTS:
            for answer in send_everywhere(part, value):
                assert answer.status_code < 500 or answer.status_code == 503, answer.data
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    assert statements
    assert [each for each in statements if MARK in each] == []
    assert len(part.events()) >= before
    if part.part.service in ("screening", "supervision"):
        # It did get as far as the database, as a value; elsewhere schemas and plan stop it before.
        assert MARK in str(values)


def test_dhis2_no_address_that_is_sent_is_called(part: Any, monkeypatch: pytest.MonkeyPatch):
    called = list[Any]()

    def connect(self: socket.socket, address: Any) -> None:
        called.append(address)
        raise ConnectionRefusedError

    def resolve(host: Any, *_: Any, **__: Any) -> list[Any]:
        called.append((host, None))
        raise socket.gaierror

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for value in ADDRESSES:
        for answer in send_everywhere(part, value):
            target = answer.headers.get("Location", "/")
            assert "inside.example" not in target.partition("?")[0], target
    with pytest.raises(requests.ConnectionError):
        requests.get("http://watched.example", timeout=1)
    assert called.pop()[0] == "watched.example", "the watch does not see"
    # Registration's keys and supervision's sessions may be asked for, at the deployment's parts.
    own = {each.host for each in part.deployment.parts}
    assert {address[0] for address in called} <= own


# OpenMRS


class Boom:
    """An object that leaves a file behind when it is read."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.file),)


def test_openmrs_nothing_reads_objects(part: Any, tmp_path: Path):
    trap = tmp_path / "trap"
    pickled = pickle.dumps(Boom(trap))
    bodies = {
        "application/x-python-serialize": pickled,
        "application/octet-stream": pickled,
        "application/json": pickled,
        "application/x-yaml": f"!!python/object/apply:os.mkdir ['{trap}']".encode(),
        "application/x-java-serialized-object": b"\xac\xed\x00\x05sr\x00\x11java.util.HashSet",
        "application/xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    }
    cookie = base64.b64encode(pickled).decode()
    for each in entry_points(part):
        url = re.sub(r"<(?:\w+:)?(?:resident|other)>", part.resident, each.url)
        url = re.sub(r"<[^>]+>", "v15", url)
        for kind, body in bodies.items():
            for headers in ({}, part.http.bearer(part.http.person)):
                ask = headers | {"Idempotency-Key": str(uuid.uuid4())}
                answer = part.http.client.open(
                    url, method=each.verb, data=body, content_type=kind, headers=ask
                )
                assert answer.status_code < 500 or answer.status_code == 503, answer.data
                assert b"root:" not in answer.data
        part.http.client.set_cookie(part.http.app.gate.cookie, cookie)
        assert part.http.client.open(url, method=each.verb).status_code != 500
        part.http.client.delete_cookie(part.http.app.gate.cookie)
    assert not trap.exists()
    pickle.loads(pickled)  # what it would have done
    assert trap.exists()


_opened: list[str] | None = None


def _watch(name: str, arguments: tuple[Any, ...]) -> None:
    if _opened is not None and name in ("open", "os.mkdir", "os.rename", "os.symlink"):
        _opened.append(f"{name} {arguments[0]} {arguments[1:]}")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file this process opens or makes, by the interpreter's own audit."""
    if not getattr(sys, "_vaxledger_watched", False):
        sys.addaudithook(_watch)
        monkeypatch.setattr(sys, "_vaxledger_watched", True, raising=False)
    seen = list[str]()
    monkeypatch.setattr(sys.modules[__name__], "_opened", seen)
    return seen


@pytest.mark.parametrize(
    "name", ["../../zq9x.xml", "..\\..\\zq9x.xml", "/tmp/zq9x.xml", "C:/zq9x.xml", "xl/../zq9x.xml"]
)
def test_openmrs_a_path_in_an_archive_leads_nowhere(tmp_path: Path, opened: list[str], name: str):
    town = PartUnderTest(tmp_path, "registration")
    for content in (hostile.slip(name), hostile.with_part(name, b"x")):
        before = len(town.events())
        answer = town.http.upload("/api/units/v15/roster", content)
        assert answer.status_code == 422, answer.text
        assert len(town.events()) == before
    Path(os.devnull).open().close()
    assert [each for each in opened if os.devnull in each], "the watch does not see"
    assert [each for each in opened if MARK in each] == []
    assert list(tmp_path.rglob(f"*{MARK}*")) == []


@pytest.mark.parametrize(
    "name",
    ["../service.py", "..%2fservice.py", "%2e%2e/service.py", "....//service.py",
     "/etc/passwd", "%2fetc%2fpasswd", "..\\service.py", ".", "..", "vaxledger.css/.", "static"],
)  # fmt: skip
def test_openmrs_no_file_beside_the_styles_is_served(tmp_path: Path, opened: list[str], name: str):
    town = PartUnderTest(tmp_path, "registration")
    del opened[:]
    answer = town.http.client.get(f"/static/{name}")
    assert answer.status_code in (308, 404)
    assert [each for each in opened if "service.py" in each or "passwd" in each] == []
    assert town.http.client.get("/static/vaxledger.css").status_code == 200


TEMPLATES = (
    "{{1337*1337}}",
    "${1337*1337}",
    "#{1337*1337}",
    "<%= 1337*1337 %>",
    "{% include '/etc/passwd' %}",
    "{{ ''.__class__.__mro__ }}",
    "{0.__class__}",
    "%(password)s",
    "<script>alert(1337*1337)</script>",
    '"><img src=x onerror=alert(1)>',
)


@pytest.mark.parametrize("text", TEMPLATES)
def test_openmrs_a_name_or_cell_is_no_template(tmp_path: Path, text: str):
    town = PartUnderTest(tmp_path, "registration")
    rows = [person(101, f"演练{text}"), person(102, "演练乙", address=text)]
    rows += [
        person(103 + at, "演练丙", **{c: text}) for at, c in enumerate(("card", "tie", "cohort"))
    ]
    pages = [town.http.form_upload("/api/units/v15/roster", roster(*rows), f"{text}.xlsx").text]
    odd = workbook([[*HEADINGS, text], [*person(109, "演练丁"), text]], names=("演练",))
    pages.append(town.http.form_upload("/api/units/v15/roster", odd, "a.xlsx").text)
    pages.append(town.http.page("/units/v15").text)
    residents = town.http.get("/api/units/v15/residents").json["residents"]  # type: ignore[index]
    pages += [town.http.page(f"/residents/{each['resident']}").text for each in residents]
    pages += [town.http.page("/", status=text).text, town.http.page(f"/units/{text}").text]
    everything = "\n".join(pages)
    for done in ("1787569", "root:", "&lt;class", "<class", "<script>alert", "<img src=x"):
        assert done not in everything, text
    # It is shown as it was written.
    from markupsafe import escape

    assert str(escape(text)) in everything


# What else stays what it is


def test_fields_nobody_asked_for_are_refused(part: Any):
    tried = 0
    for each in entry_points(part):
        if each.kind != "command" or each.upload:
            continue
        url = re.sub(r"<(?:\w+:)?(?:resident|other)>", part.resident, each.url)
        url = re.sub(r"<(?:\w+:)?job>", part.job, url)
        url = re.sub(r"<uuid:\w+>", part.resident, url)
        url = re.sub(r"<int:\w+>", "1", url)
        url = re.sub(r"<[^>]+>", "v15", url)
        before = len(part.events())
        answer = part.http.post(url, {"status": "vaccinated", "role": "administrator"})
        assert answer.status_code == 422, (url, answer.text)
        assert {"status", "role"} & set(answer.json["errors"]), url  # type: ignore[index]
        assert len(part.events()) == before
        tried += 1
    assert tried


def test_a_value_in_the_address_does_not_become_one_of_the_body(tmp_path: Path):
    site = Stadium(tmp_path).opens()
    site.consented(ANNA)
    url = f"/api/appointments?resident={ANNA}&from_day={FIRST}"
    assert site.http.post(url, {}).status_code == 422
    assert site.http.form(url).status_code == 422
    assert site.events("AppointmentBooked") == []
    twice = f"/api/sessions?from={FIRST}&to={FIRST}&from=0001-01-01"
    assert [each["day"] for each in site.read(twice)["sessions"]] == [FIRST]
