"""Who acted, in words: accounts by their post or role, for sentences about events."""

from __future__ import annotations

from functools import cached_property

from services.supervision.staff.queries import Account, accounts
from shared.town.access.roles import ROLES
from shared.town.web.telling import Telling
from shared.town.web.web import Web


class People:
    """Names accounts; they are read once, when the first is named."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def name(self, login: str) -> str:
        """Return the post of an account, else what it is granted, else its login."""
        account = self._accounts.get(login)
        if account is None:
            return login
        grants = [
            (each["role"], each["scope"]) for each in account["grants"] if each["role"] in ROLES
        ]
        return account["post"] or self.telling.does(login, grants) or login

    def granted(self, account: Account) -> list[str]:
        """Return what an account is granted, each with its place."""
        return [
            self.telling.held(each["role"], each["scope"])
            for each in account["grants"]
            if each["role"] in ROLES
        ]

    def is_meant(self, account: Account, wanted: str) -> bool:
        """Tell whether all that is looked for stands in the login, the post or what is granted."""
        said = f"{account['login']} {account['post']} {' '.join(self.granted(account))}".casefold()
        return all(word in said for word in wanted.casefold().split())

    @property
    def telling(self) -> Telling:
        """Says events, with people named so."""
        return Telling(self._web.work.campaign, self.name, self._web.source_name)

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        return {each["login"]: each for each in accounts(self._web.work)}


def telling(web: Web) -> Telling:
    """Return what says events to whoever looks at a page of supervision."""
    return People(web).telling
