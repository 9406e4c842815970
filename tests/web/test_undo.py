"""What can be taken back is taken back from one banner, by one key; the banner is nobody else's to write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from shared.kit.web.done import Done, Undo, noted, told
from tests.support.part import PartUnderTest, a_token

ACCOUNT = "/staff/nurse"
ROLE = {"role": "site_staff", "scope": "site:stadium"}


@pytest.fixture
def staff(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "supervision")
    assert part.http.post("/api/staff", {"login": "nurse", "post": "护士"}).status_code == 200
    return part


def send(part: PartUnderTest, what: str, **fields: Any) -> TestResponse:
    """Send a form of the account's page and go where it leads."""
    sent = part.http.form(f"/api{ACCOUNT}/{what}", _next=ACCOUNT, **fields)
    assert sent.status_code == 303, sent.text
    return part.http.page(sent.location)


def grants(part: PartUnderTest) -> list[dict[str, str]]:
    found = part.http.get("/api/staff").json
    assert found is not None
    return next(each["grants"] for each in found["staff"] if each["login"] == "nurse")


def banner(page: TestResponse) -> Tag | None:
    return BeautifulSoup(page.text, "html.parser").select_one("div.banner")


def test_the_banner_tells_what_was_done_and_offers_the_one_key(staff: PartUnderTest):
    shown = banner(send(staff, "grant", **ROLE))
    assert shown is not None
    button = shown.select_one("button[accesskey=z]")
    assert "已授予角色" in shown.text
    assert isinstance(button, Tag)
    assert "撤销 Alt+Z" in button.text


def test_taking_back_is_told_and_leads_to_the_same_page(staff: PartUnderTest):
    back = staff.http.press(send(staff, "grant", **ROLE), ".banner form")
    assert (back.status_code, back.location.partition("?")[0]) == (303, ACCOUNT)
    assert grants(staff) == []
    assert "已收回角色" in staff.http.page(back.location).text


def test_a_revoked_role_is_granted_again_where_it_was(staff: PartUnderTest):
    send(staff, "grant", **ROLE)
    assert staff.http.press(send(staff, "revoke", **ROLE), ".banner form").status_code == 303
    assert grants(staff) == [ROLE]


def test_a_lock_is_opened_again(staff: PartUnderTest):
    locked = send(staff, "lock", reason="lost_device")
    assert "已锁定" in locked.text
    staff.http.press(locked, ".banner form")
    assert "已锁定" not in staff.http.page(ACCOUNT).text


@pytest.mark.parametrize(("what", "fields"), [("grant", ROLE), ("lock", {"reason": "other"})])
def test_what_changed_nothing_is_said_so_and_has_no_undo(
    staff: PartUnderTest, what: str, fields: dict[str, str]
):
    send(staff, what, **fields)
    shown = banner(send(staff, what, **fields))
    assert shown is not None
    assert "没有变化" in shown.text
    assert shown.find("form") is None


@pytest.mark.parametrize(
    ("what", "fields", "since"),
    [
        ("grant", ROLE, ("revoke", "grant")),
        ("revoke", ROLE, ("grant", "revoke")),
        ("lock", {"reason": "lost_device"}, ("unlock", "lock")),
    ],
)
def test_what_somebody_changed_since_is_not_taken_back(
    staff: PartUnderTest, what: str, fields: dict[str, str], since: tuple[str, str]
):
    if what == "revoke":
        send(staff, "grant", **fields)
    mine = send(staff, what, **fields)
    for each in since:
        sent = {} if each == "unlock" else fields
        send(staff, each, **sent)
    before = staff.http.get("/api/staff").json
    refused = staff.http.press(mine, ".banner form")
    assert refused.status_code == 409
    assert "之后已有人改过（" in refused.text
    assert staff.http.get("/api/staff").json == before


def test_a_role_that_is_not_held_any_more_is_not_replaced(staff: PartUnderTest):
    send(staff, "grant", **ROLE)
    send(staff, "revoke", **ROLE)
    former = " ".join(ROLE.values())
    refused = staff.http.form(
        f"/api{ACCOUNT}/change", _next=ACCOUNT, former=former, granted="auditor town"
    )
    assert refused.status_code == 409
    assert "已没有要换掉的角色" in refused.text
    assert grants(staff) == []


def test_sent_twice_it_is_not_said_to_be_done_again(staff: PartUnderTest):
    for _ in range(2):
        sent = staff.http.form(f"/api{ACCOUNT}/grant", key="once", _next=ACCOUNT, **ROLE)
    shown = staff.http.page(sent.location)
    assert "已经处理过，没有重复执行" in shown.text
    assert "已授予角色" not in shown.text


def test_nobody_else_makes_a_page_say_something(staff: PartUnderTest):
    sent = staff.http.form(f"/api{ACCOUNT}/grant", _next=ACCOUNT, **ROLE)
    other, gate = staff.http.signed_in("other", ("administrator", "town")), staff.routes.gate
    assert other.person is not None
    other.client.set_cookie(gate.cookie, a_token(other.person, gate.audience))
    assert banner(other.page(sent.location)) is None
    note = sent.location.partition("=")[2]
    for forged in (note[:-1], note[1:], "x.y", ".", "%00", note.partition(".")[0]):
        assert banner(staff.http.page(f"{ACCOUNT}?_told={forged}")) is None


