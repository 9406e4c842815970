"""Tables and keys in a real browser: the town's frame round a page of the test's own."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    ViewportSize,
)

from shared.kit.web.responses import SECURITY_HEADERS
from shared.town.web.http import STATIC, sent
from shared.town.web.pages import environment
from tests.support.running_town import a_browser
from tests.support.seeing import too_wide, violations

PEOPLE = [
    ("王五", "4月24日（周三）", "9", "2024-04-24", "已接种"),
    ("张三", "5月3日（周五）", "1,200", "2024-05-03", "待签到"),
    ("阿明", "12月1日（周日）", "30", "2024-12-01", "—"),
    ("李四", "3月9日（周六）", "—", "2024-03-09", "留观中"),
]
HEADS = ("姓名", "日期", "剂次", "登记", "状态")
EMPTY = {"剂次": ["李四"], "状态": ["阿明"]}
"""Who has nothing in a column: they come last whichever way it is sorted."""
IN_ENGLISH = [("Wed 24 April", "2.5%"), ("Fri 3 May", "10.0%"), ("Sat 9 March", "—")]


def row(cells: tuple[str, ...]) -> str:
    name, day, doses, registered, status = cells
    return (
        f"<tr><td>{name}</td><td>{day}</td><td class=number>{doses}</td>"
        f'<td data-sort="{registered}">某日</td><td><span class="status">{status}</span></td></tr>'
    )


def table(*groups: list[tuple[str, ...]], kind: str = "") -> str:
    bodies = [
        f'<tbody><tr><th colspan="5">第{number}组</th></tr>{"".join(map(row, rows))}</tbody>'
        for number, rows in enumerate(groups, 1)
    ]
    heads = "".join(f"<th scope=col>{head}</th>" for head in HEADS)
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{heads}</tr></thead>'
        f"{''.join(bodies)}</table></div>"
    )


def framed(main: str) -> str:
    """A page of the town that nobody is signed in to, with this in its middle."""
    now = datetime(2024, 4, 24, 9, tzinfo=UTC)
    frame: dict[str, Any] = {
        "campaign": SimpleNamespace(name_zh="演练镇", name_en="Rehearsal town", zone=UTC),
        "service": "test",
        "supervision": "http://town",
        "this_page": "/",
        "part": SimpleNamespace(source="test"),
        "source_name": str,
        "now": now,
    }
    empty = dict.fromkeys(("rehearsal", "me", "teams", "nav", "done_before", "large", "told"))
    page = '{% extends "base.html" %}{% block main %}<h1>试</h1>' + main + "{% endblock %}"
    return environment(()).from_string(page).render(empty | frame)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens a page of the test's own, with the headers that all pages have."""
    contexts = list[BrowserContext]()
    trouble = list[str]()

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            trouble.append(message.text)

    def page(main: str, *, width: int = 1280, script: bool = True) -> Page:
        def answer(route: Route) -> None:
            name = route.request.url.rpartition("/")[2]
            body = sent(STATIC[name]) if name in STATIC else framed(main)
            kind = mimetypes.guess_type(name)[0] or "text/html"
            headers = SECURITY_HEADERS | {"Content-Type": f"{kind}; charset=utf-8"}
            route.fulfill(body=body, headers=headers)

        size: ViewportSize = {"width": width, "height": 700}
        contexts.append(browser.new_context(viewport=size, java_script_enabled=script))
        shown = contexts[-1].new_page()
        shown.on("console", said)
        shown.on("pageerror", lambda error: trouble.append(str(error)))
        shown.route("http://localhost/**", answer)
        shown.goto("http://localhost/")
        return shown

    yield page
    for each in contexts:
        each.close()
    assert trouble == []


