"""The pages of signing in and of accounts, and every refusal, speak the reader's language only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.supervision.domain import refusals as supervision
from shared.kit.language import speaking
from shared.kit.refusals import Refusal
from shared.town.terms import GROUPS
from tests.access.test_sign_in import PASSWORD, Desk
from tests.support.one_language import chinese, in_english, latin, texts
from tests.support.part import HttpClient

LOGINS = ("admin", "v01-chief", "nobody")
REFUSALS = [
    each for each in vars(supervision).values() if isinstance(each, type) and each is not Refusal
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.enrol("v01-chief", ("unit_chief", "unit:v01"), ("unit_cadre", "list:v02"))
    desk.enrol("admin", ("administrator", "town"), password=None)
    desk.enrol("nobody", password=None)
    desk.office.sign_in("v01-chief", PASSWORD, "10.0.0.1")
    desk.admin.post("/api/staff/nobody/lock", {"reason": "left"})
    return desk


def both(client: HttpClient, url: str) -> tuple[str, str]:
    return client.page(url).text, in_english(client, url)


def test_signing_in_and_accounts(desk: Desk):
    chief = desk.part.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    asked = [
        *((desk.browser, url) for url in ("/sign-in?stays=true", "/first-sign-in")),
        *((desk.admin, url) for url in ("/staff", "/staff/v01-chief")),
        *((desk.admin, url) for url in ("/staff/nobody", "/enrol", "/account")),
        (chief, "/account"),
    ]
    for client, url in asked:
        zh, en = both(client, url)
        assert latin(zh, *LOGINS) == [], url
        assert chinese(en, "演练") == [], url
        assert "unit:" not in " ".join(texts(zh) + texts(en)), url
    opened = desk.admin.form("/enrol", people="v02-li 干部", granted="unit_cadre unit:v02").text
    assert latin(re.sub('class="(code-once|reason)">[^<]+', "", opened), *LOGINS, "v02-li") == []
    shown = desk.admin.press(desk.admin.form("/staff/v01-chief/code")).text
    assert latin(shown.replace(shown.split('class="code-once">')[1][:14], ""), *LOGINS) == []


def test_a_problem_names_no_code_but_to_programs(desk: Desk):
    chief = desk.part.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    for client, url in ((chief, "/staff"), (desk.admin, "/staff/ghost"), (desk.admin, "/nowhere")):
        zh, en = both(client, url)
        assert latin(zh, *LOGINS) == [], url
        assert chinese(en) == [], url
        assert 'data-status="4' in zh, url


def test_a_wrong_value_is_told_at_its_field_in_words(desk: Desk):
    sent = {"login": "Not A Login", "post": ""}
    page = desk.admin.form("/api/staff", **sent)
    assert page.status_code == 422
    assert latin(page.text, *LOGINS) == []
    assert "<dt>登录名</dt>" in page.text
    assert "应为小写字母、数字、点、横线，2 到 40 个" in page.text
    assert "<dt>岗位</dt>" in page.text


@pytest.mark.parametrize("declared", REFUSALS, ids=lambda each: each.code)
def test_a_refusal_is_told_in_one_language(declared: type[Refusal]):
    names = [part.partition("}")[0] for part in declared.zh.split("{")[1:]]
    refused = declared(**dict.fromkeys(names, 3))
    assert latin(str(refused)) == []
    with speaking("en"):
        assert chinese(str(refused)) == []


def test_what_a_grant_asks_for_is_said_in_words_and_to_programs_in_codes(desk: Desk):
    sent = {"role": "unit_cadre", "scope": "town"}
    refused = desk.admin.post("/api/staff/admin/grant", sent).json or {}
    assert refused["detail"] == "“村（社区）干部”的范围应为：一个单位、本人在一个单位的名单。"
    assert (refused["role"], refused["wanted"]) == ("unit_cadre", "unit:<code>, list:<code>")


def test_terms_are_of_one_language_each():
    for group in GROUPS.values():
        for term in group.values():
            assert latin(term.zh) == [], term
            assert chinese(term.en) == [], term
