"""What looks wrong with a file as a whole stops it before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.registration.asked_rosters import (
    answer,
    job,
    marked,
    reads_otherwise,
    result,
    sent,
)
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, name_of, person, roster

ORDERS = range(101, 121)


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def stops(town: PartUnderTest, number: str) -> list[dict[str, Any]]:
    told = job(town, number)
    return told["questions"]["stops"] if told["state"] == "asking" else []


def test_names_moved_one_row_down_stop_the_file(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    moved = [person(order, name_of(order - 1 if order > 101 else 120)) for order in ORDERS]
    head = town.app.store.head()
    number = sent(town, roster(*moved))
    [stop] = stops(town, number)
    assert (stop["stop"], stop["moved"], stop["of"]) == ("names_moved", 1, 20)
    assert stop["rows"] >= 18
    assert stop["examples"][0] == {"sheet": "名册", "row": 2}
    assert len(stop["examples"]) == 5
    assert town.app.store.head() == head
    page = town.http.page(f"/imports/{number}").text
    assert "向下移了 1 行" in page
    assert "没有登记任何人" in page


@pytest.mark.parametrize("rows", [-1, 2, 3])
def test_names_moved_by_more_rows_or_up_are_told_so(town: PartUnderTest, rows: int):
    sent(town, roster(*map(person, ORDERS)))
    moved = [person(order, name_of(101 + (order - 101 - rows) % 20)) for order in ORDERS]
    assert [stop["moved"] for stop in stops(town, sent(town, roster(*moved)))] == [rows]


def test_going_on_makes_every_such_row_a_question_of_its_own(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    moved = [person(order, name_of(order - 1 if order > 101 else 120)) for order in ORDERS]
    number = sent(town, roster(*moved, person(301, card=card(301, "19850312"))))
    assert answer(town, number).status_code == 422, "going on has to be said"
    assert answer(town, number, go_on=True).status_code == 200
    found = result(town, number)
    assert (found["new"], found["corrected"]) == (1, 0)
    assert found["asked"] >= 18
    assert town.events("ResidentCorrected") == []
    assert town.view() == town.rebuilt_view()


def test_a_stopped_file_can_be_ended(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    number = sent(town, roster(*(person(order, name_of(order + 9)) for order in ORDERS)))
    assert stops(town, number)[0]["stop"] == "names_moved"
    page = town.http.page(f"/imports/{number}")
    ended = town.http.press(page, f'form[action="/api/imports/{number}/cancel"]')
    assert ended.status_code == 303
    assert job(town, number)["state"] == "cancelled"
    assert town.events("ResidentCorrected") == []


@pytest.mark.parametrize(
    ("field", "code"), [("phone", "phones_moved"), ("address", "addresses_moved")]
)
def test_telephones_and_addresses_moved_by_a_row_stop_the_file(
    town: PartUnderTest, field: str, code: str
):
    rows = [person(order) for order in ORDERS]
    at = {"phone": 2, "address": 3}[field]
    sent(town, roster(*rows))
    moved = [[*row[:at], rows[n - 1][at], *row[at + 1 :]] for n, row in enumerate(rows)]
    [stop] = stops(town, sent(town, roster(*moved)))
    assert (stop["stop"], stop["moved"]) == (code, 1)


def test_new_telephones_of_many_are_no_stop(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    renewed = [person(order, phone=f"1390000{order:04d}") for order in ORDERS]
    number = sent(town, roster(*renewed))
    assert result(town, number)["corrected"] == 20


def test_another_villages_roster_is_named(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    number = sent(town, roster(*map(person, ORDERS)), unit="v02")
    [stop] = stops(town, number)
    assert (stop["stop"], stop["unit"], stop["rows"], stop["of"]) == ("other_unit", "v01", 20, 20)
    names = {each.code: each.name_zh for each in town.app.campaign.units}
    assert f"20 行属于{names['v01']}" in town.http.page(f"/imports/{number}").text
    answer(town, number, go_on=True)
    assert len(result(town, number)["errors"]) == 20


def test_a_sectors_roster_of_a_villages_people_is_no_stop(town: PartUnderTest):
    sector = next(each.code for each in town.app.campaign.units if each.kind == "sector")
    sent(town, roster(*map(person, ORDERS)))
    number = sent(town, roster(*map(person, ORDERS)), unit=sector)
    assert result(town, number)["corrected"] == 20


def test_an_older_file_is_stopped_and_the_same_file_twice_is_not(town: PartUnderTest):
    first = roster(*map(person, ORDERS))
    second = roster(*(person(order, phone=f"1390000{order:04d}") for order in ORDERS))
    sent(town, first)
    town.at("2024-03-27")
    again = sent(town, first)
    found = result(town, again)
    assert (found["unchanged"], found["same_as"]) == (20, "2024-03-26")
    assert "同一个文件" in town.http.page(f"/imports/{again}").text
    sent(town, second)
    [stop] = stops(town, sent(town, first))
    assert (stop["stop"], stop["day"], stop["rows"]) == ("older_file", "2024-03-27", 20)


def test_rows_that_set_values_back_stop_the_file(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    renewed = [person(order, phone=f"1390000{order:04d}") for order in ORDERS]
    sent(town, roster(*renewed))
    back = roster(*(person(order) for order in range(101, 106)), *renewed[5:])
    number = sent(town, back)
    [stop] = stops(town, number)
    assert (stop["stop"], stop["rows"], stop["of"]) == ("older_values", 5, 5)
    answer(town, number, go_on=True)
    found = result(town, number)
    assert (found["asked"], found["unchanged"]) == (5, 15)
    assert found["questions"][0]["why"] == ["older_values"]


def test_many_small_changes_of_who_people_are_stop_the_file(town: PartUnderTest):
    sent(
        town,
        roster(*(person(order, f"李建{sign}") for order, sign in zip(ORDERS, SIGNS, strict=False))),
    )
    other = SIGNS[10:] + SIGNS[:10]
    number = sent(
        town,
        roster(*(person(order, f"李建{sign}") for order, sign in zip(ORDERS, other, strict=False))),
    )
    [stop] = stops(town, number)
    assert (stop["stop"], stop["rows"]) == ("many_changes", 20)


SIGNS = "国军民华平生明强伟斌峰林海波涛刚勇毅俊杰"


@pytest.mark.parametrize(("gone", "stopped"), [(2, False), (5, False), (12, True)])
def test_a_file_of_the_dead_is_stopped(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, gone: int, stopped: bool
):
    names = {f"演练{sign}": ("died",) for sign in SIGNS[:gone]}
    reads_otherwise(monkeypatch, marked(**names))
    rows = [person(order, f"演练{sign}") for order, sign in zip(ORDERS, SIGNS, strict=False)]
    number = sent(town, roster(*rows))
    assert bool(stops(town, number)) is stopped
    if stopped:
        answer(town, number, go_on=True)
    assert result(town, number)["asked"] == gone


def test_a_first_roster_and_a_better_one_are_no_stop(town: PartUnderTest):
    sent(town, roster(*map(person, ORDERS)))
    better = [person(order, "李小朋" if order == 101 else None) for order in ORDERS]
    number = sent(town, roster(*better, *map(person, range(121, 141))))
    assert result(town, number)["new"] == 20
