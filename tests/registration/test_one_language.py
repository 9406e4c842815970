"""Registration's pages speak one language at a time, and say no code, whatever there is to show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.notices import Telling
from tests.support.one_language import chinese, in_english, latin, texts
from tests.support.part import HttpClient
from tests.support.workbooks import card, person, roster

# Who is signed in and who answers for whom.
LOGINS = ("tester", "nurse", "v01-clerk", "cadre-a", "cadre-b")
# What people are called, where they live, and what their file has in it.
PEOPLE = tuple(f"演练{name}" for name in "甲乙丙丁戊改")
FILE = (*PEOPLE, "演练", "东河村", "身份证号", "姓名", "手机号", "类别", "名册", "周先生", "号")


class Town(Telling):
    """A town with something of everything."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for login in LOGINS[2:]:
            self.hears("supervision", "StaffEnrolled", login=login)
            self.hears(
                "supervision", "RoleGranted", login=login, role="unit_cadre", scope="unit:v01"
            )

    def ok(self, url: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(url, body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def imported(self, *rows: list[Any], unit: str = "v01") -> dict[str, Any]:
        answer = self.http.upload(f"/api/units/{unit}/roster", roster(*rows))
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def some(self) -> list[str]:
        rows = [person(101 + n, f"演练{name}") for n, name in enumerate("甲乙丙丁戊")]
        return [entry["resident"] for entry in self.imported(*rows)["entries"]]

    def contact(self, resident: str, outcome: str, **said: str) -> None:
        self.ok(f"/api/residents/{resident}/contacts", channel="phone", outcome=outcome, **said)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def speaks(client: HttpClient, url: str, *free: str) -> None:
    """Assert that a page has no English in Chinese and no Chinese in English but what is free."""
    shown, english = client.page(url), in_english(client, url)
    assert shown.status_code == 200, url
    assert latin(shown.text, *LOGINS, "registration", "xlsx", "xls", "csv", *free) == [], url
    assert chinese(english, *FILE, *free) == [], url
    said = " ".join(texts(shown.text) + texts(english))
    for code in ("2024-", "-W1", "v01 ", "stadium"):
        assert code not in said, (url, code)


def tells(client: HttpClient, url: str, leads_to: str, *free: str, **fields: str) -> None:
    """Check that what a form does is told in the language of whoever sends it."""
    for language, wrong in (("zh", latin), ("en", chinese)):
        page = client.follow(url, leads_to, language=language, **fields).text
        assert 'role="status"' in page, url
        known = (*LOGINS, "registration", "xlsx", "xls", "csv") if language == "zh" else FILE
        assert wrong(page, *known, *free) == [], url


def test_the_town_and_its_units(town: Town):
    people = town.some()
    for url in ("/", "/town?sort=coverage&order=up", "/units/v02", "/find", "/cadres", "/dockings"):
        speaks(town.http, url)
    town.ok("/api/units/v01/officers", clerk="v01-clerk")
    town.ok(f"/api/residents/{people[0]}/consent", wished_week="2024-W16", wished_site="community")
    town.ok(f"/api/residents/{people[1]}/decline", reason="no_time")
    town.dose(people[2])
    tells(town.http, "/api/units/v01/ask-again", "/units/v01")
    fields = {f"willing.{people[3]}": "on", "wished_week": "2024-W16"}
    tells(town.http, "/api/units/v01/answers", "/units/v01", **fields)
    speaks(town.http, "/units/v01?status=consented&cohort=party_member")
    assert "希望第16周（4月15日—21日）" in town.http.page("/units/v01").text
    assert "第一剂 4月10日（周三）" in town.http.page("/units/v01").text


def test_a_resident_whatever_has_happened(town: Town):
    people = town.some()
    town.ok(f"/api/residents/{people[0]}/consent", wished_week="2024-W16", wished_site="community")
    town.ok(f"/api/residents/{people[1]}/decline", reason="no_time")
    town.dose(people[2])
    town.dose(people[3])
    town.ok(f"/api/residents/{people[0]}/cadre", cadre="cadre-a", since="2024-04-02")
    town.contact(people[4], "hesitant", next_day="2024-04-12")
    for resident in people[3:]:
        town.ok(f"/api/residents/{resident}/erase", reason="by_request")
    for resident in people:
        speaks(town.http, f"/residents/{resident}")
    here = f"/residents/{people[1]}"
    tells(town.http, f"/api{here}/decline", here, reason="no_time")
    tells(town.http, f"/api{here}/consent", here, wished_week="2024-W16")
    tells(town.http, f"/api{here}/cadre", here, cadre="cadre-a", since="2024-04-02")
    tells(town.http, f"/api{here}/erase", here, reason="by_request")
    english = in_english(town.http, f"/residents/{people[0]}")
    assert "21 May 1979" in english and "week 16 (15–21 April)" in english
    found = town.http.form("/find", q="演练").text
    assert latin(found, *LOGINS, "registration") == []


def test_a_roster_and_what_became_of_it(town: Town):
    town.some()
    answer = town.imported(
        person(101, "演练改"),
        person(102, "周先生"),
        person(103, "演练丙", card=card(103)[:-1]),
        person(201, "演练甲", phone="13800000101"),
        person(104, "演练丁"),
        person(104, "演练丁", phone="13900000000"),
    )
    assert answer["errors"][0]["problem"] == "这是称呼，不是证件上的姓名。"
    for group in ("errors", "corrected", "close", "new", "unchanged"):
        speaks(town.http, f"/imports/{answer['import']}?group={group}", "Excel")
    refused = town.http.send("/api/units/v01/roster", b"%PDF-1.7").json
    town.work()
    assert refused is not None
    speaks(town.http, f"/imports/{refused['import']}", "CSV")
    waiting = town.http.send("/api/units/v01/roster", roster(person(301))).json
    assert waiting is not None
    speaks(town.http, f"/imports/{waiting['import']}", "queued", "reading", "writing")
    speaks(town.http, "/units/v01")


def test_each_reads_the_same_result_in_their_language(town: Town):
    answer = town.imported(person(101), person(102, "周先生"))
    url = f"/api/imports/{answer['import']}/result"
    headers = town.http.bearer(town.http.person, **{"Accept-Language": "en"})
    english = town.http.client.get(url, headers=headers).json
    [here], [there] = answer["errors"], english["errors"]  # type: ignore[index]
    assert (here["problem"], here["remedy"]) == (
        "这是称呼，不是证件上的姓名。",
        "请填写证件上的姓名。",
    )
    assert (there["problem"], there["remedy"]) == (
        "This is what somebody is called, not the name on the document.",
        "Enter the name on the document.",
    )
    assert {**here, "problem": "", "remedy": ""} == {**there, "problem": "", "remedy": ""}


def test_who_answers_for_whom(town: Town):
    people = town.some()
    speaks(town.http, "/units/v01/cadres?level=lane&on=2024-04-10")
    body: dict[str, Any] = {"choice": "residents", "residents": people, "cadres": ["cadre-a"]}
    town.ok("/api/units/v01/assignments", **body)
    town.ok("/api/units/v01/quotas", cadre="cadre-a", quota=3)
    page = "/units/v01/cadres"
    tells(town.http, "/api/units/v01/quotas", page, cadre="cadre-a", quota="3")
    cadre = town.http.signed_in("cadre-a", ("unit_cadre", "unit:v01"))
    town.contact(people[0], "willing", wished_week="2024-W16", wished_site="community")
    town.contact(people[1], "refused", reason="no_time")
    town.contact(people[2], "not_reached", next_day="2024-04-12")
    for show in ("due", "later", "willing", "refused", "check", "done", "all"):
        for channel in ("phone", "visit"):
            speaks(cadre, f"/list?show={show}&channel={channel}")
    fields = {"choice": "rule", "dry_run": "true", "cadres.cadre-b": "on"}
    shown = town.http.form("/api/units/v01/assignments", **fields).text
    assert latin(shown, *LOGINS, "registration") == []


def test_a_change_of_site(town: Town):
    people = town.some()
    booked = {"resident": people[0], "unit": "v01", "dose": 1}
    day = {"day": "2024-04-16", "time": "08:30", "product": "CoronaVac"}
    town.ok(f"/api/residents/{people[0]}/consent", wished_week="2024-W16")
    town.hears("appointments/township", "AppointmentBooked", site="township", **booked, **day)
    page = "/units/v01/docking"
    speaks(town.http, page)
    speaks(town.http, f"{page}?site=community&since=2024-04-15")
    speaks(town.http, f"{page}?site=community&since=2024-03-01")
    town.ok("/api/units/v01/dock", site="community", since="2024-04-15")
    speaks(town.http, page)
    tells(town.http, "/api/units/v01/move-bookings", page)
    fields = {"units.v02": "on", "site": "community", "since": "2024-04-15"}
    tells(town.http, "/api/dockings", "/dockings", **fields)
    speaks(town.http, "/units/v01")


def test_two_records_of_one_person(town: Town):
    town.imported(person(101, "演练甲"))
    answer = town.imported(person(201, "演练甲", phone="13800000101"))
    entry = answer["entries"][0]
    one, two = entry["resident"], entry["matches"][0]["resident"]
    for url in ("/matches", "/matches?state=later", f"/matches/{one}/{two}"):
        speaks(town.http, url)
    town.ok(f"/api/matches/{one}/{two}/same", stays=two)
    urls = ("/matches", f"/matches/{one}/{two}", f"/residents/{one}", f"/residents/{two}")
    for url in urls:
        speaks(town.http, url)


def test_notices(town: Town):
    town.people(2)
    said = {
        "title": "演练",
        "zh": "{name}请到{site}",
        "en": "演练 {name}, {site}",
        "units": ["v01"],
    }
    notice = town.prepared("file", **said)
    free = ("演练", "Donghe", "name", "site", "unit", "week", "day", "time", "campaign")
    names = [name for each in town.app.campaign.sites for name in (each.name_zh, each.name_en)]
    people = ("请到", *free, *names, "演")  # of a name its first sign is shown
    for url in ("/notices", "/notices/new", f"/notices/{notice}"):
        speaks(town.http, url, *people)
    here = f"/notices/{notice}"
    speaks(town.http, here, *people)
    released = town.http.follow(f"/api{here}/release", here, recipients="2").text
    assert "已发布，正在发送" in released
    tells(town.http, f"/api{here}/stop", here, *people)


def test_a_refusal_says_no_code_to_people(town: Town):
    people = town.some()
    sent = {"wished_week": "2024-W40"}
    answer = town.http.post(f"/api/residents/{people[0]}/consent", sent).json
    assert answer is not None
    assert answer["detail"].startswith("希望接种周不能是第40周（9月30日—10月6日）")
    assert (answer["week"], answer["first"]) == ("2024-W40", "2024-W13")
    moved = town.http.post("/api/units/v01/move-bookings").json
    assert moved is not None
    assert (moved["unit"], moved["site"]) == ("v01", "township")
    assert "v01" not in moved["detail"] and "township" not in moved["detail"]
