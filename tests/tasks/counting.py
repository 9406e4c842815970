"""Hands: does in a browser what a person does, and counts every click, key and page."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Error, Locator, Page

SELECT_CLICKS = FILE_CLICKS = 2  # open the list, choose; open the window, choose
DATE_KEYS = 8
FOCUS_MS = 5_000
READING_MS = (
    800  # sooner than 600 ms after its page is shown, no careful button lets itself be pressed
)


@dataclass
class Count:
    """What a task has cost."""

    clicks: int = 0
    keys: int = 0
    pages: int = 0

    @property
    def total(self) -> int:
        """Clicks and keys together."""
        return self.clicks + self.keys


class Hands:
    """Two hands at one page: each method is something a person does, and is counted.

    Looking, scrolling and waiting cost nothing. `go`, `enter`, `press(…, opens=True)` and `scan`
    wait for the page that follows; the others stay on the page.
    """

    def __init__(self, page: Page, *, touch: bool = False) -> None:
        """Work at `page`, with a finger if `touch`, else with mouse and keys."""
        self.page, self.touch = page, touch
        self.count = Count()

    # Clicks

    def click(self, what: str) -> None:
        """Click something that opens no page, such as a box to tick: 1 click."""
        self._hit(self._one(what))

    def go(self, what: str) -> None:
        """Click a link or button and wait for the page it opens: 1 click, 1 page."""
        place = self._one(what)
        self._read()
        with self.page.expect_navigation():
            self._hit(place)
        self.count.pages += 1

    def choose(self, field: str, value: str) -> None:
        """Choose in a select, by the option's value: 2 clicks."""
        self._one(field).select_option(value)
        self.count.clicks += SELECT_CLICKS

    def file(self, field: str, path: Path) -> None:
        """Choose a file: 2 clicks."""
        self._one(field).set_input_files(path)
        self.count.clicks += FILE_CLICKS

    def dial(self, number: str) -> None:
        """Tap a telephone link, and hang up afterwards: 1 click; this browser has no telephone."""
        place = self._one(number)
        place.evaluate("e => e.addEventListener('click', dialled => dialled.preventDefault())")
        self._hit(place)

    def download(self, what: str) -> Path:
        """Click what sends a file, and return where it lies: 1 click."""
        with self.page.expect_download() as sent:
            self._hit(self._one(what))
        return sent.value.path()

    # Keys

    def type(self, field: str, text: str) -> None:
        """Type into a field: each sign 1 key, 1 more to select what stands in it.

        A field without focus costs the click to get there.
        """
        place = self._focused(field)
        if place.input_value():
            self.page.keyboard.press("Control+a")
            self.count.keys += 1
        self.page.keyboard.type(text)
        self.count.keys += len(text)

    def date(self, field: str, day: date) -> None:
        """Type a day into a date field: 8 keys, and the click if it has no focus."""
        self._focused(field).fill(day.isoformat())
        self.count.keys += DATE_KEYS

    def press(self, key: str, *, opens: bool = False) -> None:
        """Press one key, and wait for the page it opens if it does: 1 key."""
        self._wait_for_focus()
        if opens:
            self._read()
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
            self.count.pages += 1
        else:
            self.page.keyboard.press(key)
        self.count.keys += 1

    def enter(self) -> None:
        """Press Enter and wait for the page it opens: 1 key, 1 page."""
        self.press("Enter", opens=True)

    def confirm(self) -> None:
        """Say yes to what cannot be taken back; its button has the focus: 1 key, 1 page."""
        self._one("form.confirm").wait_for()
        self.enter()

    def scan(self, field: str, code: str) -> None:
        """Hold a code before the scanner, which types it and Enter by itself: 1 key, 1 page."""
        self._focused(field)
        self.page.keyboard.type(code)
        self.enter()

    def elsewhere(self, *, clicks: int = 0, keys: int = 0) -> None:
        """Count what has to be done in another program, such as in the village's workbook."""
        self.count.clicks += clicks
        self.count.keys += keys

    # Looking costs nothing

    def see(self, text: str, where: str = "main") -> None:
        """Wait until a text stands on the page."""
        self.page.locator(where, has_text=text).first.wait_for()

    def look_again(self) -> None:
        """See the page where the task begins as it is after what was prepared for the task."""
        self.page.reload()

    def read(self, where: str = "main") -> str:
        """What stands there."""
        return self._one(where).inner_text()

    def _read(self) -> None:
        """Give a page with a careful button the moment that it takes to read it."""
        if self.page.locator("[data-careful], [data-careful-empty]").count():
            self.page.wait_for_timeout(READING_MS)

    def _one(self, what: str) -> Locator:
        return self.page.locator(what).locator("visible=true").first

    def _hit(self, place: Locator) -> None:
        if self.touch:
            place.tap()
        else:
            place.click()
        self.count.clicks += 1

    def _focused(self, field: str) -> Locator:
        """The field, with the focus."""
        self._wait_for_focus()
        place = self._one(field)
        if not place.evaluate("place => document.activeElement === place"):
            self._hit(place)
        return place

    def _wait_for_focus(self) -> None:
        """Give a page that is just drawn time to set the focus, if it says where."""
        if self.page.locator("[autofocus]:visible").count():
            with suppress(Error):
                self.page.wait_for_function(
                    "() => document.activeElement !== document.body", timeout=FOCUS_MS
                )
