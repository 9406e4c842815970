"""Screening as its users meet it."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from services.screening.rules import loading
from tests.support.part import PartUnderTest

ANNA = uuid.UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")
QUESTIONS = ("temperature", *(each.code for each in loading.current().questions))
WELL = dict.fromkeys(QUESTIONS, False) | {"temperature": 36.5, "healthy": True}


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


def someone(resident: uuid.UUID, birth_date: str = "1980-01-01") -> dict:
    return {
        "resident": resident,
        "unit": "v01",
        "tie": "household",
        "cohort": "general",
        "sex": "female",
        "birth_date": birth_date,
        "document_kind": "resident_card",
    }


def screen(desk: PartUnderTest, resident: uuid.UUID = ANNA, key: str | None = None, **answers):
    body = {"site": "stadium", "answers": WELL | answers}
    return desk.http.post(f"/api/residents/{resident}/screening", body, key=key)


def test_a_healthy_resident_is_cleared_for_the_day(desk):
    answer = screen(desk).json
    assert (answer["outcome"], answer["valid_until"]) == ("cleared", "2024-04-02")
    [event] = desk.events("ResidentCleared")
    said = event["data"]
    assert (said["rules"], said["dose"]) == ("plan-2024.2", 1)
    assert (said["temperature"], said["yes"], said["read_out"]) == (36.5, [], False)
    assert event["actor"] == "tester"


def test_a_fever_defers_and_says_until_when(desk):
    answer = screen(desk, temperature=38.2).json
    assert (answer["outcome"], answer["reasons"], answer["until"]) == (
        "deferred",
        ["fever"],
        "2024-04-09",
    )
    assert "发热" in desk.http.page("/people").text


def test_a_17_year_old_is_refused(desk):
    young = uuid.uuid4()
    desk.hears("registration", "ResidentRegistered", **someone(young, "2006-04-03"))
    assert screen(desk, young).json["reasons"] == ["under_age"]
    desk.at("2024-04-03")
    assert screen(desk, young).json["outcome"] == "cleared"


def test_the_same_screening_twice_is_recorded_once(desk):
    assert screen(desk, key="k").json == screen(desk, key="k").json
    assert screen(desk).json["outcome"] == "cleared"
    assert len(desk.events()) == 1


def test_somebody_unknown_is_refused_with_what_to_do(desk):
    answer = screen(desk, uuid.uuid4())
    assert (answer.status_code, answer.json["code"]) == (404, "not-registered")
    assert "登记" in answer.json["detail"]


def test_an_unknown_site_is_refused(desk):
    body = {"site": "moon", "answers": WELL}
    answer = desk.http.post(f"/api/residents/{ANNA}/screening", body)
    assert answer.status_code == 404
    assert "moon" in answer.json["detail"]
    assert desk.events() == []


@pytest.mark.parametrize(
    "answers", [{"temperature": "warm"}, {"pregnant": None}, {"pregnant": "maybe"}, {"colour": 1}]
)
def test_answers_that_cannot_be_read_are_named(desk, answers):
    answer = screen(desk, **answers)
    assert answer.status_code == 422
    assert str(next(iter(answers))) in str(answer.json["errors"])


def test_a_clearance_can_be_withdrawn_once(desk):
    url, body = f"/api/residents/{ANNA}/clearance/withdraw", {"reason": "answer corrected"}
    assert desk.http.post(url, body).json["code"] == "not-cleared"
    screen(desk)
    assert desk.http.post(url, body).json["outcome"] == "withdrawn"
    assert desk.http.post(url, body).json["outcome"] == "withdrawn"
    assert len(desk.events("ClearanceWithdrawn")) == 1


def test_the_page_screens_without_a_mouse_and_shows_the_history_first(desk):
    desk.at("2024-04-01")
    screen(desk)
    desk.at("2024-04-02")
    shown = desk.http.page(f"/residents/{ANNA}").text
    assert shown.index("筛查记录") < shown.index("今天的筛查")
    assert "autofocus" in shown
    fields = {f"answers.{q}": str(WELL[q]).lower() for q in QUESTIONS}
    sent = desk.http.form(f"/api/residents/{ANNA}/screening", site="stadium", _next="/", **fields)
    assert sent.status_code == 303
    assert "今天的筛查" not in desk.http.page(f"/residents/{ANNA}").text


def test_a_refusal_on_the_page_says_what_to_do(desk):
    fields = {f"answers.{q}": str(WELL[q]).lower() for q in QUESTIONS} | {
        "answers.temperature": "3"
    }
    sent = desk.http.form(f"/api/residents/{ANNA}/screening", site="stadium", **fields)
    assert sent.status_code == 422
    assert "请重新测量" in sent.text
    assert desk.events() == []


def test_the_lists_filter_by_status_and_unit(desk):
    screen(desk, temperature=38.2)
    deferred = desk.http.get("/api/residents", status="deferred", unit="v01").json["residents"]
    assert [person["resident"] for person in deferred] == [str(ANNA)]
    assert desk.http.get("/api/residents", status="cleared").json["residents"] == []
    assert desk.http.get("/api/residents", status="tall").status_code == 422
    found = desk.http.form("/find", q=str(ANNA))
    assert found.location == f"/residents/{ANNA}"
    assert desk.http.form("/find", q=" v01 ").location == "/people?unit=v01"


def test_the_pages_do_not_show_yesterdays_clearance_as_one_of_today(desk):
    screen(desk)
    said = "建议接种已过期"
    assert said not in desk.http.page("/people").text
    desk.at("2024-04-03")
    assert said in desk.http.page("/people").text
    assert said in desk.http.page(f"/residents/{ANNA}").text


@pytest.mark.parametrize(("day", "due"), [("2024-04-08", False), ("2024-04-09", True)])
def test_a_deferral_is_to_be_looked_at_again_on_its_day(desk, day, due):
    screen(desk, temperature=38.2)
    desk.at(day)
    assert ("可以复查" in desk.http.page("/people").text) == due


@pytest.mark.parametrize(("birth_date", "asked"), [("1964-04-02", True), ("1964-04-03", False)])
def test_from_60_the_page_does_not_answer_for_their_health(desk, birth_date, asked):
    someone_old = uuid.uuid4()
    desk.hears("registration", "ResidentRegistered", **someone(someone_old, birth_date))
    assert ("必须单独回答" in desk.http.page(f"/residents/{someone_old}").text) == asked


def test_the_views_are_the_same_when_rebuilt(desk):
    screen(desk, temperature=38.2)
    desk.at("2024-04-10")
    screen(desk)
    assert desk.view() == desk.rebuilt_view()


def test_the_list_says_whether_there_is_more(desk):
    for number in range(100):
        desk.hears("registration", "ResidentRegistered", **someone(uuid.UUID(int=number + 1)))
    first = desk.http.get("/api/residents").json
    assert (len(first["residents"]), first["next"]) == (100, str(uuid.UUID(int=100)))
    assert 'rel="next"' in desk.http.page("/people").text
    rest = desk.http.get("/api/residents", after=first["next"]).json
    assert ([each["resident"] for each in rest["residents"]], rest["next"]) == ([str(ANNA)], None)
    assert 'rel="next"' not in desk.http.page("/people", after=first["next"]).text
