"""No everyday task costs more clicks and keys than before: two of each role, all with `LONG=1`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.examples import LONG
from tests.tasks.at_work import Town, a_town_at_work
from tests.tasks.counting import Count
from tests.tasks.declaring import Task, all_tasks
from tests.tasks.report import PAGE, is_half, is_more, read_before

ALL = all_tasks()
CHOSEN = [task for tasks in ALL.values() for task in (tasks if LONG else tasks[:2])]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with a_town_at_work() as town:
        yield town


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: f"{task.role}-{task.name}")
def test_a_task_costs_no_more_than_before(town: Town, task: Task):
    before, now = read_before(task.role)[task.name], task.counted(town)
    assert not is_more(before, now), f"before {before}, now {now}"


def test_a_whole_visit_costs_less_than_fifteen_clicks_and_keys(town: Town):
    [visit] = [task for task in ALL["site_staff"] if task.name == "a_whole_visit"]
    cost = visit.counted(town)
    assert isinstance(cost, Count), cost
    assert cost.total < 15


@pytest.mark.parametrize("role", ALL)
def test_what_tasks_cost_before_is_kept_and_told(role: str):
    assert [*read_before(role)] == [task.name for task in ALL[role]]
    told = PAGE.read_text()
    for task in ALL[role]:
        assert f"| {task.en} {task.zh} |" in told


def test_tasks_are_compared_by_clicks_and_keys_together():
    assert is_more(Count(2, 3), Count(6, 0))
    assert not is_more(Count(2, 3), Count(5, 0, pages=9))
    assert is_half(Count(2, 4), Count(3, 0))
    assert not is_half(Count(2, 3), Count(3, 0))
    assert is_more(Count(2, 3), "cannot be done"), "what could be done can be done"
    assert not is_more("could not be done", Count(50, 50))
    assert is_half("could not be done", Count(1))
    assert not is_half("could not be done", "cannot be done")
