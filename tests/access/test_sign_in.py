"""Signing in at supervision: codes, passwords, sessions, and what ends them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from services.supervision.sign_in.office import SignInOffice
from services.supervision.staff.commands import grant
from shared.kit.service_tokens import TokenRefused
from shared.town.access import Person
from tests.support.calls import as_operator
from tests.support.part import PartUnderTest

HTML = {"Accept": "text/html"}
STATE = "a" * 64
PASSWORD = "correct horse 电池 staple"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Desk:
    """Supervision with an administrator, and browsers before it."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.part = PartUnderTest(folder, "supervision", **changes)
        self.admin = self.part.http.signed_in("admin", ("administrator", "town"))
        self.clock = Clock()
        self.office: SignInOffice = self.part.http.app.gate.office
        self.office.clock = self.clock
        self.gate = self.part.http.app.gate
        self.gate._clock = self.clock
        self.browser = self.part.http.anonymous()

    def enrol(self, login: str, *grants: tuple[str, str], password: str | None = PASSWORD) -> None:
        assert self.admin.post("/api/staff", {"login": login, "post": "演练"}).status_code == 200
        for role, scope in grants:
            body = {"role": role, "scope": scope}
            assert self.admin.post(f"/api/staff/{login}/grant", body).status_code == 200
        if password:
            session = self.office.choose_password(login, self.code(login), password, "10.0.0.1")
            self.office.end(session)

    def code(self, login: str) -> str:
        return self.admin.post(f"/api/staff/{login}/code").json["code"]

    def token(self, login: str, password: str = PASSWORD) -> TestResponse:
        return self.browser.client.post("/api/tokens", json={"login": login, "password": password})

    def events(self, *names: str) -> list[dict[str, Any]]:
        return [event["data"] for event in self.part.events(*names)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, (answer.json or {}).get("code", "")


def test_a_one_time_code_becomes_a_password_once(desk: Desk):
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"), password=None)
    assert code_of(desk.token("v01-chief")) == (401, "sign-in-failed")
    said = {"login": "v01-chief", "code": desk.code("v01-chief").lower(), "password": PASSWORD}
    first = desk.browser.client.post("/first-sign-in", json=said)
    assert first.status_code == 303
    assert desk.token("v01-chief").status_code == 200
    again = desk.part.http.anonymous().client.post("/first-sign-in", json=said)
    assert code_of(again) == (401, "sign-in-failed")


def test_a_code_is_good_for_three_days(desk: Desk):
    desk.enrol("office", ("office", "town"), password=None)
    code = desk.code("office")
    desk.clock.now += 72 * 3600 + 1
    said = {"login": "office", "code": code, "password": PASSWORD}
    assert code_of(desk.browser.client.post("/first-sign-in", json=said))[1] == "sign-in-failed"


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "office office 1",
        "passwordpassword",
        "aaaaaaaaaaaa",
        "Summer2024!!",  # case A13
        "Qwertyuiop12",
        "woaini520520",
        "P@ssw0rd2024",
        "vaccine12345",
        "20240325-20240620",
    ],
)
def test_a_weak_password_is_refused_and_the_code_stays_good(desk: Desk, weak: str):
    desk.enrol("office", password=None)
    said = {"login": "office", "code": desk.code("office"), "password": weak}
    assert code_of(desk.browser.client.post("/first-sign-in", json=said)) == (422, "weak-password")
    said["password"] = PASSWORD
    assert desk.browser.client.post("/first-sign-in", json=said).status_code == 303


def test_neither_password_nor_code_nor_name_is_in_an_event_or_in_clear_on_disk(desk: Desk):
    desk.enrol("office", ("office", "town"), password=None)
    code = desk.code("office")
    said = {"login": "office", "code": code, "password": PASSWORD}
    assert desk.browser.client.post("/first-sign-in", json=said).status_code == 303
    folder = desk.part.deployment.folder
    stored = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for secret in (PASSWORD, code):
        assert secret.encode() not in stored
    assert b"$argon2id$" in stored
    assert "演练" not in str(desk.part.events())


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(desk: Desk):
    desk.enrol("office")
    wrong, unknown = desk.token("office", "wrong password 1"), desk.token("nobody", "x")
    assert wrong.json == unknown.json
    assert code_of(wrong) == (401, "sign-in-failed")


