"""A week's report as a workbook, for whoever has to hand its figures on."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from services.reporting.progress.figures import Given
from services.reporting.weeks.queries import AgainstPlan, Report, in_town
from shared.kit.dates import day_text, week_text
from shared.kit.language import Text, t
from shared.kit.office.workbooks import Workbook, new_workbook, write_text
from shared.town.campaign import Campaign
from shared.town.terms.residents import ANSWERS

WIDTHS = (28, 14)
FIRST, SECOND = Text("第一剂", "first dose"), Text("第二剂", "second dose")
SO_FAR = (Text("第一剂累计", "first, so far"), Text("第二剂累计", "second, so far"))
SITE = Text("接种点", "site")
OF_WEEK = (SITE, Text("计划剂次", "planned"), Text("完成剂次", "given"), Text("完成率", "share"))
DAYS = (Text("日期", "day"), SITE, FIRST, SECOND, Text("合计", "total"))
UNITS = (
    Text("单位", "unit"),
    Text("任务数", "target"),
    Text("登记", "registered"),
    *(Text(term.zh, term.en) for term in ANSWERS.values()),
    Text("本周计划", "planned this week"),
    *SO_FAR,
)
COUNTED = ("registered", "consented", "declined", "planned", "first", "second")

Row = tuple[str | float, ...]


def week_workbook(campaign: Campaign, report: Report, against: Sequence[AgainstPlan]) -> bytes:
    """Return a workbook of three sheets: the week by site, its days, all units."""
    file, figures = io.BytesIO(), report["figures"]
    title = [t(campaign.name_zh, campaign.name_en), week_text(report["week"])]
    if not report["closed"]:
        title.append(t("预览，尚未发布", "preview, not published"))
    so_far = {site["site"]: site for site in figures["sites"]}
    week = [_of_site(str(each.site), each, so_far[each.site.code]) for each in against if each.site]
    week.append(_of_site(t("全镇", "the town"), in_town(against), figures["town"]))
    days: list[Row] = []
    for row in figures["days"]:
        doses = row["first"], row["second"]
        days.append((day_text(row["day"]), str(campaign.site(row["site"])), *doses, sum(doses)))
    units: list[Row] = []
    for of_unit in figures["units"]:
        unit = campaign.unit(of_unit["unit"])
        units.append((str(unit), unit.target, *(of_unit[name] for name in COUNTED)))
    with new_workbook(file) as book:
        _sheet(book, t("本周", "Week"), title, (*OF_WEEK, FIRST, SECOND, *SO_FAR), week)
        _sheet(book, t("每天", "Days"), (), DAYS, days)
        _sheet(book, t("各单位", "Units"), (), UNITS, units)
    return file.getvalue()


def _of_site(name: str, week: AgainstPlan, so_far: Given) -> Row:
    share = week.done / week.planned if week.planned else ""
    of_week = (week.planned, week.done, share, week.first, week.second)
    return name, *of_week, so_far["first"], so_far["second"]


def _sheet(
    book: Workbook, name: str, title: Sequence[str], head: Sequence[Text], rows: Iterable[Row]
) -> None:
    """Write a title, line by line, and a table below it; a share is the only broken number."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#e2f2ee", "bottom": 1})
    share = book.add_format({"num_format": "0.0%"})
    for line, text in enumerate(title):
        write_text(sheet, line, 0, text)
    for column, each in enumerate(head):
        sheet.set_column(column, column, WIDTHS[min(column, 1)])
        write_text(sheet, len(title), column, str(each), bold)
    for line, row in enumerate(rows, len(title) + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                write_text(sheet, line, column, cell)
            else:
                sheet.write_number(line, column, cell, share if isinstance(cell, float) else None)
    sheet.freeze_panes(len(title) + 1, 1)
