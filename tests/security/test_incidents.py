"""Real incidents of systems like this one; each must not happen here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.web.nameko_service import declarations
from shared.town.access.roles import ADMINISTRATOR, ROLES
from tests.access.test_sign_in import PASSWORD, Desk, code_of, refused
from tests.support.incidents import (
    FOLLOWING,
    NAME,
    PHONE,
    UNIT,
    a_part,
    call,
    declared,
    hear,
    said_with,
    url_of,
)
from tests.support.part import PartUnderTest
from tests.support.stadium import FIRST
from tests.support.workbooks import person, roster

# CoWIN 2023: a helper's account looked up anybody in the country.

STRANGERS = (
    ("unit_cadre", "unit:v02"),
    ("unit_chief", "unit:v02"),
    ("screener", "site:township"),
    ("site_staff", "site:township"),
    ("site_leader", "site:township"),
)


OF_RESIDENTS = [
    service
    for service in SERVICES
    if any("resident>" in each.url for each in declarations(service_class(service)))
]


@pytest.mark.parametrize("service", OF_RESIDENTS)
def test_cowin_a_helper_of_elsewhere_opens_nobody(tmp_path: Path, service: str):
    part, resident = a_part(tmp_path, service)
    tried = 0
    for each in declared(part):
        if "resident>" not in each.url:
            continue
        for grant in STRANGERS:
            client = part.http.signed_in("helper", grant)
            answer = call(client, each, url_of(each, resident=resident))
            assert code_of(answer) == (403, "not-allowed"), (each.url, grant)
            assert NAME not in answer.text
            assert PHONE not in answer.text
            tried += 1
    assert tried > 0
    assert part.events("PersonalDataViewed") == []


def test_cowin_lists_and_searches_hold_own_people_only(tmp_path: Path):
    town, _ = a_part(tmp_path / "town", "registration")
    cadre = town.http.signed_in("v02-cadre", ("unit_cadre", "unit:v02"))
    other = roster(person(102, "演练李四", phone="13800000102"))
    assert cadre.upload("/api/units/v02/roster", other).status_code == 200
    own = cadre.get("/api/units/v02/residents").json["residents"]  # type: ignore[index]
    assert [each["name"] for each in own] == ["演练李四"]
    assert code_of(cadre.get(f"/api/units/{UNIT}/residents"))[0] == 403
    assert NAME not in cadre.page("/").text
    for site, seen in (("stadium", True), ("township", False)):
        desk, resident = a_part(tmp_path / site, "screening")
        nurse = desk.http.signed_in("nurse", ("screener", f"site:{site}"))
        assert (str(resident) in nurse.get("/api/residents").text) is seen
        assert (str(resident) in nurse.page("/people").text) is seen


def test_cowin_a_nurse_of_another_site_sees_no_list_of_this_one(tmp_path: Path):
    site, resident = a_part(tmp_path, "appointments")
    said = {"resident": str(resident), "from_day": FIRST}
    assert site.http.post("/api/appointments", said).status_code == 200
    for where, seen in (("stadium", True), ("township", False)):
        nurse = site.http.signed_in("nurse", ("site_staff", f"site:{where}"))
        lists = [nurse.get("/api/appointments", day=FIRST), nurse.page("/", day=FIRST)]
        assert [str(resident) in each.text for each in lists] == [seen, seen]
        assert {each.status_code for each in lists} == {200 if seen else 403}
        assert nurse.form("/find", q=str(resident)).status_code == (303 if seen else 403)


def test_cowin_nobody_books_for_people_of_another_unit(tmp_path: Path):
    site, resident = a_part(tmp_path, "appointments")
    said = {"resident": str(resident), "from_day": FIRST}
    for unit, expected in (("v02", 403), (UNIT, 200)):
        client = site.http.signed_in(f"{unit}-cadre", ("unit_cadre", f"unit:{unit}"))
        assert client.post("/api/appointments", said).status_code == expected


def test_cowin_every_look_at_own_people_is_on_record(tmp_path: Path):
    town, resident = a_part(tmp_path, "registration")
    chief = town.http.signed_in("v15-chief", ("unit_chief", f"unit:{UNIT}"))
    for look in (
        lambda: chief.get(f"/api/residents/{resident}"),
        lambda: chief.page(f"/residents/{resident}"),
        lambda: chief.get(f"/api/units/{UNIT}/residents"),
        lambda: chief.page(f"/units/{UNIT}"),
    ):
        before = len(town.events("PersonalDataViewed"))
        assert NAME in look().text
        [event] = town.events("PersonalDataViewed")[before:]
        assert (event["actor"], event["data"]["login"]) == ("v15-chief", "v15-chief")
        assert event["data"]["residents"] == [str(resident)]
        assert "name" in event["data"]["viewed"]
        assert NAME not in str(event)


# CoWIN 2023: administrators made phantom sessions, which outlived a change of password.


@pytest.mark.parametrize("service", SERVICES)
def test_cowin_an_administrator_opens_nobody(tmp_path: Path, service: str):
    part, resident = a_part(tmp_path, service)
    admin = part.http.signed_in("admin", (ADMINISTRATOR, "town"))
    for each in declared(part):
        finds = each.url.endswith("/find") and each.url != "/staff/find"  # which finds accounts
        if "resident>" in each.url or "<unit>" in each.url or finds:
            answer = call(admin, each, url_of(each, resident=resident, unit=UNIT))
            assert code_of(answer) == (403, "not-allowed"), each.url
    assert part.events("PersonalDataViewed") == []


def test_cowin_an_administrator_takes_no_role_that_opens_identities(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("admin", (ADMINISTRATOR, "town"), password=None)
    for role in ROLES.values():
        scope = {"unit": "unit:v01", "site": "site:stadium"}.get(role.scope, "town")
        answer = desk.admin.post("/api/staff/admin/grant", {"role": role.code, "scope": scope})
        harmless = role.code in ("administrator", "operator", "county_subscriber")
        assert (answer.status_code == 200) is harmless, role.code


def test_cowin_an_administrator_acts_under_no_other_name(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    for said in ({"actor": "office"}, {"login": "office"}, {"as": "office"}):
        assert desk.admin.post("/api/tokens/renew", said).status_code == 422
    said = {"login": "office", "password": ""}
    assert desk.admin.client.post("/api/tokens", json=said).status_code == 422
    before = len(desk.part.events())
    enrol = next(each for each in declared(desk.part) if each.url == "/api/staff" and each.body)
    said = {"login": "phantom", "post": "演练"}
    invented = dict.fromkeys(("Remote-User", "X-Remote-User", "X-User", "Actor"), "office")
    assert call(desk.admin, enrol, enrol.url, said, **invented).status_code == 200
    assert {event["actor"] for event in desk.part.events()[before:]} == {"admin"}


def test_cowin_whoever_takes_an_account_over_is_on_record_and_its_owner_is_out(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    session = desk.office.sign_in("office", PASSWORD, "10.0.0.1")
    desk.code("office")
    reset = desk.part.events("CredentialsReset")[-1]
    assert (reset["actor"], reset["data"]["login"]) == ("admin", "office")
    assert refused(lambda: desk.office.renew(session, "x"))
    assert desk.token("office").status_code == 401


def test_cowin_no_session_outlives_a_change_of_password_in_any_part(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    parts = [a_part(tmp_path, service)[0] for service in FOLLOWING]
    token = desk.token("office").json["token"]  # type: ignore[index]
    session = desk.office.sign_in("office", PASSWORD, "10.0.0.1")
    tickets = [desk.office.ticket(session, "a" * 64, part.http.app.gate.audience) for part in parts]
    for part in parts:
        hear(part, desk)
        assert said_with(part, token) == 200
    desk.office.choose_password("office", desk.code("office"), "another 电池 staple", "10.0.0.1")
    for part, ticket in zip(parts, tickets, strict=True):
        hear(part, desk)
        assert said_with(part, token) == 401
        audience = part.http.app.gate.audience
        assert refused(partial(desk.office.exchange, ticket, "a" * 64, audience))


# DIVOC: what had been revoked went on being valid.


def lock(desk: Desk, token: str) -> None:
    assert desk.admin.post("/api/staff/office/lock", {"reason": "left"}).status_code == 200


def revoke(desk: Desk, token: str) -> None:
    body = {"role": "office", "scope": "town"}
    assert desk.admin.post("/api/staff/office/revoke", body).status_code == 200


def sign_out(desk: Desk, token: str) -> None:
    said = {"Authorization": f"Bearer {token}"}
    answer = desk.browser.client.post("/sign-out", json={}, headers=said)
    assert answer.status_code == 303


def retire_key(desk: Desk, token: str) -> None:
    desk.office.rotate(retire=True)


def opened_again(part: PartUnderTest) -> PartUnderTest:
    """The same part after a restart: what it knows is what lies in its store."""
    part.app.store.close()
    service, _, site = part.part.source.partition("/")
    again = PartUnderTest(part.deployment.folder, service, site or None)
    again._foreign.update(part._foreign)
    return again


@pytest.mark.parametrize("revokes", [lock, revoke, sign_out, retire_key])
def test_divoc_revoked_stays_revoked(tmp_path: Path, revokes: Callable[[Desk, str], None]):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"))
    desk.enrol("other", ("office", "town"))
    parts = [a_part(tmp_path, service)[0] for service in FOLLOWING]
    token = desk.token("office").json["token"]  # type: ignore[index]
    for part in parts:
        hear(part, desk)
        assert said_with(part, token) == 200, part.part.source
    revokes(desk, token)
    desk.gate.staff.now(fresh=True)
    assert said_with(desk.part, token) == 401
    valid = desk.token("other").json["token"]  # type: ignore[index]
    for part in parts:
        hear(part, desk)
        assert (said_with(part, token), said_with(part, valid)) == (401, 200), part.part.source
        part.app.rebuild_views()
        part.http.app.gate.staff.now(fresh=True)
        assert said_with(part, token) == 401, "while the views are empty"
        part.rebuilt_view()
        part.http.app.gate.staff.now(fresh=True)
        assert (said_with(part, token), said_with(part, valid)) == (401, 200), part.part.source
        again = opened_again(part)
        assert (said_with(again, token), said_with(again, valid)) == (401, 200), part.part.source
    desk.part.rebuilt_view()
    desk.gate.staff.now(fresh=True)
    assert (said_with(desk.part, token), said_with(desk.part, valid)) == (401, 200)


def test_divoc_a_revoked_role_is_not_in_the_next_token(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"), ("auditor", "town"))
    town, resident = a_part(tmp_path, "registration")
    hear(town, desk)
    for expected in (200, 403):
        bearer = {"Authorization": f"Bearer {desk.token('office').json['token']}"}  # type: ignore[index]
        hear(town, desk)
        answer = town.http.client.get(f"/api/residents/{resident}", headers=bearer)
        assert answer.status_code == expected
        for role in ("office", "auditor"):
            desk.admin.post("/api/staff/office/revoke", {"role": role, "scope": "town"})
