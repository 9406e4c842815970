"""A small town in the middle of its campaign, for looking at its pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_embedded
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from deploy.rehearsal.town import generate_town
from shared.town.campaign import week_of
from shared.town.deployment import Deployment
from tests.support.waiting import until
from tests.support.workbooks import card, name_of, person, roster

SENT_SECONDS = 60
SITE = "stadium"
STADIUM = f"appointments/{SITE}"
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
        api = Api(deployment, 1, 6, rehearsal_accounts(deployment))
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


def sign_in(page: Page, deployment: Deployment, address: str, login: str) -> None:
    """Go to a page and sign in on the way, as people do; `/` leads on to where one's work is."""
    page.goto(address)
    page.wait_for_url("**/sign-in?**")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", rehearsal_accounts(deployment)[login])
    page.click("main button[type=submit]")
    wanted = address.split("?")[0]
    page.wait_for_url(
        lambda url: (
            url.split("?")[0] == wanted
            or (wanted.endswith("/") and url.startswith(wanted) and "/session?" not in url)
        )
    )


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


LOGINS = {
    "registration": "office",
    "calls": "v01-cadre",
    "screening": "doctor",
    "appointments": "stadium-leader",
    "help": "office",
    "problem": "stadium-leader",
    "reporting": "office",
    "supervision": "supervisor",
    "accounts": "admin",
}


class Viewers:
    """Browser windows of one size, one for each member of staff, signed in when first needed."""

    def __init__(
        self,
        browser: Browser,
        deployment: Deployment,
        width: int,
        height: int,
        locale: str = "zh-CN",
    ) -> None:
        """Open windows in `browser`, for people who read the language of a locale."""
        self.browser, self.deployment = browser, deployment
        self.size: ViewportSize = {"width": width, "height": height}
        self.locale = locale
        self.pages: dict[str, Page] = {}

    def of(self, name: str, address: str) -> Page:
        """The window of whoever works with the page of this name."""
        login = LOGINS[name.partition("-")[0]]
        if login not in self.pages:
            page = self.browser.new_page(viewport=self.size, locale=self.locale)
            page.set_default_timeout(15_000)
            sign_in(page, self.deployment, address, login)
            self.pages[login] = page
        return self.pages[login]

    def close(self) -> None:
        """Close all windows."""
        for page in self.pages.values():
            page.close()


def a_notice(api: Api) -> str:
    """A notice that has been sent to everybody who has not yet been vaccinated: its id."""
    said = {
        "title": "接种提醒 Reminder",
        "channel": "file",
        "statuses": ["registered", "consented"],
    }
    said |= {
        "zh": "{name}您好，请带身份证到{site}接种。",
        "en": "Dear {name}, please come to {site}.",
    }
    notice = api.command("registration", "/api/notices", said, "a notice")["notice"]
    release, count = f"/api/notices/{notice}/release", {"recipients": 100_000}
    api.command("registration", release, count, "release of a notice")
    told = lambda: api.get("registration", f"/api/notices/{notice}")  # noqa: E731
    until(lambda: told()["status"] == "finished", SENT_SECONDS, every=0.1, what=told)
    return notice


def an_import(api: Api, unit: str) -> tuple[str, str]:
    """A roster handed in just now, with mistakes and with somebody new who stands on it twice.

    Returns the id of its job, and the two ids of the one person as addresses name them.
    """
    again = person(804, name_of(801), card=card(801, "19790512"), phone=person(801)[2])
    wrong = person(802, card=card(802)[:-1]), person(803, "周先生", card=card(803)[:-1])
    told = api.roster(unit, roster(person(801), again, *wrong, title=True), "an import to look at")
    one, two = sorted(entry["resident"] for entry in told["entries"])
    job = api.get("registration", f"/api/units/{unit}/imports")["imports"][0]["import"]
    return job, f"{one}/{two}"


def at_work(api: Api, rehearsal: Rehearsal, day: date) -> None:
    """Leave a site in the middle of its day: people in both lines, called, and observed."""
    waits, *others = [row for row in rehearsal.expected(day) if row["site"] == SITE]
    check_in = f"/api/residents/{waits['resident']}/check-in"
    api.command(STADIUM, check_in, {}, "somebody waits to be screened")
    cleared = [row for row in others if rehearsal.arrive(row, day) == "cleared"]
    api.settle()
    if len(cleared) > 1:
        rehearsal.vaccinate(cleared[:1], day)
    if cleared:
        api.command(STADIUM, "/api/queue/call-next", {}, "the next to get the dose")
    api.settle()


def a_reaction(api: Api) -> tuple[str, str]:
    """A reaction of somebody who got a dose at the site: its card, and the resident."""
    [batch, *_] = api.get(STADIUM, "/api/batches")["batches"]
    resident = api.get(STADIUM, f"/api/batches/{batch['batch']}/recipients")["recipients"][0][
        "resident"
    ]
    said = {"signs": ["high_fever"], "severity": "mild", "course": "演练：当晚发热，次日退热"}
    card = api.command(STADIUM, f"/api/residents/{resident}/adverse-event", said, "a reaction")
    return card["card"], resident


