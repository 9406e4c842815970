"""The office changes a unit's site in a real browser: preview, docking, then the bookings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from tests.support.running_town import a_browser, a_town, sign_in

TODAY, SINCE = date(2024, 3, 25), date(2024, 4, 8)
STADIUM = "appointments/stadium"


@dataclass
class Town:
    """A town on its first day, one unit of which has people booked for after `SINCE`."""

    deployment: Deployment
    api: Api
    browser: Browser
    unit: str
    booked: list[str]

    def page(self, address: str, width: int) -> Page:
        """The office's browser."""
        page = self.browser.new_page(viewport={"width": width, "height": 844}, locale="zh-CN")
        page.set_default_timeout(15_000)
        url = self.deployment.part("registration").url + address
        sign_in(page, self.deployment, url, "office")
        return page


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("docking")
    with (
        a_town(folder, people=400, until=TODAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        consenting: dict[str, list[str]] = {}
        for resident, person in rehearsal.people.items():
            if person.consents and rehearsal.site_of[person.unit] == "stadium":
                consenting.setdefault(person.unit, []).append(resident)
        unit = max(consenting, key=lambda code: len(consenting[code]))
        booked = consenting[unit][:3]
        for resident in booked:
            body = {"resident": resident, "from_day": "2024-04-10", "to_day": "2024-05-01"}
            api.command(STADIUM, "/api/appointments", body, f"book {resident}")
        api.settle()
        yield Town(deployment, api, browser, unit, booked)


def test_the_office_previews_docks_and_moves_on_a_phone_without_the_mouse(town: Town):
    page = town.page(f"/units/{town.unit}/docking", 390)
    page.select_option("#site", "community")
    page.fill("#since", str(SINCE))
    page.locator("#since").press("Enter")
    page.wait_for_selector("#preview")
    preview = page.inner_text("#preview")
    assert page.inner_text("#preview .figure .number >> nth=0") == "3"
    assert "4月10日（周三）" in preview
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0
    # Nothing has changed by looking.
    town.api.settle()
    assert [each for each in dockings(town) if each["site"] == "community"] == []

    page.wait_for_function("document.activeElement?.textContent.includes('调整接种点')")
    page.keyboard.press("Enter")
    page.wait_for_url("**_told=*")
    assert page.inner_text("#move .figure .number >> nth=0") == "3"
    page.locator("#move form button").focus()
    page.keyboard.press("Enter")
    page.locator(".banner", has_text="已通知接种点").wait_for()
    town.api.settle()

    page.goto(f"{town.deployment.part('registration').url}/units/{town.unit}/docking")
    assert page.locator("#move").count() == 0
    assert "待重新预约" not in page.inner_text("main")
    for resident in town.booked:
        rows = town.api.get("appointments/community", f"/api/residents/{resident}")["appointments"]
        assert [row["status"] for row in rows] == ["booked", "booked"]
        assert rows[0]["day"] >= "2024-04-10"
    page.close()


def dockings(town: Town) -> list[dict[str, str]]:
    return town.api.get("registration", f"/api/units/{town.unit}/dockings")["history"]


def test_an_impossible_docking_is_said_where_it_was_asked(town: Town):
    page = town.page(f"/units/{town.unit}/docking?site=community&since=2024-03-01", 1280)
    assert "已过的日子不能改" in page.inner_text("[role=alert]")
    assert page.locator("#preview").count() == 0
    page.close()


def test_the_town_and_the_unit_fit_a_desk_and_a_phone(town: Town):
    for width in (1280, 390):
        page = town.page("/", width)
        for address in ("/", f"/units/{town.unit}", f"/units/{town.unit}/docking"):
            page.goto(town.deployment.part("registration").url + address)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"{address} is {over} px too wide at {width}"
            assert page.locator("h1").count() == 1
        page.close()
