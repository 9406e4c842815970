"""Until when a reaction has to be reported up, and what makes several a cluster (AEFI)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from shared.town.contracts.reactions import EXPECTED, WINDOW_DAYS

WARNED = 4
"""A warning is due when this part (a quarter) of the time is left."""


class _Campaign(Protocol):
    """What a clock needs of a campaign."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def aefi(self) -> Aefi: ...


class Clock(NamedTuple):
    """When a report has to be made, from when on it is warned of, whether the urgent time counts.

    `open`: it still has to be made.
    """

    due: datetime
    warned: datetime
    urgent: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Aefi:
    """The table `[aefi]` of a campaign file.

    Hours from discovery: `urgent_hours` for a death, a severe disability, a cluster and great
    public concern, `other_hours` for the rest. `cluster_cases` people with the same sign at one
    site or after one batch within `cluster_days` are a cluster; of a sign that many have after a
    dose, and have mildly, `cluster_cases_mild`.
    """

    urgent_hours: int = 2
    other_hours: int = 48
    cluster_days: int = 7
    cluster_cases: int = 2
    cluster_cases_mild: int = 10

    def are_cluster(self, sign: str, persons: int, not_mild: int) -> bool:
        """Tell whether so many people with a sign, so many of them not mildly, are a cluster."""
        if sign not in EXPECTED:
            return persons >= self.cluster_cases
        return not_mild >= self.cluster_cases or persons >= self.cluster_cases_mild

    def clock(
        self,
        found: datetime,
        urgent: Sequence[datetime] = (),
        reported: datetime | None = None,
    ) -> Clock:
        """Return the clock of what was found at an instant, and became urgent at others.

        `reported`: when the last report was recorded; what became urgent after it is to be reported
        again.
        """
        anew = [each for each in urgent if reported is None or each > reported]
        since = min(anew or urgent, default=None)
        due, hours = found + timedelta(hours=self.other_hours), self.other_hours
        if since is not None:
            due, hours = since + timedelta(hours=self.urgent_hours), self.urgent_hours
            if not anew or reported is None:
                due = min(due, found + timedelta(hours=self.other_hours))
        warned = due - timedelta(hours=hours) / WARNED
        return Clock(due, warned, since is not None, reported is None or bool(anew))


def outside_window(signs: Sequence[str], given: str | None, onset: str | None) -> list[str]:
    """Return the signs that began later after a dose than a reaction to it does.

    `given` and `onset` are local times to the minute; where one is unknown, nothing is outside.
    A window of one day is counted in hours, longer ones in days.
    """
    if given is None or onset is None:
        return []
    days = (date.fromisoformat(onset[:10]) - date.fromisoformat(given[:10])).days
    late = datetime.fromisoformat(onset) - datetime.fromisoformat(given) > timedelta(hours=24)
    windows = ((sign, WINDOW_DAYS[sign]) for sign in signs if sign in WINDOW_DAYS)
    return [sign for sign, most in windows if (late if most == 1 else days > most)]


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a text: a moment with its offset, or local time without one."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def clock_of(row: Mapping[str, Any], clustered: Sequence[str], campaign: _Campaign) -> Clock:
    """Return the clock of a row of a card, and of the moments when its clusters were suspected.

    The row has `counted_from`, `urgent_since` and `reported_recorded`.
    """
    zone, reported = campaign.zone, row["reported_recorded"]
    urgent = [row["urgent_since"], *clustered] if row["urgent_since"] else clustered
    return campaign.aefi.clock(
        instant(row["counted_from"], zone),
        [instant(each, zone) for each in urgent],
        instant(reported, zone) if reported else None,
    )
