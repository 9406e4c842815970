"""Who waits at which site, and a form that answers nothing by itself."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.screening.test_service import ANNA, QUESTIONS, WELL, screen, someone
from tests.support.part import HttpClient, PartUnderTest

BO = uuid.UUID("6a1d9e2f-3c2b-8d4e-af50-1b2c3d4e5f60")
DAY = "2024-04-02"
HERE = f"/residents/{ANNA}"


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at(DAY)
    for who in (ANNA, BO):
        desk.hears("registration", "ResidentRegistered", **someone(who))
    return desk


def visit(desk: PartUnderTest, event: str, who: uuid.UUID, site: str = "stadium", **more: str):
    about = {"resident": who, "unit": "v01", "dose": 1, "day": DAY, "time": "08:30", "site": site}
    desk.hears(f"appointments/{site}", event, **about | more)


def screened_by_form(desk: PartUnderTest, temperature: str, leads_to: str = "/") -> str:
    """Screen by the page's form; the page it leads to."""
    fields = {f"answers.{q}": str(WELL[q]).lower() for q in QUESTIONS}
    fields |= {"answers.temperature": temperature, "site": "stadium", "_next": leads_to}
    return desk.http.form(f"/api/residents/{ANNA}/screening", **fields).location


def dose(desk: PartUnderTest, who: uuid.UUID) -> None:
    given = {"cohort": "general", "product": "CoronaVac", "batch": "1", "vaccinator": "n"}
    about = {"resident": who, "unit": "v01", "dose": 1, "day": DAY, "site": "stadium"}
    desk.hears("appointments/stadium", "DoseAdministered", **about | given)


def waiting(http: HttpClient) -> list[str]:
    page = http.page("/").text
    return re.findall(r'<th scope="row"><a href="/residents/([0-9a-f-]+)"', page)


def test_who_is_checked_in_waits_in_the_order_of_coming(desk):
    assert waiting(desk.http) == []
    assert "现在没有人候诊" in desk.http.page("/").text
    visit(desk, "ResidentCheckedIn", BO)
    desk.at(f"{DAY}T08:10")
    visit(desk, "ResidentCheckedIn", ANNA)
    assert waiting(desk.http) == [str(BO), str(ANNA)]
    assert desk.http.form("/find", q="").location == f"/residents/{BO}"
    screen(desk, BO)
    assert waiting(desk.http) == [str(ANNA)]
    screen(desk, ANNA, temperature=38.2)
    assert waiting(desk.http) == []
    assert desk.http.form("/find", q="").location == "/"


@pytest.mark.parametrize("event", ["AppointmentCancelled", "NoShowRecorded", "DoseAdministered"])
def test_whoever_is_gone_waits_no_more(desk, event):
    visit(desk, "ResidentCheckedIn", ANNA)
    if event == "DoseAdministered":
        dose(desk, ANNA)
    else:
        visit(desk, event, ANNA, **({"reason": "other"} if event == "AppointmentCancelled" else {}))
    assert waiting(desk.http) == []


def test_a_clearance_taken_back_puts_into_the_queue_again(desk):
    visit(desk, "ResidentCheckedIn", ANNA)
    screen(desk)
    desk.http.post(f"/api{HERE}/clearance/withdraw", {"reason": "unwell"})
    assert waiting(desk.http) == [str(ANNA)]


def test_nobody_waits_from_one_day_to_the_next(desk):
    visit(desk, "ResidentCheckedIn", ANNA)
    desk.at("2024-04-03")
    assert waiting(desk.http) == []


def test_a_doctor_sees_who_waits_at_the_own_site(desk):
    visit(desk, "ResidentCheckedIn", ANNA)
    visit(desk, "ResidentCheckedIn", BO, site="township")
    doctor = desk.http.signed_in("doctor", ("screener", "site:township"))
    assert waiting(doctor) == [str(BO)]
    assert len(waiting(desk.http)) == 2
    assert '<option value="township" selected' in doctor.page(f"/residents/{BO}").text


def test_two_records_of_one_person_wait_as_the_one_that_stays(desk):
    merged = {"resident": BO, "into": ANNA, "doses": []}
    desk.hears("registration", "ResidentsMerged", **merged)
    visit(desk, "ResidentCheckedIn", BO)
    assert waiting(desk.http) == [str(ANNA)]
    screen(desk, ANNA)
    assert waiting(desk.http) == []


