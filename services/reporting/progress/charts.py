"""The bar chart of doses per day, as numbers for an inline SVG: no script, prints well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.reporting.progress.figures import OfDay
from shared.kit.dates import day_text, days_text
from shared.kit.language import t
from shared.town.campaign import Site

WIDTH, HEIGHT, LEFT, BOTTOM = 1000, 220, 46, 24


class Bar(NamedTuple):
    """One site's doses of one day; `series` is the site's place among the sites."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


class Label(NamedTuple):
    """A day under the axis."""

    x: float
    text: str


class Chart(NamedTuple):
    """Bars, axis and floor line; lengths are in the SVG's own units, `floor` is in doses."""

    bars: list[Bar]
    labels: list[Label]
    floor_y: float
    floor: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    baseline: int = HEIGHT - BOTTOM


def daily_chart(
    days: Sequence[OfDay], sites: Sequence[Site], floor: int, first: date, last: date
) -> Chart:
    """Return bars (stacked by site) for every day from `first` to `last`, axis and floor line.

    `floor` is the town's doses per day.
    """
    shown = [first + timedelta(n) for n in range((last - first).days + 1)]
    given = {(row["day"], row["site"]): row["first"] + row["second"] for row in days}
    totals = [sum(given.get((day, site.code), 0) for site in sites) for day in shown]
    per_dose = (HEIGHT - BOTTOM - 8) / (max([floor, *totals, 1]) * 1.08)
    step = (WIDTH - LEFT) / len(shown)
    bars: list[Bar] = []
    for n, day in enumerate(shown):
        x, y = round(LEFT + n * step + step * 0.12, 2), float(HEIGHT - BOTTOM)
        for index, site in enumerate(sites):
            if doses := given.get((day, site.code), 0):
                height = doses * per_dose
                y -= height
                size = (round(y, 2), round(step * 0.76, 2), round(height, 2))
                title = t(
                    "{day}，{site}：{n} 剂",
                    "doses at {site} on {day}: {n}",
                    day=day_text(day),
                    site=site,
                    n=doses,
                )
                bars.append(Bar(x, *size, index, title))
    labels = [
        Label(round(LEFT + n * step + step / 2, 2), days_text(day, day))
        for n, day in enumerate(shown)
        if n % max(1, len(shown) // 12) == 0
    ]
    return Chart(bars, labels, round(HEIGHT - BOTTOM - floor * per_dose, 2), floor)