def test_guessing_is_slowed_down_by_account_and_the_right_password_too(desk: Desk):
    desk.enrol("office")
    for _ in range(5):
        assert code_of(desk.token("office", "wrong"))[1] == "sign-in-failed"
    slowed = desk.token("office")
    assert code_of(slowed) == (429, "too-many-attempts")
    assert int(slowed.headers["Retry-After"]) > 0
    desk.clock.now += 900
    assert desk.token("office").status_code == 200
    assert code_of(desk.token("office", "wrong"))[1] == "sign-in-failed"


@pytest.mark.parametrize("elsewhere", [True, False])
def test_case_a10_the_right_code_is_let_in_whatever_was_tried_before(desk: Desk, elsewhere: bool):
    desk.enrol("v01-chief", password=None)
    code = desk.code("v01-chief")
    said = {"login": "v01-chief", "password": PASSWORD}
    for number in range(71):
        wrong = desk.browser.client.post("/first-sign-in", json=said | {"code": f"WRONG-{number}"})
        assert wrong.status_code in (401, 429)
    assert wrong.status_code == 429
    place = {"REMOTE_ADDR": "10.9.9.9"} if elsewhere else {}
    right = desk.part.http.anonymous().client.post(
        "/first-sign-in", json=said | {"code": code}, environ_overrides=place
    )
    assert right.status_code == 303


def test_who_guesses_slows_down_their_own_address_and_nobody_elses(desk: Desk):
    desk.enrol("office")
    for _ in range(6):
        desk.token("office", "wrong")
    assert code_of(desk.token("office"))[1] == "too-many-attempts"
    said = {"login": "office", "password": PASSWORD}
    place = {"REMOTE_ADDR": "10.9.9.9"}
    answer = desk.browser.client.post("/api/tokens", json=said, environ_overrides=place)
    assert answer.status_code == 200


def test_case_f5_a_clock_that_was_a_day_ahead_locks_nobody_out(desk: Desk):
    desk.enrol("office")
    desk.clock.now += 86_400
    assert desk.token("office").status_code == 200
    for _ in range(5):
        desk.token("nobody", "wrong")
    desk.clock.now -= 86_400
    assert desk.token("office").status_code == 200
    assert 0 < int(desk.token("nobody", "wrong").headers["Retry-After"]) <= 900


def test_an_operator_lifts_the_brake(desk: Desk):
    desk.enrol("office")
    for _ in range(6):
        desk.token("office", "wrong")
    headers = as_operator(desk.part.deployment, "supervision")
    lifted = desk.part.http.client.post("/sign-in/brake/lift", headers=headers)
    assert lifted.json == {"lifted": 2}
    assert desk.token("office").status_code == 200


def test_guessing_many_accounts_from_one_address_is_slowed_down(desk: Desk):
    answers = [code_of(desk.token(f"nobody{number}"))[1] for number in range(40)]
    assert answers[0] == "sign-in-failed"
    assert answers[-1] == "too-many-attempts"


def test_a_browser_signs_in_and_out_and_its_cookie_is_worth_nothing_afterwards(desk: Desk):
    desk.enrol("auditor", ("auditor", "town"))
    browser = desk.browser.client
    assert browser.get("/", headers={"Accept": "text/html"}).status_code == 303
    said = {"login": "auditor", "password": PASSWORD, "next": ""}
    answer = browser.post("/sign-in", data=said)
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    home = browser.get("/audit", headers={"Accept": "text/html"})
    assert home.status_code == 200
    name = desk.browser.app.gate.cookie
    kept = browser.get_cookie(name)
    mark = home.text.split('name="_mark" value="')[1].split('"')[0]
    out = browser.post("/sign-out", data={"_mark": mark})
    assert out.status_code == 303
    assert browser.get_cookie(name) is None
    assert kept is not None
    browser.set_cookie(name, kept.value)
    assert browser.get("/api/ledger").status_code == 401
    assert desk.events("SignedOut")[-1]["reason"] == "signed_out"


