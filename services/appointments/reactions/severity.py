"""How severe a reaction is at least, by its signs and its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.appointments.domain.reaction_refusals import DiedIsDeath, NotMild
from shared.town.contracts.reactions import GRAVE
from shared.town.terms.reactions import REACTION_OUTCOMES, REACTION_SIGNS

MILD, DEATH = "mild", "death"
DIED, LASTING = "died", "lasting_damage"


def check_severity(signs: Sequence[str], severity: str, outcome: str) -> None:
    """Refuse less than what is told of a reaction. Raises `DiedIsDeath`, `NotMild`."""
    if outcome == DIED and severity != DEATH:
        raise DiedIsDeath
    if severity == MILD:
        for sign in signs:
            if sign in GRAVE:
                raise NotMild(what=REACTION_SIGNS[sign])
        if outcome == LASTING:
            raise NotMild(what=REACTION_OUTCOMES[outcome])


def severity_now(known: Mapping[str, Any], said: Mapping[str, Any]) -> str | None:
    """Return the severity a follow-up says; of a death it is that, where nothing else is said.

    Raises what `check_severity` raises.
    """
    severity, outcome = said["severity"], said["outcome"]
    if severity is None and outcome == DIED:
        return DEATH
    if severity is not None or outcome is not None:
        check_severity(known["signs"], severity or known["severity"], outcome or known["outcome"])
    return severity
