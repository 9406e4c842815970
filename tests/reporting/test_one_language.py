"""Progress and weekly reports speak one language at a time, and say no code."""

from __future__ import annotations

import pytest

from shared.town.contracts.registration import DECLINE_REASONS
from tests.reporting.test_service import dose, office
from tests.screening.test_service import ANNA, someone
from tests.support.one_language import chinese, in_english, latin
from tests.support.part import PartUnderTest

__all__ = ["office"]
PAGES = ("/", "/weeks", "/weeks/2024-W14", "/weeks/2024-W20")
# Who is signed in, and what stands in the footer.
NAMES = ("tester", "reporting")


def speaks_one_language(office: PartUnderTest) -> None:
    for url in PAGES:
        assert latin(office.http.page(url).text, *NAMES) == [], url
        assert chinese(in_english(office.http, url)) == [], url


def test_pages_speak_one_language_before_anything_has_happened(office: PartUnderTest):
    speaks_one_language(office)


def test_pages_speak_one_language_before_and_after_a_week_is_closed(office: PartUnderTest):
    office.hears("registration", "ResidentRegistered", **someone(ANNA))
    reason = DECLINE_REASONS[0]
    office.hears("registration", "VaccinationDeclined", resident=ANNA, reason=reason)
    dose(office, "2024-04-02")
    dose(office, "2024-04-03", site="township", unit="v15")
    speaks_one_language(office)
    office.at("2024-04-08")
    speaks_one_language(office)
    assert office.http.post("/api/weeks/2024-W14/close").status_code == 200
    speaks_one_language(office)


def test_weeks_days_and_sources_are_called_as_an_office_calls_them(office: PartUnderTest):
    dose(office, "2024-04-02")
    site = office.app.campaign.site("stadium")
    home, week = office.http.page("/").text, office.http.page("/weeks/2024-W14").text
    assert "到4月3日（周三）：第一剂累计 1 剂" in home
    assert "By Wed 3 April: 1 first doses" in in_english(office.http, "/")
    assert "到6月20日（周四）" in home
    assert "<title>第14周（4月1日—7日）" in week
    assert f"<dt>{site.name_zh}</dt><dd>第 1 条记录为止</dd>" in week
    assert "第14周（4月1日—7日）" in office.http.page("/weeks").text
    assert "任务数" in week


def test_doses_a_day_are_whole(office: PartUnderTest):
    for _ in range(3):
        dose(office, "2024-04-03")
    assert office.http.get("/api/progress").json["forecast"]["per_day"] == 0.4
    assert "近7天日均 0 剂" in office.http.page("/").text


@pytest.mark.parametrize(
    ("url", "zh", "en"),
    [
        (
            "/api/weeks/2024-W14/close",
            "第14周（4月1日—7日）到4月7日（周日）才结束，请在结束后发布周报",
            "week 14 (1–7 April) ends on Sun 7 April; publish the report after that",
        ),
        (
            "/api/weeks/2024-W30/close",
            "第30周（7月22日—28日）不在接种活动期内。活动从第13周（3月25日—31日）到第25周（6月17日—23日）",
            "week 30 (22–28 July) is not in it",
        ),
        ("/api/weeks/soon/close", "soon不在接种活动期内", "soon is not in it"),
    ],
)
def test_a_refusal_says_weeks_and_days_in_words(office: PartUnderTest, url: str, zh: str, en: str):
    assert zh in office.http.post(url).json["detail"]
    headers = office.http.bearer(
        office.http.person, **{"Accept-Language": "en", "Idempotency-Key": "1"}
    )
    assert en in office.http.client.post(url, json={}, headers=headers).json["detail"]
