"""The weeks of the campaign and their reports, published or previewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypedDict, cast

from sqlalchemy import select

from services.reporting.domain.week import Week, WeekOutsideCampaign
from services.reporting.progress.figures import Figures, OfUnit, figures, planned
from services.reporting.progress.queries import positions
from services.reporting.weeks.views import reports
from shared.kit import dates
from shared.kit.formats import Moment
from shared.town.campaign import Campaign, Site, Standing, days_of, standings, weeks_between
from shared.town.work import Work

# With the names of its fields in answers.
Span = TypedDict(
    "Span", {"week": str, "from": date, "to": date, "closed": bool, "published_at": Moment | None}
)


class Spans(TypedDict):
    """All weeks of the campaign."""

    weeks: list[Span]


class Report(TypedDict):
    """A week's figures, and the positions of the sources they were computed from."""

    week: str
    closed: bool
    positions: dict[str, int]
    figures: Figures


class AgainstPlan(NamedTuple):
    """Doses planned and given at a site, or in the town, in a week."""

    site: Site | None
    planned: int
    first: int
    second: int

    @property
    def done(self) -> int:
        """Doses given."""
        return self.first + self.second


def weeks(work: Work) -> list[Span]:
    """Return all weeks of the campaign, and whether each is closed."""
    published = {row["week"]: row["recorded_at"] for row in work.rows(select(reports))}
    return [
        {
            "week": week,
            "from": days_of(week)[0],
            "to": days_of(week)[-1],
            "closed": week in published,
            "published_at": published.get(week),
        }
        for week in weeks_between(work.campaign.start, work.campaign.end)
    ]


def around(work: Work, week: str) -> tuple[Span | None, Span, Span | None]:
    """Return a week of the campaign with the one before and the one after it."""
    known = weeks(work)
    at = next(number for number, span in enumerate(known) if span["week"] == week)
    return known[at - 1] if at else None, known[at], next(iter(known[at + 1 :]), None)


def report(work: Work, week: str) -> Report:
    """Return a week's published report, or a preview of it. Raises `WeekOutsideCampaign`."""
    check(work, week)
    published = work.find(Week, Week.create_id(week))
    return as_published(week, published) if published is not None else preview(work, week)


def as_published(week: str, published: Week) -> Report:
    """Return a report as it was published."""
    return {
        "week": week,
        "closed": True,
        "positions": published.positions,
        "figures": cast("Figures", published.figures),
    }


def preview(work: Work, week: str) -> Report:
    """Return what would be published of a week now."""
    return {
        "week": week,
        "closed": False,
        "positions": positions(work),
        "figures": figures(work, days_of(week)[-1], week),
    }


def against_plan(work: Work, week: str, of_week: Figures) -> list[AgainstPlan]:
    """Return the week's doses planned and given at each site, wherever a unit is docked (R22)."""
    plan, found = planned(work, week, "site"), list[AgainstPlan]()
    for site in work.campaign.sites:
        rows = [row for row in of_week["days"] if row["site"] == site.code]
        first, second = (sum(row[name] for row in rows) for name in ("first", "second"))
        found.append(AgainstPlan(site, plan.get(site.code, 0), first, second))
    return found


def in_town(against: Sequence[AgainstPlan]) -> AgainstPlan:
    """Return what all sites together have planned and given."""
    first, second = sum(each.first for each in against), sum(each.second for each in against)
    return AgainstPlan(None, sum(each.planned for each in against), first, second)


def groups(campaign: Campaign, figures: Figures) -> dict[str, list[tuple[Standing, OfUnit]]]:
    """Return the units of each kind with their figures, those furthest behind first."""
    rows = {row["unit"]: row for row in figures["units"]}
    found: dict[str, list[tuple[Standing, OfUnit]]] = {unit.kind: [] for unit in campaign.units}
    given = {code: (row["first"], row["second"]) for code, row in rows.items()}
    for each in standings(campaign.units, given):
        found[each.unit.kind].append((each, rows[each.unit.code]))
    return found


def check(work: Work, week: str) -> None:
    """Raise `WeekOutsideCampaign` for a week that is none of the campaign's."""
    known = weeks_between(work.campaign.start, work.campaign.end)
    if week not in known:
        sent, first, last = map(dates.Week, (week, known[0], known[-1]))
        raise WeekOutsideCampaign(week=sent, first=first, last=last)
