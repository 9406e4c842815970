"""What the page of a resident says of before: who found what and how, who took it back, which dose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.screening.test_lifting import BECAUSE, HERE, LIFT, reacts
from tests.screening.test_service import ANNA, QUESTIONS, WELL, screen, someone
from tests.support.one_language import chinese, in_english, latin
from tests.support.part import HttpClient, PartUnderTest

DAY = "2024-05-06"
SCREEN = f"/api{HERE}/screening"


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at(f"{DAY}T09:00")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


@pytest.fixture
def other(desk: PartUnderTest) -> HttpClient:
    return desk.http.signed_in("doctor-02", ("screener", "site:township"))


def told(html: str) -> list[str]:
    """The entries of the history."""
    page = BeautifulSoup(html, "html.parser")
    return ["".join(each.text.split()) for each in page.select("ol.timeline li")]


def history(desk: PartUnderTest) -> list[str]:
    return told(desk.http.page(HERE).text)


def fields(**more: Any) -> dict[str, str]:
    return {f"answers.{q}": str(WELL[q]).lower() for q in QUESTIONS} | {"site": "stadium", **more}


def given(desk: PartUnderTest, day: str = DAY, dose: int = 1) -> None:
    about = {"resident": ANNA, "site": "stadium", "unit": "v01", "cohort": "general", "dose": dose}
    about |= {"day": day, "product": "CoronaVac", "batch": "SV-1", "vaccinator": "n"}
    desk.hears("appointments/stadium", "DoseAdministered", **about)


# Who


def test_every_entry_says_who_recorded_it(desk: PartUnderTest, other: HttpClient):
    screen(desk)
    other.post(f"/api{HERE}/clearance/withdraw", {"reason": "本人感到不适"})
    found, withdrawn = history(desk)
    assert "由tester登记" in found
    assert "由doctor-02登记" in withdrawn
    assert "本人感到不适" in withdrawn


def test_what_the_system_found_by_itself_is_said_to_be_its_own(desk: PartUnderTest):
    screen(desk)
    reacts(desk, "severe")
    *_, last = history(desk)
    assert "由系统登记" in last
    assert "policy" not in desk.http.page(HERE).text


def test_a_lift_says_why_who_proposed_and_who_agreed(desk: PartUnderTest, other: HttpClient):
    screen(desk, severe_allergy=True)
    desk.http.post(LIFT, {"reason": "专科复核排除"})
    assert "tester提出撤销" in "".join(other.page(HERE).text.split())
    other.post(f"{LIFT}/agree")
    *_, lifted = history(desk)
    for each in ("疫苗严重过敏史", "专科复核排除", "tester提出", "doctor-02同意"):
        assert each in lifted, each
    for page in (HERE, "/people"):
        assert latin(desk.http.page(page).text, "tester", "doctor-02", "screening") == [], page


def test_the_end_of_a_deferral_says_why_and_what_was_deferred(desk: PartUnderTest):
    screen(desk, temperature=38.2)
    desk.http.post(LIFT, {"reason": "复测 36.6"})
    *_, lifted = history(desk)
    for each in ("发热", "复测36.6", "由tester登记"):
        assert each in lifted, each


def test_the_history_is_in_the_language_of_who_reads(desk: PartUnderTest, other: HttpClient):
    desk.http.form(SCREEN, **fields(rest="no"))
    reacts(desk, "severe")
    desk.http.post(LIFT, BECAUSE)
    other.post(f"{LIFT}/agree")
    assert chinese(in_english(desk.http, HERE)) == []
    assert "proposed by tester, agreed by doctor-02" in in_english(desk.http, HERE)


# How


def test_what_was_read_out_and_answered_by_one_key_is_told_so(desk: PartUnderTest):
    desk.http.form(SCREEN, site="stadium", rest="no", **{"answers.temperature": "36.5"})
    [entry] = history(desk)
    assert "各项都答“否”（宣读后统一回答）" in entry


def test_what_was_answered_one_by_one_is_not_told_to_be_read_out(desk: PartUnderTest):
    screen(desk)
    [entry] = history(desk)
    assert "各项都答“否”" in entry
    assert "宣读" not in entry


def test_beside_a_yes_it_is_the_rest_that_was_read_out(desk: PartUnderTest):
    said = {"answers.temperature": "36.5", "answers.acute_illness": "true"}
    desk.http.form(SCREEN, site="stadium", rest="no", **said)
    [entry] = history(desk)
    assert "其余宣读后统一答“否”" in entry


# Which dose


def test_the_page_says_when_the_last_dose_was_and_from_when_on_the_next_may_be(desk: PartUnderTest):
    assert "最早" not in desk.http.page(HERE).text
    given(desk)
    desk.at("2024-05-07T09:00")
    page = desk.http.page(HERE).text
    assert "5月6日（周一）已接种第一剂，第二剂最早5月20日（周一）" in page
    assert 'name="dose" value="2"' in page


def test_a_form_from_before_the_dose_is_refused(desk: PartUnderTest):
    assert 'name="dose" value="1"' in desk.http.page(HERE).text
    given(desk)
    refused = desk.http.form(SCREEN, **fields(dose="1"))
    assert refused.status_code == 409
    assert "第一剂" in refused.text
    assert "现在应筛查的是第二剂" in refused.text
    assert desk.events() == []
    answer = desk.http.post(SCREEN, {"site": "stadium", "answers": WELL, "dose": 1})
    assert (answer.json or {})["code"] == "another-dose-is-due"
    assert desk.http.form(SCREEN, **fields(dose="2", _next="/")).status_code == 303


def test_a_program_may_leave_the_dose_out(desk: PartUnderTest):
    given(desk)
    answer = screen(desk).json
    assert answer["dose"] == 2


# Which site


def on_duty(desk: PartUnderTest, site: str, login: str = "tester") -> None:
    about = {"site": site, "day": DAY, "login": login, "posts": ["screener"], "desk": "A"}
    desk.hears(f"appointments/{site}", "DutyTaken", **about)


def chosen(client: HttpClient) -> str:
    page = BeautifulSoup(client.page(HERE).text, "html.parser")
    [option] = page.select("select#site option[selected]")
    return str(option["value"])


def test_the_site_is_the_one_where_the_doctor_is_on_duty(desk: PartUnderTest):
    docked = chosen(desk.http)
    on_duty(desk, "stadium", "somebody-else")
    assert chosen(desk.http) == docked
    on_duty(desk, "stadium")
    assert chosen(desk.http) == "stadium" != docked


def test_else_it_is_where_the_person_waits(desk: PartUnderTest):
    about = {"resident": ANNA, "unit": "v01", "dose": 1, "day": DAY, "time": "08:30"}
    desk.hears("appointments/community", "ResidentCheckedIn", **about, site="community")
    assert chosen(desk.http) == "community"
    for site in ("stadium", "community"):
        on_duty(desk, site)
    assert chosen(desk.http) == "community", "of two duties the one where the person is"


def test_the_site_stands_before_the_questions(desk: PartUnderTest):
    page = desk.http.page(HERE).text
    assert page.index('id="site"') < page.index('id="temperature"')


# What a clearance is worth once the dose was given


def test_a_clearance_that_a_dose_has_used_up_is_not_said_to_have_lapsed(desk: PartUnderTest):
    screen(desk)
    given(desk)
    for where in ("/people", HERE):
        page = desk.http.page(where).text
        assert "第一剂已接种，第二剂前须筛查" in page
        assert "已过期" not in page
    desk.at("2024-05-27T09:00")
    assert "已过期" not in desk.http.page("/people").text
    screen(desk)
    assert "第一剂已接种" not in desk.http.page("/people").text
    given(desk, "2024-05-27", 2)
    assert "两剂已接种" in desk.http.page("/people").text
