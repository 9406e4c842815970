"""How `vaxledger status` looks on a terminal: a table as narrow as can be, below it what is wrong and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from deploy.cli.troubles import in_words
from shared.kit.language import Text, t

Answer = dict[str, Any]

CAPTION = Text(
    "部件一行说转发进程，← 一行说跟随者。", "A part's row: its relay; a ← row: a follower."
)
OK = Text("[green]正常[/green]", "[green]ok[/green]")
WORDS = {
    "cannot work": Text("[red]不能工作[/red]", "[red]cannot work[/red]"),
    "down": Text("[red]没有应答[/red]", "[red]down[/red]"),
    "silent": Text("[red]没有动静[/red]", "[red]silent[/red]"),
    "writes nothing": Text("[red]停止写入[/red]", "[red]writes nothing[/red]"),
    "set back": Text("[red]来源倒退[/red]", "[red]set back[/red]"),
    "stands": Text("[red]停住[/red]", "[red]stands[/red]"),
    "by log": Text("[red]读日志[/red]", "[red]by log[/red]"),
}


def in_tables(document: Answer) -> Group:
    """Return the status as a table, a row a part and one for each it follows; below, troubles.

    A row has a word of what is wrong; since when, why and what to do stands below, where there is
    room for it however narrow the terminal is.
    """
    table = Table(
        title=t("运行状态", "Status"),
        caption=str(CAPTION),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column(t("部件\n← 来源", "Part\n← Follows"), no_wrap=True)
    for heading in (t("位置", "At"), t("落后", "Lag"), t("队列", "Queue")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(t("状况", "Health"), overflow="fold")
    for source, answer in document["parts"].items():
        for row in _rows(source, answer):
            table.add_row(*row)
    below = Table.grid(padding=(0, 1, 0, 0))
    below.add_column(justify="right", no_wrap=True)
    below.add_column(overflow="fold")
    for number, (words, red) in enumerate(in_words(document["troubles"]), 1):
        style = "red" if red else "yellow"
        below.add_row(Styled(f"{number}.", style), Styled(words, style))
    for words in _disowned(document["parts"]):
        below.add_row("", Styled(words, "yellow"))
    return Group(table, below)


def _rows(source: str, answer: Answer) -> Iterator[tuple[str, ...]]:
    name = f"[bold]{source}[/bold]"
    if "said" in answer:
        yield name, "", "", "", str(WORDS["cannot work"])
        return
    if "down" in answer:
        yield name, "", "", "", str(WORDS["down"])
        return
    relay = answer["relay"]
    health = str(OK if relay["healthy"] else WORDS["silent"])
    if answer["set_back"]:
        health = str(WORDS["writes nothing"])
    yield name, str(answer["head"]), str(relay["lag"]), "", health
    for follow in answer["follows"]:
        position, lag = str(follow["position"]), str(follow["lag"])
        yield f"← {escape(follow['source'])}", position, lag, _queue(follow), _health(follow)


def _queue(follow: Answer) -> str:
    """How long the queue is, and how many hear it if that is not the one who should."""
    queue = follow.get("queue")
    if not queue:
        return ""
    if queue["consumers"] == 1:
        return str(queue["messages"])
    return t("{messages}（{consumers} 听）", "{messages} ({consumers} hear)", **queue)


def _health(follow: Answer) -> str:
    if follow["lag"] < 0:
        return str(WORDS["set back"])
    if follow["failing"]:
        return str(WORDS["stands"])
    if follow["unheard"]:
        return str(WORDS["by log"])
    return str(OK)


def _disowned(parts: dict[str, Answer]) -> Iterator[str]:
    """Say which events do not count, and why."""
    for part, answer in parts.items():
        for one in answer.get("disowned", ()):
            place = f"{part} ← {one['source']} {one['position']}"
            yield t(
                "不予采信：{place}，{event}，{why}",
                "does not count: {place}: {event}, {why}",
                place=place,
                event=one["event"],
                why=one["why"],
            )
