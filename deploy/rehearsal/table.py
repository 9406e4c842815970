"""The rehearsal's progress bar and closing table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console, Group
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.rehearsal.outcome import Outcome
from deploy.rehearsal.wording import CHECKS, PEOPLE, refusal_words
from shared.kit.language import t
from shared.kit.web.pages import day_text, week_text
from shared.town.campaign import Campaign


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[date, int, int], None]]:
    """Show day, doses so far and doses per second; yields the rehearsal's progress callback."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(
            t("{task.completed:,} / {task.total:,} 剂", "{task.completed:,} / {task.total:,} doses")
        ),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(t("名册", "rosters"), total=1, rate="")

        def advance(day: date, doses: int, total: int) -> None:
            rate = f"{doses / (time.monotonic() - began):.0f}/s"
            progress.update(
                task, description=day_text(day), completed=doses, total=total, rate=rate
            )

        yield advance


def closing_table(outcome: Outcome, campaign: Campaign) -> Group:
    """Return what the parts say after a rehearsal, as tables."""
    people = _two_columns(
        t("人", "People"), {str(PEOPLE[key]): number for key, number in outcome.people.items()}
    )
    first, second = t("第一剂", "First dose"), t("第二剂", "Second dose")
    floor_reached = t("达到每日最低", "Daily minimum reached")
    sites = Table(t("接种点", "Site"), first, second, floor_reached, title=t("接种点", "Sites"))
    for site in campaign.sites:
        doses, floor = outcome.by_site.get(site.code), outcome.floors.get(site.code)
        if doses and floor:
            reached = t(
                "{reached} / {days} 天（≥ {floor}）", "{reached} / {days} days (≥ {floor})", **floor
            )
            name = t(site.name_zh, site.name_en)
            sites.add_row(name, f"{doses['first']:,}", f"{doses['second']:,}", reached)
    town = outcome.doses
    sites.add_row(t("全镇", "Town"), f"{town['first']:,}", f"{town['second']:,}", "")
    weeks = Table(t("周", "Week"), first, second, title=t("周报", "Weekly reports"))
    for week, doses in outcome.by_week.items():
        weeks.add_row(week_text(week), f"{doses['first']:,}", f"{doses['second']:,}")
    refusals = {refusal_words(code): number for code, number in outcome.refusals.items()}
    refusals[t("（重发被识别）", "(repeats recognised)")] = outcome.repeated
    checks = Table(t("检查", "Check"), "", title=t("核对", "Checks"))
    for name, passed in outcome.checks.items():
        checks.add_row(str(CHECKS[name]), "[green]✓[/green]" if passed else "[red]✗[/red]")
    problems = [f"[red]{escape(problem)}[/red]" for problem in outcome.problems[:20]]
    return Group(
        people,
        sites,
        weeks,
        _two_columns(t("拒绝", "Refusals"), refusals),
        _two_columns(t("各部件的事件", "Events of each part"), outcome.events),
        checks,
        *problems,
    )


def _two_columns(title: str, rows: dict[str, int]) -> Table:
    table = Table("", "", title=title, show_header=False)
    for name, number in rows.items():
        table.add_row(name, f"{number:,}")
    return table
