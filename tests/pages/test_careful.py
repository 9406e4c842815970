"""What cannot be taken back is not confirmed by the second half of a double press."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Route

from services.supervision.sign_in import commands
from tests.support.part import PartUnderTest
from tests.support.running_town import a_browser

STATIC = Path("shared/town/web/static")
TIME_STANDS = """
let now = 0;
performance.now = () => now;
window.pass = (milliseconds) => { now += milliseconds; };
"""


def question(folder: Path) -> str:
    """The page that asks whether a password is to be voided."""
    part = PartUnderTest(folder, "supervision")
    part.http.post("/api/staff", {"login": "nurse", "post": "护士"})
    with part.transaction():
        commands.set_password(part.app, "nurse", "hashed")
    return part.http.form("/staff/nurse/code").text


def test_a_double_press_does_not_confirm_and_a_press_after_reading_does(tmp_path: Path):
    html, sent = question(tmp_path), list[str]()

    def answer(route: Route) -> None:
        asked = route.request
        if asked.method == "POST":
            sent.append(asked.url)
            route.fulfill(status=204)
        elif "/static/" in asked.url:
            route.fulfill(path=STATIC / asked.url.rpartition("/")[2])
        else:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

    with a_browser() as browser:
        page = browser.new_page()
        page.route("**/*", answer)
        page.add_init_script(TIME_STANDS)
        page.goto("http://town.test/")
        page.wait_for_function("() => document.activeElement.matches('[data-careful]')")
        page.keyboard.press("Enter")
        page.click("[data-careful]")
        page.keyboard.down("Enter")
        page.evaluate("pass(700)")
        page.keyboard.down("Enter")  # held down: the key repeats
        page.keyboard.up("Enter")
        assert sent == []
        with page.expect_request("**/code*"):
            page.keyboard.press("Enter")
        page.wait_for_timeout(0)
        assert len(sent) == 1
