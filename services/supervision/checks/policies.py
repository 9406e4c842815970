"""What supervision flags as it hears of it: doses that nobody should have had."""

from __future__ import annotations

from services.supervision.checks.commands import flag_doses, flag_package, flag_used_package
from shared.kit.contracts import Event
from shared.kit.eventstore import Policies
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
