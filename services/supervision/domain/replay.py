"""A week's figures again, from the events alone: the audit of what reporting publishes.

Written without looking at reporting's views. The shape is that of `Figures` in
shared/town/contracts/reporting.py; days are ISO text here.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TypedDict, TypeVar, cast

from services.supervision.domain.people import OF_PEOPLE, Data, People

REGISTRATION = "registration"
K = TypeVar("K")


class Figures(TypedDict):
    """A week's figures as reporting publishes them."""

    town: dict[str, int]
    sites: list[dict[str, str | int]]
    units: list[dict[str, str | int]]
    days: list[dict[str, str | int]]


RELEVANT = (*OF_PEOPLE, "WeeklyPlanPublished", "DoseAdministered")


def _doses(counted: Counter[tuple[K, int]], of: K) -> dict[str, int]:
    return {"first": counted[of, 1], "second": counted[of, 2]}


class WeekReplay:
    """Takes events in the order of their sources and tells the figures of one week."""

    def __init__(self, week: str, sites: list[str], units: list[str]) -> None:
        """Begin an ISO week's figures for these sites and units."""
        year, number = week.split("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
        self.week = week
        self._monday, self._sunday = monday.isoformat(), (monday + timedelta(6)).isoformat()
        self._sites, self._units = sorted(sites), sorted(units)
        self._people = People()
        self._plans: dict[str, list[Data]] = {}
        self._by_site: Counter[tuple[str, int]] = Counter()
        self._by_unit: Counter[tuple[str, int]] = Counter()
        self._by_day: Counter[tuple[tuple[str, str], int]] = Counter()

    def take(self, source: str, name: str, data: Data) -> None:
        """Take one event of a source."""
        if source == REGISTRATION:
            self._people.take(name, data)
        elif name == "WeeklyPlanPublished" and data["week"] == self.week:
            self._plans[data["site"]] = data["rows"]
        elif name == "DoseAdministered" and data["day"] <= self._sunday:
            self._by_site[data["site"], data["dose"]] += 1
            self._by_unit[data["unit"], data["dose"]] += 1
            if data["day"] >= self._monday:
                self._by_day[(data["day"], data["site"]), data["dose"]] += 1

    def figures(self) -> Figures:
        """Return the figures of what has been taken."""
        registered, answers = Counter(self._people.units()), Counter(self._people.answers())
        planned: Counter[str] = Counter()
        for rows in self._plans.values():
            for row in rows:
                planned[row["unit"]] += row["planned"]
        return {
            "town": {
                "first": sum(n for (_, dose), n in self._by_site.items() if dose == 1),
                "second": sum(n for (_, dose), n in self._by_site.items() if dose == 2),
            },
            "sites": [{"site": site, **_doses(self._by_site, site)} for site in self._sites],
            "units": [
                {
                    "unit": unit,
                    "registered": registered[unit],
                    "consented": answers[unit, "consented"],
                    "declined": answers[unit, "declined"],
                    "planned": planned[unit],
                    **_doses(self._by_unit, unit),
                }
                for unit in self._units
            ],
            "days": [
                {"day": day, "site": site, **_doses(self._by_day, (day, site))}
                for day, site in sorted({place for place, _ in self._by_day})
            ],
        }


def differences(published: object, replayed: object, place: str = "") -> list[str]:
    """Name every field in which two figures differ: `units[3].first: published 41, replayed 40`."""
    if isinstance(published, dict) and isinstance(replayed, dict):
        left, right = cast(dict[str, object], published), cast(dict[str, object], replayed)
        start = f"{place}." if place else ""
        return [
            line
            for key in sorted({*left, *right})
            for line in differences(left.get(key), right.get(key), start + key)
        ]
    if isinstance(published, list) and isinstance(replayed, list):
        rows, again = cast(list[object], published), cast(list[object], replayed)
        if len(rows) == len(again):
            pairs = enumerate(zip(rows, again, strict=True))
            return [line for n, (p, r) in pairs for line in differences(p, r, f"{place}[{n}]")]
    if published == replayed:
        return []
    return [f"{place}: published {published}, replayed {replayed}"]
