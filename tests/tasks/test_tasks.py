"""No everyday task costs more clicks and keys than before: one of each role, all with `LONG=1`.

A site's day by keyboard and scanner alone: what a person costs, and what a scanner sends twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.checker import Reader
from tests.support.examples import LONG
from tests.support.waiting import until
from tests.tasks.at_work import Town, a_town_at_work
from tests.tasks.counting import Count, Hands
from tests.tasks.declaring import Task, all_tasks
from tests.tasks.report import PAGE, is_half, is_more, read_before
from tests.tasks.visitors import STADIUM, card_of, expected, here, registered, vaccinated

ALL = all_tasks()
WAITING = 3
SCREENING_KEYS, VISIT_KEYS = 12, 15
SIGN_MS, AGAIN_MS, SETTLED_MS = 5, 300, 1500
SEARCH, BANNER, DONE_BY_KEY = "input[name=q]", ".banner", "*"
SCANS = [("尉迟丙", False, AGAIN_MS), ("尉迟乙", False, 0), ("尉迟丁", True, AGAIN_MS)]
CHOSEN = [task for tasks in ALL.values() for task in (tasks if LONG else tasks[:1])]


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


# A day by keyboard


def costs(hands: Hands, before: Count) -> tuple[int, int]:
    """Keys and clicks since a count was taken."""
    return hands.count.keys - before.keys, hands.count.clicks - before.clicks


def taken(hands: Hands) -> Count:
    """The count as it is now."""
    return Count(hands.count.clicks, hands.count.keys, hands.count.pages)


def told_of(town: Town, kind: str, resident: str) -> int:
    """How many events of a kind about somebody stand in the log of the stadium."""
    log = Reader(town.deployment).read()[STADIUM]
    return sum(each["event"] == kind and each["data"].get("resident") == resident for each in log)


def screen(hands: Hands) -> None:
    """A measured temperature, then one deliberate key for the questions that were read out."""
    hands.type("#temperature", "36.6")
    hands.press(DONE_BY_KEY, opens=True)
    hands.see("建议接种", BANNER)


def test_ten_healthy_people_are_screened_at_under_twelve_keys_each(town: Town):
    """Those who wait are called by one key, those who show a slip are scanned."""
    names = [f"司徒{each}" for each in "甲乙丙丁戊己庚辛壬癸"]
    for name in names[:WAITING]:
        here(town, name)
    slips = [registered(town, name) for name in names[WAITING:]]
    with town.hands("screener") as hands:
        for slip in [*[None] * WAITING, *slips]:
            before = taken(hands)
            if slip:
                hands.scan(SEARCH, slip)
            else:
                hands.enter()  # nothing typed: whoever has waited longest
            screen(hands)
            keys, clicks = costs(hands, before)
            print(f"screened by {keys} keys, {clicks} clicks")
            assert clicks == 0, "no mouse"
            assert keys < SCREENING_KEYS


def test_from_check_in_to_dose_somebody_costs_under_fifteen_keys(town: Town):
    """Both sites of the desk: the nurse's window and the doctor's, and no mouse at either."""
    vaccinated(town, "公孙先")
    names = [f"公孙{each}" for each in "甲乙丙"]
    with town.hands("site_staff") as nurse, town.hands("screener") as doctor:
        for name in names:
            resident = expected(town, name)
            nurse.page.reload()
            doctor.page.reload()
            ours, theirs = taken(nurse), taken(doctor)
            nurse.scan(SEARCH, resident)
            nurse.see("已签到", BANNER)
            town.api.settle()
            doctor.scan(SEARCH, resident)
            screen(doctor)
            town.api.settle()
            nurse.scan(SEARCH, resident)
            nurse.press(DONE_BY_KEY, opens=True)
            nurse.see("已接种", BANNER)
            keys, clicks = map(sum, zip(costs(nurse, ours), costs(doctor, theirs), strict=True))
            print(f"from check-in to dose by {keys} keys, {clicks} clicks")
            assert clicks == 0, "no mouse"
            assert keys < VISIT_KEYS


@pytest.mark.parametrize(
    ("name", "by_card", "pause"),
    SCANS if LONG else SCANS[:1],  # each takes a place of the day
)
def test_a_scan_that_is_sent_twice_checks_in_once(town: Town, name: str, by_card: bool, pause: int):
    """200 signs a second; the second comes at once, or 300 ms after the first."""
    resident = expected(town, name)
    code = card_of(town, name) if by_card else resident
    with town.hands("site_staff") as nurse:
        nurse.page.wait_for_function("() => document.activeElement.name === 'q'")
        keyboard = nurse.page.keyboard
        for _ in range(2):
            keyboard.type(code, delay=SIGN_MS)
            keyboard.press("Enter")
            nurse.page.wait_for_timeout(pause)
        until(lambda: told_of(town, "ResidentCheckedIn", resident), 20, what="a check-in")
        nurse.page.wait_for_timeout(SETTLED_MS)
        nurse.page.wait_for_load_state()
        assert told_of(town, "ResidentCheckedIn", resident) == 1


@pytest.mark.parametrize("sent", ["", "号码不存在"])
def test_what_a_scanner_sends_beside_a_code_does_nothing(town: Town, sent: str):
    somebody = registered(town, "宇文甲" if sent else "宇文乙")
    with town.hands("site_staff") as nurse:
        nurse.page.wait_for_function("() => document.activeElement.name === 'q'")
        nurse.page.keyboard.type(sent + somebody[:20], delay=SIGN_MS)
        nurse.page.keyboard.press("Enter")
        nurse.page.wait_for_load_state()
        nurse.page.wait_for_timeout(SETTLED_MS)
        assert told_of(town, "ResidentCheckedIn", somebody) == 0
