"""Real incidents of systems like this one, which ran what somebody sent."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from deploy.parts import container, service_class
from shared.deployment import SERVICES
from shared.web.endpoints import Undeclared, declarations
from tests.access.test_sign_in import Desk, code_of
from tests.kit import HttpClient, PartUnderTest
from tests.registration import hostile
from tests.registration.workbooks import person, roster
from tests.security.dangerous import MAY_START_PROGRAMS, MAY_WRITE_SQL, ROOT, SOURCES, faults
from tests.security.incidents import UNIT, a_part, declared, url_of

# OpenMRS: code ran that came in a body before anybody had signed in.


def test_openmrs_nothing_in_the_source_runs_what_was_sent():
    found = [fault for path in SOURCES for fault in faults(path.read_text(), place(path))]
    assert found == []


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_openmrs_no_template_trusts_a_text():
    templates = [
        each for folder in ("shared", "services") for each in (ROOT / folder).rglob("*.html")
    ]
    assert len(templates) > 20
    for each in templates:
        for trusting in ("|safe", "| safe", "autoescape", "include request"):
            assert trusting not in each.read_text(), each


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import pickle", "pickle"),
        ("from yaml import load", "yaml"),
        ("import subprocess", "subprocess"),
        ("eval('1')", "eval"),
        ("environment.from_string(x)", "from_string"),
        ("subprocess.run(x, shell=True)", "shell"),
        ("connection.execute(text(f'SELECT {x}'))", "text of"),
        ("connection.exec_driver_sql('SELECT ' + x)", "exec_driver_sql of"),
        ("text('a' if b else c)", "text of"),
    ],
)
def test_openmrs_the_search_of_the_source_finds(source: str, what: str):
    [fault] = faults(source, "services/x.py")
    assert what in fault


def test_openmrs_the_search_passes_over_what_is_harmless():
    assert faults("import re\nre.compile('a')\ntext('SELECT 1')\nimport json", "x.py") == []
    for each in (*MAY_START_PROGRAMS, *MAY_WRITE_SQL):
        assert faults((ROOT / each).read_text(), "services/x.py"), f"{each} needs no exception"


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (self.folder,)


def bodies(folder: Path) -> list[tuple[str, bytes]]:
    """Bodies that make `folder` or tell a file's content when they are taken for what they say."""
    xml = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{folder.parent}/secret">]><a>&b;</a>'
    return [
        ("application/octet-stream", pickle.dumps(Bomb(folder))),
        ("application/x-pickle", pickle.dumps(Bomb(folder))),
        ("application/json", pickle.dumps(Bomb(folder), 0)),
        ("application/x-yaml", f"!!python/object/apply:os.mkdir ['{folder}']".encode()),
        ("application/x-java-serialized-object", b"\xac\xed\x00\x05sr\x00\x01x"),
        ("application/xml", xml.encode()),
        ("application/json", b'{"py/object": "os.mkdir", "py/reduce": ["' + bytes(folder) + b'"]}'),
        ("application/json", b"[" * 100_000),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
    ]


def test_openmrs_the_bomb_would_go_off(tmp_path: Path):
    pickle.loads(pickle.dumps(Bomb(tmp_path / "boom")))
    assert (tmp_path / "boom").exists()


@pytest.mark.parametrize("service", SERVICES)
def test_openmrs_no_body_runs_before_sign_in(tmp_path: Path, service: str):
    part, _ = a_part(tmp_path / "part", service)
    (tmp_path / "secret").write_text("the content of a file")
    before = part.app.store.head()
    for each in declared(part):
        if each.verb == "GET":
            continue
        for kind, body in bodies(tmp_path / "boom"):
            answer = part.http.client.open(
                url_of(each, resident=UNIT), method=each.verb, data=body, content_type=kind
            )
            assert 300 <= answer.status_code < 500, (each.url, kind, answer.text)
            assert "the content of a file" not in answer.text
    assert not (tmp_path / "boom").exists()
    assert part.app.store.head() == before


def test_openmrs_a_part_with_an_undeclared_entry_point_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from nameko.web.handlers import http

    import deploy.parts

    part, _ = a_part(tmp_path, "screening")
    assert container(part.deployment, part.part, part.app)

    class Careless(service_class("screening")):  # type: ignore[misc]
        """Has an entry point that says nothing of who may use it."""

        @http("GET", "/fhir/Patient")
        def patients(self, request: Any) -> str:
            """Give everything away."""
            return "everything"

    with pytest.raises(Undeclared, match="patients"):
        declarations(Careless)
    monkeypatch.setattr(deploy.parts, "service_class", lambda _: Careless)
    with pytest.raises(Undeclared, match="patients"):
        container(part.deployment, part.part, part.app)


@pytest.mark.parametrize(
    "name", ["../../../evil.xml", "..\\..\\evil.xml", "/tmp/evil.xml", "xl/../../evil.xml"]
)
def test_openmrs_zip_slip_writes_nothing(tmp_path: Path, name: str):
    part = PartUnderTest(tmp_path / "part", "registration")
    content = hostile.with_part(name, b"<evil/>")
    before = part.app.store.head(), sorted(tmp_path.rglob("*"))
    answer = part.http.upload("/api/units/v01/roster", content)
    assert code_of(answer) == (422, "unreadable-workbook")
    assert (part.app.store.head(), sorted(tmp_path.rglob("*"))) == before
    assert not Path("/tmp/evil.xml").exists()
    assert part.http.upload("/api/units/v01/roster", hostile.good()).status_code == 200


SUM, COMPUTED = "演练{{ 1234567*7 }}{% raw %}${1234567*7}", str(1234567 * 7)


def shown(client: HttpClient, *urls: str) -> str:
    pages = [client.page(url) for url in urls]
    assert {page.status_code for page in pages} == {200}
    said = "".join(page.text for page in pages)
    assert COMPUTED not in said
    return said


def test_openmrs_a_name_is_no_template(tmp_path: Path):
    town = PartUnderTest(tmp_path, "registration")
    answer = town.http.upload("/api/units/v01/roster", roster(person(1, SUM)))
    resident = answer.json["entries"][0]["resident"]  # type: ignore[index]
    assert SUM in shown(town.http, "/units/v01", f"/residents/{resident}")


def test_openmrs_a_free_text_is_no_template(tmp_path: Path):
    site, _ = a_part(tmp_path / "site", "appointments")
    said = {"batch": SUM, "product": "CoronaVac", "doses": 5, "expiry": "2025-01-31"}
    assert site.http.post("/api/batches", said).status_code == 200
    assert SUM in shown(site.http, "/stock")
    desk = Desk(tmp_path / "desk")
    assert desk.admin.post("/api/staff", {"login": "x1", "post": SUM}).status_code == 200
    assert SUM in shown(desk.admin, "/staff", "/staff/x1")
    refused = site.http.page("/find/" + SUM)
    assert COMPUTED not in refused.text
