"""The queue of likely duplicates: by person, those first whose merge changes most, page by page."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from services.registration.search.close_matches import CloseMatch
from tests.registration.test_matches import NAMES, Town, code_of, pair


@pytest.fixture
def town(tmp_path: Path) -> Town:
    part = Town(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def pages(town: Town, **asked: Any) -> list[list[dict[str, Any]]]:
    """All pages of the queue, as a program reads them."""
    found: list[list[dict[str, Any]]] = []
    after = ""
    while True:
        queue = town.queue(after=after, **asked)
        found.append(queue["pairs"])
        after = queue["next"]
        if after is None:
            return found


def lines(town: Town, **asked: Any) -> list[BeautifulSoup]:
    """The lines of the page, one a person."""
    page = BeautifulSoup(town.http.page("/matches", **asked).text, "html.parser")
    heading = page.select_one("#people")
    assert heading is not None
    table: Any = heading.find_next("table")
    return table.select("tbody > tr")


def test_what_a_merge_would_change_comes_first(town: Town):
    """Two courses, then bookings, then answers, then the rest; of equal ones the surest."""
    people = town.registered(*range(101, 111))
    dosed, booked, answered, surer, sure = zip(people[::2], people[1::2], strict=True)
    for number, each in enumerate(dosed):
        town.dose(each, 1, f"2024-04-0{2 + number}")
    for each in booked:
        town.hears(
            "appointments/stadium",
            "AppointmentBooked",
            resident=each,
            site="stadium",
            unit="v01",
            dose=1,
            day="2024-04-02",
            time="09:00",
            product="CoronaVac",
            override=None,
        )
    for each in answered:
        town.consents(each)
    scores = {sure: 0.8, surer: 0.99, answered: 0.6, booked: 0.55, dosed: 0.5}
    town.found(*(pair(*both, score) for both, score in scores.items()))
    queued = [each["score"] for each in town.queue()["pairs"]]
    assert queued == [0.5, 0.55, 0.6, 0.99, 0.8]


def test_all_candidates_of_a_person_stand_together(town: Town):
    old, older, oldest, new, newer = town.registered(101, 102, 103, 104, 105)
    town.found(
        pair(new, old, 0.9), pair(newer, older, 0.85), pair(new, older, 0.6), pair(oldest, new, 0.7)
    )
    queue = [(each["person"], each["candidate"]) for each in town.queue()["pairs"]]
    assert queue == [(new, old), (new, oldest), (new, older), (newer, older)]
    one, two = lines(town)
    assert len(one.select("a[href^='/matches/']")) == 3
    assert NAMES[104 % 8] in one.text
    assert {NAMES[each % 8] in one.text for each in (101, 102, 103)} == {True}
    assert len(two.select("a[href^='/matches/']")) == 1


def test_a_queue_is_read_page_by_page_and_nothing_is_left_out(town: Town):
    people = town.registered(*range(101, 113))
    asked = [pair(new, old, 0.6) for old, new in combinations(people, 2)]
    town.found(*asked)
    found = pages(town, limit=7)
    assert [len(page) for page in found] == [7] * 9 + [3]
    told = [(each["resident"], each["other"]) for page in found for each in page]
    assert set(told) == {(each.resident, each.other) for each in asked}
    assert len(told) == len(set(told))


def test_a_decision_between_two_pages_loses_no_pair(town: Town):
    people = town.registered(*range(101, 107))
    town.found(*(pair(new, people[0], 0.6) for new in people[1:]))
    first = town.queue(limit=2)
    for each in first["pairs"]:
        town.decide("different", each["resident"], each["other"])
    rest = town.queue(after=first["next"])
    assert len(rest["pairs"]) == 3
    assert rest["next"] is None


@pytest.mark.parametrize("bad", ["x", "1", "1_2_3_4_5", "-15_-0.9_'; --_-0.9_1", "_" * 4])
def test_a_place_that_no_answer_named_is_refused(town: Town, bad: str):
    assert town.http.get("/api/matches", after=bad).status_code == 422
    assert town.http.page("/matches", after=bad).status_code == 422


def test_more_than_two_hundred_at_once_are_refused(town: Town):
    assert town.http.get("/api/matches", limit=201).status_code == 422
    assert town.http.get("/api/matches", limit=200).status_code == 200


def test_the_page_leads_on_to_the_next_people(town: Town):
    people = town.registered(*range(101, 125))
    town.found(*(pair(new, people[0], 0.6) for new in people[1:]))
    assert len(lines(town)) == 20
    page = BeautifulSoup(town.http.page("/matches").text, "html.parser")
    [way] = page.select("a[rel=next]")
    following = BeautifulSoup(town.http.page(str(way["href"])).text, "html.parser")
    assert following.select("a[rel=next]") == []
    assert "还有 23 对" in following.text
    assert len(following.select_one("#people").find_next("table").select("tbody > tr")) == 3  # type: ignore[union-attr]


def test_a_line_of_many_candidates_is_not_cut(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.registration.duplicates.queries.AT_ONCE", 5)
    people = town.registered(*range(101, 109))
    town.found(*(pair(people[6], each, 0.9) for each in people[:3]))
    town.found(*(pair(people[7], each, 0.8) for each in people[:4]))
    [line] = lines(town)
    assert len(line.select("a[href^='/matches/']")) == 3
    page = BeautifulSoup(town.http.page("/matches").text, "html.parser")
    [way] = page.select("a[rel=next]")
    following = BeautifulSoup(town.http.page(str(way["href"])).text, "html.parser")
    assert len(following.select("#people ~ div tbody a[href^='/matches/']")) == 4


def test_what_speaks_against_stands_beside_what_speaks_for(town: Town):
    one, two = town.registered(101, 102)
    match = CloseMatch(two, one, 0.7, ("same_name",), ("different_cards", "shared_phone"))
    town.found(match)
    (event,) = town.events("CloseMatchFound")
    assert event["data"]["against"] == ["different_cards", "shared_phone"]
    assert town.queue()["pairs"][0]["against"] == ["different_cards", "shared_phone"]
    for page in ("/matches", f"/matches/{two}/{one}"):
        text = town.http.page(page).text
        assert "姓名相同" in text
        assert "两张有效身份证，号码不同、手机号多人共用" in " ".join(text.split()), page
    assert town.view() == town.rebuilt_view()


def test_a_record_that_yielded_is_compared_as_the_one_that_stays(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.found(pair(three, two))
    town.merge(two, one)
    (queued,) = town.queue()["pairs"]
    assert (queued["person"], queued["candidate"]) == (three, two)
    page = town.http.page(f"/matches/{three}/{two}").text
    assert f"/api/matches/{three}/{one}/same" in page or f"/api/matches/{one}/{three}/same" in page
    assert code_of(town.decide("different", three, str(uuid4())))[0] == 404


def test_erasing_is_offered_to_those_alone_who_may(town: Town):
    (one,) = town.registered(101)
    form = f'action="/api/residents/{one}/erase"'
    for role, where, may in (
        ("office", "town", True),
        ("unit_chief", "unit:v01", False),
        ("unit_cadre", "unit:v01", False),
    ):
        person = town.http.signed_in(role, (role, where))
        shown = person.page(f"/residents/{one}")
        assert shown.status_code == 200
        assert (form in shown.text) is may, role
        answer = person.post(f"/api/residents/{one}/erase", {"reason": "nonsense"})
        assert (answer.status_code != 403) is may, role
