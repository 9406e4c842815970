"""Every role tries every entry point of every service, on its own and on foreign scope."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.access import table
from deploy.containers import service_class
from deploy.parts import FOLLOWS, SERVICES, SHARDED, open_edge
from services.registration.rosters.commands import IMPORTS
from shared.kit.service_tokens import (
    KEYS,
    LOG,
    OPERATE,
    OPERATOR,
    SESSIONS,
    STATUS,
    Caller,
    token_of,
)
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import Undeclared, declarations
from shared.town import request_context
from shared.town.access import Grant
from shared.town.access.roles import LIST, ROLES, UNIT_CADRE
from tests.support.part import HttpClient, PartUnderTest, a_person

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
UNIT, FOREIGN_UNIT = "v01", "v02"
RESIDENT = uuid.UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
JOB = uuid.uuid5(IMPORTS, "tester|walk")
CONTACT = "7d0e2f55-8a3c-5c11-9b57-2f1c6a0d9e42"
SOMEBODY_ELSE = "walk-somebody-else"
CALLERS = (*(f"{each}/stadium" if each == SHARDED else each for each in SERVICES), "operator")
PURPOSES = (LOG, KEYS, STATUS, SESSIONS, OPERATE)


@pytest.fixture(scope="module", params=SERVICES)
def part(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PartUnderTest:
    """A part that knows one resident, of the unit `UNIT`."""
    folder = tmp_path_factory.mktemp("walk")
    probe = PartUnderTest(folder / "probe", "screening")
    site = probe.app.campaign.unit(UNIT).site
    part = PartUnderTest(
        folder / "part", request.param, site if request.param == "appointments" else None
    )
    facts = {"resident": RESIDENT, "unit": UNIT, "tie": "household", "cohort": "general"}
    facts |= {"sex": "female", "birth_date": date(1979, 5, 21), "document_kind": "resident_card"}
    if request.param == "registration":
        with part.transaction():
            from services.registration.domain.resident import Resident
            from services.registration.domain.responsibility import Responsibility

            part.app.save(Resident(**facts, identity={"name": "演练", "phone": "1"}))
            held = part.app.begin(Responsibility, Responsibility.create_id(RESIDENT))
            day = part.app.campaign.start
            held.assign(RESIDENT, UNIT, login_of(UNIT_CADRE), day, start=day, today=day)
            part.app.save(held)
        sent = part.http.send(f"/api/units/{UNIT}/roster", b"no roster", key="walk")
        assert sent.json["import"] == str(JOB)  # type: ignore[index]
    else:
        part.hears("registration", "UnitDocked", unit=UNIT, site=site, since=date(2024, 3, 25))
        part.hears("registration", "ResidentRegistered", **facts)
    if request.param == "reporting":  # the county reads published reports only
        part.at("2024-04-09")
        assert part.http.post("/api/weeks/2024-W14/close").status_code == 200
    return part


def url_of(declaration: Declaration) -> str:
    """The address with `UNIT`, `RESIDENT`, `JOB` and something harmless for every other placeholder."""
    wanted = {"unit": UNIT, "resident": str(RESIDENT), "other": str(RESIDENT)}
    wanted |= {"day": "2024-04-01", "week": "2024-W14", "contact": CONTACT, "job": str(JOB)}
    wanted |= {"card": str(RESIDENT), "number": "1"}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: wanted.get(m.group(1), "nothing"), declaration.url)


def login_of(role: str) -> str:
    return f"walk-{role}"


def own_scope(part: PartUnderTest, role: str) -> str:
    kind = ROLES[role].scope
    site = part.app.campaign.unit(UNIT).site
    return {"unit": f"unit:{UNIT}", "site": f"site:{site}", "town": "town"}[kind]


def foreign_scope(part: PartUnderTest, role: str) -> str | None:
    kind = ROLES[role].scope
    site = part.app.campaign.unit(UNIT).site
    other = next(each.code for each in part.app.campaign.sites if each.code != site)
    return {"unit": f"unit:{FOREIGN_UNIT}", "site": f"site:{other}", "town": None}[kind]


def answer(part: PartUnderTest, declaration: Declaration, headers: dict[str, str]) -> Any:
    headers = headers | {"Idempotency-Key": str(uuid.uuid4())}
    if declaration.kind == "page":
        headers["Accept"] = "text/html"
    body = None if declaration.verb == "GET" else {"json": {}}
    return part.http.client.open(
        url_of(declaration), method=declaration.verb, headers=headers, **(body or {})
    )


def let_in(got: Any) -> bool:
    """Whether the gate opened; what the method itself then refuses is another matter."""
    shut = ("not-signed-in", "not-allowed", "token-refused")
    return got.status_code not in (401, 403) or not any(code in got.text for code in shut)


def tries(part: PartUnderTest) -> Iterator[tuple[str, str, str, str]]:
    """(role, which scope, scope, login)."""
    for role in ROLES:
        yield role, "own", own_scope(part, role), login_of(role)
        if (scope := foreign_scope(part, role)) is not None:
            yield role, "foreign", scope, login_of(role)
        if ROLES[role].narrower == LIST:
            yield role, "own list", f"list:{UNIT}", login_of(role)
            yield role, "list of another", f"list:{UNIT}", SOMEBODY_ELSE
            yield role, "foreign list", f"list:{FOREIGN_UNIT}", login_of(role)


def reaches(part: PartUnderTest, declaration: Declaration, which: str) -> bool:
    """Whether this scope holds the place of the entry point; registration knows whose list it is."""
    at = declaration.allow.at
    if which == "own list":
        return at == "town" or (at == "resident" and part.part.service == "registration")
    return at == "town" or which == "own"


def test_every_role_at_every_entry_point(part: PartUnderTest, capsys: pytest.CaptureFixture[str]):
    wrong, said = list[str](), list[str]()
    for declaration in declarations(service_class(part.part.service)):
        allow = declaration.allow
        cells = list[str]()
        for role, which, scope, login in tries(part):
            may = allow.public or (role in allow.roles and reaches(part, declaration, which))
            person = a_person(login, (Grant(role, scope),))
            got = answer(part, declaration, HttpClient(part, person).bearer(person))
            inside = let_in(got)
            cells.append(f"{role}/{which}={got.status_code}")
            if inside is not may:
                wrong.append(f"{declaration.verb} {declaration.url}: {cells[-1]}, may: {may}")
            if not inside:
                kind = "text/html" if declaration.kind == "page" else "application/problem+json"
                assert got.mimetype == kind, cells[-1]
                assert "Traceback" not in got.text
            assert got.status_code < 500 or got.status_code == 503, (declaration.url, got.text)
        said.append(f"{declaration.verb} {declaration.url}: {' '.join(cells)}")
    with capsys.disabled():
        print(
            f"\n{part.part.source}: {len(said)} entry points, {len(list(tries(part)))} tries each"
        )
    print("\n".join(said))
    assert wrong == []


def test_a_page_offers_every_role_what_the_gate_lets_it_do(part: PartUnderTest):
    web, wrong = open_edge(part.deployment, part.part, part.app), list[str]()
    for declaration in declarations(service_class(part.part.service)):
        allow, address = declaration.allow, url_of(declaration)
        for role, which, scope, login in tries(part):
            may = allow.public or (role in allow.roles and reaches(part, declaration, which))
            asked = request_context.Request(a_person(login, (Grant(role, scope),)))
            with request_context.answering(asked):
                if web.may(f"{address}?so=so#here", declaration.verb) is not may:
                    wrong.append(f"{declaration.verb} {address}: {role}/{which}, may: {may}")
        assert web.may(address, declaration.verb) is allow.public, declaration.url
    assert wrong == []
    with pytest.raises(LookupError, match="/nowhere"):
        web.may("/nowhere")
    with pytest.raises(LookupError, match="post /status"):
        web.may("/status", "post")


def test_what_a_page_offers_is_looked_up_once_a_request(
    part: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    web, looked_up = open_edge(part.deployment, part.part, part.app), list[Any]()
    if part.part.service != "registration":
        return
    ask = web.places.units_of
    monkeypatch.setattr(
        web.places, "units_of", lambda *said: (looked_up.append(said), ask(*said))[1]
    )
    consent = f"/api/residents/{RESIDENT}/consent"
    for role, scope, times in (("office", "town", 0), ("unit_chief", f"unit:{UNIT}", 1)):
        with request_context.answering(
            request_context.Request(a_person(role, (Grant(role, scope),)))
        ):
            assert all(web.may(consent, "post") for _ in range(3))
            assert web.may(f"/residents/{RESIDENT}")
        assert len(looked_up) == times
        looked_up.clear()


def test_nobody_at_every_entry_point(part: PartUnderTest):
    for declaration in declarations(service_class(part.part.service)):
        got = answer(part, declaration, {})
        if declaration.allow.public:
            assert got.status_code not in (403, 500), declaration.url
        elif declaration.kind == "page":
            assert got.status_code == 303, declaration.url
            assert "/sign-in?next=" in got.headers["Location"]
        else:
            assert (got.status_code, got.json["code"]) == (401, "not-signed-in"), declaration.url


def follows(caller: str, source: str) -> bool:
    return source.partition("/")[0] in FOLLOWS[caller.partition("/")[0]]


def test_every_part_at_every_entry_point(part: PartUnderTest):
    source, now, admitted = part.part.source, time.time(), 0
    ways = [(caller, purpose) for caller in CALLERS for purpose in PURPOSES]
    for declaration in declarations(service_class(part.part.service)):
        allow = declaration.allow
        for caller, purpose in ways:
            token = token_of(part.deployment.secret_of(caller), caller, source, purpose, now)
            got = answer(part, declaration, {"Authorization": f"Bearer {token}"})
            may = allow.public or allow.admits(Caller(caller, purpose), SERVICES)
            if declaration.url == "/log":  # of those that it follows, and its own
                may = may and (caller in (OPERATOR, source) or follows(caller, source))
            assert let_in(got) is may, (declaration.url, caller, purpose, got.text)
            admitted += may and not allow.public
        stranger = token_of("ab" * 32, "stranger", source, allow.purpose, now)
        got = answer(part, declaration, {"Authorization": f"Bearer {stranger}"})
        assert allow.public or got.status_code in (401, 303), (declaration.url, got.text)
    assert admitted


def test_the_document_is_the_table():
    assert DOCUMENT.read_text() == table(), "run: vaxledger access > docs/access.md"


def test_an_entry_point_without_a_declaration_does_not_start():
    from nameko.web.handlers import http

    class Careless(service_class("screening")):  # type: ignore[misc]
        """Has an entry point that says nothing of who may use it."""

        @http("GET", "/leak")
        def leak(self, request: Any) -> str:
            """Give everything away."""
            return "everything"

    with pytest.raises(Undeclared, match="leak"):
        declarations(Careless)
