"""One language at a time: chosen in the browser, kept with the account, accepted, else Chinese."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from shared.kit.dates import date_text, day_text, days_text, moment_text, week_text
from shared.kit.language import Text, of_terminal, speaking
from shared.kit.refusals import refusal
from shared.kit.web.asked_language import COOKIE, of_request
from shared.kit.web.field_errors import said, told
from shared.kit.web.pages import percent
from shared.town.terms import GROUPS
from tests.access.test_sign_in import PASSWORD, Desk
from tests.support.part import PartUnderTest

Late = refusal("late", zh="{days} 太晚了。", en="{days} is too late.")
APRIL = date(2024, 4, 24)


@pytest.fixture
def site(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "appointments", "stadium")


def test_a_text_is_said_in_the_language_that_is_spoken_when_it_is_said():
    late, waiting = (
        Late(days=[date(2024, 4, 1), date(2024, 4, 2)]),
        Text("等 {n} 人", "waits for {n}"),
    )
    assert str(late) == "4月1日（周一）、4月2日（周二） 太晚了。"
    assert str(waiting.format(n=3)) == "等 3 人"
    with speaking("en"):
        assert str(late) == "Mon 1 April, Tue 2 April is too late."
        assert str(waiting.format(n=3)) == "waits for 3"
        assert str(GROUPS["findings"]["deferred"]) == "deferred"
    assert str(GROUPS["findings"]["deferred"]) == "推迟接种"


@pytest.mark.parametrize(
    ("said_by_browser", "answered"),
    [
        ({}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"}, "en"),
        ({"HTTP_ACCEPT_LANGUAGE": "de-DE,de;q=0.9"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-CN,en;q=0.5"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-CN,zh-Hans;q=0.9,en;q=0.8"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-TW,en;q=0.8"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "zh-Hans-CN,en;q=0.1"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "en-US,zh;q=0.5"}, "en"),
        ({"HTTP_ACCEPT_LANGUAGE": "de,*;q=0.1"}, "zh"),
        ({"HTTP_ACCEPT_LANGUAGE": "en", "HTTP_COOKIE": f"a=b; {COOKIE}=zh"}, "zh"),
        ({"HTTP_COOKIE": f"{COOKIE}=en"}, "en"),
        ({"HTTP_COOKIE": f"{COOKIE}=../../etc"}, "zh"),
    ],
)
def test_what_was_chosen_goes_before_what_is_accepted(
    said_by_browser: dict[str, str], answered: str
):
    assert of_request(said_by_browser) == answered


def test_days_weeks_and_shares_are_written_as_an_office_writes_them():
    assert day_text("2024-04-24") == "4月24日（周三）"
    assert date_text("1962-03-05") == "1962年3月5日"
    assert week_text("2024-W17") == "第17周（4月22日—28日）"
    assert week_text("2024-W18") == "第18周（4月29日—5月5日）"
    assert days_text(APRIL, date(2024, 4, 28)) == "4月24日—28日"
    assert moment_text("2024-04-24T10:31:00+08:00") == "4月24日 10:31"
    assert percent(36, 100) == "36.0%"
    with speaking("en"):
        assert day_text(APRIL) == "Wed 24 April"
        assert date_text("1962-03-05") == "5 March 1962"
        assert week_text("2024-W17") == "week 17 (22–28 April)"
        assert week_text("2024-W18") == "week 18 (29 April – 5 May)"
        assert moment_text("2024-04-24T10:31:00+08:00") == "24 April 10:31"


def test_what_is_wrong_with_a_field_is_said_in_the_readers_language():
    own = said("应为代码", "a code such as a1")
    wrong = {
        "a": ["Missing data for required field."],
        "b": {0: ["Longer than maximum length 60."]},
    }
    assert told(wrong | {"c": [own]}) == {
        "a": ["请填写这一项。"],
        "b": {0: ["最多 60 个字符或项。"]},
        "c": ["应为代码"],
    }
    with speaking("en"):
        assert told(wrong | {"c": [own]}) == wrong | {"c": [own]}


def test_problems_and_pages_come_in_the_language_that_is_asked_for(site: PartUnderTest):
    client, path = site.http.client, "/api/batches/x/waste"
    for accepted, words in (("zh-CN", "请先登录。"), ("en", "Sign in first.")):
        headers = {"Accept-Language": accepted}
        problem = client.post(path, json={}, headers=headers).json
        assert problem["detail"] == words
        page = client.get("/nowhere", headers=headers | {"Accept": "text/html"}).text
        assert f'lang="{accepted}"' in page
        assert ("没有找到" in page) == (accepted == "zh-CN")


def test_a_browser_that_chose_a_language_keeps_it(site: PartUnderTest):
    client = site.http
    sent = client.form("/language", language="en", next="/stock?a=b")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/stock?a=b")
    assert client.client.get_cookie(COOKIE).value == "en"
    assert 'lang="en"' in client.page("/stock").text
    assert client.form("/language", language="xx").status_code == 422
    away = client.form("/language", language="zh", next="//elsewhere/")
    assert away.headers["Location"] == "/"


def test_a_browser_in_which_large_type_was_chosen_keeps_it_until_somebody_signs_out(
    site: PartUnderTest,
):
    client = site.http
    assert "data-type" not in client.page("/stock").text
    sent = client.form("/type", type="large", next="/stock?a=b")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/stock?a=b")
    page = client.page("/stock").text
    assert '<html lang="zh-CN" data-type="large">' in page
    assert 'name="type" value=""' in page
    assert client.form("/type", type="huge").status_code == 422
    client.form("/type", type="")
    assert "data-type" not in client.page("/stock").text


def test_a_language_is_kept_with_the_account_and_comes_with_the_next_sign_in(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.enrol("nurse", ("site_staff", "site:stadium"))
    for said_before, language_after in ((None, None), ("en", "en")):
        browser = desk.part.http.anonymous().client
        form = {"login": "nurse", "password": PASSWORD}
        assert browser.post("/sign-in", data=form).status_code == 303
        if said_before is None:
            assert browser.get_cookie(COOKIE) is None
            session = desk.office.open_sessions("nurse")[0]["session"]
            desk.office.keep_language(session, "en")
        else:
            assert browser.get_cookie(COOKIE).value == language_after


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "VAXLEDGER_LANGUAGE": "en"}, "en"),
    ],
)
def test_a_terminal_speaks_its_language(
    variables: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "VAXLEDGER_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert of_terminal() == spoken
