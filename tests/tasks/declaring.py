"""Declare everyday tasks, and find all that are declared: `@task(role, en, zh)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.tasks.at_work import Town
from tests.tasks.counting import Count, Hands

Doing = Callable[[Hands, Town], None]


class NotPossible(Exception):
    """Raised by a task that cannot be done in the product; says why."""


@dataclass(frozen=True)
class Task:
    """Something a role does every day."""

    role: str
    name: str
    en: str
    zh: str
    do: Doing
    page: str

    def counted(self, town: Town) -> Count | str:
        """Do it in a town and return what it has cost, or why it cannot be done."""
        with town.hands(self.role, self.page) as hands:
            try:
                self.do(hands, town)
            except NotPossible as why:
                return str(why)
            return hands.count


TASKS: dict[str, list[Task]] = {}
"""Every role's tasks, in the order in which its file declares them."""


def task(role: str, en: str, zh: str, *, page: str = "/") -> Callable[[Doing], Doing]:
    """Declare a task of a role.

    It begins on the page at `page` of the part where the role works: usually its landing page.
    """

    def declared(do: Doing) -> Doing:
        TASKS.setdefault(role, []).append(Task(role, do.__name__, en, zh, do, page))
        return do

    return declared


def all_tasks() -> dict[str, list[Task]]:
    """Every declared task of every file of this package.

    The site's leader comes last: once the day is closed nobody is expected any more.
    """
    import tests.tasks as package

    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith(("test_", "__")):
            importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(TASKS.items(), key=lambda each: (each[0] == "site_leader", each[0])))