def test_behind_tls_the_cookie_belongs_to_this_host_and_sign_out_clears_the_browser(tmp_path: Path):
    desk = Desk(tmp_path, tls_proxy=True)
    desk.enrol("auditor", ("auditor", "town"))
    browser = desk.browser.client
    answer = browser.post("/sign-in", data={"login": "auditor", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-vaxledger-supervision=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
    assert "Domain" not in cookie
    out = desk.part.http.signed_in("auditor", ("auditor", "town")).post("/sign-out")
    assert out.headers["Set-Cookie"].startswith("__Host-vaxledger-supervision=;")
    assert "Secure" in out.headers["Set-Cookie"]
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_form_from_elsewhere_is_refused(desk: Desk):
    desk.enrol("auditor", ("auditor", "town"))
    browser = desk.browser.client
    browser.post("/sign-in", data={"login": "auditor", "password": PASSWORD})
    desk.part.hears("registration", "TargetSet", unit="v01", target=5)
    form = {"_key": "one", "_next": "/"}
    forged = browser.post("/api/checkpoints", data=form, headers={"Accept": "text/html"})
    assert forged.status_code == 403
    assert "不是从本页面提交的" in forged.text
    home = browser.get("/audit", headers={"Accept": "text/html"}).text
    mark = home.split('name="_mark" value="')[1].split('"')[0]
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        told = browser.post("/api/checkpoints", data=form | {"_mark": mark}, headers=headers)
        assert told.status_code == 403
    as_json = browser.post("/api/checkpoints", json={}, headers={"Idempotency-Key": "two"})
    assert (as_json.status_code, as_json.json["code"]) == (403, "form-forged")  # type: ignore[index]
    assert desk.events("LedgerCheckpointed") == []
    good = browser.post("/api/checkpoints", data=form | {"_mark": mark})
    assert good.status_code == 303
    assert len(desk.events("LedgerCheckpointed")) == 1


def test_after_signing_in_a_browser_goes_back_to_the_part_it_came_from_only(desk: Desk):
    desk.enrol("office", ("office", "town"))
    town = desk.part.deployment.part("registration").address
    said = {"login": "office", "password": PASSWORD}
    back = desk.browser.client.post("/sign-in", data=said | {"next": f"{town}/units/v01?x=1"})
    assert back.headers["Location"] == f"{town}/session?next=%2Funits%2Fv01%3Fx%3D1"
    for evil in (
        "http://evil.example/",
        "//evil.example",
        "////evil.example",
        "http:////evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        f"{town}.evil.example/",
        "javascript:x",
    ):
        other = desk.part.http.anonymous().client.post("/sign-in", data=said | {"next": evil})
        assert other.headers["Location"].startswith("/account"), evil


def test_a_ticket_is_good_once_for_one_part_within_a_minute(desk: Desk):
    desk.enrol("office", ("office", "town"))
    session = desk.office.sign_in("office", PASSWORD, "10.0.0.1")
    audience = f"{desk.part.deployment.audience}/registration"
    ticket = desk.office.ticket(session, STATE, audience)
    assert refused(lambda: desk.office.exchange(ticket, STATE, f"{audience}x"))
    assert refused(lambda: desk.office.exchange(ticket, STATE, audience)), "tried elsewhere before"
    ticket = desk.office.ticket(session, STATE, audience)
    assert refused(lambda: desk.office.exchange(ticket, "b" * 64, audience)), "another browser"
    assert desk.office.exchange(ticket, STATE, audience).count(".") == 2
    assert refused(lambda: desk.office.exchange(ticket, STATE, audience))
    late = desk.office.ticket(session, STATE, audience)
    desk.clock.now += 61
    assert refused(lambda: desk.office.exchange(late, STATE, audience))


def test_case_a7_a_ticket_from_another_browser_replaces_nobodys_session(tmp_path: Path):
    """Supervision and registration, each as itself, and two browsers that go back and forth."""
    desk = Desk(tmp_path)
    town = PartUnderTest(tmp_path, "registration")
    town.hears_log("supervision", desk.part.app.store.log(0, 1000))
    for login in ("victim", "attacker"):
        desk.enrol(login, ("office", "town"))
    town.hears_log("supervision", desk.part.app.store.log(len(town._foreign["supervision"]), 1000))
    gate = town.http.app.gate
    gate.staff.now(fresh=True)
    gate.office = desk.office

    def signed_in(login: str) -> tuple[Any, Any, str]:
        """Two cookie jars of one browser, and the address with the ticket it is sent to."""
        here, there = desk.part.http.anonymous().client, town.http.anonymous().client
        said = {"login": login, "password": PASSWORD}
        assert here.post("/sign-in", data=said | {"next": "/account"}).status_code == 303
        to_ticket = there.get("/session?next=/list", headers=HTML).headers["Location"]
        at = to_ticket.removeprefix(desk.part.part.address)
        back = here.get(at, headers=HTML).headers["Location"]
        return here, there, back.removeprefix(town.part.address)

    def who(there: Any) -> str:
        return there.get("/", headers=HTML).get_data(as_text=True)

    _, mine, ticket = signed_in("victim")
    assert mine.get(ticket, headers=HTML).headers["Location"] == "/list"
    assert "victim" in who(mine)
    _, _, stolen = signed_in("attacker")
    for browser in (mine, town.http.anonymous().client):
        sent = browser.get(stolen, headers=HTML)
        # It is not taken: the browser asks supervision for a ticket of its own.
        assert sent.headers["Location"].startswith(f"{desk.part.part.address}/ticket?")
    assert "victim" in who(mine)
    begun = town.http.anonymous().client
    begun.get("/session?next=/list", headers=HTML)
    assert begun.get(stolen, headers=HTML).status_code == 401


def refused(work: Any) -> bool:
    try:
        work()
    except Exception as error:
        return getattr(error, "status", None) == 401
    return False


def test_a_session_lasts_a_shift_and_its_tokens_ten_minutes(desk: Desk):
    desk.enrol("office", ("office", "town"))
    session = desk.office.sign_in("office", PASSWORD, "10.0.0.1")
    person = the_person(desk, session)
    assert person.expires - desk.clock.now == 600
    assert person.until - desk.clock.now == 12 * 3600
    desk.clock.now += 12 * 3600 - 60
    assert the_person(desk, session).expires == person.until
    desk.clock.now += 61
    assert refused(lambda: desk.office.renew(session, "x"))


def the_person(desk: Desk, session: str) -> Person:
    token = desk.office.renew(session, desk.part.deployment.audience)
    desk.gate.staff.now(fresh=True)
    return desk.gate._verify(token, desk.part.deployment.audience)


@pytest.fixture(params=["UTC", "America/Lima", "Asia/Tokyo"])
def zone_of_the_machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def test_sessions_are_listed_in_the_towns_time(desk: Desk, zone_of_the_machine: None):
    desk.clock.now = 1_711_933_200.0  # 2024-04-01 01:00 UTC, nine o'clock in the town
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"))
    desk.browser.client.post("/sign-in", data={"login": "v01-chief", "password": PASSWORD})
    page = desk.browser.page("/account").text
    assert "<td>4月1日 09:00</td><td>4月1日 21:00</td>" in page


def test_sessions_stored_by_their_former_names_go_on_and_end(desk: Desk):
    desk.enrol("office", ("office", "town"))
    over, still = (desk.office.sign_in("office", PASSWORD, "10.0.0.1") for _ in range(2))
    desk.office.end(over)
    before = desk.part.view()
    with desk.part.app.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_refuses_UPDATE"))
        for new, old in (("SignedIn", "SessionStarted"), ("SignedOut", "SessionEnded")):
            names = {"new": f'"event":"{new}"', "old": f'"event":"{old}"', "topic": f"{new}.v1"}
            changed = connection.execute(
                text(
                    "UPDATE events SET body = CAST(replace(body, :new, :old) AS BLOB)"
                    " WHERE topic = :topic"
                ),
                names,
            )
            assert changed.rowcount > 0
    assert len(desk.part.events("SessionStarted")) == 3
    assert desk.part.rebuilt_view() == before
    assert refused(lambda: desk.office.renew(over, "x"))
    assert desk.office.renew(still, "x")
    desk.office.end(still)
    assert refused(lambda: desk.office.renew(still, "x"))
    assert [said["session"] for said in desk.events("SignedOut")] == [still]


def test_locking_ends_every_session_and_unlocking_brings_none_back(desk: Desk):
    desk.enrol("office", ("office", "town"))
    sessions = [desk.office.sign_in("office", PASSWORD, "10.0.0.1") for _ in range(2)]
    assert desk.admin.post("/api/staff/office/lock", {"reason": "left"}).status_code == 200
    assert all(refused(lambda s=s: desk.office.renew(s, "x")) for s in sessions)
    assert code_of(desk.token("office")) == (409, "staff-locked")
    assert desk.admin.post("/api/staff/office/unlock").status_code == 200
    assert all(refused(lambda s=s: desk.office.renew(s, "x")) for s in sessions)
    assert desk.token("office").status_code == 200


def test_a_reset_voids_the_password_and_all_sessions(desk: Desk):
    """CoWIN 2023: phantom sessions went on after a change of password."""
    desk.enrol("office", ("office", "town"))
    session = desk.office.sign_in("office", PASSWORD, "10.0.0.1")
    code = desk.code("office")
    assert refused(lambda: desk.office.renew(session, "x"))
    assert code_of(desk.token("office"))[1] == "sign-in-failed"
    other = "another horse 电池 staple"
    desk.office.choose_password("office", code, other, "10.0.0.1")
    assert refused(lambda: desk.office.renew(session, "x"))
    assert desk.token("office", other).status_code == 200


def test_people_change_their_own_password_and_every_session_ends(desk: Desk):
    desk.enrol("auditor", ("auditor", "town"))
    other = "another horse 电池 staple"
    session = desk.office.sign_in("auditor", PASSWORD, "10.0.0.1")
    auditor = desk.part.http.signed_in("auditor", ("auditor", "town"))
    assert auditor.form("/account/password", current="wrong", password=other).status_code == 401
    weak = auditor.form("/account/password", current=PASSWORD, password="short")
    assert weak.status_code == 422
    changed = auditor.form("/account/password", current=PASSWORD, password=other)
    assert changed.status_code == 303
    assert "密码已改，请重新登录" in desk.browser.page(changed.location).text
    assert "密码已改" not in desk.browser.page(changed.location[:-1]).text
    assert refused(lambda: desk.office.renew(session, "x"))
    assert code_of(desk.token("auditor"))[1] == "sign-in-failed"
    assert desk.token("auditor", other).status_code == 200


def test_a_revoked_role_is_gone_from_the_next_token(desk: Desk):
    desk.enrol("x-leader", ("site_leader", "site:stadium"), ("screener", "site:stadium"))
    session = desk.office.sign_in("x-leader", PASSWORD, "10.0.0.1")
    before = the_person(desk, session)
    body = {"role": "screener", "scope": "site:stadium"}
    assert desk.admin.post("/api/staff/x-leader/revoke", body).status_code == 200
    after = the_person(desk, session)
    assert after.roles() == {"site_leader"}
    assert after.version > before.version


def test_a_site_goes_on_when_supervision_is_down_until_the_shift_is_over(desk: Desk):
    from shared.town.access.gate import Unreachable

    class Down:
        def renew(self, session: str, audience: str) -> str:
            raise Unreachable(session + audience)

    desk.enrol("auditor", ("auditor", "town"))
    session = desk.office.sign_in("auditor", PASSWORD, "10.0.0.1")
    token = desk.office.renew(session, desk.gate.audience)
    desk.gate.office = Down()
    assert desk.gate._by_cookie(token)[1] is None
    desk.clock.now += 3600
    person, renewed = desk.gate._by_cookie(token)
    assert (person.login, renewed) == ("auditor", None)
    with desk.part.transaction():
        grant(desk.part.app, "auditor", "supervisor", "town")
    desk.gate.staff.now(fresh=True)
    with pytest.raises(TokenRefused):  # what is known to have changed is not believed any more
        desk.gate._by_cookie(token)
    desk.clock.now += 12 * 3600
    with pytest.raises(TokenRefused) as refusal:
        desk.gate._by_cookie(token)
    assert "shift" in refusal.value.why


def test_rotating_keys_keeps_old_tokens_until_their_shift_is_over(desk: Desk):
    desk.enrol("auditor", ("auditor", "town"))
    session = desk.office.sign_in("auditor", PASSWORD, "10.0.0.1")
    audience = desk.part.deployment.audience
    old = desk.office.renew(session, audience)
    assert desk.admin.post("/api/signing-keys/rotate").status_code == 200
    desk.gate.staff.now(fresh=True)
    new = desk.office.renew(session, audience)
    assert new.split(".")[0] != old.split(".")[0]
    for token in (old, new):
        assert desk.gate._verify(token, audience).login == "auditor"
    desk.clock.now += 12 * 3600 + 1
    desk.office.rotate()
    desk.gate.staff.now(fresh=True)
    with pytest.raises(TokenRefused) as refusal:
        desk.gate._verify(old, audience)
    assert "key" in refusal.value.why
    published = desk.browser.client.get("/.well-known/jwks.json").json["keys"]  # type: ignore[index]
    assert {key["crv"] for key in published} == {"Ed25519"}
    assert all("d" not in key for key in published)


# Accounts


def test_the_duties_of_administrators_are_separate(desk: Desk):
    desk.enrol("boss", ("administrator", "town"), password=None)
    opening = ("office", "supervisor", "auditor")
    for role, scope in (*((role, "town") for role in opening), ("unit_chief", "unit:v01")):
        answer = desk.admin.post("/api/staff/boss/grant", {"role": role, "scope": scope})
        assert code_of(answer) == (422, "duties-not-separate")


def test_the_last_administrator_stays(desk: Desk):
    desk.enrol("boss", ("administrator", "town"), password=None)
    body = {"role": "administrator", "scope": "town"}
    assert code_of(desk.admin.post("/api/staff/boss/revoke", body)) == (409, "last-administrator")
    assert code_of(desk.admin.post("/api/staff/boss/lock", {"reason": "left"}))[0] == 409
    desk.enrol("second", ("administrator", "town"), password=None)
    assert desk.admin.post("/api/staff/boss/revoke", body).status_code == 200


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("unit_chief", "town"),
        ("unit_chief", "unit:x99"),
        ("office", "unit:v01"),
        ("screener", "site:moon"),
        ("unit_cadre", "list:x99"),
        ("unit_chief", "list:v01"),
    ],
)
def test_a_grant_needs_a_scope_that_exists_and_fits(desk: Desk, role: str, scope: str):
    desk.enrol("office", password=None)
    answer = desk.admin.post("/api/staff/office/grant", {"role": role, "scope": scope})
    assert code_of(answer) == (422, "bad-grant")
    assert answer.json["role"] == role
    assert {"name", "places"}.isdisjoint(answer.json), "words are for people"


