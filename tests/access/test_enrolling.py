"""The administrator's pages: accounts from a list, found, changed in their row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.access.test_sign_in import PASSWORD, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"), password=None)
    return desk


def logins(desk: Desk, **wanted: str) -> list[str]:
    shown = desk.admin.form("/staff/find", **wanted) if wanted else desk.admin.page("/staff")
    page = BeautifulSoup(shown.text, "html.parser")
    return [link.text for link in page.select("td a[href^='/staff/']")]


def test_the_cadres_of_a_village_are_enrolled_from_a_pasted_list(desk: Desk):
    pasted = "v02-li\t东头干部\r\n\r\n v02-wang，西头 干部\r\n"
    sent = {"people": pasted, "granted": "unit_cadre unit:v02"}
    shown = desk.admin.form("/enrol", **sent)
    assert shown.status_code == 200, shown.text
    codes = re.findall(r'class="code-once">([^<]+)<', shown.text)
    assert len(codes) == 2
    assert "西头 干部" in shown.text
    names = ["StaffEnrolled", "RoleGranted", "CredentialsReset"]
    told = [event["event"] for event in desk.part.events(*names) if "v02" in str(event["data"])]
    assert told == names * 2
    for login, code in zip(("v02-li", "v02-wang"), codes, strict=True):
        session = desk.office.choose_password(login, code, f"{PASSWORD} {login[::-1]}", "10.0.0.1")
        person = desk.gate.person(desk.office.renew(session, desk.gate.audience))
        assert [(grant.role, grant.scope) for grant in person.grants] == [
            ("unit_cadre", "unit:v02")
        ]
    assert person.post == "西头 干部"


@pytest.mark.parametrize(
    ("people", "fault"),
    [
        ("v02-li 干部\nv02-wang", "第 2 行：登录名后面应写岗位"),
        ("v02-li 干部\nV02 干部", "第 2 行：应为小写字母"),
        ("v02-li 干部\n\nv01-chief 主任", "第 3 行：登录名 v01-chief 已有人使用"),
        ("v02-li 干部\nv02-li 主任", "第 2 行：登录名 v02-li 与第 1 行相同"),
        ("v02-li 干部 13800000001", "第 1 行：这里不要写证件号码或手机号"),
        ("\n".join(f"v02-{n} 干部" for n in range(101)), "应为 1 到 100 行"),
        ("  \n ", "应为 1 到 100 行"),
    ],
)
def test_one_wrong_line_opens_no_account_and_is_named(desk: Desk, people: str, fault: str):
    before = logins(desk)
    refused = desk.admin.form("/enrol", people=people, granted="unit_cadre unit:v02")
    assert (refused.status_code, fault in refused.text) == (422, True), refused.text
    assert logins(desk) == before


def test_a_list_sent_twice_is_enrolled_once(desk: Desk):
    sent = {"people": "v02-li 干部", "granted": "unit_cadre unit:v02"}
    one, two = (desk.admin.form("/enrol", key="pressed twice", **sent) for _ in range(2))
    assert (one.status_code, two.status_code) == (200, 200)
    code = re.compile(r'class="code-once">([^<]+)<')
    assert code.findall(one.text) == code.findall(two.text) != []
    assert desk.admin.form("/enrol", **sent).status_code == 422
    wrong = desk.admin.form("/enrol", people="v02-xu 干部", granted="unit_cadre site:stadium")
    assert "的范围应为：一个单位" in wrong.text
    assert "v02-xu" not in logins(desk)


def test_accounts_are_found_by_login_post_unit_and_role(desk: Desk):
    desk.enrol("nurse", ("site_staff", "site:stadium"), password=None)
    unit = desk.part.app.campaign.unit("v01").name_zh
    assert logins(desk, q="CHIEF") == ["v01-chief"]
    assert logins(desk, q=f"{unit} 负责人") == ["v01-chief"]
    assert logins(desk, q="演练") == ["nurse", "v01-chief"]
    assert logins(desk, after="nurse") == ["v01-chief"]
    assert "没有找到账号" in desk.admin.form("/staff/find", q="x").text


def test_a_row_offers_what_can_be_done_to_its_account(desk: Desk):
    def offered() -> list[str]:
        page = BeautifulSoup(desk.admin.page("/staff").text, "html.parser")
        return [str(button["formaction"]) for button in page.select("tr button")]

    usual = ["/api/staff/v01-chief/revoke", "/staff/v01-chief/code"]
    assert offered() == usual
    desk.admin.post("/api/staff/v01-chief/lock", {"reason": "left"})
    assert offered() == ["/api/staff/v01-chief/revoke", "/api/staff/v01-chief/unlock"]
    assert desk.admin.form("/api/staff/v01-chief/unlock").status_code == 303
    revoked = desk.admin.form("/api/staff/v01-chief/revoke", granted="unit_chief unit:v01")
    assert revoked.status_code == 303
    assert offered() == usual[1:]


def test_each_button_of_the_list_is_pressed_by_itself(desk: Desk):
    desk.enrol("nurse", ("site_staff", "site:stadium"), password=None)
    page = BeautifulSoup(desk.admin.page("/staff").text, "html.parser")
    [form] = page.select("form:has(> .scroll)")
    fields = {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
    buttons = form.select("button[name=granted]")
    assert len(buttons) == 2
    for button in [*buttons, buttons[0]]:
        sent = fields | {"granted": str(button["value"]), "key": fields["_key"]}
        del sent["_key"]
        answer = desk.admin.form(str(button["formaction"]), **sent)
        assert answer.status_code == 303, answer.text
    assert len(desk.part.events("RoleRevoked")) == 2
    assert "_before=" in answer.location


def test_a_role_is_changed_for_another_in_one_step(desk: Desk):
    body = {"former": "unit_chief unit:v01", "granted": "unit_chief unit:v03"}
    changed = desk.admin.post("/api/staff/v01-chief/change", body)
    assert changed.json is not None
    assert changed.json["grants"] == [{"role": "unit_chief", "scope": "unit:v03"}]
    refused = desk.admin.post(
        "/api/staff/v01-chief/change",
        body | {"former": body["granted"], "granted": "office unit:v01"},
    )
    assert refused.status_code == 422
    named = [each["data"]["scope"] for each in desk.part.events("RoleRevoked", "RoleGranted")]
    assert named == ["unit:v01", "unit:v01", "unit:v03"]


def test_a_role_and_its_place_are_chosen_together(desk: Desk):
    page = BeautifulSoup(desk.admin.page("/enrol").text, "html.parser")
    groups = [str(group["label"]) for group in page.select("#granted optgroup")]
    assert groups[:3] == ["村（社区）干部", "村（社区）干部，仅本人名单", "村（社区）负责人"]
    assert groups[-1] == "全镇"
    values = [str(option["value"]) for option in page.select("#granted option")]
    assert "unit_cadre list:v01" in values
    assert "unit_chief list:v01" not in values
    assert "administrator town" in values
    assert len(desk.admin.page("/enrol").text.encode()) < 60_000
