"""On paper: A4, page numbers, who printed it when, what is pressed left out, headings on each page."""

from __future__ import annotations

import io
import re
import unicodedata
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route
from pypdf import PdfReader

from tests.support.part import HttpClient, PartUnderTest
from tests.support.running_town import a_browser
from tests.support.stadium import FIRST, Stadium

A4 = (595, 842)  # points
PEOPLE = 60


@pytest.fixture(scope="module")
def stadium(tmp_path_factory: pytest.TempPathFactory) -> Stadium:
    stadium = Stadium(tmp_path_factory.mktemp("stadium")).opens()
    for _ in range(PEOPLE):
        resident = uuid.uuid4()
        stadium.consented(resident)
        stadium.booked(resident)
    return stadium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


def shown(browser: Browser, part: PartUnderTest, address: str, language: str = "zh-CN") -> Page:
    """A page of a part in a browser, without a server between them."""
    page, inside = browser.new_page(locale=language), HttpClient(part)

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        headers = {"Accept": "text/html", "Accept-Language": language}
        headers["Authorization"] = inside.authorization
        got = inside.client.get(f"{asked.path}?{asked.query}", headers=headers)
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.get_data())

    page.route("**/*", answer)
    page.goto(f"http://part.test{address}")
    return page


def printed(page: Page) -> list[str]:
    """The text of each sheet of paper; all are A4."""
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    for sheet in sheets:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == A4
    # A PDF has a sign of Chinese as the radical that looks like it, and breaks lines anywhere.
    texts = (unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in sheets)
    return [re.sub(r"\s", "", text) for text in texts]


def test_a_list_is_printed_with_page_numbers_heading_and_who_printed_it(browser, stadium):
    sheets = printed(shown(browser, stadium, f"/?day={FIRST}"))
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        assert f"{number}/{len(sheets)}" in sheet
        assert "时段" in sheet, "the heading of the table is on every page"
    assert "2024年新冠病毒疫苗接种" in sheets[0]
    assert re.search(r"由.*tester.*于3月25日\d\d:\d\d打印", sheets[0]), sheets[0][:300]
    for pressed in ("查找", "看这一天", "退出", "English", "跳到正文", "运行状态"):
        assert pressed not in "".join(sheets), pressed


def test_paper_is_black_on_white_at_ten_points(browser, stadium):
    page = shown(browser, stadium, f"/?day={FIRST}")
    page.emulate_media(media="print")
    style = "e => [getComputedStyle(e).color, getComputedStyle(e).fontSize]"
    assert page.eval_on_selector("tbody td", style) == ["rgb(0, 0, 0)", "13.3333px"]
    assert page.eval_on_selector("body", "e => getComputedStyle(e).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


def test_the_door_has_everybody_by_slot_with_a_box_to_tick(browser, stadium):
    page = shown(browser, stadium, f"/day/print?day={FIRST}")
    assert page.locator("tbody tr:has(td)").count() == PEOPLE
    slots = page.locator("tbody th").all_inner_texts()
    assert slots == sorted(slots)
    assert "08:00" in slots[0]
    sheets = printed(page)
    assert "共60人" in sheets[0]
    assert all("姓名" in sheet and "剂次" in sheet for sheet in sheets)
    assert "打印" in page.inner_text("main button")


def test_nobody_whose_appointment_is_cancelled_is_awaited_at_the_door(tmp_path):
    stadium = Stadium(tmp_path).opens()
    resident = uuid.uuid4()
    stadium.consented(resident)
    stadium.booked(resident)
    assert "共 1 人" in stadium.http.page(f"/day/print?day={FIRST}").text
    answer = stadium.person(resident, "cancel", dose=1, reason="by_resident")
    assert answer.status_code == 200, answer.text
    assert "共 0 人" in stadium.http.page(f"/day/print?day={FIRST}").text


def test_a_village_knows_who_goes_when_and_where(browser, stadium):
    page = shown(browser, stadium, "/plan/units/v15?week=2024-W14")
    assert page.locator("tbody tr:has(td)").count() == PEOPLE
    assert "4月2日（周二）" in page.inner_text("main")
    assert "体育馆" in page.inner_text("h1")
    clerk = stadium.http.signed_in("v15-chief", ("unit_chief", "unit:v15"))
    assert clerk.page("/plan/units/v15").status_code == 200
    assert clerk.page("/plan/units/v16").status_code == 403


def test_a_page_asks_to_be_printed_by_a_button_that_needs_a_script(browser, stadium):
    page = shown(browser, stadium, "/plan?week=2024-W14")
    page.evaluate("() => { window.print = () => document.body.dataset.printed = 'yes' }")
    page.click("button[data-print]")
    assert page.get_attribute("body", "data-printed") == "yes"
    assert "hidden data-print" in stadium.http.page("/plan?week=2024-W14").text


def test_a_crowded_day_weighs_no_more_than_any_page(stadium):
    page = stadium.http.page(f"/day/print?day={FIRST}").text.replace("姓名不显示", "欧阳小明")
    rows = re.findall(r"<tr><td>.*?</tr>\n", page)
    assert len(rows) == PEOPLE
    heavy = len(page.encode()) + (800 - PEOPLE) * max(len(row.encode()) for row in rows)
    assert heavy <= 60_000, heavy
