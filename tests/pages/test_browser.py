"""What a clerk and a nurse do, in a real browser, on a town in the middle of its campaign."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page
from xlsxwriter import Workbook

from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from shared.town.deployment import Deployment
from tests.support.examples import only_long
from tests.support.running_town import (
    Viewers,
    a_browser,
    a_town,
    addresses,
    sign_in,
    somebody_today,
    things_to_show,
)
from tests.support.workbooks import person, roster
from tests.tasks.counting import READING_MS

DAY = date(2024, 4, 9)


class Town:
    """The town, and a browser that looks at it."""

    def __init__(self, deployment: Deployment, api: Api, rehearsal: Rehearsal, browser: Browser):
        self.deployment, self.api, self.rehearsal, self.browser = (
            deployment,
            api,
            rehearsal,
            browser,
        )
        self.url = {part.source: part.url for part in deployment.parts}

    def page(self, login: str, address: str, width: int = 1280) -> Page:
        """A browser of its own in which somebody has signed in on the way to a page."""
        page = self.browser.new_page(viewport={"width": width, "height": 844}, locale="zh-CN")
        page.set_default_timeout(15_000)
        sign_in(page, self.deployment, address, login)
        return page


def read(page: Page) -> None:
    """Take the moment before which a careful button does not let itself be pressed."""
    page.wait_for_timeout(READING_MS)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with (
        a_town(folder, people=400, until=DAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        rehearsal.book(DAY)
        yield Town(deployment, api, rehearsal, browser)


def a_roster(*rows: tuple[str, str]) -> bytes:
    content = io.BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("名册")
        text = book.add_format({"num_format": "@"})
        sheet.write_row(0, 0, ("姓名", "身份证号", "手机号", "住址", "类别", "人群"), text)
        for number, (name, card) in enumerate(rows, 1):
            row = (name, card, f"100000000{number:02}", "演练路 1 号", "户籍", "一般居民")
            sheet.write_row(number, 0, row, text)
    return content.getvalue()


def focused(page: Page, name: str) -> None:
    """Wait until the field in which one types first has the focus."""
    page.wait_for_function("name => document.activeElement?.name === name", arg=name)


def press(page: Page, label: str) -> None:
    """Press Enter once the button of this label has the focus.

    A browser gives the focus when it first draws a page, which may be after the page is loaded.
    """
    page.wait_for_function(
        "label => document.activeElement?.textContent.includes(label)"
        " && document.activeElement.tagName === 'BUTTON'",
        arg=label,
    )
    page.keyboard.press("Enter")


def card(seventeen: str) -> str:
    """A card number with its check digit."""
    from stdnum.cn import ric

    return seventeen + ric.calc_check_digit(seventeen + "0")


def test_a_clerk_uploads_sees_what_to_mend_and_uploads_again(town: Town, tmp_path: Path):
    right, wrong = card("42000019800101101"), card("42000019850615202")
    typo = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
    messy, mended = tmp_path / "messy.xlsx", tmp_path / "mended.xlsx"
    messy.write_bytes(
        a_roster(("演练甲", right), ("演练乙", typo), ("", card("42000019900303303")))
    )
    mended.write_bytes(a_roster(("演练甲", right), ("演练乙", wrong)))
    page = town.page("v01-chief", f"{town.url['registration']}/units/v01")
    page.set_input_files("input[type=file]", messy)
    page.click("form[action*=roster] button")
    page.wait_for_selector("h1:has-text('导入结果')")
    result = page.inner_text("main")
    assert typo in result
    assert "缺少姓名" in result
    assert "2 行有问题" in result
    page.set_input_files("input[type=file]", mended)
    page.click("form[action*=roster] button")
    page.wait_for_selector(".banner:has-text('全部 2 行已处理')")
    assert typo not in page.inner_text("main")
    page.goto(f"{town.url['registration']}/units/v01?status=registered")
    assert "演练乙" in page.inner_text("main")
    page.close()


def test_a_chief_decides_a_close_match_by_keyboard_and_undoes_it(town: Town, tmp_path: Path):
    """One person twice on a roster: same name and telephone, a mistyped number."""
    twice, url = tmp_path / "twice.xlsx", town.url["registration"]
    same = {"phone": "13812340000"}
    one = person(701, "演练重名", card=card("42000019770707701"), **same)
    other = person(702, "演练重名", card=card("42000019770707711"), **same)
    twice.write_bytes(roster(one, other))
    page = town.page("v01-chief", f"{url}/units/v01")
    page.set_input_files("input[type=file]", twice)
    page.click("form[action*=roster] button")
    page.wait_for_selector("h1:has-text('导入结果')")

    def left() -> int:
        return int(page.inner_text("nav.filters a >> nth=0").split()[1])

    page.goto(f"{url}/matches")
    before = left()
    assert before >= 1
    assert page.locator("table.sides thead a").count() == 2
    assert page.locator("table.sides mark").count() > 0
    shown = page.inner_text("table.sides thead")
    read(page)
    page.keyboard.press("1")
    page.locator(".banner", has_text="已合并为一人").wait_for()
    assert left() == before - 1
    page.click(".banner.undo button")
    page.get_by_text("恢复原样").wait_for()
    assert left() == before
    assert page.inner_text("table.sides thead") == shown
    read(page)
    page.keyboard.press("3")
    page.locator(".banner", has_text="已留待以后再定").wait_for()
    assert left() == before - 1
    page.click(".banner.undo button")
    page.get_by_text("恢复原样").wait_for()
    read(page)
    page.keyboard.press("2")
    page.locator(".banner", has_text="已记为不是同一人").wait_for()
    assert left() == before - 1
    page.close()


def test_a_nurse_handles_a_person_without_the_mouse(town: Town):
    resident, _ = somebody_today(town.api, town.rehearsal, DAY)
    site = town.url["appointments/stadium"]
    page = town.page("stadium-nurse", f"{site}/")
    focused(page, "q")
    page.keyboard.type(resident)
    page.keyboard.press("Enter")
    page.wait_for_url("**_told=*")
    page.goto(f"{town.url['screening']}/residents/{resident}")
    focused(page, "answers.temperature")
    page.keyboard.type("36.6")
    for healthy in page.locator("input[name='answers.healthy'][value=true]").all():  # from 60 on
        healthy.focus()
        page.keyboard.press("Space")
    read(page)
    page.keyboard.press("*")
    page.wait_for_url("**_told=*")
    town.api.settle()
    page.goto(f"{site}/residents/{resident}")
    focused(page, "shown")
    read(page)
    page.keyboard.press("Enter")
    focused(page, "shown")
    assert "还没有核对是不是本人" in page.inner_text("#form-problem")
    page.goto(f"{site}/residents/{resident}")
    focused(page, "shown")
    read(page)
    page.keyboard.press("*")
    page.wait_for_url("**_told=*")
    assert "已接种" in page.inner_text(".banner")
    page.goto(f"{site}/residents/{resident}")
    focused(page, "early_reason")
    page.keyboard.type("家中急事")
    page.keyboard.press("Tab")
    press(page, "留观结束")
    page.wait_for_selector("form.confirm")
    read(page)
    press(page, "确认提前结束留观")
    page.wait_for_url("**_told=*")
    page.close()


def test_the_office_writes_a_notice_looks_at_it_and_sees_whom_it_reached(town: Town):
    page = town.page("office", f"{town.url['registration']}/notices")
    page.click("text=写通知")
    focused(page, "title")
    page.keyboard.type("演练通知")
    page.fill("textarea[name=zh]", "{nmae}您好")
    page.fill("textarea[name=en]", "Dear {name}, please come to {site}.")
    page.check("input[name='statuses.consented']")
    page.click("button:has-text('预览')")
    page.wait_for_selector("[role=alert]")
    assert "中文内容第 1 字“{nmae}”" in page.inner_text("[role=alert]")
    assert page.locator("button:has-text('保存')").count() == 0
    assert page.input_value("textarea[name=en]").startswith("Dear {name}")
    page.fill("textarea[name=zh]", "{name}您好，请到{site}接种。")
    page.click("button:has-text('预览')")
    page.wait_for_selector("#preview figure")
    assert "{name}" not in page.inner_text("#preview figure")
    page.click("button:has-text('保存')")
    page.wait_for_selector("h1:has-text('演练通知')")
    count = int(page.inner_text("section.card strong.number"))
    assert count > 0
    page.click(f"button:has-text('发布给 {count} 人')")
    page.wait_for_url("**_told=*")
    page.wait_for_function(
        "() => document.querySelector('h1').textContent.includes('已完成')"
        " || setTimeout(() => location.reload(), 300) && false",
        timeout=60_000,
    )
    reached = page.locator(".figure", has_text="已发送").locator(".number").inner_text()
    assert int(reached) == count
    page.close()


def test_a_refused_command_is_a_page_that_says_what_to_do(town: Town):
    site = town.url["appointments/stadium"]
    done = next(
        row
        for row in town.api.get("appointments/stadium", "/api/appointments", day="2024-03-25")[
            "appointments"
        ]
        if row["status"] == "done"
    )
    course = town.api.get("appointments/stadium", f"/api/residents/{done['resident']}")
    page = town.page("stadium-leader", f"{site}/")
    if any(row["status"] == "booked" for row in course["appointments"]):
        page.goto(f"{site}/residents/{done['resident']}")
        page.fill("input[name=time]", "06:30")
        page.click("form[action$=move] button")
    else:
        page.goto(f"{site}/residents/00000000-0000-8000-8000-000000000000")
    shown = page.inner_text(".problem")
    assert "返回" in shown
    assert any(word in shown for word in ("没有接种场次", "没有这个人"))
    page.close()


def given_people_to_call(town: Town, year: int) -> list[str]:
    """Four people born in a year, whom nobody has asked yet, on the list of v01's cadre."""
    roster = a_roster(*((f"演练呼{n}", card(f"420000{year}052150{n}")) for n in range(4)))
    api, unit = town.api, "/api/units/v01"
    entries = api.roster("v01", roster, f"born {year}")["entries"]
    people = [entry["resident"] for entry in entries]
    chosen = {"choice": "residents", "residents": people, "cadres": ["v01-cadre"]}
    api.command("registration", f"{unit}/assignments", chosen, f"born {year} are assigned")
    return people


