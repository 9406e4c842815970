"""Who is on duty at a site: taken by oneself or by the leader, of accounts of this site alone."""

from __future__ import annotations

from bs4 import BeautifulSoup

from tests.support.part import HttpClient
from tests.support.stadium import FIRST, Stadium, refused

SCOPE = "site:stadium"


def person(site: Stadium, login: str, role: str = "site_staff") -> HttpClient:
    return site.http.signed_in(login, (role, SCOPE))


def of_site(site: Stadium, login: str, scope: str = SCOPE) -> None:
    site.hears("supervision", "RoleGranted", login=login, role="site_staff", scope=scope)


def test_duty_is_taken_once_changed_and_left(site: Stadium):
    nurse = person(site, "nurse-01")
    body = {"posts": ["vaccinator", "registrar"], "desk": " 3 "}
    for _ in range(2):
        answer = nurse.post("/api/duty", body).json
        assert answer == {"login": "nurse-01", "posts": ["registrar", "vaccinator"], "desk": "3"}
    assert len(site.events("DutyTaken")) == 1
    assert nurse.post("/api/duty", {"posts": ["observer"]}).status_code == 200
    [row] = site.read("/api/duty")["on_duty"]
    assert row == {"login": "nurse-01", "posts": ["observer"], "desk": None}
    for _ in range(2):
        assert nurse.post("/api/duty/leave", {}).status_code == 200
    assert len(site.events("DutyLeft")) == 1
    assert site.read("/api/duty")["on_duty"] == []
    assert site.view() == site.rebuilt_view()


def test_whoever_does_not_lead_puts_nobody_else_on_duty(site: Stadium):
    of_site(site, "nurse-02")
    nurse = person(site, "nurse-01")
    for url, body in (("/api/duty", {"posts": ["observer"]}), ("/api/duty/leave", {})):
        refused(nurse.post(url, body | {"login": "nurse-02"}), "others-duty", 403)
    assert site.events("DutyTaken") == []


def test_the_leader_puts_accounts_of_this_site_on_duty_and_no_others(site: Stadium):
    of_site(site, "nurse-02")
    of_site(site, "nurse-03", "site:culture-centre")
    leader = person(site, "leader", "site_leader")
    body = {"posts": ["vaccinator"], "desk": "1"}
    for login in ("nurse-03", "nobody"):
        refused(leader.post("/api/duty", body | {"login": login}), "not-of-this-site", 422)
    assert leader.post("/api/duty", body | {"login": "nurse-02"}).status_code == 200
    page = BeautifulSoup(leader.page("/duty").text, "html.parser")
    assert [each.text for each in page.select("#login option")] == ["nurse-02"]
    assert leader.post("/api/duty/leave", {"login": "nurse-02"}).status_code == 200


def test_whoever_only_looks_on_takes_no_duty(site: Stadium):
    auditor = site.http.signed_in("auditor", ("auditor", "town"))
    assert auditor.post("/api/duty", {"posts": ["observer"]}).status_code == 403
    assert 'action="/api/duty"' not in auditor.page("/duty").text


def test_nothing_but_known_posts_is_taken(site: Stadium):
    nurse = person(site, "nurse-01")
    for body in ({"posts": []}, {"posts": ["king"]}, {}):
        refused(nurse.post("/api/duty", body), "invalid-input", 422)


def test_two_keys_put_a_nurse_on_duty_and_the_board_shows_it(site: Stadium):
    site.at(FIRST)
    nurse = person(site, "nurse-01")
    page = BeautifulSoup(nurse.page("/duty").text, "html.parser")
    assert [each.get("id") for each in page.find_all(autofocus=True)] == ["desk"]
    boxes = page.select("form:has(#desk) input[type=checkbox][checked]")
    assert [each["name"] for each in boxes] == ["posts.vaccinator"]
    done = nurse.form("/api/duty", **{"posts.vaccinator": "on", "desk": "3", "_next": "/duty"})
    assert "已上岗" in nurse.page(done.location).text
    board = BeautifulSoup(nurse.page("/").text, "html.parser")
    said = board.select_one("#on-duty")
    assert said is not None
    assert " ".join(said.text.split()).startswith("在岗：nurse-01 · 接种 · 3")


def test_a_second_vaccinator_at_a_desk_is_asked_about(site: Stadium):
    fields = {"posts.vaccinator": "on", "desk": " 3", "_next": "/duty"}
    one, two = person(site, "nurse-01"), person(site, "nurse-02")
    for _ in range(2):
        assert one.form("/api/duty", **fields).status_code == 303, "one's own desk"
    asked = two.form("/api/duty", **fields)
    assert "3 台今天已有 nurse-01 接种" in asked.text
    assert len(site.events("DutyTaken")) == 1
    other = {"posts.observer": "on", "desk": "3", "_next": "/duty"}
    assert two.form("/api/duty", **other).status_code == 303, "no second vaccinator"
    two.press(asked)
    assert len(site.events("DutyTaken")) == 3


def test_screeners_are_offered_screening(site: Stadium):
    page = BeautifulSoup(person(site, "doctor", "screener").page("/duty").text, "html.parser")
    [box] = page.select("form:has(#desk) input[type=checkbox][checked]")
    assert box["name"] == "posts.screener"
