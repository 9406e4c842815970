"""Pages that renew themselves, in a real browser: what one changes another sees, and what is typed stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervisor import ProcessGroup
from tests.support.examples import only_long
from tests.support.part import a_person, a_token
from tests.support.running_town import a_browser
from tests.support.served import Served
from tests.support.stadium import ANNA, BO, FIRST
from tests.support.waiting import until

SOON_MS = 15_000
STALE = "#stale:not(:empty)"


class Site(Served):
    """The stadium on a day, served by a process, with two people booked."""

    def __init__(self, folder: Path, broker: str) -> None:
        super().__init__(folder, broker=broker)
        self.at(FIRST)
        for who in (ANNA, BO):
            self.consented(who)
            self.booked(who)
        self.person_signed_in = a_person("stadium-leader")
        self.served = self.process()
        self.group = ProcessGroup()
        self.group.add(self.served, self.part.url)

    def steps(self, who: Any, step: str, **body: Any) -> None:
        """Let a program do what another one at the site does; sent to the process."""
        answer = self.ask(
            "POST",
            f"/api/residents/{who}/{step}",
            json=body,
            headers={"Idempotency-Key": f"{who} {step} {time.monotonic_ns()}"},
        )
        assert answer.ok, answer.text

    def streams(self) -> int:
        """How many streams the process has."""
        return self.ask("GET", "/status").json()["process"]["streams"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMQ) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("live"), rabbitmq.url)
    with site.group:
        site.group.start(60)
        yield site


@contextmanager
def signed_in(site: Site, browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which somebody has signed in."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 700})
    context.set_default_timeout(SOON_MS)
    gate = site.http.app.gate
    token = a_token(a_person("stadium-leader"), gate.audience)
    context.add_cookies([{"name": gate.cookie, "value": token, "url": site.part.url}])
    yield context
    context.close()


@pytest.fixture
def opened(site: Site, browser: Browser) -> Iterator[Callable[[str], Page]]:
    with signed_in(site, browser) as context:

        def page(url: str) -> Page:
            page = context.new_page()
            page.goto(site.part.url + url)
            return page

        yield page


def row_of(who: Any) -> str:
    return f"tbody tr:has(a[href='/residents/{who}'])"


def test_a_second_page_shows_what_was_done_on_the_first(site: Site, opened: Any):
    first, second = opened("/"), opened("/")
    until(lambda: site.streams() == 1)
    first.bring_to_front()
    began = time.monotonic()
    first.click(f"{row_of(ANNA)} button:has-text('签到')")
    second.bring_to_front()
    second.wait_for_selector(f"{row_of(ANNA)} .status:has-text('待接种')")
    print(f"a second page shows a change after {1000 * (time.monotonic() - began):.0f} ms")
    assert second.inner_text("[data-live=figures] .figure:nth-child(2) .number") == "1"


@only_long
def test_two_tabs_hold_one_stream_and_another_takes_it_over(site: Site, opened: Any):
    pages = [opened("/") for _ in range(3)]
    until(lambda: site.streams() == 1)
    for page in pages:
        page.wait_for_function("() => document.querySelector('#stale') !== null")
    assert site.streams() == 1
    pages[0].close()
    site.steps(BO, "check-in")
    for page in pages[1:]:
        page.wait_for_selector(f"{row_of(BO)} .status:has-text('待接种')")
    until(lambda: site.streams() == 1)


def test_what_is_typed_chosen_and_where_one_is_stays_while_rows_renew(site: Site, opened: Any):
    page = opened("/stock")
    typed = "SV-1 半箱"
    page.locator("details summary").first.click()
    page.fill("#batch", typed)
    page.evaluate("scrollTo(0, 220)")
    scrolled = page.evaluate("scrollY")
    left = page.inner_text("[data-live=batches] tr:first-child td:nth-child(9)")
    assert site.waste("SV-1", f"typed {time.monotonic_ns()}").ok
    page.wait_for_function(
        "left => document.querySelector('[data-live=batches] tr:first-child td:nth-child(9)').innerText !== left",
        arg=left,
    )
    assert page.input_value("#batch") == typed
    assert page.evaluate("document.activeElement.id") == "batch"
    assert page.evaluate("scrollY") == scrolled
    assert page.locator("details[open]").count() == 1


@only_long
def test_a_row_that_has_the_focus_is_renewed_after(site: Site, opened: Any):
    page = opened("/duty")
    take = {"login": None, "posts": ["vaccinator"], "desk": "1"}
    assert site.ask(
        "POST", "/api/duty", json=take, headers={"Idempotency-Key": f"{time.monotonic_ns()}"}
    ).ok
    button = page.locator("[data-live=on-duty] button:has-text('离岗')")
    button.wait_for()
    button.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/duty")):
        sent = {"Idempotency-Key": "seven"}
        site.ask("POST", "/api/duty", json=take | {"desk": "7"}, headers=sent)
    page.wait_for_timeout(700)
    assert page.locator("[data-live=on-duty] td", has_text="7").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "离岗"
    page.focus("#desk")
    page.locator("[data-live=on-duty] td", has_text="7").wait_for()


@only_long
def test_a_hidden_page_is_not_fetched_until_it_is_seen(site: Site, opened: Any):
    page = opened("/stock")
    until(lambda: site.streams() == 1)
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    listen = "new BroadcastChannel('vaxledger-live').onmessage = () => { window.heard = true; }"
    page.evaluate(f"() => {{ {listen} }}")
    assert site.waste("SV-1", f"hidden {time.monotonic_ns()}").ok
    page.wait_for_function("() => window.heard")
    page.wait_for_timeout(1500)
    assert not [url for url in asked if url.endswith("/stock")]
    page.evaluate(hide, False)
    until(lambda: [url for url in asked if url.endswith("/stock")], what=asked)


@only_long
def test_what_a_page_has_told_is_not_told_again(site: Site, opened: Any):
    page = opened("/duty")
    page.fill("#desk", "9")
    page.click("form[action='/api/duty'] button >> nth=0")
    page.locator(".banner").wait_for()
    assert "_told=" in page.url
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    assert site.waste("SV-1", f"told {time.monotonic_ns()}").ok
    until(lambda: page.wait_for_timeout(50) or asked)
    assert asked == [f"{site.part.url}/duty"]
    assert page.locator(".banner").count() == 1


def test_e22_a_page_whose_site_is_down_says_since_when_and_goes_on_after(site: Site, opened: Any):
    page, other = opened("/stock"), opened("/now")
    typed = "没写完"
    page.fill("#note", typed)
    until(lambda: site.streams() == 1)
    shown = page.get_attribute("#stale", "data-at") or ""
    site.served.kill()
    for each in (page, other):
        each.wait_for_selector(STALE)
        says = each.inner_text("#stale")
        assert says.startswith("截至 08:0"), (says, shown)
        assert says.endswith("，未更新")
        assert each.get_attribute("#stale", "role") == "status"
    page.screenshot(path=site.deployment.folder / "stale.png")
    site.served.start()
    for each in (page, other):
        each.wait_for_selector("#stale:empty", state="attached", timeout=60_000)
    assert page.input_value("#note") == typed
    left = page.inner_text("[data-live=batches] tr:first-child td:nth-child(9)")
    assert site.waste("SV-1", f"after {time.monotonic_ns()}").ok
    page.wait_for_function(
        "left => document.querySelector('[data-live=batches] tr:first-child td:nth-child(9)').innerText !== left",
        arg=left,
    )


@only_long
def test_who_is_observed_counts_down_and_is_red_when_it_is_over(site: Site, opened: Any):
    page = opened("/now")
    site.cleared(BO, FIRST)
    site.steps(BO, "dose", batch="SV-1", vaccinator="tester")
    left = page.locator("[data-live=observed] [data-until]")
    left.wait_for()
    page.wait_for_function(
        "() => /^(30:00|29:5\\d)$/.test(document.querySelector('[data-until]').textContent)"
    )
    site.at(f"{FIRST}T08:31")
    assert site.waste("SV-1", f"over {time.monotonic_ns()}").ok
    page.locator("[data-live=observed] .bad", has_text="已到时").wait_for()
