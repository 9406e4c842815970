"""Whether what is said is in one language: a page, a line of a terminal, a text.

`latin` and `chinese` look at a page as HTML, `english_in` and `chinese_in` at what a terminal shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy

from bs4 import BeautifulSoup

from tests.support.part import HttpClient

SAID = ("title", "aria-label", "placeholder", "alt", "data-busy", "data-states", "label")
# Of no language: how things are called everywhere.
NAMES = ("vaxledger", "English", "QR", "PDF", "Excel", "API", "JSON", "XXXX")
# The same at a terminal: programs, formats, parts and sites.
PROGRAMS = (
    *("AMQP", "AsyncAPI", "Ctrl-C", "PostgreSQL", "RabbitMQ", "SIGKILL", "SIGTERM", "SQLite"),
    *("shell", "BIBP", "CoronaVac", "relay", "stadium", "community", "westside", "operator"),
    *("registration", "screening", "appointments", "reporting", "supervision"),
)
_LATIN = re.compile(r"[A-Za-z]{3,}")
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]+")


def words_of(page: BeautifulSoup) -> Iterator[str]:
    """All that a page says, attributes that are read to people too.

    Scripts are left out, and the raw records that somebody has to open to see codes.
    """
    page = copy(page)
    for tag in page.select("script, style, details.raw"):
        tag.decompose()
    own = page.html["lang"] if page.html else ""
    for tag in page.find_all(True):
        if tag.get("lang", own) != own:
            continue
        yield from (str(said) for name in SAID if (said := tag.get(name)))
        for text in tag.find_all(string=True, recursive=False):
            if text.strip():
                yield text.strip()


def texts(html: str) -> list[str]:
    """Return all that a page says."""
    return list(words_of(BeautifulSoup(html, "html.parser")))


def latin_in(text: str, *known: str) -> list[str]:
    """Return the runs of three and more Latin letters of a text, but for names and what is `known`."""
    return _LATIN.findall(_without(text, *NAMES, *known))


def english_in(text: str, *known: str) -> list[str]:
    """Return the English words of what a terminal shows in Chinese, but for names."""
    return latin_in(text, *PROGRAMS, *known)


def chinese_in(text: str, *known: str) -> list[str]:
    """Return the Chinese signs of a text, but for what is `known`."""
    return _HAN.findall(_without(text, *known))


def latin(html: str, *known: str) -> list[str]:
    """Return the runs of Latin letters of a page in Chinese, but for names."""
    return [found for text in texts(html) for found in latin_in(text, *known)]


def chinese(html: str, *known: str) -> list[str]:
    """Return the Chinese of a page in English, but for names."""
    return [found for text in texts(html) for found in chinese_in(text, *known)]


def _without(text: str, *known: str) -> str:
    for each in sorted(known, key=len, reverse=True):
        text = text.replace(each, " ")
    return text


def in_english(client: HttpClient, url: str) -> str:
    """Return a page as somebody reads it who has chosen English."""
    headers = client.bearer(client.person, Accept="text/html", **{"Accept-Language": "en"})
    return client.client.get(url, headers=headers).text
