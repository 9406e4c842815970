"""Report: what each task costs now and has cost before, as tables of `docs/tasks.md`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from shared.town.access.roles import ROLES
from tests.tasks.counting import Count
from tests.tasks.declaring import Task

BEFORE = Path(__file__).parent / "before"
PAGE = Path(__file__).parents[2] / "docs" / "tasks.md"
HEAD = """# Everyday tasks: clicks, keys and pages

Written by `make tasks`, which does everyday tasks of each role in a real browser, in a rehearsed town of 400 people
on the morning of 9 April 2024. *Before* is what the same tasks cost on the tree before the pages were reworked; it is
kept in `tests/tasks/before/` and written with `python -m tests.tasks --before`.

- A click or tap is 1. Choosing in a list is 2 clicks (open, choose), choosing a file is 2 clicks.
- A key is 1: each sign typed (a Chinese character too, whatever the input method takes), Enter, a shortcut; a day is
  8 keys, replacing what stands in a field 1 more. A field that has no focus costs the click to get there. A scan is 1.
- A page is one that the person opens and waits for; one that comes again by itself is not counted.
- Looking, scrolling and waiting cost nothing. Nobody types an address: a task begins on the landing page of the part
  where the role works, already signed in, or on the page that its name tells. The cheapest way that the pages offer
  is taken. Cadres work on a phone, 390 px wide, everybody else at a desk, 1280 px wide.
- *Half or less* and *more* compare clicks and keys together; a task that was not possible before and now is, is half
  or less.
"""
Costs = dict[str, "Count | str"]
"""What each task of a role has cost, by its name, or why it is not possible."""
UNCOUNTED = "it was not counted"


def read_before(role: str) -> Costs:
    """What a role's tasks cost before."""
    file = BEFORE / f"{role}.json"
    kept: dict[str, dict[str, int] | dict[str, str]] = (
        json.loads(file.read_text()) if file.exists() else {}
    )
    return {
        name: str(cost["not_possible"]) if "not_possible" in cost else Count(**cost)  # type: ignore[arg-type]
        for name, cost in kept.items()
    }


def write_before(role: str, costs: Mapping[str, Count | str]) -> None:
    """Keep what a role's tasks cost, for comparison."""
    kept = {
        name: {"not_possible": cost} if isinstance(cost, str) else asdict(cost)
        for name, cost in costs.items()
    }
    BEFORE.mkdir(exist_ok=True)
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    (BEFORE / f"{role}.json").write_text(text + "\n")


def is_more(before: Count | str, now: Count | str) -> bool:
    """Whether a task costs more clicks and keys than before, or is not possible any more."""
    if isinstance(before, str):
        return False
    return isinstance(now, str) or now.total > before.total


def is_half(before: Count | str, now: Count | str) -> bool:
    """Whether a task costs at most half as many clicks and keys as before."""
    if isinstance(now, str):
        return False
    return isinstance(before, str) or 2 * now.total <= before.total


def _cells(cost: Count | str) -> str:
    if isinstance(cost, str):
        return "not possible | – | –"
    return f"{cost.clicks} | {cost.keys} | {cost.pages}"


def table(role: str, tasks: list[Task], before: Costs, now: Costs) -> str:
    """A role's table and what follows from it."""
    named = ROLES[role]
    lines = [
        f"\n## {named.en} {named.zh}\n",
        "| task | before: clicks | keys | pages | now: clicks | keys | pages |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    reasons = list[str]()
    for each in tasks:
        was, is_ = before.get(each.name, UNCOUNTED), now[each.name]
        lines.append(f"| {each.en} {each.zh} | {_cells(was)} | {_cells(is_)} |")
        if isinstance(was, str):
            reasons.append(f"- *{each.en}* was not possible: {was}.")
        if isinstance(is_, str) and is_ != was:
            reasons.append(f"- *{each.en}* is not possible: {is_}.")
    half = sum(is_half(before.get(each.name, UNCOUNTED), now[each.name]) for each in tasks)
    more = sum(is_more(before.get(each.name, UNCOUNTED), now[each.name]) for each in tasks)
    lines.append(f"\nHalf or less: {half} of {len(tasks)}. More: {more}.\n")
    return "\n".join(lines + reasons) + ("\n" if reasons else "")


def page(tables: list[str]) -> str:
    """The whole document."""
    return HEAD + "".join(tables)