def tap(page: Page, resident: str, label: str) -> None:
    """Tap a button on somebody's card with a finger, and wait for the page that follows."""
    button = page.locator(f"#r-{resident} button", has_text=label).locator("visible=true").first
    if not button.count():
        page.locator(f"#r-{resident} summary").tap()
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44, f"{label} is {box['height']} px high"
    with page.expect_navigation(url="**_told=*"):
        button.tap()


def due(page: Page) -> int:
    """How many people a cadre's list says are to be called today."""
    return int(page.inner_text("nav.filters a").split()[-1])


@pytest.mark.parametrize("width", [320, 430])
def test_a_cadre_works_through_the_list_on_a_phone(town: Town, width: int):
    first, second, third, fourth = given_people_to_call(town, 1950 + width // 10)
    context = town.browser.new_context(
        viewport={"width": width, "height": 700}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, town.deployment, f"{town.url['registration']}/list", "v01-cadre")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    phone = page.locator(f"#r-{first} a.tel")
    assert (phone.get_attribute("href") or "").startswith("tel:1000000000")
    tap(page, first, "愿意")
    assert "演练呼0" in page.inner_text(".banner")
    tap(page, second, "担心安全")
    tap(page, third, "未联系上")
    tap(page, fourth, "犹豫")
    left = due(page)
    assert page.locator(f"#r-{fourth}").count() == 0, "who was called is off today's list"
    with page.expect_navigation():
        page.locator(".banner.undo button").tap()
    assert "已撤销" in page.inner_text(".banner")
    assert page.locator(f"#r-{fourth}").count() == 1
    assert due(page) == left + 1
    for resident, status in ((first, "consented"), (second, "declined"), (fourth, "registered")):
        found = town.api.get("registration", f"/api/residents/{resident}")
        assert found["status"] == status
    context.close()


@pytest.mark.parametrize(("channel", "born"), [("phone", 1971), ("visit", 1972)])
def test_a_cadre_sees_four_people_at_once_on_a_phone(town: Town, channel: str, born: int):
    given_people_to_call(town, born)
    context = town.browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    url = f"{town.url['registration']}/list?channel={channel}"
    sign_in(page, town.deployment, url, "v01-cadre")
    page.goto(url)
    seen = 0
    for card in page.locator("article.call").all():
        parts = ("h2", "a.tel", "button:has-text('愿意接种')", "button:has-text('未联系上')")
        boxes = [card.locator(part).first.bounding_box() for part in (*parts, "summary")]
        assert all(boxes), "name, number and answers are there without opening anything"
        bottoms = [box["y"] + box["height"] for box in boxes if box]
        seen += max(bottoms) <= 844
        assert all(box["height"] >= 44 for box in boxes[1:] if box), "as large as a thumb"
        assert all(0 <= box["x"] <= 390 - box["width"] for box in boxes if box)
    assert seen >= 4, f"{seen} people are seen"
    opened = page.locator("article.call").first
    worried = opened.locator("button", has_text="担心安全")
    assert not worried.is_visible()
    if channel == "visit":
        opened.locator("summary").tap()
    else:
        number = opened.locator("a.tel").first
        number.evaluate("e => e.addEventListener('click', dialled => dialled.preventDefault())")
        number.tap()
    assert worried.is_visible(), "after a call every answer is one tap away"
    assert opened.locator("select[name=wished_week]").is_visible()
    context.close()


def access_key(page: Page, sign: str) -> None:
    """Press Alt and a digit or letter, with the text that the browser's own driver leaves out."""
    session = page.context.new_cdp_session(page)
    code = f"Digit{sign}" if sign.isdigit() else f"Key{sign.upper()}"
    key = {"key": sign, "code": code, "windowsVirtualKeyCode": ord(sign.upper())}
    text = {"text": sign, "unmodifiedText": sign}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1} | key | text)
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": 1} | key)


