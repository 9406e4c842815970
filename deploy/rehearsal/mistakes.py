"""Commands that have to be refused: a rehearsal makes each mistake on purpose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from deploy.rehearsal.api import Api
from deploy.rehearsal.person import Person
from shared.town.campaign import Campaign

EXPIRED = "EXPIRED-01"


class Mistakes:
    """Makes each mistake once, on its day; what was not refused is remembered."""

    EXPECTED = (
        "too-early",
        "batch-expired",
        "unknown-code",
        "malformed",
        "too-large",
        "after-cutoff",
        "under-age",
    )
    REPEATED = 1

    def __init__(self, api: Api, sites: dict[str, str]) -> None:
        """Make mistakes at the first site."""
        self.api = api
        self.site, self.source = next(iter(sites.items()))
        self.sites = sites
        self.made: set[str] = set()

    def before_doses(self, day: date, campaign: Campaign, cleared: list[dict[str, Any]]) -> None:
        """A dose from a batch that expired on the first day."""
        mine = [row for row in cleared if row["site"] == self.site]
        if mine and "batch-expired" not in self.made and day > campaign.start:
            self.made.add("batch-expired")
            url = f"/api/residents/{mine[0]['resident']}/dose"
            body = {"batch": EXPIRED, "vaccinator": f"{self.site}-nurse"}
            self.api.try_command(self.source, url, body, "mistake: expired batch")

    def on(
        self,
        day: date,
        campaign: Campaign,
        vaccinated: list[dict[str, Any]],
        people: dict[str, Person],
    ) -> None:
        """Make what mistakes are due on a day's evening."""
        mine = [row for row in vaccinated if row["site"] == self.site]
        firsts = [row for row in mine if row["dose"] == 1]
        if day == campaign.start:
            self._receive_what_expires_today(day, campaign)
        if firsts and "too-early" not in self.made and day > campaign.start:
            self.made.add("too-early")
            self._again_today(firsts[0])
            self._nonsense(firsts[0]["resident"])
        if day > campaign.cutoff(campaign.products[0].code) and "after-cutoff" not in self.made:
            self.made.add("after-cutoff")
            self._first_dose_after_the_cutoff(day, campaign, people)

    def _receive_what_expires_today(self, day: date, campaign: Campaign) -> None:
        batch = {
            "batch": EXPIRED,
            "product": campaign.products[0].code,
            "doses": 10,
            "expiry": str(day),
        }
        self.api.command(self.source, "/api/batches", batch, "batch that expires")

    def _again_today(self, row: dict[str, Any]) -> None:
        """The second dose on the day of the first."""
        url = f"/api/residents/{row['resident']}/dose"
        body = {"batch": row["batch"], "vaccinator": row["vaccinator"]}
        self.api.try_command(self.source, url, body, "mistake: too early")

    def _nonsense(self, resident: str) -> None:
        url = f"/api/residents/{resident}/screening"
        body = {"site": "moon", "answers": _WELL}
        self.api.try_command("screening", url, body, "mistake: unknown site")
        self.api.try_command("screening", url, b'{"site": ', "mistake: malformed")
        self.api.try_command("screening", url, b'"' + b"x" * 1_100_000 + b'"', "mistake: large")
        first = {"reason": "本人更正了回答"}
        withdraw = f"/api/residents/{resident}/clearance/withdraw"
        for send in (self.api.command, self.api.repeat):
            send("screening", withdraw, first, "the same command twice")

    def _first_dose_after_the_cutoff(
        self, day: date, campaign: Campaign, people: dict[str, Person]
    ) -> None:
        """Somebody who had declined changes their mind, too late (R05)."""
        late = next((r for r, person in people.items() if not person.consents), None)
        if late is None:
            return
        week = f"{day.isocalendar().year}-W{day.isocalendar().week:02}"
        url = f"/api/residents/{late}/consent"
        self.api.command("registration", url, {"wished_week": week}, "mistake: late consent")
        self.api.settle()
        body = {
            "resident": late,
            "from_day": str(day + timedelta(days=1)),
            "to_day": str(campaign.end),
        }
        source = self.sites[campaign.unit(people[late].unit).site]
        self.api.try_command(source, "/api/appointments", body, "mistake: after the cut-off")


_WELL: dict[str, Any] = {
    "temperature": 36.5,
    "pregnant": False,
    "severe_allergy": False,
    "convulsions_own": False,
    "convulsions_family": False,
    "epilepsy_own": False,
    "epilepsy_family": False,
    "encephalopathy_own": False,
    "encephalopathy_family": False,
    "mental_illness_own": False,
    "mental_illness_family": False,
    "acute_illness": False,
    "chronic_illness_acute_phase": False,
    "severe_chronic_illness": False,
    "vaccinated_before": False,
    "healthy": True,
}