def test_a_cadre_may_be_granted_their_own_list_only(desk: Desk):
    desk.enrol("v01-a", ("unit_cadre", "list:v01"), password=None)
    assert "仅本人名单" in desk.admin.page("/staff/v01-a").text


def test_enrolling_granting_and_locking_twice_happens_once(desk: Desk):
    desk.enrol("office", ("office", "town"), ("office", "town"), password=None)
    again = desk.admin.post("/api/staff", {"login": "office", "post": "x"})
    assert code_of(again) == (409, "login-taken")
    for _ in range(2):
        desk.admin.post("/api/staff/office/lock", {"reason": "left"})
    names = [
        event["event"] for event in desk.part.events("StaffEnrolled", "RoleGranted", "StaffLocked")
    ]
    assert names == ["StaffEnrolled", "RoleGranted", "StaffLocked"]
    assert code_of(desk.admin.post("/api/staff/nobody/unlock")) == (404, "not-enrolled")


def test_one_account_is_told_with_its_own_grants_and_password(desk: Desk):
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"))
    desk.enrol("office", ("office", "town"), password=None)
    chief, office = (
        desk.admin.post(f"/api/staff/{login}/unlock").json for login in ("v01-chief", "office")
    )
    common = {"post": "演练", "locked": False, "told": False, "held": None}
    chiefs = [{"role": "unit_chief", "scope": "unit:v01"}]
    assert chief == common | {"login": "v01-chief", "ready": True, "grants": chiefs, "version": 3}
    offices = [{"role": "office", "scope": "town"}]
    assert office == common | {"login": "office", "ready": False, "grants": offices, "version": 2}


def test_the_pages_of_accounts_work_by_hand(desk: Desk):
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"), password=None)
    assert "v01-chief" in desk.admin.page("/staff").text
    assert (
        "东" in desk.admin.page("/staff/v01-chief").text
        or "村" in desk.admin.page("/staff/v01-chief").text
    )
    shown = desk.admin.form("/staff/v01-chief/code")
    assert "-" in shown.text.split('class="code-once">')[1][:14]
    moved = desk.admin.form(
        "/api/staff/v01-chief/grant", role="unit_cadre", scope="unit:v02", _next="/staff/v01-chief"
    )
    assert moved.status_code == 303
    chief = desk.part.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    assert "我的角色" in chief.page("/account").text
