"""Who waits to be screened is called by number: one key calls, opens the form, and calls again."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.appointments.test_concurrency import all_at_once
from tests.screening.test_queue import DAY, visit
from tests.screening.test_service import screen, someone
from tests.support.part import HttpClient, PartUnderTest
from tests.support.stadium import refused

PEOPLE = [uuid.UUID(int=number) for number in range(1, 6)]


def town(folder: Path, people: list[uuid.UUID], site: str = "stadium") -> PartUnderTest:
    desk = PartUnderTest(folder, "screening")
    desk.at(DAY)
    desk.hears("registration", "UnitDocked", unit="v01", site="stadium", since="2024-03-25")
    for number, who in enumerate(people, start=1):
        desk.hears("registration", "ResidentRegistered", **someone(who))
        visit(desk, "ResidentCheckedIn", who, site, number=number)  # type: ignore[arg-type]
    return desk


@pytest.fixture
def line(tmp_path: Path) -> PartUnderTest:
    """Numbers 1 to 5 wait to be screened at the stadium."""
    return town(tmp_path, PEOPLE)


def doctor(desk: PartUnderTest, login: str, at: str | None = None) -> HttpClient:
    if at:
        about = {"site": "stadium", "day": DAY, "login": login, "posts": ["screener"], "desk": at}
        desk.hears("appointments/stadium", "DutyTaken", **about)
    return desk.http.signed_in(login, ("screener", "site:stadium"))


def step(client: HttpClient, name: str, number: int, **more: Any) -> Any:
    said = {"number": number, "site": "stadium", **more}
    return client.post(f"/api/queue/{name}", said)


def called(client: HttpClient) -> int:
    answer = client.post("/api/queue/call-next")
    assert answer.status_code == 200, answer.text
    return int((answer.json or {})["number"])


def test_the_next_is_called_to_the_desk_that_the_site_says(line: PartUnderTest):
    one, two = doctor(line, "doctor-01", "A"), doctor(line, "doctor-02", "B")
    answer = one.post("/api/queue/call-next").json or {}
    assert (answer["number"], answer["site"], answer["desk"]) == (1, "stadium", "A")
    assert [called(one), called(two), called(two)] == [1, 2, 2]
    assert [e["data"]["number"] for e in line.events("ScreeningCalled")] == [1, 2]
    screen(line, PEOPLE[0])
    assert called(one) == 3
    assert line.view() == line.rebuilt_view()


def test_one_key_calls_and_opens_the_form_and_after_saving_calls_again(line: PartUnderTest):
    one = doctor(line, "doctor-01", "A")
    sent = one.form("/find", q="")
    assert sent.location.startswith(f"/residents/{PEOPLE[0]}?_told=")
    page = one.page(sent.location).text
    assert "1 号：已叫到 A 台" in page
    assert 'name="answers.temperature"' in page
    fields = {"answers.temperature": "36.5", "site": "stadium", "rest": "no"}
    after = one.follow(f"/api/residents/{PEOPLE[0]}/screening", "/", **fields)
    box = BeautifulSoup(after.text, "html.parser").select_one("form[role=search] #q")
    assert box is not None and box.has_attr("autofocus")
    assert one.press(after, "form[role=search]").location.startswith(f"/residents/{PEOPLE[1]}?")


def test_held_passed_resumed_and_taken_back(line: PartUnderTest):
    one, two = doctor(line, "doctor-01", "A"), doctor(line, "doctor-02", "B")
    assert called(one) == 1
    assert step(one, "pass", 1).json["state"] == "passed"
    assert step(one, "hold", 2).json["state"] == "held"
    assert called(one) == 3
    refused(step(two, "call", 2), "number-held", 409)
    refused(step(two, "call", 1), "number-passed", 409)
    refused(step(two, "call", 3), "called-elsewhere", 409)
    refused(step(one, "call", 4), "desk-busy", 409)
    assert step(two, "resume", 1).status_code == 200
    assert called(two) == 1
    assert step(two, "undo", 1).json["state"] == "waiting"
    assert step(two, "undo", 2).json["state"] == "waiting"
    assert step(two, "direct", 4, desk="B").json == {"desk": "B", "numbers": [4]}
    page = one.follow("/api/queue/pass", "/", number="3", site="stadium")
    one.press(page, ".banner form")
    assert called(one) == 3
    assert line.view() == line.rebuilt_view()


def test_bad_input_says_why_and_stores_nothing(line: PartUnderTest):
    one = doctor(line, "doctor-01", "A")
    screen(line, PEOPLE[0])
    stored = len(line.events())
    for name in ("call", "hold", "pass", "resume", "undo", "direct"):
        refused(step(one, name, 99), "no-such-number", 404)
        refused(step(one, name, 1), "not-in-line", 409)
        refused(step(one, name, 3, day="2024-04-01"), "number-of-other-day", 409)
        refused(step(one, name, 2, version=7), "changed-since", 409)
        assert step(one, name, 2, site="township").status_code == 403
        assert step(one, name, 2, site="nowhere").status_code in (404, 422)
        assert one.post(f"/api/queue/{name}", {"number": 2}).status_code == 422
    assert len(line.events()) == stored


def test_whoever_does_not_screen_sees_who_is_next_and_calls_nobody(line: PartUnderTest):
    nurse = line.http.signed_in("nurse", ("site_staff", "site:stadium"))
    assert nurse.form("/find", q="").location == f"/residents/{PEOPLE[0]}"
    assert nurse.post("/api/queue/call-next").status_code == 403
    assert 'action="/api/queue/' not in nurse.page("/").text
    assert line.events() == []


def test_a_screener_of_another_site_calls_nobody_here(line: PartUnderTest):
    other = line.http.signed_in("other", ("screener", "site:township"))
    refused(other.post("/api/queue/call-next"), "nobody-waits", 409)


def test_todays_number_finds_the_person(line: PartUnderTest):
    one = doctor(line, "doctor-01", "A")
    for typed in ("3", "3号"):
        assert one.form("/find", q=typed).location == f"/residents/{PEOPLE[2]}", typed


def test_nobody_is_sent_to_a_desk_without_anybody(line: PartUnderTest):
    one = doctor(line, "doctor-01", "A")
    said = refused(step(one, "direct", 4, desk="9"), "nobody-at-desk", 422)
    assert said["desks"] == ["A"]
    for number in range(1, 6):
        step(one, "hold", number)
    nobody = refused(one.post("/api/queue/call-next"), "nobody-waits", 409)["detail"]
    assert nobody == "现在没有可以叫的人：暂离 5 人，人来了先恢复排队。"


def test_the_page_has_numbers_and_states(line: PartUnderTest):
    one = doctor(line, "doctor-01", "A")
    called(one)
    step(one, "hold", 3)
    page = BeautifulSoup(one.page("/").text, "html.parser")
    tables = [[each.text for each in t.select(".queue-number")] for t in page.select("table")]
    assert tables == [["1"], ["2", "4", "5"], ["3"]]
    assert "候诊：3 人" in page.text
    assert len(page.select("h1")) == 1


def test_two_screeners_at_once_never_get_the_same_person(tmp_path: Path):
    desk = town(tmp_path, [uuid.UUID(int=number + 1) for number in range(24)])
    other = PartUnderTest(tmp_path, "screening")
    other.at(DAY)
    parts = (desk, other)
    numbers = all_at_once(
        [lambda n=n: called(doctor(parts[n % 2], f"doctor-{n}")) for n in range(24)]
    )
    assert sorted(numbers) == list(range(1, 25))
