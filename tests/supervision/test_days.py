"""Days on which a site vaccinated are closed by noon of the next, with nothing left open."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from deploy.parts import open_edge
from services.supervision.checks.tasks import watch_days
from tests.supervision.test_fridges import is_heard
from tests.supervision.test_packages import DAY, dose, flagged
from tests.support.part import PartUnderTest

AFTER = "2024-04-03"
CLOSED = {"site": "stadium", "day": DAY} | dict.fromkeys(
    ("first", "second", "people", "not_come", "wasted"), 1
)


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    group = PartUnderTest(tmp_path, "supervision")
    group.at(DAY)
    dose(group, 1, "stadium", None)
    return group


def says(group: PartUnderTest, event: str, **data: Any) -> None:
    stream = str(uuid.UUID(int=77))
    group.hears("appointments/stadium", event, stream=stream, **data)


def watch(
    group: PartUnderTest, instant: str, *, silent: bool = False
) -> list[tuple[str, str, str]]:
    group.at(instant)
    if not silent:
        is_heard(group, "stadium")
    watch_days(open_edge(group.deployment, group.part, group.app))
    return flagged(group)


def test_a_day_that_is_not_closed_by_noon_after_is_flagged_once(group: PartUnderTest):
    assert watch(group, f"{DAY}T23:59") == []
    assert watch(group, f"{AFTER}T11:59") == []
    found = [("day_not_closed", f"stadium {DAY}", "not closed by noon after")]
    for _ in range(2):
        assert watch(group, f"{AFTER}T12:00") == found
    page = group.http.page("/").text
    assert "接种日没有结束" in page
    assert "体育馆，4月2日" in page
    assert "第二天中午以前没有结束" in page
    assert group.view() == group.rebuilt_view()


def test_a_site_that_is_not_heard_has_a_week_before_it_is_said_not_to_have_closed(
    group: PartUnderTest,
):
    assert watch(group, f"{AFTER}T12:00", silent=True) == []
    assert watch(group, "2024-04-10T11:59", silent=True) == []
    assert len(watch(group, "2024-04-10T12:00", silent=True)) == 1


def test_a_closing_that_arrives_late_was_in_time(group: PartUnderTest):
    assert watch(group, f"{AFTER}T18:00", silent=True) == []
    says(group, "SessionClosed", **CLOSED, open=[])
    assert watch(group, f"{AFTER}T18:30") == []


def test_a_day_that_is_closed_is_not_flagged(group: PartUnderTest):
    says(group, "SessionClosed", **CLOSED, open=[])
    assert watch(group, f"{AFTER}T12:00") == []
    assert group.view() == group.rebuilt_view()


def test_a_day_that_was_opened_again_is_closed_again_by_noon(group: PartUnderTest):
    says(group, "SessionClosed", **CLOSED, open=[])
    says(group, "SessionReopened", site="stadium", day=DAY, reason="a bus has come")
    assert [kind for kind, *_ in watch(group, f"{AFTER}T12:00")] == ["day_not_closed"]


def test_a_day_closed_with_points_open_is_flagged_at_once(group: PartUnderTest):
    says(group, "SessionClosed", **CLOSED, open=["waiting", "counted"], note="no time")
    assert flagged(group) == [("closed_open", f"stadium {DAY}", "left open: waiting counted")]
    page = group.http.page("/").text
    assert "没有了结：签到后还没有接种、用过的批次收工后盘点" in page


def test_a_day_flagged_that_was_closed_again_with_nothing_open_is_shown_so(group: PartUnderTest):
    said = "4月2日 08:00再次结束，没有未了结的"
    says(group, "SessionClosed", **CLOSED, open=["waiting"], note="no time")
    assert "再次结束" not in group.http.page("/").text
    says(group, "SessionReopened", site="stadium", day=DAY, reason="to be mended")
    assert "再次结束" not in group.http.page("/").text
    says(group, "SessionClosed", **CLOSED, open=[])
    assert said in group.http.page("/").text.replace("\xa0", " ")
    assert len(flagged(group)) == 1, "the flag stays"
    says(group, "SessionReopened", site="stadium", day=DAY, reason="a bus has come")
    assert "再次结束" not in group.http.page("/").text
    assert group.view() == group.rebuilt_view()


def test_what_is_older_than_a_week_is_not_flagged_when_the_watch_begins(group: PartUnderTest):
    assert watch(group, "2024-04-20T12:00") == []


def test_a_day_without_a_dose_needs_no_closing(group: PartUnderTest):
    says(group, "SessionOpened", site="stadium", day=AFTER, product="CoronaVac", slots=[])
    assert [subject for _, subject, _ in watch(group, "2024-04-04T12:00")] == [f"stadium {DAY}"]
