"""Who acted, in words: accounts by their post or role, for sentences about events."""

from __future__ import annotations

from functools import partial

from services.supervision.staff.queries import Account, accounts
from shared.town.access.roles import ROLES
from shared.town.web.telling import Telling, telling_of
from shared.town.web.web import Web
from shared.town.work import Work


def telling(web: Web) -> Telling:
    """Return what says events to whoever looks at a page of supervision."""
    return telling_of(web.work.campaign, web.source_name, partial(_names, web.work))


def is_meant(account: Account, wanted: str, telling: Telling) -> bool:
    """Tell whether all that is looked for stands in the login, the post or what is granted."""
    held = [telling.held(role, scope) for role, scope in _grants(account)]
    said = f"{account['login']} {account['post']} {' '.join(held)}".casefold()
    return all(word in said for word in wanted.casefold().split())


def _names(work: Work, telling: Telling) -> dict[str, str]:
    """Name accounts by their posts, else by what is granted to them."""
    return {
        each["login"]: each["post"] or telling.does(each["login"], _grants(each)) or each["login"]
        for each in accounts(work)
    }


def _grants(account: Account) -> list[tuple[str, str]]:
    """Return what is granted, roles of which no more is known left out."""
    return [(each["role"], each["scope"]) for each in account["grants"] if each["role"] in ROLES]
