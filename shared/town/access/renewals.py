"""Renewals: a page that asks for itself again, by itself, is one look of whoever left it open.

What the person was shown on that page before, within a visit, is not recorded once more; whoever
has come onto it since is. A page that stays open is recorded again with every visit.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from werkzeug.wrappers import Request

RENEWS = "Renews-Page"
"""The header with which the script of a page asks for it again."""
VISIT_SECONDS = 1800.0
MOST_PAGES = 500

Key = tuple[str, str]


def is_renewal(request: Request) -> bool:
    """Tell whether a page asks for itself again."""
    return request.method == "GET" and RENEWS in request.headers


class Shown:
    """Whom each session was shown on each page of late, as this process has recorded it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing; a process more, or a new one, records once more."""
        self._now = now
        self._pages = OrderedDict[Key, dict[str, tuple[float, frozenset[str]]]]()

    def new(self, session: str, url: str, looked: Mapping[str, set[str]]) -> dict[str, set[str]]:
        """Return those of some residents, with fields, whose look was not recorded within a visit."""
        known, since = self._pages.get((session, url), {}), self._now() - VISIT_SECONDS
        return {
            resident: fields
            for resident, fields in looked.items()
            if resident not in known or known[resident][0] < since or fields - known[resident][1]
        }

    def record(self, session: str, url: str, looked: Mapping[str, set[str]]) -> None:
        """Remember what was recorded just now."""
        page, now = self._pages.pop((session, url), {}), self._now()
        since = now - VISIT_SECONDS
        kept = {resident: seen for resident, seen in page.items() if seen[0] >= since}
        kept |= {resident: (now, frozenset(fields)) for resident, fields in looked.items()}
        self._pages[session, url] = kept
        while len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)
