"""Count everyday tasks in a browser: `python -m tests.tasks [--before] [ROLE...]`.

Prints a table for each role and writes `docs/tasks.md`. With roles only these are counted, and
the document is not written. `--before` keeps the counts as those to compare with: of the tree
where it is run, so it is run before pages are changed.
"""

from __future__ import annotations

import sys
import traceback

from tests.tasks.at_work import Town, a_town_at_work
from tests.tasks.declaring import Task, all_tasks
from tests.tasks.report import PAGE, Costs, page, read_before, table, write_before


def counted(town: Town, tasks: list[Task]) -> Costs:
    """What tasks cost; one that fails is shown and left out."""
    costs: Costs = {}
    for each in tasks:
        try:
            costs[each.name] = each.counted(town)
        except Exception:  # the next task may still be counted
            print(f"{each.role} {each.name} failed:", file=sys.stderr)
            traceback.print_exc()
    return costs


def main(words: list[str]) -> int:
    """Count, print, write; return how many tasks failed."""
    keeps, roles = "--before" in words, [word for word in words if word != "--before"]
    tasks = {role: of for role, of in all_tasks().items() if not roles or role in roles}
    failed, tables = 0, list[str]()
    with a_town_at_work() as town:
        for role, of in tasks.items():
            costs = counted(town, of)
            failed += len(of) - len(costs)
            if keeps and len(costs) == len(of):
                write_before(role, costs)
            before = read_before(role)
            tables.append(table(role, [t for t in of if t.name in costs], before, costs))
            print(tables[-1], flush=True)
    if not roles and not failed:
        PAGE.write_text(page(tables))
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