def things_to_show(api: Api, rehearsal: Rehearsal, day: date) -> dict[str, str]:
    """What the pages are about that are looked at on a day."""
    at_work(api, rehearsal, day)
    resident, unit = somebody_today(api, rehearsal, day)
    api.compute("supervision", "/api/audit")  # its page shows the last one
    came = {"syringes": 400, "note": "D-31"}
    api.command(STADIUM, "/api/syringes/deliveries", came, "syringes")
    job, pair = an_import(api, unit)
    card, vaccinated = a_reaction(api)
    return {
        "card": card,
        "vaccinated": vaccinated,
        "resident": resident,
        "unit": unit,
        "week": week_of(day - timedelta(days=7)),
        "job": job,
        "pair": pair,
        "notice": a_notice(api),
        "batch": api.get(STADIUM, "/api/batches")["batches"][0]["batch"],
    }


def addresses(deployment: Deployment, things: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every page of every team: (name of its picture, address); the name tells whose it is.

    `things` are those of `things_to_show`.
    """
    resident, unit, week = things["resident"], things["unit"], things["week"]
    url = {part.source: part.url for part in deployment.parts}
    site = url["appointments/stadium"]
    pages: dict[str, str] = {
        "registration-town": f"{url['registration']}/",
        "registration-find": f"{url['registration']}/find",
        "registration-unit": f"{url['registration']}/units/{unit}",
        "registration-import": f"{url['registration']}/imports/{things['job']}",
        "registration-take-back": f"{url['registration']}/imports/{things['job']}/take-back",
        "registration-add": f"{url['registration']}/units/{unit}/add",
        "registration-correct": f"{url['registration']}/residents/{resident}/correct",
        "registration-docking": f"{url['registration']}/units/{unit}/docking"
        "?site=township&since=2024-05-06",
        "registration-dockings": f"{url['registration']}/dockings",
        "registration-resident": f"{url['registration']}/residents/{resident}",
        "registration-matches": f"{url['registration']}/matches",
        "registration-pair": f"{url['registration']}/matches/{things['pair']}",
        "registration-cadres": f"{url['registration']}/cadres",
        "registration-unit-cadres": f"{url['registration']}/units/{unit}/cadres?level=lane",
        "calls-list": f"{url['registration']}/list",
        "calls-visits": f"{url['registration']}/list?show=all&channel=visit",
        "registration-notices": f"{url['registration']}/notices",
        "registration-notice": f"{url['registration']}/notices/{things['notice']}",
        "registration-notice-new": f"{url['registration']}/notices/new",
        "screening-queue": f"{url['screening']}/",
        "screening-people": f"{url['screening']}/people",
        "screening-resident": f"{url['screening']}/residents/{resident}",
        "screening-rules": f"{url['screening']}/rules",
        "screening-trial": f"{url['screening']}/rules/trial",
        "appointments-day": f"{site}/",
        "appointments-now": f"{site}/now",
        "appointments-door": f"{site}/day/print",
        "appointments-resident": f"{site}/residents/{resident}",
        "appointments-sessions": f"{site}/sessions",
        "appointments-overrides": f"{site}/overrides",
        "appointments-plan": f"{site}/plan?week={week}",
        "appointments-unit-plan": f"{site}/plan/units/{unit}?week={week}",
        "appointments-stock": f"{site}/stock",
        "appointments-fridge": f"{site}/fridge",
        "appointments-syringes": f"{site}/syringes",
        "appointments-recipients": f"{site}/batches/{things['batch']}/recipients",
        "appointments-duty": f"{site}/duty",
        "appointments-reactions": f"{site}/reactions",
        "appointments-queue": f"{site}/queue",
        "appointments-screen": f"{site}/screen",
        "appointments-queue-slip": f"{site}/residents/{resident}/queue-slip",
        "appointments-dose-slip": f"{site}/residents/{things['vaccinated']}/dose-slip",
        "appointments-reaction": f"{site}/reactions/{things['card']}",
        "appointments-reaction-new": f"{site}/residents/{things['vaccinated']}/reaction",
        "appointments-closing": f"{site}/closing",
        "reporting-progress": f"{url['reporting']}/",
        "reporting-weeks": f"{url['reporting']}/weeks",
        "reporting-week": f"{url['reporting']}/weeks/{week}",
        "supervision-ledger": f"{url['supervision']}/",
        "supervision-entries": f"{url['supervision']}/entries",
        "supervision-resident": f"{url['supervision']}/residents/{resident}",
        "supervision-unit": f"{url['supervision']}/units/{unit}",
        "supervision-audit": f"{url['supervision']}/audit",
        "supervision-looks": f"{url['supervision']}/looks",
        "supervision-recalls": f"{url['supervision']}/recalls",
        "supervision-reactions": f"{url['supervision']}/reactions",
        "accounts-staff": f"{url['supervision']}/staff",
        "accounts-member": f"{url['supervision']}/staff/{unit}-chief",
        "accounts-enrol": f"{url['supervision']}/enrol",
        "accounts-own": f"{url['supervision']}/account",
        "accounts-sign-in": f"{url['supervision']}/sign-in?stays=true",
        "accounts-first-sign-in": f"{url['supervision']}/first-sign-in",
        "help": f"{url['registration']}/help",
        "problem": f"{site}/residents/00000000-0000-8000-8000-000000000000",
    }
    return list(pages.items())


def somebody_today(api: Api, rehearsal: Rehearsal, day: date) -> tuple[str, str]:
    """A resident expected at the stadium on a day, and the unit."""
    found: list[dict[str, Any]] = api.get(STADIUM, "/api/appointments", day=str(day))[
        "appointments"
    ]
    here = sorted(found, key=lambda row: (row["status"] != "waiting", -row["dose"]))
    return here[0]["resident"], here[0]["unit"]