def column(page: Page, number: int, group: int = 1) -> list[str]:
    """The cells of a column of a group, without the rows that are hidden."""
    cells = page.locator(f"tbody:nth-of-type({group}) tr:not([hidden]) td:nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


@pytest.mark.parametrize(
    ("head", "upwards"),
    [
        ("姓名", ["阿明", "李四", "王五", "张三"]),
        ("日期", ["李四", "王五", "张三", "阿明"]),
        ("剂次", ["王五", "阿明", "张三", "李四"]),
        ("登记", ["李四", "王五", "张三", "阿明"]),
        ("状态", ["张三", "李四", "王五", "阿明"]),  # by their sounds
    ],
)
def test_a_column_sorts_by_its_heading_as_people_order_such_things(
    opened: Open, head: str, upwards: list[str]
):
    page = opened(table(PEOPLE, PEOPLE[:2]))
    page.click(f"thead button:has-text('{head}')")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith(head)
    assert column(page, 1) == upwards
    assert len(column(page, 1, group=2)) == 2
    assert page.locator("tbody:nth-of-type(2) tr").first.inner_text() == "第2组"
    page.click(f"thead button:has-text('{head}')")
    assert page.locator("th[aria-sort]").count() == 1
    last = EMPTY.get(head, [])
    assert column(page, 1) == [*sorted(set(upwards) - set(last), key=upwards[::-1].index), *last]


def test_english_days_sort_as_days_and_shares_as_numbers(opened: Open):
    rows = "".join(f"<tr><td>{day}</td><td>{share}</td></tr>" for day, share in IN_ENGLISH)
    page = opened(f"<table><thead><tr><th>Day<th>Share</thead><tbody>{rows}</tbody></table>")
    page.click("thead button:has-text('Day')")
    assert column(page, 1) == ["Sat 9 March", "Wed 24 April", "Fri 3 May"]
    page.click("thead button:has-text('Share')")
    assert column(page, 2) == ["2.5%", "10.0%", "—"]


def test_many_rows_are_searched_and_few_are_not(opened: Open):
    many = [(f"村民{n}", *PEOPLE[n % 4][1:]) for n in range(12)]
    page = opened(table(many, PEOPLE))
    box = page.get_by_label("在本页表中查找")
    box.fill("张三 5月")
    assert column(page, 1, group=2) == ["张三"]
    assert column(page, 1) == []
    assert page.locator("th:has-text('第1组')").is_hidden()
    assert "显示 1 / 16 行" in page.inner_text(".table-filter")
    box.fill("")
    assert len(column(page, 1)) == 12
    assert page.locator("th:has-text('第1组')").is_visible()
    page = opened(table(PEOPLE))
    assert page.locator("[data-filter]").count() == len(
        page.query_selector_all("script[data-filter]")
    )


def test_on_a_phone_a_row_is_a_card_that_names_its_cells(opened: Open):
    act = '<td><form method="post"><button>签到</button></form></td>'
    rows = "".join(f"<tr><td>{n}</td><td>很长的单位名称某某村</td>{act}</tr>" for n in range(3))
    page = opened(
        "<table><thead><tr><th>时段</th><th>单位</th><th>操作</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>",
        width=320,
    )
    assert too_wide(page, 320) == []
    cell, button = page.locator("td").nth(1), page.locator("tbody button").first.bounding_box()
    assert cell.get_attribute("data-label") == "单位"
    label = "getComputedStyle(document.querySelectorAll('td')[1], '::before').content"
    assert page.evaluate(label) == '"单位"'
    assert button
    assert button["height"] >= 44
    assert button["x"] + button["width"] <= 320
    assert page.get_by_role("row").count() == 4
    assert page.get_by_role("columnheader", name="单位").count() == 1
    assert violations(page) == []


def test_a_matrix_and_a_table_without_script_stay_as_they_are_and_scroll(opened: Open):
    for page in (
        opened(table(PEOPLE, kind="matrix"), width=320),
        opened(table(PEOPLE * 5), width=320, script=False),
    ):
        assert page.locator("thead button, .table-filter").count() == 0
        assert page.locator("td").first.inner_text() == "王五"
        assert page.locator("table.cards").count() == 0


def test_headings_stay_in_sight(opened: Open):
    page = opened(table(PEOPLE * 30))
    page.mouse.wheel(0, 1500)
    page.wait_for_function("scrollY > 1000")
    head = page.locator("thead th").first.bounding_box()
    assert head
    assert 0 <= head["y"] < 5


BUTTONS = """
<p><button type=button accesskey=s>保存</button> <a accesskey=b href=/back aria-label=前一周>←</a>
<label for=q>姓名</label> <input id=q accesskey=f>
<button type=button data-key=1 id=one>1 · 同一人</button></p>
"""
COUNT = "document.querySelector('#one').addEventListener('click', () => document.title += '!')"


def test_the_keys_of_a_page_are_listed_and_rest_while_somebody_types(opened: Open):
    page = opened(BUTTONS)
    page.evaluate(COUNT)
    page.focus("#q")
    page.keyboard.type("1?")
    assert page.input_value("#q") == "1?"
    assert page.locator("#keys").is_hidden()
    page.focus("#one")
    page.keyboard.press("?")
    lines = page.inner_text("#keys dl").split("\n")
    told = [line for line in lines if line.strip()]
    assert told[2:] == ["Alt+S", "保存", "Alt+B", "前一周", "Alt+F", "姓名", "1", "同一人"]
    assert violations(page) == []
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    assert page.locator("#keys").is_hidden()
    assert "!" not in page.title(), "a key was pressed behind the list"
    assert page.get_attribute("[accesskey=s]", "aria-keyshortcuts") == "Alt+S"
    page.keyboard.press("1")
    assert page.title().endswith("!")


def test_keys_pressed_by_themselves_can_be_put_off(opened: Open):
    page = opened(BUTTONS)
    page.evaluate(COUNT)
    page.click("footer a[href='#keys']")
    page.get_by_label("停用单键快捷键").check()
    page.click("#keys a")
    page.keyboard.press("1")
    page.keyboard.press("?")
    assert page.locator("#keys").is_hidden()
    page.reload()
    page.evaluate(COUNT)
    page.keyboard.press("1")
    assert "!" not in page.title()


def test_the_list_of_keys_opens_and_closes_without_script(opened: Open):
    page = opened(BUTTONS, script=False)
    page.click("footer a[href='#keys']")
    assert "显示快捷键" in page.inner_text("#keys")
    page.click("#keys a")
    assert page.locator("#keys").is_hidden()
