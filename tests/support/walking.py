"""Walking: every page that somebody can reach by links, one or two of each kind, over HTTP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup

from deploy.cli.accounts import rehearsal_accounts
from shared.town.deployment import Deployment

_VARIES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-W\d{2}|\d{4}-\d{2}-\d{2}|(?<=/)v\d+(-\w+)?(?=/|$)|\d+"
)
_NOT_PAGES = ("/static/", "/openapi.json", "/status", "/health", ".xlsx", ".csv", "/sign-out")
OF_A_KIND = 2


@dataclass(frozen=True)
class Seen:
    """One page: where, and what it says."""

    address: str
    page: BeautifulSoup


def kind_of(address: str) -> str:
    """What pages have in common that differ in what they are about."""
    parts = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    return f"{parts.port}{_VARIES.sub('*', parts.path)}?{'&'.join(names)}"


class Walker:
    """Somebody who is signed in and follows every link."""

    def __init__(self, deployment: Deployment, login: str, language: str) -> None:
        """Sign in at supervision, which knows everybody."""
        self.deployment, self.session = deployment, requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "text/html", "Accept-Language": language})
        office = deployment.part("supervision").address
        said = {"login": login, "password": rehearsal_accounts(deployment)[login], "next": ""}
        answer = self.session.post(f"{office}/sign-in", data=said, timeout=60)
        assert answer.status_code == 200, answer.text
        self.begins = answer.url

    def walk(self) -> Iterator[Seen]:
        """Every page within reach, at most two of a kind."""
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
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith(
                "text/html"
            ):
                continue
            page = BeautifulSoup(answer.text, "html.parser")
            yield Seen(answer.url, page)
            for link in page.find_all("a", href=True):
                leads = urljoin(answer.url, str(link["href"])).partition("#")[0]
                ours_and_new = leads.startswith(ours) and leads not in known
                if ours_and_new and not any(each in leads for each in _NOT_PAGES):
                    known.add(leads)
                    wanted.append(leads)


def words_of(page: BeautifulSoup) -> Iterator[str]:
    """All that a page says: its texts, its title, and what is said of pictures and fields."""
    for tag in page.select("script, style, details.raw"):  # raw: what somebody opened it to see
        tag.decompose()
    own = page.html["lang"] if page.html else ""
    for tag in page.find_all(True):
        if tag.get("lang", own) != own:
            continue
        for name in ("title", "aria-label", "placeholder", "alt", "data-busy"):
            if said := tag.get(name):
                yield str(said)
        for text in tag.find_all(string=True, recursive=False):
            if text.strip():
                yield text.strip()
