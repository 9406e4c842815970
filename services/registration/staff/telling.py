"""Who acted, in words: accounts by what they do and where, for sentences about events."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property

from services.registration.staff.queries import roles
from shared.kit.language import t
from shared.town.web.telling import Telling
from shared.town.web.web import Web


class People:
    """Names accounts; they are read once, when the first is named.

    Two who do the same at one place are told apart by their logins.
    """

    def __init__(self, web: Web) -> None:
        self._web = web

    def name(self, login: str) -> str:
        """Return what an account does and where, else its login."""
        return self._names.get(login, login)

    @property
    def telling(self) -> Telling:
        """Says events, with people named so."""
        return Telling(self._web.work.campaign, self.name, self._web.source_name)

    @cached_property
    def _names(self) -> dict[str, str]:
        telling, held = self.telling, defaultdict[str, list[tuple[str, str]]](list)
        for each in roles(self._web.work):
            held[each["login"]].append((each["role"], each["scope"]))
        named = {login: telling.does(login, grants) for login, grants in held.items()}
        everybody = Counter(named.values())
        return {
            login: name
            if everybody[name] == 1
            else t("{name}（{login}）", "{name} ({login})", name=name, login=login)
            for login, name in named.items()
        }


def telling(web: Web) -> Telling:
    """Return what says events to whoever looks at a page of registration."""
    return People(web).telling
