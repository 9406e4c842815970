"""A site's leader sends somebody on in a real browser, on a running town, and has them back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.rehearsal.api import Api
from tests.support.examples import only_long
from tests.support.running_town import a_browser, a_town, sign_in
from tests.support.waiting import until

TODAY = date(2024, 3, 25)
HERE, THERE = "appointments/stadium", "appointments/community"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, Browser, str]]:
    """A town of whom somebody is booked at the stadium."""
    folder = tmp_path_factory.mktemp("dispatch")
    with (
        a_town(folder, people=400, until=TODAY) as (_, api, rehearsal),
        a_browser() as browser,
    ):
        who = next(
            resident
            for resident, person in rehearsal.people.items()
            if person.consents and rehearsal.site_of[person.unit] == "stadium"
        )
        body = {"resident": who, "from_day": "2024-04-10"}
        api.command(HERE, "/api/appointments", body, "book")
        api.settle()
        yield api, browser, who


def seen(page: Page, name: str) -> None:
    """One heading, no sideways scrolling on the narrowest screen."""
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if folder := os.environ.get("SEEN"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def first_dose(api: Api, source: str, who: str) -> list[str]:
    rows = api.get(source, f"/api/residents/{who}")["appointments"]
    return [row["day"] for row in rows if row["dose"] == 1 and row["status"] == "booked"]


@only_long
def test_somebody_is_sent_on_and_asked_back_on_a_phone(town: tuple[Api, Browser, str]):
    api, browser, who = town
    page = browser.new_page(viewport={"width": 320, "height": 844}, locale="zh-CN")
    page.set_default_timeout(30_000)
    url = f"{api.deployment.part(HERE).url}/residents/{who}"
    sign_in(page, api.deployment, url, "stadium-leader")
    seen(page, "send-zh")
    page.select_option("#send_to", "community")
    page.get_by_role("button", name="转走").click()
    page.locator(".banner", has_text="已转走").wait_for()
    seen(page, "sent-zh")
    api.settle()
    assert first_dose(api, THERE, who) == ["2024-04-10"]

    page.locator("main").get_by_role("button", name="要求转回这里").click()
    page.locator(".banner", has_text="已要求转回").wait_for()
    seen(page, "wanted-zh")
    api.settle()
    assert until(lambda: first_dose(api, HERE, who)) == ["2024-04-10"]
    page.goto(url)
    page.locator("#send_to").wait_for()
    page.close()


@only_long
def test_the_same_in_english(town: tuple[Api, Browser, str]):
    api, browser, who = town
    page = browser.new_page(viewport={"width": 1280, "height": 844}, locale="en-GB")
    page.set_default_timeout(30_000)
    url = f"{api.deployment.part(HERE).url}/residents/{who}"
    sign_in(page, api.deployment, url, "stadium-leader")
    seen(page, "send-en")
    page.close()
