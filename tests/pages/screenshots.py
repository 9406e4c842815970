"""Takes a picture of every page: `python -m tests.pages.screenshots [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from shared.campaign import week_of
from tests.pages.deployed import Viewers, a_browser, a_notice, a_town, addresses, somebody_today

DAY = date(2024, 4, 24)
WIDTHS = {"": (1280, 900), "-phone": (390, 844)}


def main(folder: Path) -> None:
    """Rehearse until a day in April, then photograph every page at both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        a_town(Path(place), people=600, until=DAY) as (deployment, api, rehearsal),
        a_browser() as browser,
    ):
        rehearsal.book(DAY)
        expected = [row for row in rehearsal.expected(DAY) if row["site"] == "stadium"]
        for row in expected[: len(expected) // 2]:
            rehearsal.arrive(row, DAY)
        api.settle()
        resident, unit = somebody_today(api, rehearsal, DAY)
        notice = a_notice(api)
        last_week = week_of(DAY - timedelta(days=7))
        for suffix, (width, height) in WIDTHS.items():
            viewers = Viewers(browser, deployment, width, height)
            for name, address in addresses(deployment, resident, unit, last_week, notice):
                page = viewers.of(name, address)
                page.goto(address)
                page.screenshot(path=folder / f"{name}{suffix}.png")
            viewers.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots"))
