"""What a site does when registration tells who goes where: takes in, lets go, gives back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.appointments.dispatch import commands
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.work import Work

policies = Policies()


@policies.on("ResidentSentTo")
def take_in(work: Work, event: Event) -> None:
    """The site that is named books; every other one ends what has not begun."""
    data = event.data
    resident = UUID(data["resident"])
    if data["site"] == work.site:
        day = date.fromisoformat(data["day"])
        commands.take_in(work, resident, data["unit"], day)
    else:
        commands.let_go(work, resident)


@policies.on("SendingBackAsked")
def give_back(work: Work, event: Event) -> None:
    """Who has not begun here goes back."""
    data = event.data
    if data["site"] == work.site:
        resident = UUID(data["resident"])
        commands.give_back(work, resident, data["to_site"], data["number"])
