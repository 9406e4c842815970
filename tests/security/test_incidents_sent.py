"""Real incidents of systems like this one, made by what somebody sent (with `test_injection.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import text

from deploy.containers import container, service_class
from deploy.parts import SERVICES
from shared.kit.web.nameko_service import Undeclared, declarations
from tests.access.test_sign_in import Desk
from tests.support.dangerous_code import (
    MAY_START_PROGRAMS,
    MAY_WRITE_SQL,
    ROOT,
    SETS_PAPERS,
    SOURCES,
    faults,
)
from tests.support.incidents import UNIT, a_part, call, declared, texts_of, url_of
from tests.support.part import HttpClient, PartUnderTest
from tests.support.workbooks import person, roster

# DHIS2: SQL injection by users who were signed in.

SQL = (
    "' OR '1'='1",
    "x'; DROP TABLE canary; --",
    "x'; UPDATE canary SET n=2; --",
    "1) OR 1=1 --",
    "x' UNION SELECT key,x,1,1 FROM signing_keys --",
    '"; DELETE FROM canary; --',
    "%' OR n LIKE '%",
    "\\'; DROP TABLE canary; --",
)
SITE_BODIES = {
    "/api/batches": {"product": "CoronaVac", "doses": 5, "expiry": "2025-01-31", "batch": "SV-2"},
    "/api/batches/<batch>/waste": {"doses": 1, "reason": "x"},
    "/api/batches/<batch>/recall": {"reason": "x"},
    "/api/residents/<uuid:resident>/dose": {"batch": "SV-1", "vaccinator": "nurse-01"},
    "/api/residents/<uuid:resident>/screening": {"site": "stadium", "answers": {}},
    "/api/staff": {"login": "phantom", "post": "x"},
    "/api/staff/<login>/grant": {"role": "office", "scope": "town"},
    "/api/tokens": {"login": "office", "password": "x"},
    "/sign-in": {"login": "office", "password": "x"},
    "/find": {"q": "x"},
}


def sent(
    part: PartUnderTest, resident: object, texts: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """Every entry point with each text at each place it reads: (entry point, address, body)."""
    for each in declared(part):
        if each.url == "/session":  # asks supervision, which does not run here, for the ticket
            continue
        good = {"resident": resident, "unit": UNIT, "week": "2024-W14", "day": "2024-04-02"}
        body = SITE_BODIES.get(each.url, {})
        for said in texts:
            quoted = said.replace("%", "%25").replace("/", "%2F").replace("?", "%3F")
            for place in good | dict.fromkeys(("batch", "login", "name")):
                if f"{place}>" in each.url:
                    yield each, url_of(each, **good | {place: quoted.replace("#", "%23")}), body
            for name in each.params().fields if each.params else ():
                yield each, f"{url_of(each, **good)}?{urlencode({name: said})}", {}
            for path in texts_of(each.body()) if each.body else ():
                yield each, url_of(each, **good), put(body, path, said)


def put(body: dict[str, Any], path: tuple[str, ...], said: str) -> dict[str, Any]:
    """A body with a text at one place."""
    first, *rest = path
    inner = body.get(first)
    return body | {
        first: put(inner if isinstance(inner, dict) else {}, tuple(rest), said) if rest else said
    }


def tables(part: PartUnderTest) -> tuple[int, ...]:
    """How the canary is, and how many residents and keys there are, where there are such."""
    with part.app.store.connection() as connection:
        [canary] = connection.execute(text("SELECT n FROM canary")).scalars()
        names = part.app.store.views.tables.tables
        counted = [name for name in ("residents", "signing_keys") if name in names]
        sizes = [connection.execute(names[name].select()).fetchall() for name in counted]
    return (canary, *map(len, sizes))


@pytest.mark.parametrize("service", SERVICES)
def test_dhis2_no_text_becomes_sql(tmp_path: Path, service: str):
    part, resident = a_part(tmp_path, service)
    with part.transaction() as transaction:
        transaction.connection.execute(text("CREATE TABLE canary (n INTEGER)"))
        transaction.connection.execute(text("INSERT INTO canary VALUES (1)"))
    before = tables(part)
    tried = accepted = 0
    for each, url, body in sent(part, resident, SQL):
        answer = call(part.http, each, url, body)
        assert answer.status_code < 500, (url, body, answer.text)
        assert b"sqlite" not in answer.data.lower()
        tried += 1
        accepted += answer.status_code == 200
    assert tried > 20
    if service == "registration":  # its commands take codes only; its rosters any text
        people = [person(n, f"演练{said}", address=said) for n, said in enumerate(SQL, 201)]
        accepted = part.http.upload(f"/api/units/{UNIT}/roster", roster(*people)).json["new"]  # type: ignore[index]
        before = (before[0], before[1] + len(SQL), *before[2:])
    if service != "reporting":  # takes codes and days only
        assert accepted > 0, "nothing came as far as the database"
    assert tables(part) == before


def test_dhis2_nobody_signs_in_with_a_condition(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    for said in SQL:
        desk.clock.now += 3600
        assert desk.token("office", said).status_code == 401
        assert desk.token(f"office{said}"[:40]).status_code == 401
    assert desk.token("office").status_code == 200


# DHIS2: a server led wherever it was told to; `test_injection.py` watches what it calls itself.

EVIL = "evil.example"
ADDRESSES = (
    f"http://{EVIL}/",
    f"//{EVIL}",
    f"////{EVIL}",
    f"/\\{EVIL}",
    f"http://169.254.169.254/latest/meta-data/?{EVIL}",
    f"file:///etc/passwd?{EVIL}",
    f"gopher://{EVIL}:25/",
    f"@{EVIL}/",
)
LYING = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-For": EVIL,
    "Forwarded": f"host={EVIL}",
    "Referer": f"http://{EVIL}/",
}


@pytest.mark.parametrize("service", SERVICES)
def test_dhis2_no_browser_is_led_to_an_address_that_was_sent(tmp_path: Path, service: str):
    part, resident = a_part(tmp_path, service)
    own = {each.address for each in part.deployment.parts}
    tried = 0
    for each, url, body in sent(part, resident, ADDRESSES):
        answer = call(part.http, each, url, body, **LYING)
        tried += 1
        to = urlsplit(answer.headers.get("Location", ""))
        assert f"{to.scheme}://{to.netloc}" in own | {"://"}, (url, answer.headers["Location"])
        assert not to.path.startswith(("//", "/\\")), (url, body)
    assert tried > 20


@pytest.mark.parametrize("wanted", ADDRESSES)
def test_dhis2_a_form_leads_to_its_own_part_only(tmp_path: Path, wanted: str):
    site, _ = a_part(tmp_path, "appointments")
    body = {"batch": "SV-9", "product": "CoronaVac", "doses": "5", "expiry": "2025-01-31"}
    answer = site.http.form("/api/batches", _next=wanted, **body)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/")


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
        ("requests.post(x, timeout=3)", "follow redirects"),
        ("self._session.get(x)", "follow redirects"),
    ],
)
def test_openmrs_the_search_of_the_source_finds(source: str, what: str):
    [fault] = faults(source, "services/x.py")
    assert what in fault


def test_openmrs_the_search_passes_over_what_is_harmless():
    assert faults("import re\nre.compile('a')\ntext('SELECT 1')\nimport json", "x.py") == []
    for each in (*MAY_START_PROGRAMS, *MAY_WRITE_SQL, *SETS_PAPERS):
        assert faults((ROOT / each).read_text(), "services/x.py"), f"{each} needs no exception"


def test_openmrs_a_part_with_an_undeclared_entry_point_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from nameko.web.handlers import http

    import deploy.containers

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
    monkeypatch.setattr(deploy.containers, "service_class", lambda _: Careless)
    with pytest.raises(Undeclared, match="patients"):
        container(part.deployment, part.part, part.app)


SUM, COMPUTED = "演练{{ 1234567*7 }}{% raw %}${1234567*7}", str(1234567 * 7)


def shown(client: HttpClient, *urls: str) -> str:
    pages = [client.page(url) for url in urls]
    assert {page.status_code for page in pages} == {200}
    said = "".join(page.text for page in pages)
    assert COMPUTED not in said
    return said


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