def test_a_cadre_calls_by_keyboard_alone(town: Town):
    given_people_to_call(town, 1990)
    page = town.page("v01-cadre", f"{town.url['registration']}/list")
    first = page.locator("article.call").first
    resident = (first.get_attribute("id") or "").removeprefix("r-")
    with page.expect_navigation(url="**_told=*"):
        access_key(page, "3")
    assert "犹豫" in page.inner_text(".banner")
    with page.expect_navigation():
        access_key(page, "z")
    assert "已撤销" in page.inner_text(".banner")
    assert page.locator(f"#r-{resident}").count() == 1
    page.close()


def test_a_chief_shares_a_village_out_after_a_preview(town: Town):
    page = town.page("v01-chief", f"{town.url['registration']}/units/v01/cadres")
    form = page.locator("#by-rule")
    form.locator("input[name=unassigned]").uncheck()
    form.locator("input[name='cadres.v01-chief']").check()
    form.locator("input[name='cadres.v01-cadre']").check()
    form.locator("button").click()
    page.wait_for_selector("h1:has-text('预览')")
    assert "还没有保存" in page.inner_text(".banner")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('已分配')")
    figures = town.api.get("registration", "/api/units/v01/cadres")
    shares = sorted(row["assigned"] for row in figures["cadres"])
    assert shares[1] - shares[0] <= 1
    assert figures["unassigned"] == 0
    page.close()


