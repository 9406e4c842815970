"""Screeners of every site to which a unit goes, or went, may screen its people; others not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.screening.test_service import ANNA, WELL, someone
from tests.support.part import HttpClient, PartUnderTest


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    """Anna's unit goes to the stadium, and from 15 April on to the community site."""
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    for site, since in (("stadium", "2024-03-25"), ("community", "2024-04-15")):
        desk.hears("registration", "UnitDocked", unit="v01", site=site, since=since)
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


def screener(desk: PartUnderTest, site: str) -> HttpClient:
    return desk.http.signed_in(f"{site}-doctor", ("screener", f"site:{site}"))


@pytest.mark.parametrize(
    ("site", "may"), [("stadium", True), ("community", True), ("township", False)]
)
def test_who_may_see_somebody_of_a_unit_that_goes_elsewhere(
    desk: PartUnderTest, site: str, may: bool
):
    client = screener(desk, site)
    assert (client.get(f"/api/residents/{ANNA}").status_code == 200) is may
    answer: dict[str, Any] = client.get("/api/residents").json or {}
    assert [each["resident"] for each in answer["residents"]] == ([str(ANNA)] if may else [])


def test_the_page_offers_the_site_of_the_day(desk: PartUnderTest):
    def offered(day: str) -> str:
        desk.at(day)
        page = desk.http.page(f"/residents/{ANNA}").text
        start = page.index(" selected")
        return page[page.rindex("<option", 0, start) : start]

    assert 'value="stadium"' in offered("2024-04-14")
    assert 'value="community"' in offered("2024-04-15")
    assert desk.view() == desk.rebuilt_view()


def sent_on(desk: PartUnderTest, site: str, number: int = 1, *, alone: bool = True) -> None:
    said: dict[str, Any] = {"resident": ANNA, "unit": "v01", "site": site, "from_site": "stadium"}
    said |= {"day": "2024-04-02", "number": number, "alone": alone}
    desk.hears("registration", "ResidentSentTo", **said)


def test_who_is_sent_on_is_screened_at_the_other_site(desk: PartUnderTest):
    url = f"/api/residents/{ANNA}/screening"
    there = screener(desk, "township")
    body = {"site": "township", "answers": WELL}
    assert there.post(url, body).status_code == 403
    sent_on(desk, "township")
    assert 'value="township" selected' in there.page(f"/residents/{ANNA}").text
    assert there.post(url, body).status_code == 200


def test_who_is_sent_on_is_not_screened_where_they_were(desk: PartUnderTest):
    url, here = f"/api/residents/{ANNA}", screener(desk, "stadium")
    assert (here.get(url).json or {})["sent_to"] is None
    assert "已转到" not in here.page(f"/residents/{ANNA}").text
    sent_on(desk, "township")
    site = desk.app.campaign.site("township").name_zh
    assert f"已转到{site}" in here.page(f"/residents/{ANNA}").text
    assert (here.get(url).json or {})["sent_to"] == "township"
    refused = here.post(f"{url}/screening", {"site": "stadium", "answers": WELL})
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "sent-to-another-site")
    assert site in (refused.json or {})["detail"]
    assert desk.events() == []
    sent_on(desk, "stadium", 2, alone=False)
    answer = here.post(f"{url}/screening", {"site": "stadium", "answers": WELL})
    assert answer.status_code == 200


def test_who_came_back_is_screened_where_the_unit_goes(desk: PartUnderTest):
    sent_on(desk, "township")
    sent_on(desk, "stadium", 2, alone=False)
    assert screener(desk, "township").get(f"/api/residents/{ANNA}").status_code == 403
    assert screener(desk, "stadium").get(f"/api/residents/{ANNA}").status_code == 200


def visited(desk: PartUnderTest, event: str, site: str, **more: Any) -> None:
    about: dict[str, Any] = {"resident": ANNA, "unit": "v01", "dose": 1, "day": "2024-04-02"}
    desk.hears(f"appointments/{site}", event, **about, site=site, time="08:30", **more)


def test_who_waits_at_the_other_site_waits_there_whichever_site_is_heard_first(
    desk: PartUnderTest,
):
    sent_on(desk, "township")
    desk.at("2024-04-02T09:00")
    visited(desk, "ResidentCheckedIn", "township")
    visited(desk, "ResidentCheckedIn", "stadium")
    visited(desk, "AppointmentCancelled", "stadium", reason="sent_on")
    there = screener(desk, "township").page("/").text
    assert str(ANNA) in there
    assert str(ANNA) not in screener(desk, "stadium").page("/").text
    assert desk.view() == desk.rebuilt_view()
