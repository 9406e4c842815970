"""How `vaxledger status` looks on a terminal: a table as narrow as can be, below it what is wrong and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from deploy.cli.troubles import in_words

Answer = dict[str, Any]

CAPTION = "部件一行说转发进程，← 一行说跟随者。 A part's row: its relay; a ← row: a follower."


def in_tables(document: Answer) -> Group:
    """Return the status as a table, a row a part and one for each it follows; below, troubles.

    A row has a word of what is wrong; since when, why and what to do stands below, where there is
    room for it however narrow the terminal is.
    """
    table = Table(
        title="运行状态 Status",
        caption=CAPTION,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("部件 Part\n← 来源 Follows", no_wrap=True)
    for heading in ("位置\nAt", "落后\nLag", "队列\nQueue"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("状况\nHealth", overflow="fold")
    for source, answer in document["parts"].items():
        for row in _rows(source, answer):
            table.add_row(*row)
    below = Table.grid(padding=(0, 1, 0, 0))
    below.add_column(justify="right", no_wrap=True)
    below.add_column(overflow="fold")
    for number, (words, red) in enumerate(in_words(document["troubles"]), 1):
        style = "red" if red else "yellow"
        below.add_row(Text(f"{number}.", style), Text(words, style))
    for words in _disowned(document["parts"]):
        below.add_row("", Text(words, "yellow"))
    return Group(table, below)


def _rows(source: str, answer: Answer) -> Iterator[tuple[str, ...]]:
    name = f"[bold]{source}[/bold]"
    if "said" in answer:
        yield name, "", "", "", "[red]不能工作 cannot work[/red]"
        return
    if "down" in answer:
        yield name, "", "", "", "[red]没有应答 down[/red]"
        return
    relay = answer["relay"]
    health = "[green]ok[/green]" if relay["healthy"] else "[red]没有动静 silent[/red]"
    if answer["set_back"]:
        health = "[red]停止写入 writes nothing[/red]"
    yield name, str(answer["head"]), str(relay["lag"]), "", health
    for follow in answer["follows"]:
        position, lag = str(follow["position"]), str(follow["lag"])
        yield f"← {escape(follow['source'])}", position, lag, _queue(follow), _health(follow)


def _queue(follow: Answer) -> str:
    """How long the queue is, and how many hear it if that is not the one who should."""
    queue = follow.get("queue")
    if not queue:
        return ""
    heard = "" if queue["consumers"] == 1 else f" ({queue['consumers']} 听)"
    return f"{queue['messages']}{heard}"


def _health(follow: Answer) -> str:
    if follow["lag"] < 0:
        return "[red]来源倒退 set back[/red]"
    if follow["failing"]:
        return "[red]停住 stands[/red]"
    if follow["unheard"]:
        return "[red]读日志 by log[/red]"
    return "[green]ok[/green]"


def _disowned(parts: dict[str, Answer]) -> Iterator[str]:
    """Say which events do not count, and why."""
    for part, answer in parts.items():
        for one in answer.get("disowned", ()):
            place = f"{part} ← {one['source']} {one['position']}"
            yield f"不予采信 does not count: {place}: {one['event']}, {one['why']}"