def test_on_a_phone_the_heading_is_one_line_with_rooms_first_and_the_rest_in_a_menu(town: Town):
    page = town.page("v01-cadre", f"{town.url['registration']}/", width=390)
    header = page.locator("header").bounding_box()
    assert header is not None
    assert header["width"] == 390
    assert header["height"] < 60
    places = [page.locator(f"header {part}").bounding_box() for part in ("nav.rooms", "nav.teams")]
    left = [place["x"] for place in places if place]
    assert len(left) == 2
    assert left == sorted(left)
    page.click("header .menu")
    for part in ("[href='/help']", "[name=language]", "[name=type]", "[action='/sign-out'] button"):
        place = page.locator(f"header {part}").bounding_box()
        assert place is not None, part
        assert place["height"] >= 44, part
        assert 0 <= place["x"] <= 390 - place["width"], part
    page.close()


@only_long  # `test_seen.py` looks at each kind of page at a desk and on a phone
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_loads_cleanly_at_a_desk_and_on_a_phone(town: Town, width: int):
    things = things_to_show(town.api, town.rehearsal, DAY)
    trouble = list[str]()
    viewers = Viewers(town.browser, town.deployment, width, 844)
    own = {url.removeprefix("http://") for url in town.url.values()}

    def request(asked: Any) -> None:
        if asked.url.split("/")[2] not in own and not asked.url.startswith("data:"):
            trouble.append(f"third party: {asked.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            trouble.append(f"{message.text} {message.location}")

    heard = list[Page]()
    for name, address in addresses(town.deployment, things):
        if name == "problem":
            continue
        page = viewers.of(name, address)
        if page not in heard:
            heard.append(page)
            page.on("request", request)
            page.on("console", said)
            page.on("pageerror", lambda error: trouble.append(str(error)))
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} is {over} px too wide at {width}"
        assert page.locator("h1").count() == 1, name
    assert trouble == []
    viewers.close()


def test_an_unknown_address_is_a_problem_not_a_trace(town: Town):
    for url in town.url.values():
        answer = requests.get(f"{url}/nowhere", timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (404, "http-404")
