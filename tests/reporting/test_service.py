"""Reporting: doses by day, site, unit and number; the week, published once."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.screening.test_service import someone
from tests.support.part import PartUnderTest

STADIUM = "appointments/stadium"


@pytest.fixture
def office(tmp_path: Path) -> PartUnderTest:
    office = PartUnderTest(tmp_path, "reporting")
    office.at("2024-04-03")
    return office


def dose(
    office: PartUnderTest, day: str, number: int = 1, site: str = "stadium", unit: str = "v01"
):
    office.hears(
        f"appointments/{site}",
        "DoseAdministered",
        site=site,
        resident=uuid.uuid4(),
        unit=unit,
        cohort="general",
        dose=number,
        day=day,
        product="CoronaVac",
        batch="B1",
        vaccinator="nurse-01",
    )


def test_progress_counts_doses_by_number_site_unit_and_day(office):
    for _ in range(3):
        dose(office, "2024-04-02")
    dose(office, "2024-04-03", 2, "township", "v02")
    progress = office.http.get("/api/progress").json
    assert progress["figures"]["town"] == {"first": 3, "second": 1}
    assert progress["figures"]["sites"] == [
        {"site": "community", "first": 0, "second": 0},
        {"site": "stadium", "first": 3, "second": 0},
        {"site": "township", "first": 0, "second": 1},
    ]
    assert progress["days"][0] == {
        "day": "2024-04-02",
        "site": "stadium",
        "first": 3,
        "second": 0,
        "floor": 600,
        "floor_met": False,
    }
    assert progress["positions"] == {STADIUM: 3, "appointments/township": 1}


def test_the_latest_answer_counts(office):
    resident = uuid.uuid4()
    office.hears("registration", "ResidentRegistered", **someone(resident))
    office.hears("registration", "VaccinationDeclined", resident=resident, reason="no_time")
    office.hears("registration", "ConsentGiven", resident=resident, wished_week="2024-W15")
    unit = next(
        u for u in office.http.get("/api/progress").json["figures"]["units"] if u["unit"] == "v01"
    )
    assert (unit["registered"], unit["consented"], unit["declined"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("answer", "counted"), [("none", (0, 0)), ("consent", (1, 0)), ("decline", (0, 1))]
)
def test_an_answer_taken_back_counts_as_what_stands_again(office, answer, counted):
    resident = uuid.uuid4()
    office.hears("registration", "ResidentRegistered", **someone(resident))
    office.hears("registration", "ConsentGiven", resident=resident, wished_week="2024-W15")
    office.hears("registration", "AnswerTakenBack", resident=resident, answer=answer)
    unit = next(
        u for u in office.http.get("/api/progress").json["figures"]["units"] if u["unit"] == "v01"
    )
    assert (unit["consented"], unit["declined"]) == counted
    assert office.view() == office.rebuilt_view()


def test_the_newest_plan_of_a_week_counts(office):
    for planned in (40, 30):
        rows = [{"unit": "v01", "day": "2024-04-02", "dose": 1, "planned": planned}]
        office.hears(STADIUM, "WeeklyPlanPublished", site="stadium", week="2024-W14", rows=rows)
    units = office.http.get("/api/weeks/2024-W14").json["figures"]["units"]
    assert next(u["planned"] for u in units if u["unit"] == "v01") == 30


def test_a_week_is_closed_once_and_stays_as_published(office):
    dose(office, "2024-04-02")
    office.at("2024-04-08")
    first = office.http.post("/api/weeks/2024-W14/close").json
    assert first["positions"] == {STADIUM: 1}
    assert first["figures"]["days"] == [
        {"day": "2024-04-02", "site": "stadium", "first": 1, "second": 0}
    ]
    dose(office, "2024-04-03")
    assert office.http.post("/api/weeks/2024-W14/close").json == first
    assert office.http.get("/api/weeks/2024-W14").json == first
    assert len(office.events("WeeklyProgressPublished")) == 1


def test_doses_after_the_sunday_are_not_in_the_weeks_report(office):
    dose(office, "2024-04-07")
    office.at("2024-04-08")
    dose(office, "2024-04-08")
    report = office.http.post("/api/weeks/2024-W14/close").json
    assert report["figures"]["town"] == {"first": 1, "second": 0}


def test_a_week_that_is_not_over_is_refused(office):
    office.at("2024-04-07T23:59")
    answer = office.http.post("/api/weeks/2024-W14/close")
    assert (answer.status_code, answer.json["code"]) == (409, "week-not-over")
    assert "4月7日（周日）" in answer.json["detail"]
    assert answer.json["ends"] == "2024-04-07"


@pytest.mark.parametrize("week", ["2024-W01", "2024-W30", "soon"])
def test_a_week_outside_the_campaign_is_refused(office, week):
    assert office.http.get(f"/api/weeks/{week}").json["code"] == "week-outside-campaign"
    assert office.http.post(f"/api/weeks/{week}/close").status_code == 404


def test_pages_show_progress_floor_and_weeks(office):
    dose(office, "2024-04-03")
    assert "每日最低 600" in office.http.page("/").text
    assert "第14周（4月1日—7日）" in office.http.page("/weeks").text
    preview = office.http.page("/weeks/2024-W14").text
    assert "预览" in preview
    assert "发布本周周报" not in preview
    office.at("2024-04-08")
    assert "发布本周周报" in office.http.page("/weeks/2024-W14").text
    asked = office.http.form("/api/weeks/2024-W14/close", _next="/weeks/2024-W14")
    assert "将发布第14周（4月1日—7日）的周报" in asked.text
    assert not office.http.get("/api/weeks/2024-W14").json["closed"]
    sent = office.http.press(asked)
    assert "本周周报已发布" in office.http.page(sent.location).text


def test_the_weeks_page_holds_what_was_done_against_the_plan(office):
    campaign = office.app.campaign
    unit = campaign.units[0]
    # The plan's site, and one to which the unit is docked since.
    docked = next(site.code for site in campaign.sites if site.code != unit.site)
    for site, planned, days in (
        (unit.site, 8, ("2024-04-02", "2024-04-03", "2024-03-29")),
        (docked, 16, ("2024-04-02",)),
    ):
        rows = [{"unit": unit.code, "day": "2024-04-02", "dose": 1, "planned": planned}]
        plan = {"site": site, "week": "2024-W14", "rows": rows}
        office.hears(f"appointments/{site}", "WeeklyPlanPublished", **plan)
        for day in days:
            dose(office, day, site=site, unit=unit.code)
    page = office.http.page("/weeks/2024-W14").text
    assert ("25.0%" in page, "6.2%" in page) == (True, True)


def test_the_views_are_the_same_when_rebuilt(office):
    resident = uuid.uuid4()
    office.hears("registration", "ResidentRegistered", **someone(resident))
    office.hears("registration", "ConsentGiven", resident=resident, wished_week="2024-W15")
    for day in ("2024-04-01", "2024-04-02", "2024-04-02"):
        dose(office, day)
    office.at("2024-04-08")
    office.http.post("/api/weeks/2024-W14/close")
    assert office.view() == office.rebuilt_view()
