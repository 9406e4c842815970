"""What a page says to people, and whether it says it in one language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from tests.support.part import HttpClient

SAID = ("title", "aria-label", "placeholder", "alt", "data-busy", "data-states", "label")
# Of no language: how things are called everywhere.
NAMES = ("vaxledger", "English", "QR", "PDF", "Excel", "API", "JSON", "XXXX")
_RAW = "raw"  # the class of what somebody has to open to see codes


class _Texts(HTMLParser):
    """Gathers the texts of a page; those of scripts, and of raw records apart, are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        raw = tag == "details" and given.get("class") == _RAW
        again = bool(self._hidden) and tag == self._hidden[-1]
        if again or raw or tag in ("style", "script"):
            self._hidden.append(tag)
        if not self._hidden and given.get("lang") is None:
            self.texts += [text for name in SAID if (text := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.append(data.strip())


def texts(html: str) -> list[str]:
    """Return all that a page says, attributes that are read to people too."""
    found = _Texts()
    found.feed(html)
    return found.texts


def latin(html: str, *allowed: str) -> list[str]:
    """Return the runs of three and more Latin letters of a page, but for names."""
    known = "|".join(map(re.escape, sorted((*NAMES, *allowed), key=len, reverse=True)))
    said = [re.sub(known, "", text) for text in texts(html)]
    return [found for text in said for found in re.findall(r"[A-Za-z]{3,}", text)]


def chinese(html: str, *allowed: str) -> list[str]:
    """Return the Chinese of a page, but for the button that leads to it, and names."""
    said = [text for text in texts(html) if text not in ("中文", *allowed)]
    for name in allowed:
        said = [text.replace(name, "") for text in said]
    return [found for text in said for found in re.findall(r"[\u3000-\u303f\u4e00-\u9fff]+", text)]


def in_english(client: HttpClient, url: str) -> str:
    """Return a page as somebody reads it who has chosen English."""
    headers = client.bearer(client.person, Accept="text/html", **{"Accept-Language": "en"})
    return client.client.get(url, headers=headers).text
