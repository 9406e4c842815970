"""Signing in, and losing rights, in a running system: real processes, real addresses, real events."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_embedded
from shared.town.deployment import Deployment
from tests.support.waiting import until

HTML = {"Accept": "text/html"}
MOST_SECONDS = 60.0


class Browser:
    """Cookies, forms and redirects, without a screen."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.session = requests.Session()
        self.url = {part.source: part.address for part in deployment.parts}

    def get(self, source: str, path: str) -> requests.Response:
        return self.session.get(self.url[source] + path, headers=HTML, timeout=10)

    def sign_in(self, login: str, source: str, path: str) -> requests.Response:
        """Ask for a page, sign in on the way, and arrive there."""
        asked = self.get(source, path)
        wanted = re.search(r'name="next" value="([^"]*)"', asked.text)
        assert wanted is not None, asked.text
        password = rehearsal_accounts(self.deployment)[login]
        form = {"login": login, "password": password, "next": wanted[1]}
        url = self.url["supervision"] + "/sign-in"
        return self.session.post(url, data=form, headers=HTML, timeout=10)

    def mark(self, page: requests.Response) -> str:
        found = re.search(r'name="_mark" value="([^"]+)"', page.text)
        assert found is not None
        return found[1]


class Admin:
    """The administrator, by the API."""

    def __init__(self, deployment: Deployment) -> None:
        self.url = deployment.part("supervision").url
        said = {"login": "admin", "password": rehearsal_accounts(deployment)["admin"]}
        token = requests.post(f"{self.url}/api/tokens", json=said, timeout=10).json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        headers = self.headers | {"Idempotency-Key": str(uuid.uuid4())}
        answer = requests.post(self.url + path, json=body or {}, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder: Path = tmp_path_factory.mktemp("signed-in")
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=60)
    with running_embedded(deployment):
        yield deployment


def heard_within_a_minute(done: Callable[[], bool]) -> None:
    """Wait for what an event brings about; a minute is what staff are promised."""
    until(done, MOST_SECONDS, every=0.1)


def test_one_sign_in_opens_every_part_and_one_sign_out_closes_them(town: Deployment):
    browser = Browser(town)
    page = browser.sign_in("office", "registration", "/units/v01")
    assert (page.status_code, page.url) == (200, browser.url["registration"] + "/units/v01")
    assert "office" in page.text
    for source, path in (("reporting", "/"), ("appointments/stadium", "/stock")):
        other = browser.get(source, path)
        assert (other.status_code, other.url) == (200, browser.url[source] + path)
    kept = browser.session.cookies.copy()
    form = {"_mark": browser.mark(page)}
    out = browser.session.post(browser.url["registration"] + "/sign-out", data=form, timeout=10)
    assert out.url.endswith("/sign-in?stays=true")
    assert "/sign-in" in browser.get("supervision", "/account").url
    thief = Browser(town)
    thief.session.cookies.update(kept)
    for source in ("registration", "reporting", "appointments/stadium"):
        url = (
            browser.url[source]
            + "/api/"
            + {"registration": "units", "reporting": "weeks"}.get(source, "batches")
        )
        heard_within_a_minute(lambda url=url: thief.session.get(url, timeout=10).status_code == 401)


def test_a_revoked_role_and_a_locked_account_are_out_everywhere_within_a_minute(town: Deployment):
    browser, admin = Browser(town), Admin(town)
    assert browser.sign_in("v02-chief", "registration", "/units/v02").status_code == 200
    assert browser.get("registration", "/units/v03").status_code == 403
    admin.post("/api/staff/v02-chief/grant", {"role": "unit_chief", "scope": "unit:v03"})
    heard_within_a_minute(lambda: browser.get("registration", "/units/v03").status_code == 200)
    admin.post("/api/staff/v02-chief/revoke", {"role": "unit_chief", "scope": "unit:v02"})
    heard_within_a_minute(lambda: browser.get("registration", "/units/v02").status_code == 403)
    admin.post("/api/staff/v02-chief/lock", {"reason": "lost_device"})
    heard_within_a_minute(lambda: "/sign-in" in browser.get("registration", "/units/v03").url)


def test_a_second_browser_of_the_same_person_ends_with_sign_out_everywhere(town: Deployment):
    one, two = Browser(town), Browser(town)
    one.sign_in("v04-chief", "registration", "/units/v04")
    page = two.sign_in("v04-chief", "supervision", "/account")
    assert "v04-chief" in page.text
    form = {"_mark": two.mark(page)}
    url = two.url["supervision"] + "/api/account/sign-out-everywhere"
    asked = two.session.post(url, data=form, headers=HTML, timeout=10)
    confirmed = BeautifulSoup(asked.text, "html.parser").select("form.confirm input[name]")
    form |= {str(each["name"]): str(each["value"]) for each in confirmed}
    assert "您已在所有地方退出" in two.session.post(url, data=form, headers=HTML, timeout=10).text
    heard_within_a_minute(lambda: "/sign-in" in one.get("registration", "/units/v04").url)


def test_a_ticket_cannot_be_used_twice_or_elsewhere(town: Deployment):
    browser = Browser(town)
    browser.sign_in("office", "supervision", "/account")

    def led_to(session: requests.Session, url: str) -> str:
        answer = session.get(url, headers=HTML, timeout=10, allow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["Location"]

    here, reporting = browser.url["registration"], browser.url["reporting"]
    asking = browser.url["supervision"] + "/ticket?"
    wanted = led_to(browser.session, f"{browser.url['supervision']}/sign-in?next={here}/")
    assert wanted == f"{here}/session?next=%2F"
    ticket = led_to(browser.session, led_to(browser.session, wanted))
    assert ticket.startswith(f"{here}/session?ticket=")
    # Another browser, another part: neither takes it, each asks for a ticket of its own.
    assert led_to(requests.Session(), ticket).startswith(asking)
    assert led_to(browser.session, ticket.replace(here, reporting)).startswith(asking)
    begun = requests.Session()
    led_to(begun, wanted)
    assert begun.get(ticket, headers=HTML, timeout=10).status_code == 401
    assert led_to(browser.session, ticket) == "/"
    assert led_to(browser.session, ticket).startswith(asking), "it is spent"
