"""The rehearsal's progress bar and closing table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console, Group
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.rehearsal.outcome import Outcome
from shared.town.terms.residents import ANSWERS
from shared.town.terms.screening import FINDINGS

CHECKS = {
    "services_agree": "各服务数字一致 The services agree",
    "rules_hold": "方案各项规则都守住 Every rule of the plan holds",
    "ledger_verifies": "台账无缺失、哈希链完整 The ledger is complete and verifies",
    "reports_replay": "周报重放一致 The weekly reports replay the same",
    "mistakes_refused": "故意的错误都被拒绝 Deliberate mistakes were refused",
}
PEOPLE = {
    "rostered": "名单人数 on the rosters",
    "registered": "已登记 registered",
    "consented": str(ANSWERS["consented"]),
    "declined": str(ANSWERS["declined"]),
    "contraindicated": str(FINDINGS["contraindicated"]),
    "deferrals": f"{FINDINGS['deferred'].zh}次数 deferrals",
    "no_shows": "未到次数 no-shows",
    "completed": "完成两剂 completed",
}


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[date, int, int], None]]:
    """Show day, doses so far and doses per second; yields the rehearsal's progress callback."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} / {task.total:,} 剂 doses"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("名单 rosters", total=1, rate="")

        def advance(day: date, doses: int, total: int) -> None:
            rate = f"{doses / (time.monotonic() - began):.0f}/s"
            progress.update(task, description=str(day), completed=doses, total=total, rate=rate)

        yield advance


def closing_table(outcome: Outcome) -> Group:
    """Return what the parts say after a rehearsal, as tables."""
    people = _two_columns("人 People", {PEOPLE[k]: v for k, v in outcome.people.items()})
    sites = Table(
        "接种点 Site",
        "第一剂 first",
        "第二剂 second",
        "达到每日最低 floor reached",
        title="接种点 Sites",
    )
    for site, doses in outcome.by_site.items():
        floor = outcome.floors[site]
        reached = f"{floor['reached']} / {floor['days']} 天 days (≥ {floor['floor']})"
        sites.add_row(site, f"{doses['first']:,}", f"{doses['second']:,}", reached)
    sites.add_row("全镇 town", f"{outcome.doses['first']:,}", f"{outcome.doses['second']:,}", "")
    weeks = Table("周 Week", "第一剂 first", "第二剂 second", title="周报 Weekly reports")
    for week, doses in outcome.by_week.items():
        weeks.add_row(week, f"{doses['first']:,}", f"{doses['second']:,}")
    refusals = outcome.refusals | {"（重发被识别 repeats recognised）": outcome.repeated}
    checks = Table("检查 Check", "", title="核对 Checks")
    for name, passed in outcome.checks.items():
        checks.add_row(CHECKS[name], "[green]✓[/green]" if passed else "[red]✗[/red]")
    problems = [f"[red]{problem}[/red]" for problem in outcome.problems[:20]]
    return Group(
        people,
        sites,
        weeks,
        _two_columns("拒绝 Refusals", refusals),
        _two_columns("事件 Events per source", outcome.events),
        checks,
        *problems,
    )


def _two_columns(title: str, rows: dict[str, int]) -> Table:
    table = Table("", "", title=title, show_header=False)
    for name, number in rows.items():
        table.add_row(name, f"{number:,}")
    return table
