"""Screeners of every site to which a unit goes, or went, may screen its people; others not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.screening.test_service import ANNA, someone
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
