"""A small town in the middle of its campaign, for looking at its pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from deploy.rehearsal.town import generate_town
from deploy.running import embedded_deployment, running_embedded
from shared.deployment import Deployment

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def a_town(
    folder: Path, *, people: int, until: date
) -> Iterator[tuple[Deployment, Api, Rehearsal]]:
    """Run a rehearsal up to the morning of a day and leave the town there, alive."""
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=people)
    with running_embedded(deployment):
        api = Api(deployment, 1, 6)
        try:
            rehearsal = Rehearsal(api, generate_town(deployment.campaign, people, 1))
            rehearsal.prepare()
            for day in rehearsal.days():
                if day == until:
                    break
                rehearsal.live_through(day)
            api.set_clock(until, "09:10")
            api.settle()
            yield deployment, api, rehearsal
        finally:
            api.close()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def addresses(deployment: Deployment, resident: str, unit: str, week: str) -> list[tuple[str, str]]:
    """Every page of every team: (name of its picture, address)."""
    url = {part.source: part.url for part in deployment.parts}
    site = url["appointments/stadium"]
    pages: dict[str, str] = {
        "registration-town": f"{url['registration']}/",
        "registration-unit": f"{url['registration']}/units/{unit}",
        "registration-resident": f"{url['registration']}/residents/{resident}",
        "screening-queue": f"{url['screening']}/",
        "screening-resident": f"{url['screening']}/residents/{resident}",
        "appointments-day": f"{site}/",
        "appointments-resident": f"{site}/residents/{resident}",
        "appointments-sessions": f"{site}/sessions",
        "appointments-plan": f"{site}/plan?week={week}",
        "appointments-stock": f"{site}/stock",
        "reporting-progress": f"{url['reporting']}/",
        "reporting-weeks": f"{url['reporting']}/weeks",
        "reporting-week": f"{url['reporting']}/weeks/{week}",
        "supervision-ledger": f"{url['supervision']}/",
        "supervision-entries": f"{url['supervision']}/entries",
        "supervision-resident": f"{url['supervision']}/residents/{resident}",
        "supervision-unit": f"{url['supervision']}/units/{unit}",
        "supervision-audit": f"{url['supervision']}/audit",
        "problem": f"{site}/residents/00000000-0000-8000-8000-000000000000",
    }
    return list(pages.items())


def somebody_today(api: Api, rehearsal: Rehearsal, day: date) -> tuple[str, str]:
    """A resident expected at the stadium on a day, and the unit."""
    found: list[dict[str, Any]] = api.get(
        "appointments/stadium", "/api/appointments", day=str(day)
    )["appointments"]
    here = sorted(found, key=lambda row: (row["status"] != "waiting", -row["dose"]))
    return here[0]["resident"], here[0]["unit"]
