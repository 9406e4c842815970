"""What supervision looks for by itself, every minute."""

from __future__ import annotations

from services.supervision.checks.commands import (
    flag_curious,
    flag_hungry,
    flag_linked_doses,
    flag_transfers,
    flag_unclosed,
    flag_unread_fridges,
)
from shared.kit.eventstore import Context
from shared.kit.tasks import Tasks
from shared.town.web.web import Web

tasks = Tasks()


@tasks.every(60)
def watch_looks(web: Web) -> None:
    """Flag accounts that were shown, and parts that asked for, unusually many residents today."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_curious(web.work)
        flag_hungry(web.work)


@tasks.every(60)
def watch_links(web: Web) -> None:
    """Flag persons whose linked records together have doses the rules forbid."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_linked_doses(web.work)


@tasks.every(60)
def watch_transfers(web: Web) -> None:
    """Flag doses that left one site and arrived at none, or not as they were sent."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_transfers(web.work)


@tasks.every(60)
def watch_days(web: Web) -> None:
    """Flag days that vaccinated and were not closed by noon of the next."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_unclosed(web.work)


@tasks.every(60)
def watch_fridges(web: Web) -> None:
    """Flag days on which a site vaccinated and did not read its refrigerators twice."""
    with web.work.store.transaction(Context.once("policy:supervision")):
        flag_unread_fridges(web.work)
