"""Begin and end a rehearsed day at the sites: refrigerators read, nurses on duty, batches counted, the day closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from deploy.rehearsal.api import Api

WHY = "演练"


def go_on_duty(api: Api, sites: Mapping[str, str], day: date) -> None:
    """Put each site's nurse on duty."""
    for site, source in sites.items():
        body = {"login": f"{site}-nurse", "posts": ["vaccinator"]}
        api.command(source, "/api/duty", body, f"duty {site} {day}")


def read_fridges(api: Api, sites: Mapping[str, str], day: date, number: int) -> None:
    """Read every refrigerator of every site, for the first or second time of a day; none is too warm."""
    for site, source in sites.items():
        for fridge in api.deployment.campaign.site(site).fridges:
            body, name = {"fridge": fridge, "celsius": 4.5}, f"{site} {fridge} {number} {day}"
            api.command(source, "/api/fridges/readings", body, f"fridge {name}")


def close_the_day(api: Api, sites: Mapping[str, str], day: date) -> None:
    """Count every batch that was ever used, then close; what is left open gets a reason."""
    for site, source in sites.items():
        for batch in api.get(source, "/api/batches")["batches"]:
            if batch["used"]:
                url = f"/api/batches/{batch['batch']}/count"
                counted = {"counted": batch["left"]}
                api.command(source, url, counted, f"count {site} {batch['batch']} {day}")
        points = api.get(source, "/api/closing", day=str(day))["points"]
        body = {"note": WHY} if any(each["open"] for each in points) else {}
        api.command(source, f"/api/days/{day}/close", body, f"close {site} {day}")
