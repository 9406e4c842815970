"""The bar chart of doses per day, as numbers for an inline SVG: no script, prints well."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM = 1000, 220, 46, 24


def daily_chart(
    days: list[dict[str, Any]], sites: list[str], floor: int, first: date, last: date
) -> dict[str, Any]:
    """Return bars (stacked by site) for every day from `first` to `last`, axis and floor line.

    `floor` is the town's doses per day; lengths are in the SVG's own units.
    """
    number = (last - first).days + 1
    given = {(row["day"], row["site"]): row["first"] + row["second"] for row in days}
    totals = [
        sum(given.get((first + timedelta(n), site), 0) for site in sites) for n in range(number)
    ]
    top = max([floor, *totals, 1]) * 1.08
    plot_height, step = HEIGHT - BOTTOM - 8, (WIDTH - LEFT) / number
    bars: list[dict[str, Any]] = []
    for n in range(number):
        day, base = first + timedelta(n), float(HEIGHT - BOTTOM)
        for index, site in enumerate(sites):
            doses = given.get((day, site), 0)
            height = plot_height * doses / top
            base -= height
            if doses:
                bars.append(
                    {
                        "x": round(LEFT + n * step + step * 0.12, 2),
                        "y": round(base, 2),
                        "width": round(step * 0.76, 2),
                        "height": round(height, 2),
                        "series": index,
                        "title": f"{day} {site}: {doses}",
                    }
                )
    labels = [
        {
            "x": round(LEFT + n * step + step / 2, 2),
            "text": (first + timedelta(n)).strftime("%m-%d"),
        }
        for n in range(0, number, max(1, number // 12))
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "baseline": HEIGHT - BOTTOM,
        "bars": bars,
        "labels": labels,
        "floor_y": round(HEIGHT - BOTTOM - plot_height * floor / top, 2),
        "floor": floor,
    }
