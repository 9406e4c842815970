"""A page that was shown before somebody else changed what it shows takes nothing back unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.registration.test_matches import Town, pair


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path, "registration")
    town.at("2024-03-26")
    return town


def merged_again_elsewhere(town: Town, yields: str, into: str) -> None:
    """Somebody else takes the merge back, and links the record to another one."""
    assert town.unmerge(yields).status_code == 200
    town.merge(yields, into)


def refused(answer: TestResponse, what: str) -> None:
    assert answer.status_code == 409, answer.text
    assert f"之后已有人改过（{what}，3月26日 08:00），没有执行" in answer.text


@pytest.mark.parametrize("which", ["yields", "stays"])
def test_a_resident_s_page(town: Town, which: str):
    one, two, three = town.registered(101, 102, 103)
    town.merge(two, one)
    page = town.http.page(f"/residents/{two if which == 'yields' else one}")
    merged_again_elsewhere(town, two, three)
    refused(
        town.http.press(page, f"form[action='/api/residents/{two}/unmerge']"), "判定同一人，已合并"
    )
    assert town.shown(two)["merged_into"] == three


def test_the_page_of_two_records(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.merge(two, one)
    page = town.http.page(f"/matches/{two}/{one}")
    merged_again_elsewhere(town, two, three)
    refused(
        town.http.press(page, f"form[action='/api/residents/{two}/unmerge']"), "判定同一人，已合并"
    )
    assert town.shown(two)["merged_into"] == three


def test_the_latest_decisions(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.merge(two, one)
    town.found(pair(one, three))
    town.decide("different", one, three)
    page = town.http.page("/matches")
    merged_again_elsewhere(town, two, three)
    town.decide("later", one, three)
    refused(
        town.http.press(page, f"form[action='/api/residents/{two}/unmerge']"), "判定同一人，已合并"
    )
    assert town.shown(two)["merged_into"] == three
    again = town.http.press(page, "form[action$='/again']")
    assert again.status_code == 409
    assert town.queue(state="later")["left"] == 1


def test_whoever_presses_what_is_shown_takes_it_back(town: Town):
    one, two, three = town.registered(101, 102, 103)
    town.merge(two, one)
    for page in (f"/residents/{one}", f"/matches/{one}/{two}", "/matches"):
        shown = town.http.page(page)
        back = town.http.press(shown, f"form[action='/api/residents/{two}/unmerge']")
        assert back.status_code == 303, back.text
        town.merge(two, one)
    town.found(pair(one, three))
    town.decide("different", one, three)
    back = town.http.press(town.http.page("/matches"), "form[action$='/again']")
    assert back.status_code == 303
    assert town.queue()["left"] == 1
