"""Alarms of a site: more people booked than there are doses (C5), readings that are missing."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from services.appointments.stock.alarms import overbooked
from tests.support.stadium import FIRST, START, Stadium, batch

PEOPLE = [uuid.UUID(int=number, version=4) for number in range(1, 9)]


@pytest.fixture
def five_doses(tmp_path: Path) -> Stadium:
    """Five doses, eight people booked on one day."""
    site = Stadium(tmp_path).opens(doses=5)
    for who in PEOPLE:
        site.consented(who)
        site.booked(who)
    site.at("2024-04-01")
    return site


def test_more_booked_than_doses_left_is_said_where_it_is_seen(five_doses: Stadium):
    assert [(str(each.day), each.booked, each.doses) for each in overbooked(five_doses.app)] == [
        (FIRST, 8, 5)
    ]
    for page in ("/", "/stock", "/sessions"):
        shown = five_doses.http.page(page).text
        assert "4月2日（周二）：预约 8 人" in shown
        assert "只剩 5 剂可用" in shown


def test_doses_that_come_end_it(five_doses: Stadium):
    five_doses.ok("/api/batches", batch("SV-2", doses=3))
    assert overbooked(five_doses.app) == []
    assert "只剩" not in five_doses.http.page("/sessions").text


def test_doses_that_cannot_be_given_do_not_count(five_doses: Stadium):
    five_doses.ok("/api/batches", batch("SV-2", doses=100))
    five_doses.ok("/api/batches", batch("SV-3", doses=100, expiry=START) | {"expiry": "2024-04-01"})
    five_doses.ok("/api/batches/SV-2/recall", {"reason": "by the maker"})
    assert overbooked(five_doses.app)[0].doses == 5
    five_doses.ok("/api/fridges/readings", {"celsius": 9})
    assert overbooked(five_doses.app)[0].doses == 0


def test_who_is_booked_earlier_is_served_first(five_doses: Stadium):
    five_doses.ok("/api/batches", batch("SV-2", doses=4))
    assert overbooked(five_doses.app) == []
    late = [uuid.UUID(int=number, version=4) for number in range(20, 22)]
    for who in late:
        five_doses.consented(who)
        five_doses.booked(who, from_day="2024-04-03")
    [found] = overbooked(five_doses.app)
    assert (str(found.day), found.booked, found.doses) == ("2024-04-03", 2, 1)


def test_a_missing_reading_is_said_on_the_board_and_in_stock(five_doses: Stadium):
    for page in ("/", "/stock"):
        assert "第 1 次测温，应在 12:00 前" in five_doses.http.page(page).text
    five_doses.at("2024-04-01T12:01")
    for page in ("/", "/stock"):
        assert "还没有测" in five_doses.http.page(page).text
