"""A town at work: who signs in for each role, where, and on a screen how wide."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from shared.town.deployment import Deployment
from tests.support.running_town import a_browser, a_town, sign_in
from tests.tasks.counting import Hands

DAY = date(2024, 4, 9)
PEOPLE = 400
DESK, PHONE = (1280, 900), (390, 844)
PATIENCE_MS = 15_000


@dataclass(frozen=True)
class Seat:
    """Who works for a role, at which part, with which screen."""

    login: str
    part: str
    size: tuple[int, int] = DESK


SEATS = {
    "unit_chief": Seat("v01-chief", "registration"),
    "unit_cadre": Seat("v01-cadre", "registration", PHONE),
    "office": Seat("office", "registration"),
    "administrator": Seat("admin", "supervision"),
    "screener": Seat("doctor", "screening"),
    "site_staff": Seat("stadium-nurse", "appointments/stadium"),
    "site_leader": Seat("stadium-leader", "appointments/stadium"),
    "supervisor": Seat("supervisor", "supervision"),
    "auditor": Seat("auditor", "supervision"),
}


class Town:
    """A town in the middle of its campaign, and a browser window for each role.

    A task makes what it needs through `api`, so that it costs the same alone and among others.
    """

    def __init__(
        self,
        deployment: Deployment,
        api: Api,
        rehearsal: Rehearsal,
        browser: Browser,
        folder: Path,
    ) -> None:
        """Take a running town; files go to `folder`."""
        self.deployment, self.api, self.rehearsal = deployment, api, rehearsal
        self.browser, self.folder = browser, folder
        self.url = {part.source: part.url for part in deployment.parts}
        self._open: dict[str, BrowserContext] = {}

    @contextmanager
    def hands(self, role: str, path: str = "/") -> Iterator[Hands]:
        """Somebody of a role at a page of their part, signed in; nothing is counted so far."""
        seat = SEATS[role]
        address = self.url[seat.part] + path
        context = self._open.get(role)
        known = context is not None
        if context is None:
            context = self._open[role] = self._window(seat)
        page = context.new_page()
        try:
            page.set_default_timeout(PATIENCE_MS)
            if known:
                page.goto(address)
            else:
                sign_in(page, self.deployment, address, seat.login)
            yield Hands(page, touch=seat.size == PHONE)
        finally:
            page.close()

    def _window(self, seat: Seat) -> BrowserContext:
        width, height = seat.size
        phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if seat.size == PHONE else {}
        return self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", **phone
        )

    def a_file(self, name: str, content: bytes) -> Path:
        """A file of this name and content, to be handed in."""
        path = self.folder / name
        path.write_bytes(content)
        return path


@contextmanager
def a_town_at_work() -> Iterator[Town]:
    """The morning of a day in April, everybody booked, and a browser."""
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.TemporaryDirectory() as files,
        a_town(Path(place), people=PEOPLE, until=DAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        rehearsal.book(DAY)
        api.settle()
        yield Town(deployment, api, rehearsal, browser, Path(files))
