"""Who acted, in words: accounts by what they do and where, for sentences about events."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial

from services.registration.staff.queries import roles
from shared.kit.language import t
from shared.town.web.telling import Telling, telling_of
from shared.town.web.web import Web
from shared.town.work import Work


def telling(web: Web) -> Telling:
    """Return what says events to whoever looks at a page of registration."""
    return telling_of(web.work.campaign, web.source_name, partial(_names, web.work))


def _names(work: Work, telling: Telling) -> dict[str, str]:
    """Name accounts by what they do; two who do the same at one place are told apart by logins."""
    held = defaultdict[str, list[tuple[str, str]]](list)
    for each in roles(work):
        held[each["login"]].append((each["role"], each["scope"]))
    named = {login: telling.does(login, grants) for login, grants in held.items()}
    everybody = Counter(named.values())
    return {
        login: name
        if everybody[name] == 1
        else t("{name}（{login}）", "{name} ({login})", name=name, login=login)
        for login, name in named.items()
    }
