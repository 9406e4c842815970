"""Charts of the progress: both doses against the plan, and every unit against its target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from services.reporting.progress.figures import OfUnit
from services.reporting.progress.queries import AgainstFloor, Progress
from shared.kit.charts.shapes import Bars, Hue, Line, Lines
from shared.kit.dates import day_text
from shared.kit.language import t
from shared.town.campaign import Campaign
from shared.town.campaign.lagging import standings

Order = Literal["first", "second"]
ORDERS: tuple[Order, Order] = ("first", "second")


class SoFar(NamedTuple):
    """Doses given up to and including a day, and how many the plan wants by then."""

    day: date
    first: int
    first_due: int
    second: int
    second_due: int


def span(campaign: Campaign, order: Order) -> tuple[date, date]:
    """Return the day on which first or second doses begin, and their deadline."""
    if order == "first":
        return campaign.start, campaign.first_dose_cutoff
    return campaign.start + timedelta(campaign.interval_days), campaign.end


def due(campaign: Campaign, order: Order, day: date) -> int:
    """Return the doses that the plan wants by a day: as many each day, all of them at the deadline."""
    begins, ends = span(campaign, order)
    share = (day - begins).days / max(1, (ends - begins).days)
    return round(campaign.head_count_target * min(1.0, max(0.0, share)))


def so_far(campaign: Campaign, days: list[AgainstFloor], today: date) -> list[SoFar]:
    """Return how both doses stand at the end of each week that has begun; the last is today."""
    last = min(today, campaign.end)
    at = {order: dict(_sums(days, order, campaign.start, last)) for order in ORDERS}
    shown = [day for day in at["first"] if day.isoweekday() == 7 or day == last]
    return [
        SoFar(
            day,
            at["first"][day],
            due(campaign, "first", day),
            at["second"][day],
            due(campaign, "second", day),
        )
        for day in shown
    ]


def in_words(now: SoFar) -> str:
    """Say how both doses stand, for who does not see the chart."""
    return t(
        "到{day}：第一剂累计 {first:,} 剂（计划 {first_due:,}），第二剂累计 {second:,} 剂（计划 {second_due:,}）。",
        "By {day}: {first:,} first doses ({first_due:,} planned) and {second:,} second doses"
        " ({second_due:,} planned).",
        **{**now._asdict(), "day": day_text(now.day)},
    )


def doses(campaign: Campaign, progress: Progress) -> Lines:
    """Both doses from day to day, against the plan and its deadlines."""
    target, last = campaign.head_count_target, min(progress["as_of"], campaign.end)
    names = {"first": t("第一剂", "First doses"), "second": t("第二剂", "Second doses")}
    hues: dict[Order, Hue] = {"first": "green", "second": "blue"}

    def line(order: Order) -> Line:
        sums = _sums(progress["days"], order, campaign.start, last)
        points: list[tuple[str, float]] = [(day.isoformat(), n) for day, n in sums]
        return {"name": names[order], "hue": hues[order], "points": points}

    def plan(order: Order) -> Line:
        ends = zip(span(campaign, order), (0, target), strict=True)
        return {"name": "", "hue": hues[order], "points": [(day.isoformat(), n) for day, n in ends]}

    return {
        "form": "lines",
        "first": campaign.start.isoformat(),
        "last": campaign.end.isoformat(),
        "days": t("%-m月%-d日", "%-d %b"),
        "lines": [line(order) for order in ORDERS],
        "plans": [plan(order) for order in ORDERS],
        "deadlines": [
            (campaign.first_dose_cutoff.isoformat(), t("第一剂截止", "last first dose")),
            (campaign.end.isoformat(), t("全程截止", "end")),
        ],
        "level": (target, t("任务数 {n:,}", "target {n:,}", n=target)),
    }


def units(campaign: Campaign, rows: list[OfUnit]) -> Bars:
    """Every unit against its target, those behind first: completed full, begun hollow."""
    given = {row["unit"]: (row["first"], row["second"]) for row in rows}
    in_order = [each for each in standings(campaign.units, given) if each.unit.target]
    return {
        "form": "bars",
        "bars": [
            (str(unit), second / unit.target, first / unit.target, f"{second:,}")
            for unit, first, second, _, _ in in_order
        ],
        "level": (1.0, t("任务数", "target")),
        "share": True,
    }


def _sums(
    days: list[AgainstFloor], order: Order, first: date, last: date
) -> Iterator[tuple[date, int]]:
    """Every day with the doses up to and including it."""
    given, total = Counter[date](), 0
    for row in days:
        given[row["day"]] += row[order]
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        total += given[day]
        yield day, total
