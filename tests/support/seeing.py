"""Seeing: what axe-core and a narrow window find on pages in a real browser, each kind once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

from shared.town.deployment import Deployment
from shared.town.web.http import STATIC, sent
from tests.support.examples import LONG
from tests.support.walking import Seen, Walker, kind_of

AXE = Path(__file__).parents[1] / "pages/axe/node_modules/axe-core/axe.min.js"
DESK, NARROW, PHONE, TALL = 1280, 1000, 320, 900
"""CSS pixels; a desk's 1280 are a phone's 320 at 400 % zoom."""
SAMPLE = 6
"""One page of so many is looked at in large type as well, with `LONG=1` all."""
HEAVIEST, MOST_BYTES = 3, 60_000
ALIKE = re.compile(r"(?<=units/)\w+|(?<=staff/)[\w-]+")
# All rules of axe-core, also that of targets, which is off by default.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
OPEN = "for (const each of document.querySelectorAll('details')) each.open = true"
RUN = """rules => axe.run(document, rules).then(found => found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}, ${node.failureSummary}`)))"""
TOO_WIDE = """width => {
    const root = document.documentElement;
    if (root.scrollWidth <= width) return [];
    const scrolls = each => each !== document.body && getComputedStyle(each).overflowX !== 'visible';
    const within = each => each && (scrolls(each) || within(each.parentElement));
    const wide = [...document.body.querySelectorAll('*')].filter(each =>
        each.getBoundingClientRect().right > width + 1 && !within(each.parentElement));
    const shown = wide.slice(0, 3).map(each => each.outerHTML.slice(0, 120));
    return [`${root.scrollWidth - width} px too wide at ${width}: ${shown}`];
}"""
REQUIRES = "n => [...document.forms[n].elements].some(each => each.required && !each.disabled)"
# Sends a form as somebody does who has filled in nothing, whatever the browser says.
SEND_EMPTY = """number => {
    const form = document.forms[number];
    form.noValidate = true;
    for (const each of form.elements) {
        if (!each.required) continue;
        if (each.tagName === 'SELECT') each.selectedIndex = -1;
        else if (each.type === 'radio') each.checked = false;
        else each.value = '';
    }
    const button = form.querySelector('button:not([type=button])');
    form.requestSubmit(button ?? document.querySelector(`button[form="${form.id}"]`));
}"""


@cache
def axe() -> str:
    """The source of axe-core; a page's own policy does not bind what drives the browser."""
    return AXE.read_text()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it is, every `<details>` open."""
    page.evaluate(OPEN)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    found: list[str] = page.evaluate(RUN, RULES)
    return found


def too_wide(page: Page, width: int) -> list[str]:
    """What of a page lies beyond a window of this width, unless its own box scrolls."""
    page.set_viewport_size({"width": width, "height": TALL})
    found: list[str] = page.evaluate(TOO_WIDE, width)
    return found


def enlarged(page: Page) -> None:
    """Show a page as somebody sees it who has chosen large type."""
    page.evaluate("document.documentElement.dataset.type = 'large'")


def weight(seen: Seen) -> int:
    """Bytes of a page with its styles and scripts, as they are before they are packed."""
    named = [str(tag.get("href") or tag.get("src")) for tag in seen.page.select("link, script")]
    parts = [STATIC[name.rpartition("/")[2]] for name in named]
    return seen.size + sum(len(sent(file)) for file in parts if file.suffix in (".css", ".js"))


def is_read_without_script(seen: Seen) -> bool:
    """Whether what a page is about stands in it as it is sent."""
    main = seen.page.find("main")
    return main is not None and main.find("h1") is not None and len(main.get_text().split()) > 1


@dataclass
class Looker:
    """A browser that goes where walkers have been, to pages and forms unlike those before."""

    deployment: Deployment
    browser: Browser
    pages: set[Any] = field(default_factory=set[Any])
    forms: set[str] = field(default_factory=set[str])
    states: int = 0
    mistakes: int = 0
    weights: dict[int, str] = field(default_factory=dict[int, str])

    def follow(self, walker: Walker, seen: Iterable[Seen]) -> Iterator[str]:
        """Look at what somebody has come by; say all that is wrong."""
        with self._window(walker) as page:
            for each in seen:
                kind = self._kind(each.address)
                self.weights[heavy := weight(each)] = kind
                if heavy > MOST_BYTES:
                    yield f"{kind} as {walker.login}: {heavy} bytes with styles and scripts"
                if not is_read_without_script(each):
                    yield f"{kind}: without script there is nothing to read"
                forms = {self._kind(to): n for n, to in enumerate(actions(each))}
                shape = (walker.login, kind, frozenset(forms)) if LONG else kind
                if shape in self.pages and (LONG or forms.keys() <= self.forms):
                    continue
                self.pages.add(shape)
                for fault in self._faults(page, each.address):
                    yield f"{kind} as {walker.login}: {fault}"
                for to in forms.keys() - self.forms:
                    self.forms.add(to)
                    for fault in self._mistaken(page, each.address, forms[to]):
                        yield f"{to} filled in wrongly as {walker.login}: {fault}"

    def outside(self, addresses: Iterable[str], walker: Walker | None = None) -> Iterator[str]:
        """Look at pages that answer with a refusal, or ask somebody to sign in."""
        with self._window(walker) as page:
            for address in addresses:
                page.set_viewport_size({"width": DESK, "height": TALL})
                page.goto(address)
                faults = [*self._violations(page), *too_wide(page, PHONE)]
                forms: int = page.evaluate("document.forms.length")
                for number in range(forms):
                    faults += self._mistaken(page, address, number)
                yield from (f"{address}: {fault}" for fault in faults)

    @contextmanager
    def _window(self, walker: Walker | None) -> Iterator[Page]:
        """A browser window in which a walker has signed in."""
        context = self.browser.new_context(locale="zh-CN")
        context.set_default_timeout(30_000)
        for each in walker.session.cookies if walker else ():
            name, value = each.name, each.value or ""
            context.add_cookies(
                [{"name": name, "value": value, "url": self.deployment.parts[0].address}]
            )
        yield context.new_page()
        context.close()

    def _kind(self, address: str) -> str:
        """The kind of a page, whatever it asks; of all sites, units and accounts they are alike."""
        services = {str(part.port): part.service for part in self.deployment.parts}
        port, _, path = kind_of(address).partition("?")[0].partition("/")
        return f"{services[port]}/{ALIKE.sub('*', path)}"

    def _faults(self, page: Page, address: str) -> Iterator[str]:
        """Look at a page at a desk, at 400 %, in large type, in English."""
        page.set_viewport_size({"width": DESK, "height": TALL})
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, (address, answer.status)
        yield from self._violations(page)
        yield from too_wide(page, NARROW)
        yield from too_wide(page, PHONE)
        enlarged(page)
        yield from too_wide(page, PHONE)
        if LONG or len(self.pages) % SAMPLE == 0:
            yield from self._violations(page)
        if LONG or len(self.pages) % SAMPLE in (1, 4):
            page.set_extra_http_headers({"Accept-Language": "en"})
            page.goto(address)
            for width in (PHONE, NARROW, DESK):
                yield from too_wide(page, width)
            yield from self._violations(page)
            page.set_extra_http_headers({})

    def _mistaken(self, page: Page, address: str, number: int) -> Iterator[str]:
        """Send a form of a page without what it requires, and look at what comes back."""
        page.set_viewport_size({"width": DESK, "height": TALL})
        page.goto(address)
        if not page.evaluate(REQUIRES, number):
            return
        with page.expect_navigation():
            page.evaluate(SEND_EMPTY, number)
        self.mistakes += 1
        yield from self._violations(page)
        yield from too_wide(page, PHONE)

    def _violations(self, page: Page) -> list[str]:
        self.states += 1
        return violations(page)

    def figures(self) -> list[str]:
        """What has been seen so far, for who reads the tests' output."""
        heaviest = sorted(self.weights.items(), reverse=True)[:HEAVIEST]
        told = ", ".join(f"{self.weights[size]} {size / 1000:.1f} kB" for size, _ in heaviest)
        return [
            f"axe-core: {len(self.pages)} pages, {self.states} states, {self.mistakes} of them"
            " forms filled in wrongly",
            f"heaviest pages with styles and scripts: {told}",
        ]


def actions(seen: Seen) -> list[str]:
    """Where the forms of a page lead, in their order."""
    return [urljoin(seen.address, str(form.get("action", ""))) for form in seen.page.select("form")]
