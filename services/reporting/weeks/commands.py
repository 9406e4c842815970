"""Close a week: publish its report."""

from __future__ import annotations

from services.reporting.domain.week import Week, WeekNotOver
from services.reporting.weeks.queries import Report, as_published, check, preview
from shared.kit import dates
from shared.town.campaign import days_of
from shared.town.work import Work


def close_week(work: Work, week: str) -> Report:
    """Publish a week's progress once (R26). Raises `WeekNotOver`, `WeekOutsideCampaign`."""
    check(work, week)
    sunday = days_of(week)[-1]
    if work.today() <= sunday:
        raise WeekNotOver(week=dates.Week(week), ends=sunday)
    report = work.begin(Week, Week.create_id(week))
    if report.figures is None:
        found = preview(work, week)
        report.publish(week, found["positions"], found["figures"])
    work.save(report)
    return as_published(week, report)
