"""The figures of the golden town, asked over HTTP, in a shape that is this file's own.

`get(source, path, **query)` returns a JSON document; where an answer's shape changes, this follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from shared.town.campaign import Campaign

LEDGER_PAGE = 1000
Get = Callable[..., Any]


def entries(get: Get) -> Iterator[dict[str, Any]]:
    """The ledger's entries as supervision shows them."""
    after = 0
    while page := get("supervision", "/api/ledger", after=after, limit=LEDGER_PAGE)["entries"]:
        yield from page
        after = page[-1]["entry"]


def figures(get: Get, campaign: Campaign) -> dict[str, Any]:
    """The figures that must not change, asked from the parts, in a shape of this file's own."""
    days = (campaign.end - campaign.start).days + 1
    units = [unit.code for unit in campaign.units]
    weeks = [row["week"] for row in get("reporting", "/api/weeks")["weeks"] if row["closed"]]
    progress = get("reporting", "/api/progress")
    return {
        "units": {
            row["unit"]: {key: row[key] for key in UNIT}
            | {"coverage": round(100 * row["second"] / row["target"], 2)}
            for row in get("registration", "/api/units")["units"]
        },
        "residents": {unit: _statuses(get, unit) for unit in units},
        "cohorts": {
            row["cohort"]: [row[key] for key in ("people", "consented", "first", "second")]
            for row in get("registration", "/api/cohorts")["cohorts"]
        },
        "pairs": {
            state: get("registration", "/api/matches", state=state)["left"]
            for state in ("open", "later")
        },
        "notices": [
            {key: row[key] for key in NOTICE}
            for row in get("registration", "/api/notices")["notices"]
        ],
        "cadres": {
            unit: [
                [row["cadre"], *(row[key] for key in CADRE)]
                for row in get("registration", f"/api/units/{unit}/cadres")["cadres"]
            ]
            for unit in units
        },
        "town": progress["figures"]["town"],
        "reported": {
            row["unit"]: [row[key] for key in REPORTED] for row in progress["figures"]["units"]
        },
        "screening": progress["screening"],
        "days": [
            [row["day"], row["site"], row["first"], row["second"]] for row in progress["days"]
        ],
        "weeks": {week: get("reporting", f"/api/weeks/{week}")["figures"] for week in weeks},
        "sites": {
            site.code: _site(get, f"appointments/{site.code}", campaign.start, days)
            for site in campaign.sites
        },
        "histories": {
            unit: get("supervision", f"/api/units/{unit}/history")["state"] for unit in units
        },
    }


UNIT = ("site", "target", "registered", "consented", "declined", "first", "second", "also")
REPORTED = ("registered", "consented", "declined", "first", "second")
CADRE = ("quota", "assigned", "contacted", "willing", "refused", "first", "second")
NOTICE = ("title", "channel", "status", "recipients", "sent", "delivered", "skipped", "failed")
BATCH = ("received", "used", "wasted", "left", "recalled")


def _statuses(get: Get, unit: str) -> dict[str, Any]:
    """How many of a unit's residents stand how, and how many names can be read."""
    rows = get("registration", f"/api/units/{unit}/residents", limit=1000)["residents"]
    named = sum(row["name"] is not None for row in rows)
    return dict(sorted(Counter(row["status"] for row in rows).items())) | {"named": named}


def _site(get: Get, source: str, start: date, count: int) -> dict[str, Any]:
    """A site's stock, and by day the places that are taken and how its appointments ended."""
    between = {"from": str(start), "to": str(start + timedelta(count - 1))}
    heads: dict[str, dict[str, int]] = {}
    for n in range(count):
        day = str(start + timedelta(n))
        rows = get(source, "/api/appointments", day=day)["appointments"]
        heads[day] = dict(sorted(Counter(f"{row['status']} {row['dose']}" for row in rows).items()))
    return {
        "batches": {
            row["batch"]: [row[key] for key in BATCH]
            for row in get(source, "/api/batches")["batches"]
        },
        "taken": {
            row["day"]: row["taken"] for row in get(source, "/api/sessions", **between)["sessions"]
        },
        "heads": heads,
    }