def test_another_language_does_not_tell_it_again(staff: PartUnderTest):
    page = BeautifulSoup(send(staff, "grant", **ROLE).text, "html.parser")
    there = page.select_one(".languages [name=next]")
    assert isinstance(there, Tag)
    assert there["value"] == ACCOUNT


def test_a_note_says_what_it_was_given():
    def sign(text: str) -> str:
        return text[:5]

    now, undo = datetime(2024, 4, 2, tzinfo=UTC), Undo("/api/x", {"a": "b"})
    for done in (Done("好"), Done("好", undo), Done("好", undo, "7"), Done("好", about="7")):
        assert told(f"/x?y=1&_told={noted(done, sign, now)}", sign, now) == done
    assert told("/x", sign, now) is None
    page = f"/x?_told={noted(Done('好', undo, '7'), sign, now)}"
    assert told(page, sign, now + timedelta(minutes=10)) == Done("好", undo, "7")
    assert told(page, sign, now + timedelta(minutes=10, seconds=1)) == Done("好", about="7")


def test_an_answer_to_a_form_does_not_tell_what_its_page_told(staff: PartUnderTest):
    from services.supervision.sign_in import commands

    with staff.transaction():
        commands.set_password(staff.app, "nurse", "hashed")
    there = staff.http.form(f"/api{ACCOUNT}/grant", _next=ACCOUNT, **ROLE).location
    own = staff.deployment.part("supervision").address
    headers = {"Referer": f"{own}{there}", "Authorization": staff.http.authorization}
    asked = staff.http.client.post(
        "/staff/nurse/code", headers=headers | {"Accept": "text/html"}, data={"_key": "k"}
    )
    assert "将作废 nurse 现在的密码" in asked.text
    assert "已授予角色" not in asked.text
    assert "已授予角色" in staff.http.page(there).text


def test_what_cannot_be_told_is_not_done(staff: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    from services.supervision.staff import http

    def broken(*_: object, **_fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(http, "_undo", broken)
    assert staff.http.form(f"/api{ACCOUNT}/grant", _next=ACCOUNT, **ROLE).status_code == 500
    assert grants(staff) == []


def test_a_new_code_is_confirmed_only_when_it_voids_a_password(staff: PartUnderTest):
    from services.supervision.sign_in import commands

    assert "一次性码" in staff.http.form("/staff/nurse/code").text
    with staff.transaction():
        commands.set_password(staff.app, "nurse", "hashed")
    asked = staff.http.form("/staff/nurse/code")
    assert "将作废 nurse 现在的密码" in asked.text
    assert staff.http.get("/api/staff").json["staff"][0]["ready"]  # type: ignore[index]
    assert 'class="code-once"' in staff.http.press(asked).text


def test_what_is_told_to_who_has_signed_out_is_told_to_nobody_who_is_signed_in(
    staff: PartUnderTest,
):
    there = staff.http.press(staff.http.form("/api/account/sign-out-everywhere")).location
    browser = staff.http.anonymous()
    assert "您已在所有地方退出" in browser.page(there).text
    other, gate = staff.http.signed_in("other", ("administrator", "town")), staff.routes.gate
    assert other.person is not None
    other.client.set_cookie(gate.cookie, a_token(other.person, gate.audience))
    assert "您已在所有地方退出" not in other.page(there).text
    by_hand = browser.page("/sign-in?stays=true").text
    assert "现在没有登录" in by_hand
    assert "您已在所有地方退出" not in by_hand
    assert "现在没有登录" not in other.page("/sign-in?stays=true").text


@pytest.mark.parametrize("page", [ACCOUNT, "/staff"])
def test_a_page_shown_before_somebody_else_changed_the_account_changes_nothing(
    staff: PartUnderTest, page: str
):
    send(staff, "grant", **ROLE)
    shown = BeautifulSoup(staff.http.page(page).text, "html.parser")
    choice = shown.select_one(f"[name=granted][value^='{ROLE['role']} {ROLE['scope']}']")
    version = shown.select_one("[name=version]")
    assert isinstance(choice, Tag)
    sent = {"granted": str(choice["value"])} | ({"version": version["value"]} if version else {})
    staff.http.post(f"/api{ACCOUNT}/lock", {"reason": "lost_device"})
    refused = staff.http.form(f"/api{ACCOUNT}/revoke", _next=page, **sent)
    assert refused.status_code == 409
    assert "之后已有人改过（锁定账号" in refused.text
    assert grants(staff) == [ROLE]
    again = staff.http.page(ACCOUNT)
    taken = staff.http.press(again, f"form[action='/api{ACCOUNT}/revoke']")
    assert (taken.status_code, grants(staff)) == (303, [])
