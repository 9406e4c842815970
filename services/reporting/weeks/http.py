"""Weekly reports over HTTP; the county reads those that are published."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.reporting.weeks import charts, commands, queries
from services.reporting.weeks.workbook import week_workbook
from shared.kit.dates import week_text
from shared.kit.eventstore.remembered import remembered
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Endpoints
from shared.kit.web.responses import workbook_response
from shared.town import request_context
from shared.town.access import to
from shared.town.access.refusals import NotAllowed
from shared.town.access.roles import CAMPAIGN, COUNTY, OFFICE
from shared.town.web.charts import Width, picture
from shared.town.web.web import Web

PUBLISHED = Text("周报", "weekly report")
PREVIEW = Text("周报预览", "weekly report preview")
REPORTS = to(*CAMPAIGN, COUNTY)

endpoints = Endpoints()


@endpoints.query("/api/weeks", allow=REPORTS)
def weeks(web: Web) -> queries.Spans:
    """All weeks of the campaign."""
    return {"weeks": queries.weeks(web.work)}


@endpoints.query("/api/weeks/<week>", allow=REPORTS)
def one(web: Web, week: str) -> queries.Report:
    """A week's report, or its preview; the county reads published ones only."""
    report = remembered(web.work, queries.report, week)  # once for page and picture
    asked = request_context.current()
    if not report["closed"] and asked and all(grant.role == COUNTY for grant in asked.grants):
        raise NotAllowed
    return report


def _closing(web: Web, week: str) -> Question | None:
    """Say which week is published, once for all."""
    span = next((each for each in queries.weeks(web.work) if each["week"] == week), None)
    if span is None or span["closed"] or web.work.today() <= span["to"]:
        return None
    says = t(
        "将发布{week}的周报：数字从此固定，县里可以看到，以后补登的不再计入。",
        "The report of {week} is published: its figures are fixed, the county can read them, and what"
        " is recorded later does not count.",
        week=week_text(week),
    )
    return Question(says, t("确认发布周报", "Publish the report"))


@endpoints.command(
    "/api/weeks/<week>/close",
    allow=to(OFFICE),
    confirm=_closing,
    tells=Text("本周周报已发布。", "The weekly report is published."),
)
def close_week(web: Web, week: str) -> commands.Report:
    """Publish a week's progress."""
    return commands.close_week(web.work, week)


@endpoints.page("/weeks/<week>/doses.svg", allow=REPORTS, params=Width)
def week_chart(web: Web, week: str, narrow: bool) -> Response:
    """Draw a week's doses by site and day."""
    days = one(web, week)["figures"]["days"]
    chart = charts.doses(web.work.campaign, week, days)
    return picture(chart, Text("每天接种", "doses by day"), _of_week(week), narrow=narrow)


@endpoints.page("/weeks", allow=REPORTS)
def weeks_page(web: Web) -> str:
    """Show the weeks."""
    return web.render("weeks.html", weeks=queries.weeks(web.work), today=web.work.today())


@endpoints.page("/weeks/<week>", allow=REPORTS)
def week_page(web: Web, week: str) -> str:
    """Show a week's figures, published or previewed: its own, then all so far."""
    work, report = web.work, one(web, week)
    against = queries.against_plan(work, week, report["figures"])
    before, span, after = queries.around(work, week)
    return web.render(
        "week.html",
        report=report,
        counted=[(web.source_name(name), at) for name, at in report["positions"].items()],
        over=work.today() > span["to"],
        before=before,
        after=after,
        of_week=queries.in_town(against),
        against=against,
        groups=queries.groups(work.campaign, report["figures"]),
    )


@endpoints.page("/weeks/<week>/report.xlsx", allow=REPORTS)
def week_as_workbook(web: Web, week: str) -> Response:
    """Return a week's figures as a workbook."""
    work, report = web.work, one(web, week)
    against = queries.against_plan(work, week, report["figures"])
    content = week_workbook(work.campaign, report, against)
    what = PUBLISHED if report["closed"] else PREVIEW
    return workbook_response(content, what, _of_week(week))


def _of_week(week: str) -> Text:
    """A week as the name of a file says it."""
    said = {"year": week[:4], "week": int(week[-2:])}
    return Text("{year}年第{week}周", "{year} week {week}", said)
