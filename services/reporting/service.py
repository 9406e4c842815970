"""Reporting over HTTP."""

from __future__ import annotations

from typing import Any

from services.reporting.application import Reporting
from services.reporting.charts import daily_chart
from services.reporting.schemas import Done, WeekReport
from shared.town import request_context
from shared.town.access import to
from shared.town.access.refusals import NotAllowed
from shared.town.access.roles import CAMPAIGN, COUNTY, OFFICE
from shared.town.service import Service, command, page, query

REPORTS = to(*CAMPAIGN, COUNTY)


class ReportingService(Service):
    """Doses by day, site, unit and number against target and floor; the week's report."""

    name = "reporting"
    application = Reporting
    nav = (("/", "进度", "Progress"), ("/weeks", "周报", "Weekly reports"))
    app: Reporting

    @query(
        "/api/progress", allow=to(*CAMPAIGN), summary="How the campaign stands against its targets"
    )
    def progress(self) -> dict[str, Any]:
        """Return the progress now."""
        return self.app.progress()

    @query("/api/weeks", allow=REPORTS, summary="All weeks of the campaign")
    def weeks(self) -> dict[str, Any]:
        """List the weeks."""
        return {"weeks": self.app.weeks()}

    @query(
        "/api/weeks/<week>",
        allow=REPORTS,
        answer=WeekReport,
        summary="A week's report, or its preview",
    )
    def week(self, week: str) -> dict[str, Any]:
        """Return a week."""
        return self._week(week)

    @command(
        "/api/weeks/<week>/close",
        allow=to(OFFICE),
        answer=WeekReport,
        summary="Publish a week's progress",
    )
    def close_week(self, body: dict[str, Any], week: str) -> dict[str, Any]:
        """Close a week."""
        del body
        return self.app.close_week(week)

    @page("/", allow=to(*CAMPAIGN), summary="The town's progress")
    def home(self) -> str:
        """Show progress, floors, forecast and units."""
        app, campaign = self.app, self.app.campaign
        progress = app.progress()
        sites = [site.code for site in campaign.sites]
        floor = sum(site.daily_floor for site in campaign.sites)
        chart = daily_chart(progress["days"], sites, floor, campaign.start, campaign.end)
        targets = {unit.code: unit.target for unit in campaign.units}
        units = sorted(
            progress["figures"]["units"],
            key=lambda row: row["second"] / max(1, targets[row["unit"]]),
        )
        today = [row for row in progress["days"] if row["day"] == progress["as_of"]]
        return self.render(
            "progress.html",
            progress=progress,
            chart=chart,
            units=units,
            targets=targets,
            today={row["site"]: row for row in today},
            days_left=max(0, (campaign.end - progress["as_of"]).days),
        )

    @page("/weeks", allow=REPORTS, summary="All weekly reports")
    def weeks_page(self) -> str:
        """Show the weeks."""
        return self.render("weeks.html", weeks=self.app.weeks(), today=self.app.today())

    @page("/weeks/<week>", allow=REPORTS, params=Done, summary="One weekly report")
    def week_page(self, week: str, done: str | None) -> str:
        """Show a week's figures, published or previewed."""
        report = self._week(week)
        row = next(row for row in self.app.weeks() if row["week"] == week)
        return self.render(
            "week.html",
            report=report,
            week=row,
            done=done,
            over=self.app.today() > row["to"],
            targets={unit.code: unit.target for unit in self.app.campaign.units},
            against=self._against(week, report["figures"]),
        )

    def _week(self, week: str) -> dict[str, Any]:
        """Return a week's report; the county reads published ones only. Raises `NotAllowed`."""
        report = self.app.week(week)
        asked = request_context.current()
        if not report["closed"] and asked and all(g.role == COUNTY for g in asked.grants):
            raise NotAllowed
        return report

    def _against(self, week: str, figures: dict[str, Any]) -> list[dict[str, Any]]:
        """The week's doses planned and done at each site, wherever a unit is docked (R22)."""
        planned = self.app.planned_at_sites(week)
        return [
            {
                "site": site,
                "planned": planned.get(site.code, 0),
                "done": sum(
                    row["first"] + row["second"]
                    for row in figures["days"]
                    if row["site"] == site.code
                ),
            }
            for site in self.app.campaign.sites
        ]
