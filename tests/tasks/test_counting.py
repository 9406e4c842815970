"""Hands count what a person does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.running_town import a_browser
from tests.tasks.counting import Count, Hands

ADDRESS = "http://hands.test/"
PAGE = """<main><form>
<input name=q autofocus><input name=full value=old><input name=day type=date>
<select name=one><option value=a>A<option value=b>B</select><input name=f type=file>
<input name=box type=checkbox><button>send</button></form></main>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture
def hands(browser: Browser) -> Iterator[Hands]:
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(ADDRESS)
    yield Hands(page)
    page.close()


def test_a_field_with_focus_costs_its_signs_only(hands: Hands):
    hands.type("[name=q]", "5432")
    assert hands.count == Count(clicks=0, keys=4)


def test_a_field_without_focus_costs_a_click_and_a_full_one_a_key_more(hands: Hands):
    hands.type("[name=full]", "new")
    assert hands.count == Count(clicks=1, keys=4)
    assert hands.page.input_value("[name=full]") == "new"


def test_a_day_a_choice_a_file_and_a_box(hands: Hands, tmp_path: Path):
    hands.date("[name=day]", date(2024, 4, 9))
    assert hands.count == Count(clicks=1, keys=8)
    hands.choose("[name=one]", "b")
    assert hands.count == Count(clicks=3, keys=8)
    file = tmp_path / "a.txt"
    file.write_text("a")
    hands.file("[name=f]", file)
    assert hands.count == Count(clicks=5, keys=8)
    hands.click("[name=box]")
    assert hands.count == Count(clicks=6, keys=8)


def test_a_button_and_enter_open_a_page_each(hands: Hands):
    hands.type("[name=q]", "x")
    hands.enter()
    assert hands.count == Count(clicks=0, keys=2, pages=1)
    hands.go("button")
    assert hands.count == Count(clicks=1, keys=2, pages=2)


def test_a_key_waits_for_the_focus_that_a_page_gives(hands: Hands):
    """A browser may give it only after the page is loaded: the form is inert at first."""
    hands.page.set_content(
        """<form inert><button autofocus>send</button></form><script>
        const form = document.querySelector("form");
        setTimeout(() => { form.inert = false; form.firstChild.focus(); }, 300);
        </script>"""
    )
    hands.page.set_default_timeout(2_000)
    hands.enter()
    assert hands.count == Count(keys=1, pages=1)


def test_a_scan_is_one_key_however_long_the_code(hands: Hands):
    hands.scan("[name=q]", "0123456789")
    assert hands.count == Count(keys=1, pages=1)


def test_looking_costs_nothing(hands: Hands):
    hands.see("send")
    assert "send" in hands.read()
    assert hands.count == Count()
