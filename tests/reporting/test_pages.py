"""Progress puts those behind first; a weekly report its own week; last week is a click away, also as a workbook."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from shared.town.access import Grant
from tests.reporting.test_service import STADIUM, dose, office
from tests.support.one_language import texts
from tests.support.part import XLSX, HttpClient, PartUnderTest, a_person

__all__ = ["office"]
LATE = "按目前速度到期前不能完成"
WORKBOOK = "/weeks/2024-W14/report.xlsx"


def said(office: PartUnderTest, url: str, **asked: object) -> list[str]:
    return texts(office.http.page(url, **asked).text)


def rows(page: str) -> dict[str, list[str]]:
    """The rows of the tables of a page by what they begin with."""
    found = [texts(each) for each in re.findall(r"<tr>.*?</tr>", page, re.S)]
    return {each[0]: each[1:] for each in found if each}


def a_plan(office: PartUnderTest, planned: int, week: str = "2024-W14") -> None:
    row = {"unit": "v01", "day": "2024-04-02", "dose": 1, "planned": planned}
    office.hears(STADIUM, "WeeklyPlanPublished", site="stadium", week=week, rows=[row])


def test_units_stand_in_groups_and_those_behind_first(office: PartUnderTest):
    for _ in range(4):
        dose(office, "2024-04-02", unit="v02")
    page = office.http.page("/").text
    campaign = office.app.campaign
    heads = re.findall(r'<th scope="rowgroup"[^>]*>([^<]*)<', page)
    assert [each.strip() for each in heads] == ["村", "社区", "居民小区", "行业"]
    villages = [each.name_zh for each in campaign.units if each.kind == "village"]
    shown = [name for name in re.findall(r'<th scope="row">([^<]+)<', page) if name in villages]
    assert sorted(shown) == sorted(villages)
    assert shown[-1] == campaign.unit("v02").name_zh
    assert "落后" in rows(page)[campaign.unit("v01").name_zh]
    assert "落后" not in rows(page)[campaign.unit("v02").name_zh]


def test_a_units_week_stands_beside_its_plan(office: PartUnderTest):
    a_plan(office, 30)
    for day in ("2024-03-27", "2024-04-02", "2024-04-03"):
        dose(office, day)
    unit = office.app.campaign.unit("v01")
    target, week, first, second = rows(office.http.page("/").text)[unit.name_zh][0:4]
    assert (target, week, first, second) == (f"{unit.target:,}", "2 / 30", "3", "0")


def test_a_forecast_beyond_the_campaign_is_no_date(office: PartUnderTest):
    assert LATE not in said(office, "/")
    dose(office, "2024-04-03")
    page = office.http.page("/").text
    assert LATE in texts(page)
    assert not re.search(r"[3-9]\d{3}年", page)
    assert office.http.get("/api/progress").json["forecast"]["in_time"] is False


@pytest.mark.parametrize("doses_left", [10**9, 10**12])
def test_a_forecast_of_more_years_than_there_are_is_none(
    office: PartUnderTest, monkeypatch: pytest.MonkeyPatch, doses_left: int
):
    from services.reporting.progress import queries

    monkeypatch.setattr(queries, "DOSES_EACH", doses_left)
    dose(office, "2024-04-03")
    forecast = office.http.get("/api/progress").json["forecast"]
    assert (forecast["finish"], forecast["in_time"]) == (None, False)


def test_last_weeks_report_and_its_workbook_are_one_click_from_progress(office: PartUnderTest):
    assert 'href="/weeks/2024-W13"' in office.http.page("/").text
    office.at("2024-04-09")
    page = office.http.page("/").text
    assert 'href="/weeks/2024-W14"' in page
    assert f'href="{WORKBOOK}"' in page
    office.at("2024-03-26")
    assert "report.xlsx" not in office.http.page("/").text


def test_how_a_number_is_counted_is_one_click_away(office: PartUnderTest):
    for url in ("/", "/weeks/2024-W14"):
        page = office.http.page(url).text
        assert re.search(r"<details>\s*<summary>怎么算</summary>", page), url


def test_a_weekly_report_begins_with_its_week_and_ends_with_all_so_far(office: PartUnderTest):
    a_plan(office, 4)
    dose(office, "2024-03-27")
    for _ in range(2):
        dose(office, "2024-04-02")
    dose(office, "2024-04-03", 2)
    text = said(office, "/weeks/2024-W14")
    assert text.index("本周接种") < text.index("截至本周日的累计")
    assert text[text.index("本周接种") - 1] == "3"
    assert text[text.index("本周第一剂") - 1] == "2"
    assert text[text.index("本周第二剂") - 1] == "1"
    assert text[text.index("本周完成率（计划 4 剂）") - 1] == "75.0%"
    assert text[text.index("第一剂累计") - 1] == "3"


def test_the_weeks_before_and_after_are_one_click_away(office: PartUnderTest):
    page = office.http.page("/weeks/2024-W14").text
    assert re.search(r'rel="prev"[^>]* href="/weeks/2024-W13"', page)
    assert re.search(r'rel="next"[^>]* href="/weeks/2024-W15"', page)
    assert 'rel="prev"' not in office.http.page("/weeks/2024-W13").text
    assert 'rel="next"' not in office.http.page("/weeks/2024-W25").text


def test_only_who_may_publish_is_offered_to(office: PartUnderTest):
    office.at("2024-04-08")
    for role, offered in (("office", True), ("supervisor", False)):
        who = HttpClient(office, a_person("somebody", (Grant(role, "town"),)))
        assert ("发布本周周报" in who.page("/weeks/2024-W14").text) is offered


def test_the_report_of_a_week_is_handed_on_as_a_workbook(office: PartUnderTest):
    a_plan(office, 4)
    for day in ("2024-03-27", "2024-04-02", "2024-04-03"):
        dose(office, day)
    office.at("2024-04-08")
    answer = office.http.page(WORKBOOK)
    assert answer.headers["Content-Type"] == XLSX
    assert (
        'filename="weekly-report-preview-2024-week-14.xlsx"'
        in answer.headers["Content-Disposition"]
    )
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["本周", "每天", "各单位"]
    week = {row[0]: row[1:] for row in book["本周"].iter_rows(values_only=True)}
    stadium = office.app.campaign.site("stadium").name_zh
    assert week[stadium] == (4, 2, 0.5, 2, 0, 3, 0)
    assert week["全镇"] == (4, 2, 0.5, 2, 0, 3, 0)
    assert any("预览" in str(name) for name in week)
    units = {row[0]: row[1:] for row in book["各单位"].iter_rows(values_only=True)}
    unit = office.app.campaign.unit("v01")
    assert units[unit.name_zh] == (unit.target, 0, 0, 0, 4, 3, 0)
    days = [*book["每天"].iter_rows(values_only=True)]
    assert days[1] == ("4月2日（周二）", stadium, 1, 0, 1)
    assert len(days) == 3
    office.http.post("/api/weeks/2024-W14/close")
    again = load_workbook(io.BytesIO(office.http.page(WORKBOOK).data))["本周"]
    assert not [cell.value for row in again for cell in row if "预览" in str(cell.value)]


def test_the_county_gets_workbooks_of_published_reports_only(office: PartUnderTest):
    office.at("2024-04-08")
    county = HttpClient(office, a_person("county", (Grant("county_subscriber", "town"),)))
    assert county.page(WORKBOOK).status_code == 403
    office.http.post("/api/weeks/2024-W14/close")
    assert county.page(WORKBOOK).status_code == 200
    listed = county.page("/weeks").text
    assert 'href="/weeks/2024-W14"' in listed
    assert 'href="/weeks/2024-W15"' not in listed
