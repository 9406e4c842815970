"""The live board of a site: who is where, who may leave when, what each desk has done."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag

from services.appointments.onsite import queries
from tests.support.stadium import ANNA, BO, FIRST, Stadium


@pytest.fixture
def here(site: Stadium) -> Stadium:
    """Two people are expected, on the day."""
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who)
    site.at(FIRST)
    return site


def given(site: Stadium, who: UUID, at: str) -> None:
    """Somebody comes, and is vaccinated at a time of the day."""
    site.at(FIRST + at)
    assert site.person(who, "check-in").status_code == 200
    site.cleared(who, FIRST)
    answer = site.person(who, "dose", batch="SV-1", vaccinator="tester")
    assert answer.status_code == 200, answer.text


def shown(site: Stadium) -> BeautifulSoup:
    answer = site.http.page("/now")
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def figures(page: BeautifulSoup) -> dict[str, int]:
    """How many are at each stage where anybody is."""
    found = {}
    for figure in part(page, "stages").select(".figure")[:-1]:
        number, label = figure.select_one(".number"), figure.select_one(".label")
        assert number is not None and label is not None
        if number.text != "0":
            found[label.text] = int(number.text)
    return found


def part(page: BeautifulSoup, name: str) -> Tag:
    found = page.select_one(f"[data-live={name}]")
    assert found is not None
    return found


def cells(row: Tag) -> list[str]:
    return [each.text for each in row.select("th, td")]


def test_everybody_is_counted_at_one_stage_of_the_way(here: Stadium):
    nurse = here.http.signed_in("nurse-01", ("site_staff", "site:stadium"))
    assert figures(shown(here)) == {"待签到": 2}
    here.person(ANNA, "check-in")
    assert figures(shown(here)) == {"待签到": 1, "待筛查": 1}
    here.cleared(ANNA, FIRST)
    assert figures(shown(here)) == {"待签到": 1, "待接种": 1}
    assert nurse.post("/api/queue/call-next").status_code == 200
    assert figures(shown(here)) == {"待签到": 1, "已叫到接种台": 1}
    here.give()
    assert figures(shown(here)) == {"待签到": 1, "留观中": 1}
    here.at(f"{FIRST}T08:40")
    assert here.person(ANNA, "observation-end").status_code == 200
    assert figures(shown(here)) == {"待签到": 1, "已完成": 1}
    assert "1 / 600" in part(shown(here), "stages").text


def test_who_is_observed_is_shown_with_the_end_soonest_first_and_red_when_over(here: Stadium):
    given(here, BO, "T08:00")
    given(here, ANNA, "T08:20")
    here.at(f"{FIRST}T08:35")
    rows = part(shown(here), "observed").select("tr")
    ends = [row.select_one("[data-until]") for row in rows]
    assert [
        (row.select("td")[1].text, end and end.text) for row, end in zip(rows, ends, strict=True)
    ] == [
        ("08:30", "已到时"),
        ("08:50", "15 分钟"),
    ]
    assert [end is not None and "bad" in end["class"] for end in ends] == [True, False]
    assert str(BO) in str(rows[0])


def test_seats_are_those_of_the_campaign_file_and_what_the_floor_needs(here: Stadium):
    given(here, BO, "T08:00")
    seats = part(shown(here), "seats").text
    assert "座位 1 / 40" in seats
    assert "约需 38 座" in seats
    assert queries.seats_needed(here.app) == 38


def test_without_seats_in_the_file_people_are_counted(
    here: Stadium, monkeypatch: pytest.MonkeyPatch
):
    sites = tuple(replace(each, observation_seats=None) for each in here.app.campaign.sites)
    monkeypatch.setattr(here.app, "campaign", replace(here.app.campaign, sites=sites))
    assert "留观 0 人" in part(shown(here), "seats").text


def test_each_desk_on_duty_has_its_doses_and_who_went_home_has_too(here: Stadium):
    duty = {"login": None, "posts": ["vaccinator"], "desk": "2"}
    here.ok("/api/duty", duty)
    given(here, ANNA, "T08:00")
    rows = part(shown(here), "desks").select("tr")
    assert [cells(row) for row in rows] == [["tester", "2", "1", "在岗"]]
    here.ok("/api/duty/leave", {"login": None})
    rows = part(shown(here), "desks").select("tr")
    assert [cells(row) for row in rows] == [["tester", "2", "1", "不在岗"]], "the desk of the doses"


def test_what_is_to_be_expected_is_said_in_words(here: Stadium):
    given(here, ANNA, "T08:00")
    assert "十分钟起" in part(shown(here), "forecast").text
    here.at(f"{FIRST}T09:00")
    said = part(shown(here), "forecast").text
    assert "最近一小时 1 剂；照此到 18:00 收工约 8 剂" in said
    assert "差 592 剂" in said
    here.at(f"{FIRST}T18:30")
    said = part(shown(here), "forecast").text
    assert "今天的接种时间已过，共 1 剂" in said
    assert "未达每日最低，差 599 剂" in said


def test_a_pseudonymous_role_sees_figures_and_no_name(here: Stadium):
    given(here, ANNA, "T08:00")
    page = here.http.signed_in("auditor", ("auditor", "town")).page("/now")
    assert page.status_code == 200
    assert "姓名不显示" in page.text


@pytest.mark.parametrize("url", ["/", "/now", "/duty", "/stock"])
def test_pages_that_renew_themselves_say_as_of_when_they_are(here: Stadium, url: str):
    page = BeautifulSoup(here.http.page(url).text, "html.parser")
    words = page.select_one("#stale[role=status]")
    assert words is not None
    assert words.text == ""
    assert words["data-at"] == f"{FIRST}T08:00:00+08:00"
    assert int(str(words["data-position"])) > 0
    names = [each["data-live"] for each in page.select("main [data-live]")]
    assert names
    assert len(names) == len(set(names))
    assert page.select_one("script[src='/static/live.js']") is not None


def test_other_pages_open_no_stream(here: Stadium):
    assert "live.js" not in here.http.page("/sessions").text
