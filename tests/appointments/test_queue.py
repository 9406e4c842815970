"""Who waits for the dose is called by number: one key, one desk a person, and all of it taken back."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.appointments.test_concurrency import all_at_once
from tests.support.part import HttpClient, PartUnderTest
from tests.support.stadium import FIRST, Stadium, refused

SCOPE = "site:stadium"
PEOPLE = [uuid.UUID(int=number) for number in range(1, 6)]


def here(site: Stadium, people: list[uuid.UUID], cleared: bool = True) -> None:
    for who in people:
        site.consented(who)
        site.booked(who)
    site.at(FIRST)
    for who in people:
        assert site.person(who, "check-in").status_code == 200
        if cleared:
            site.cleared(who, FIRST)


@pytest.fixture
def line(site: Stadium) -> Stadium:
    """Numbers 1 to 5 are cleared and wait for the dose."""
    here(site, PEOPLE)
    return site


def nurse(site: Stadium, login: str, desk: str | None = None) -> HttpClient:
    client = site.http.signed_in(login, ("site_staff", SCOPE))
    if desk:
        body = {"posts": ["vaccinator"], "desk": desk}
        assert client.post("/api/duty", body).status_code == 200
    return client


def step(client: HttpClient, name: str, number: int, **more: Any) -> Any:
    return client.post(f"/api/queue/{name}", {"number": number, **more})


def state(site: Stadium, number: int) -> str:
    [row] = [each for each in site.read("/api/queue")["line"] if each["number"] == number]
    return str(row["state"])


def called(client: HttpClient) -> int:
    answer = client.post("/api/queue/call-next")
    assert answer.status_code == 200, answer.text
    return int((answer.json or {})["number"])


def test_the_next_is_called_to_the_own_desk_and_stays_until_finished(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    answer = one.post("/api/queue/call-next").json or {}
    assert (answer["number"], answer["desk"], answer["login"]) == (1, "3", "nurse-01")
    assert [called(one), called(two), called(two)] == [1, 2, 2]
    assert len(line.events("NumberCalled")) == 2
    given = one.post(
        f"/api/residents/{PEOPLE[0]}/dose", {"batch": "SV-1", "vaccinator": "nurse-01"}
    )
    assert given.status_code == 200, given.text
    assert called(one) == 3
    assert line.view() == line.rebuilt_view()


def test_whoever_takes_over_a_desk_gets_who_is_called_there(line: Stadium):
    assert called(nurse(line, "nurse-01", "3")) == 1
    assert called(nurse(line, "nurse-02", "3")) == 1


def test_a_desk_without_a_number_is_that_of_who_calls(line: Stadium):
    one, two = nurse(line, "nurse-01"), nurse(line, "nurse-02")
    assert [called(one), called(two), called(one)] == [1, 2, 1]


def test_only_who_may_get_the_dose_today_is_called(site: Stadium):
    here(site, PEOPLE[:2], cleared=False)
    one = nurse(site, "nurse-01")
    refused(one.post("/api/queue/call-next"), "nobody-waits", 409)
    refused(step(one, "call", 1), "not-in-line", 409)
    site.cleared(PEOPLE[1], FIRST)
    assert called(one) == 2


def test_enter_with_nothing_typed_calls_the_next_and_opens_the_person(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    sent = one.form("/find", q="")
    assert sent.location.startswith(f"/residents/{PEOPLE[0]}?_told=")
    page = one.page(sent.location).text
    assert "1 号：已叫到 3 台" in page
    assert "核对本人" in page
    for who in (*PEOPLE, None):
        sent = one.form("/find", q="")
        if who is None:
            assert "现在没有可以叫的人" in one.page(sent.location).text
        else:
            assert sent.location.startswith(f"/residents/{who}?"), who
            one.post(f"/api/residents/{who}/dose", {"batch": "SV-1", "vaccinator": "nurse-01"})


def test_after_a_dose_one_key_calls_the_next(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    one.form("/find", q="")
    fields = {"batch": "SV-1", "vaccinator": "nurse-01", "seen": "true"}
    page = one.follow(f"/api/residents/{PEOPLE[0]}/dose", "/", **fields).text
    form = BeautifulSoup(page, "html.parser").select_one(".banner form[action='/find']")
    assert form is not None
    assert form.select_one("button[data-key='+']") is not None


def test_this_one_is_called_but_no_second_one_to_a_desk(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    assert step(one, "call", 4).json["state"] == "called"
    assert step(one, "call", 4).status_code == 200
    assert len(line.events("NumberCalled")) == 1
    refused(step(one, "call", 5), "desk-busy", 409)
    problem = refused(step(two, "call", 4), "called-elsewhere", 409)
    assert (problem["desk"], problem["login"]) == ("3", "nurse-01")
    assert len(line.events("NumberCalled")) == 1


def test_who_steps_aside_is_not_called_until_back_and_keeps_the_turn(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    for _ in range(2):
        assert step(one, "hold", 1).json["state"] == "held"
    refused(step(one, "call", 1), "number-held", 409)
    assert called(one) == 2
    assert step(one, "hold", 2).status_code == 200
    for _ in range(2):
        assert step(one, "resume", 1).json["state"] == "waiting"
    assert called(one) == 1
    assert [len(line.events(f"Number{kind}")) for kind in ("Held", "Resumed")] == [2, 1]


def test_who_has_passed_is_next_once_back_but_not_before_who_is_called(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    refused(step(one, "pass", 2), "not-called", 409)
    assert called(one) == 1
    for _ in range(2):
        assert step(one, "pass", 1).json["state"] == "passed"
    assert called(one) == 2
    refused(step(two, "call", 1), "number-passed", 409)
    refused(step(two, "hold", 1), "number-passed", 409)
    assert step(two, "resume", 1).json["state"] == "waiting"
    assert [called(one), called(two)] == [2, 1]
    assert len(line.events("NumberPassed")) == 1
    assert line.view() == line.rebuilt_view()


@pytest.mark.parametrize("name", ["call", "hold", "pass"])
def test_the_last_step_is_taken_back_by_its_banner(line: Stadium, name: str):
    one = nurse(line, "nurse-01", "3")
    before = "waiting"
    if name == "pass":
        assert called(one) == 1
        before = "called"
    page = one.follow(f"/api/queue/{name}", "/queue", number="1")
    one.press(page, ".banner form")
    assert state(line, 1) == before
    refused(step(one, "undo", 1), "nothing-to-undo", 409)
    assert line.view() == line.rebuilt_view()


def test_no_desk_has_two_called_after_an_undo(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    assert called(one) == 1
    assert step(one, "pass", 1).status_code == 200
    assert called(one) == 2
    refused(step(one, "undo", 1), "desk-busy", 409)
    assert state(line, 1) == "passed"


def test_who_waits_for_a_desk_is_called_there_alone(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    for number in (1, 2, 3):
        assert step(one, "direct", number, desk="4").json == {"desk": "4", "numbers": [number]}
    assert called(one) == 4
    assert called(two) == 1
    refused(step(one, "direct", 1, desk="3"), "number-called", 409)
    moved = one.post("/api/queue/direct", {"from_desk": "4", "desk": "3"}).json
    assert moved == {"desk": "3", "numbers": [2, 3]}
    assert step(one, "direct", 3).json == {"desk": None, "numbers": [3]}
    assert step(two, "pass", 1).status_code == 200
    assert called(two) == 3
    assert one.post("/api/queue/direct", {"desk": "3"}).status_code == 422
    assert one.post("/api/queue/direct", {"number": 2, "from_desk": "4"}).status_code == 422
    assert line.view() == line.rebuilt_view()


def test_nobody_is_sent_to_a_desk_without_anybody(line: Stadium):
    one = nurse(line, "nurse-01")
    said = refused(step(one, "direct", 1, desk="9"), "nobody-at-any-desk", 422)
    assert "今天没有人在 9 台上岗" in said["detail"]
    nurse(line, "nurse-02", "4")
    nurse(line, "nurse-03", "3")
    everybody = one.post("/api/queue/direct", {"from_desk": "3", "desk": "9"})
    for answer in (step(one, "direct", 1, desk="9"), everybody):
        said = refused(answer, "nobody-at-desk", 422)
        assert said["desks"] == ["3", "4"]
        assert "3、4" in said["detail"]
    assert line.events("NumberDirected") == []


def test_that_nobody_is_called_says_who_waits_for_what(site: Stadium):
    site.at(FIRST)
    one = nurse(site, "nurse-01", "3")
    nobody = refused(one.post("/api/queue/call-next"), "nobody-waits", 409)["detail"]
    assert nobody == "现在没有可以叫的人：没有人在等。"
    here(site, PEOPLE, cleared=False)
    for who in PEOPLE[:4]:
        site.cleared(who, FIRST)
    nurse(site, "nurse-02", "4")
    step(one, "direct", 1, desk="4")
    for name in ("call", "pass"):
        assert step(one, name, 2).status_code == 200
    for number in (3, 4):
        step(one, "hold", number)
    nobody = refused(one.post("/api/queue/call-next"), "nobody-waits", 409)["detail"]
    assert "1 人等 4 台" in nobody
    assert "1 人还没有筛查通过" in nobody
    assert "过号 1 人、暂离 2 人，人来了先恢复排队" in nobody


def test_the_page_warns_who_reads_of_a_call_to_another_desk(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    assert called(one) == 1
    url = f"/residents/{PEOPLE[0]}"
    said = "1 号已叫到 3 台，不是您这里"
    assert said not in one.page(url).text
    page = two.page(url).text
    assert said in page.partition(f"/api{url}/dose")[0]
    given = two.post(f"/api{url}/dose", {"batch": "SV-1", "vaccinator": "nurse-02"})
    assert given.status_code == 200


def test_a_call_without_a_desk_says_to_take_one(line: Stadium):
    one = nurse(line, "nurse-01")
    sent = one.form("/find", q="")
    assert "您还没有台号" in one.page(sent.location).text


def test_a_call_ends_with_the_clearance_it_was_made_on(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    assert called(one) == 1
    line.screened("ClearanceWithdrawn", PEOPLE[0], FIRST, reason="unwell")
    refused(step(one, "pass", 1), "not-in-line", 409)
    assert called(one) == 2
    line.cleared(PEOPLE[0], FIRST)
    assert state(line, 1) == "waiting"
    assert called(two) == 1
    assert line.view() == line.rebuilt_view()


def test_bad_input_says_why_and_stores_nothing(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    assert called(one) == 1
    one.post(f"/api/residents/{PEOPLE[0]}/dose", {"batch": "SV-1", "vaccinator": "nurse-01"})
    assert called(one) == 2
    stored = len(line.events())
    for name in ("call", "hold", "pass", "resume", "undo", "direct"):
        refused(step(two, name, 99), "no-such-number", 404)
        refused(step(two, name, 1), "not-in-line", 409)
        refused(step(two, name, 3, day="2024-04-01"), "number-of-other-day", 409)
        refused(step(two, name, 2, version=7), "changed-since", 409)
        for wrong in (0, -1, 100_000, "x", [1], None):
            assert step(two, name, wrong).status_code == 422, (name, wrong)  # type: ignore[arg-type]
        assert two.post(f"/api/queue/{name}", {}).status_code == 422
    assert step(two, "direct", 3, desk="x" * 21).status_code == 422
    assert len(line.events()) == stored


def test_nothing_is_done_with_numbers_once_the_day_is_closed(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    leader = line.http.signed_in("leader", ("site_leader", SCOPE))
    closed = leader.post(f"/api/days/{FIRST}/close", {"note": "停电"})
    assert closed.status_code == 200, closed.text
    stored = len(line.events())
    for name in ("call", "hold", "pass", "resume", "undo", "direct"):
        refused(step(one, name, 1), "session-closed", 409)
    refused(one.post("/api/queue/call-next"), "session-closed", 409)
    refused(one.post("/api/queue/direct", {"from_desk": "3"}), "session-closed", 409)
    assert len(line.events()) == stored


def test_a_form_shown_before_somebody_else_called_is_refused(line: Stadium):
    one, two = nurse(line, "nurse-01", "3"), nurse(line, "nurse-02", "4")
    shown = two.page("/queue")
    assert called(one) == 1
    row = BeautifulSoup(shown.text, "html.parser").select("table form")[0]
    fields = {str(each["name"]): str(each.get("value", "")) for each in row.select("input")}
    assert (fields["number"], fields["version"]) == ("1", "0")
    sent = two.form("/api/queue/hold", **{n: v for n, v in fields.items() if n[0] != "_"})
    assert sent.status_code == 409
    assert "之后已有人改过" in sent.text


def test_whoever_only_looks_on_calls_nobody(line: Stadium):
    for role, scope in (("auditor", "town"), ("screener", SCOPE), ("site_staff", "site:gym")):
        other = line.http.signed_in("other", (role, scope))
        for name in ("call", "hold", "pass", "resume", "undo", "direct"):
            assert step(other, name, 1).status_code == 403
        assert other.post("/api/queue/call-next").status_code == 403
    auditor = line.http.signed_in("auditor", ("auditor", "town"))
    page = auditor.page("/queue").text
    assert 'action="/api/queue/' not in page


def test_the_page_has_who_waits_is_called_held_and_passed(line: Stadium):
    one = nurse(line, "nurse-01", "3")
    called(one)
    step(one, "pass", 1)
    called(one)
    step(one, "hold", 3)
    nurse(line, "nurse-02", "7")
    assert step(one, "direct", 4, desk="7").status_code == 200
    page = BeautifulSoup(one.page("/queue").text, "html.parser")
    tables = [[each.text for each in t.select(".queue-number")] for t in page.select("table")]
    assert tables == [["2"], ["4", "5"], ["1"], ["3"]]
    assert "等 7 台" in page.text
    assert len(page.select("h1")) == 1
    assert page.select_one("[data-live]") is not None


def test_two_desks_at_once_never_get_the_same_person(tmp_path: Path):
    people = [uuid.UUID(int=number + 1) for number in range(24)]
    site = Stadium(tmp_path).opens()
    here(site, people)
    other = PartUnderTest(tmp_path, "appointments", "stadium")
    other.at(FIRST)
    parts = (site, other)

    def call(desk: int) -> int:
        return called(parts[desk % 2].http.signed_in(f"nurse-{desk}", ("site_staff", SCOPE)))

    numbers = all_at_once([lambda n=n: call(n) for n in range(24)])
    assert sorted(numbers) == list(range(1, 25))
