"""Walking: every page that somebody can reach by links, one of each kind, over HTTP; `LONG=1`: two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup

from deploy.cli.accounts import everybody, rehearsal_accounts
from deploy.parts import open_edge, open_work
from shared.town import request_context
from shared.town.access import Grant
from shared.town.deployment import Deployment
from shared.town.web.web import Web
from tests.support.examples import LONG
from tests.support.part import a_person

_VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-W\d{2}|\d{4}-\d{2}-\d{2}|(?<=/)v\d+(-\w+)?(?=/|$)|\d+"
)
_NOT_PAGES = ("/static/", "/openapi.json", "/status", "/health", ".xlsx", ".csv", "/sign-out")
OF_A_KIND = 2 if LONG else 1


@dataclass(frozen=True)
class Seen:
    """One page: where, what it says, and how many bytes it is sent in."""

    address: str
    page: BeautifulSoup
    size: int


@dataclass(frozen=True)
class Walk:
    """What somebody has seen, which links of it were refused, and the session it was seen in."""

    seen: list[Seen] = field(default_factory=list[Seen])
    refused: list[str] = field(default_factory=list[str])
    session: requests.Session = field(default_factory=requests.Session)


def kind_of(address: str) -> str:
    """What pages have in common that differ in what they are about."""
    parts = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    return f"{parts.port}{_VARIES.sub('*', parts.path)}?{'&'.join(names)}"


class Walker:
    """Somebody who is signed in and follows every link."""

    def __init__(self, deployment: Deployment, login: str, language: str) -> None:
        """Sign in at supervision, which knows everybody."""
        self.deployment, self.login, self.session = deployment, login, requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "text/html", "Accept-Language": language})
        office = deployment.part("supervision").address
        said = {"login": login, "password": rehearsal_accounts(deployment)[login], "next": ""}
        answer = self.session.post(f"{office}/sign-in", data=said, timeout=60)
        assert answer.status_code == 200, answer.text
        self.begins = answer.url

    def walk(self) -> Walk:
        """Every page within reach, at most so many of a kind."""
        walk = Walk(session=self.session)
        ours = tuple(f"{part.address}/" for part in self.deployment.parts)
        wanted, known, kinds = [self.begins], {self.begins}, Counter[str]()
        while wanted:
            address = wanted.pop()
            kind = kind_of(address)
            if kinds[kind] >= OF_A_KIND:
                continue
            kinds[kind] += 1
            answer = self.session.get(address, timeout=60)
            assert answer.status_code < 500, (address, answer.text)
            if answer.status_code != 200:
                walk.refused.append(address)
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith(
                "text/html"
            ):
                continue
            page = BeautifulSoup(answer.text, "html.parser")
            walk.seen.append(Seen(answer.url, page, len(answer.content)))
            for link in page.find_all("a", href=True):
                leads = urljoin(answer.url, str(link["href"])).partition("#")[0]
                ours_and_new = leads.startswith(ours) and leads not in known
                if ours_and_new and not any(each in leads for each in _NOT_PAGES):
                    known.add(leads)
                    wanted.append(leads)
        return walk


def offers_of(seen: Seen) -> Iterator[tuple[str, str]]:
    """Where a page's links, forms and buttons lead, each with the method by which they ask."""
    for link in seen.page.find_all("a", href=True):
        yield urljoin(seen.address, str(link["href"])), "get"
    for form in seen.page.find_all("form"):
        method = str(form.get("method", "get"))
        own = str(form.get("action", ""))
        for button in form.find_all("button") or [form]:
            yield urljoin(seen.address, str(button.get("formaction", own))), method


class Gates:
    """The parts' own admission, asked about addresses without sending them anything."""

    def __init__(self, deployment: Deployment, until: ExitStack) -> None:
        """Stand before every part of a town that is running."""
        self.deployment, self.edges = deployment, dict[str, Web]()
        for part in deployment.parts:
            work = open_work(deployment, part)
            until.callback(work.store.close)
            self.edges[f"{part.address}/"] = open_edge(deployment, part, work)

    def shut(self, login: str, walk: Walk) -> list[str]:
        """What is offered to somebody who is not let in there, or that leads nowhere."""
        found = {f"{login}: {self._kind(refused)}": None for refused in walk.refused}
        grants = tuple(Grant(*each) for each in everybody(self.deployment.campaign)[login])
        with request_context.answering(request_context.Request(a_person(login, grants))):
            for page in walk.seen:
                for address, method in offers_of(page):
                    if not self._open(address, method):
                        where, leads = self._kind(page.address), self._kind(address)
                        found[f"{login} at {where}: {method} {leads}"] = None
        return [*found]

    def _kind(self, address: str) -> str:
        """The kind of an address, with its part's name."""
        part = next(each for each in self.deployment.parts if address.startswith(each.address))
        return f"{part.source}{kind_of(address).lstrip('0123456789').rstrip('?')}"

    def _open(self, address: str, method: str) -> bool:
        for ours, web in self.edges.items():
            if address.startswith(ours):
                try:
                    return "/static/" in address or web.may(
                        f"/{address.removeprefix(ours)}", method
                    )
                except LookupError:
                    return False
        return True
