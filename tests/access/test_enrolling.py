"""The administrator's pages: accounts from a list, found, changed in their row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

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


def test_a_role_is_chosen_once_and_its_place_is_typed(desk: Desk):
    page = BeautifulSoup(desk.admin.page("/enrol").text, "html.parser")
    values = [str(option["value"]) for option in page.select("#granted option")]
    assert "unit_cadre list" in values
    assert "unit_chief list" not in values
    assert len(values) == len(set(values)) < 15
    campaign = desk.part.app.campaign
    offered = {str(each["value"]): each.text for each in page.select("#places option")}
    unit = campaign.unit("v01")
    assert offered[unit.name_zh] == f"v01 {unit.name_en}", "found by its code and in both scripts"
    assert len(offered) == len(campaign.units) + len(campaign.sites)


@pytest.mark.parametrize("at", ["/enrol", "/staff/v01-chief"])
def test_the_page_stays_light(desk: Desk, at: str):
    assert len(desk.admin.page(at).data) < 30_000


def granted(desk: Desk, role: str, place: str) -> TestResponse:
    """Send the form of an account's page, as a browser does."""
    return desk.admin.form("/api/staff/v01-chief/grant", granted=role, place=place)


def test_a_place_is_found_by_code_name_or_a_part_of_it(desk: Desk):
    campaign = desk.part.app.campaign
    unit = campaign.unit("v03")
    for typed in ("v03", " V03 ", unit.name_zh, unit.name_en.upper(), unit.name_en.split()[0]):
        assert granted(desk, "unit_cadre list", typed).status_code == 303, typed
        assert (
            desk.admin.form(
                "/api/staff/v01-chief/revoke", granted="unit_cadre list:v03"
            ).status_code
            == 303
        )
    site = campaign.sites[0]
    assert granted(desk, "screener site", site.name_zh[:2]).status_code == 303
    assert desk.part.events("RoleGranted")[-1]["data"]["scope"] == f"site:{site.code}"
    assert granted(desk, "office town", unit.name_zh).status_code == 303, "it needs no place"
    assert desk.part.events("RoleGranted")[-1]["data"]["scope"] == "town"


@pytest.mark.parametrize(
    ("role", "typed", "said"),
    [
        ("unit_cadre unit", "", "没有这个单位或接种点"),
        ("unit_cadre unit", "nowhere", "没有这个单位或接种点"),
        ("unit_cadre unit", "stadium", "没有这个单位或接种点"),
        ("screener site", "v01", "没有这个单位或接种点"),
        ("unit_cadre unit", "村", "个地方这样叫"),
    ],
)
def test_a_place_that_is_none_or_several_is_told_at_its_field(
    desk: Desk, role: str, typed: str, said: str
):
    before = desk.part.events("RoleGranted")
    own = desk.part.part.address
    headers = desk.admin.bearer(desk.admin.person, Accept="text/html", Referer=f"{own}/enrol")
    sent = {"people": "v02-li 干部", "granted": role, "place": typed, "_key": "k"}
    answer = desk.admin.client.post("/enrol", data=sent, headers=headers)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert said in page.select("#place-error")[0].text
    assert page.select("#place")[0]["value"] == typed
    assert page.select("#granted option[selected]")[0]["value"] == role
    assert desk.part.events("RoleGranted") == before
    assert "v02-li" not in logins(desk)


def test_what_the_account_holds_stands_in_its_form_and_sent_again_changes_nothing(desk: Desk):
    page = BeautifulSoup(desk.admin.page("/staff/v01-chief").text, "html.parser")
    name = desk.part.app.campaign.unit("v01").name_zh
    assert page.select("#granted option[selected]")[0]["value"] == "unit_chief unit"
    assert page.select("#place")[0]["value"] == name
    before = desk.part.events("RoleGranted", "RoleRevoked")
    former = page.select("button[name=former]")[0]["value"]
    body = {"former": former, "granted": "unit_chief unit", "place": name}
    same = desk.admin.post("/api/staff/v01-chief/change", body)
    assert same.json is not None
    assert same.json["told"] is False
    assert desk.part.events("RoleGranted", "RoleRevoked") == before


def test_what_was_typed_is_undone_where_it_was(desk: Desk):
    moved = desk.admin.form(
        "/api/staff/v01-chief/change",
        former="unit_chief unit:v01",
        granted="unit_chief unit",
        place="v03",
        _next="/staff/v01-chief",
    )
    shown = desk.admin.page(moved.location)
    assert desk.admin.press(shown, ".banner form").status_code == 303
    account = desk.admin.get("/api/staff").json["staff"]
    [chief] = [each for each in account if each["login"] == "v01-chief"]
    assert chief["grants"] == [{"role": "unit_chief", "scope": "unit:v01"}]
