"""What supervision flags as it hears of it: doses that nobody should have had, days closed too soon, warm vaccine."""

from __future__ import annotations

from services.supervision.checks.commands import (
    flag_closed_open,
    flag_doses,
    flag_package,
    flag_release,
    flag_used_package,
    flag_warm_fridge,
)
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
from shared.town.contracts.fridges import is_cold
from shared.town.work import Work

policies = Policies()


@policies.on("DoseAdministered")
def look_at_the_doses(work: Work, event: Event) -> None:
    """Whoever has two first doses, more than two, or two too close, is looked into (R04)."""
    flag_doses(work, event.data["resident"])
    if code := event.data["trace_code"]:
        flag_package(work, code)


@policies.on("PackageRefused")
def look_at_the_package(work: Work, event: Event) -> None:
    """A package that was shown again is looked into, though no dose was given."""
    told = event.data
    flag_used_package(work, told["trace_code"], told["used"] + 1, told["doses"])


@policies.on("SessionClosed")
def look_at_what_was_left(work: Work, event: Event) -> None:
    """A day that was closed with points open is looked into."""
    told = event.data
    flag_closed_open(work, told["site"], told["day"], told["open"])


@policies.on("FridgeRead")
def look_at_the_fridge(work: Work, event: Event) -> None:
    """Vaccine that was too warm or too cold is looked into, whatever the site decides of it."""
    told = event.data
    if not is_cold(told["celsius"]):
        reading = f"{told['site']} {told['fridge']} {told['number']}"
        flag_warm_fridge(work, reading, told["celsius"], told["read_at"])


@policies.on("QuarantineLifted")
def look_at_the_release(work: Work, event: Event) -> None:
    """Vaccine that may be given again after it was held is looked into, by somebody of outside."""
    flag_release(work, event)