def test_all_who_wait_are_counted_and_the_first_are_named(desk, monkeypatch):
    monkeypatch.setattr("services.screening.queue.http.QUEUE", 1)
    visit(desk, "ResidentCheckedIn", BO)
    desk.at(f"{DAY}T08:10")
    visit(desk, "ResidentCheckedIn", ANNA)
    assert waiting(desk.http) == [str(BO)]
    page = desk.http.page("/").text
    assert "候诊：2 人" in page
    assert "候诊最久的 1 人" in page


def test_the_form_comes_without_answers(desk):
    page = desk.http.page(HERE).text
    assert "checked" not in page
    assert page.count('value="false" required') == 13


def sent(desk, **fields: str):
    return desk.http.form(f"/api{HERE}/screening", site="stadium", **fields)


def test_one_press_answers_what_is_left_and_nothing_that_was_said(desk):
    said = {"answers.temperature": "36.5", "answers.severe_allergy": "true"}
    assert sent(desk, rest="no", **said).status_code == 303
    [event] = desk.events()
    assert (event["event"], event["data"]["reasons"]) == (
        "ContraindicationFound",
        ["severe_allergy"],
    )


def test_one_press_finds_the_well_well(desk):
    assert sent(desk, rest="no", **{"answers.temperature": "36.5"}).status_code == 303
    [event] = desk.events()
    assert (event["event"], event["data"]["read_out"]) == ("ResidentCleared", True)


def test_without_that_press_every_question_has_to_be_answered(desk):
    assert sent(desk, **{"answers.temperature": "36.5"}).status_code == 422
    assert sent(desk, rest="no").status_code == 422, "no temperature"
    assert desk.events() == []


def test_from_60_good_health_is_said_by_itself(desk):
    old = uuid.UUID(int=1)
    desk.hears("registration", "ResidentRegistered", **someone(old, "1960-01-01"))
    page = desk.http.page(f"/residents/{old}").text
    assert 'name="rest" value="no"' in page
    fields = {"answers.temperature": "36.5", "site": "stadium", "rest": "no"}
    assert desk.http.form(f"/api/residents/{old}/screening", **fields).status_code == 422
    assert desk.events() == []
    fields["answers.healthy"] = "true"
    assert desk.http.form(f"/api/residents/{old}/screening", **fields).status_code == 303


def test_the_button_is_a_word(desk):
    body = {"answers.temperature": 36.5, "site": "stadium", "rest": []}
    assert desk.http.post(f"/api{HERE}/screening", body).status_code == 422


def test_a_temperature_leads_to_the_first_question_and_to_no_button(desk):
    page = BeautifulSoup(desk.http.page(HERE).text, "html.parser")
    leads = {str(each["data-then"]) for each in page.select("[data-fill]")}
    [first] = (page.find(id=name) for name in leads)
    radios = page.select("input[type=radio]")
    assert first is radios[0]
    rest = page.select_one("button[name=rest]")
    assert isinstance(rest, Tag)
    assert (rest["data-key"], rest.has_attr("data-careful")) == ("*", True)


def test_the_desk_tells_what_was_found_last_to_those_in_reach(desk):
    there = screened_by_form(desk, "38.2")
    page = desk.http.page(there).text
    for said in ("推迟接种", "发热", "到4月9日（周二）再筛查"):
        assert said in page
    other = desk.http.signed_in("doctor", ("screener", "site:gym"))
    assert "到4月9日" not in other.page(there).text


def test_a_person_at_screening_leads_to_the_site_where_they_wait(desk):
    visit(desk, "ResidentCheckedIn", ANNA)
    site = desk.deployment.part("appointments/stadium").address
    assert f'href="{site}{HERE}"' in desk.http.page(HERE).text
    elsewhere = desk.http.signed_in("doctor", ("screener", "site:township"))
    assert f'href="{site}{HERE}"' not in elsewhere.page(HERE).text


def test_the_views_are_the_same_when_rebuilt(desk):
    visit(desk, "ResidentCheckedIn", ANNA)
    visit(desk, "ResidentCheckedIn", BO)
    dose(desk, BO)
    assert desk.view() == desk.rebuilt_view()


def test_whoever_may_not_screen_is_offered_no_questions(desk):
    screen(desk)
    nurse = desk.http.signed_in("nurse", ("site_staff", "site:township"))
    page = nurse.page(HERE).text
    assert "筛查记录" in page
    assert 'action="/api/' not in page
    leader = desk.http.signed_in("leader", ("site_leader", "site:township")).page(HERE).text
    assert f'action="/api{HERE}/clearance/withdraw"' in leader
    assert f'action="/api{HERE}/screening"' not in leader
