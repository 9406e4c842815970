"""A version of the rules is read as a page, and tried on everything answered so far."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from services.screening.rules import loading
from services.screening.trials.queries import tried
from tests.screening.test_service import ANNA, screen, someone
from tests.support.part import PartUnderTest

OLD, NEW = "plan-2024.1", loading.CURRENT


@pytest.fixture
def desk(tmp_path: Path) -> PartUnderTest:
    desk = PartUnderTest(tmp_path, "screening")
    desk.at("2024-04-02")
    desk.hears("registration", "ResidentRegistered", **someone(ANNA))
    return desk


def people(desk: PartUnderTest, *answers: dict[str, object]) -> None:
    for number, said in enumerate(answers, 1):
        who = uuid.UUID(int=number)
        desk.hears("registration", "ResidentRegistered", **someone(who))
        assert screen(desk, who, **said).status_code == 200


def test_the_version_in_force_judges_everybody_as_it_did(desk: PartUnderTest):
    people(desk, {}, {"temperature": 38.2}, {"pregnant": True}, {"epilepsy_own": True})
    found = desk.http.get("/api/rules/trial").json
    assert found == {"rules": NEW, "same": 4, "untold": 0, "differences": []}
    assert "结论不同" in desk.http.page("/rules/trial").text


def test_another_version_differs_where_its_rules_do(desk: PartUnderTest):
    people(desk, {}, {"pregnant": True})
    found = desk.http.get("/api/rules/trial", version=OLD).json
    assert found is not None
    [one] = found["differences"]
    assert (found["same"], one["resident"]) == (1, str(uuid.UUID(int=2)))
    assert (one["was"], one["would_be"]) == ("deferred", "deferred"), "with a day, without one"
    assert desk.events("ResidentDeferred")[0]["data"]["rules"] == NEW, "nothing was changed"


def test_what_differs_is_said_where_the_words_are_the_same(desk: PartUnderTest):
    people(desk, {"pregnant": True})
    row = rows(desk.http.page("/rules/trial", version=OLD).text)
    assert "由筛查医生结束" in row[2]
    assert "再筛查" in row[3]
    assert row[2] != row[3]


def test_what_lasts_and_what_does_not_is_a_difference(desk: PartUnderTest):
    people(desk, {"severe_allergy": True})
    text = (loading._FOLDER / f"{NEW}.toml").read_text("utf-8")
    lasts = 'finding = "contraindicated", reason = "severe_allergy"'
    milder = loading.read(text.replace(lasts, f"{lasts}, lasting = false"))
    with desk.transaction():
        [one] = tried(desk.app, milder)["differences"]
    assert (one["was_lasting"], one["would_be_lasting"]) == (True, False)


def rows(html: str) -> list[str]:
    page = BeautifulSoup(html, "html.parser")
    return ["".join(each.text.split()) for each in page.select("tbody tr > *")]


def test_the_health_check_is_asked_from_the_year_after_the_oldest_age_on(desk: PartUnderTest):
    page = desk.http.page("/rules").text
    assert "60 周岁及以上" in page
    assert "59 周岁以上" not in page


def test_stricter_rules_list_whom_they_would_turn_away(desk: PartUnderTest):
    people(desk, {"temperature": 37.2}, {"temperature": 36.5})
    text = (loading._FOLDER / f"{NEW}.toml").read_text("utf-8")
    stricter = loading.read(text.replace("fever_from = 37.3", "fever_from = 37.0"))
    with desk.transaction():
        found = tried(desk.app, stricter)
    assert [each["would_be_for"] for each in found["differences"]] == [["fever"]]
    assert found["same"] == 1


def test_what_was_not_asked_of_a_man_speaks_against_nothing(desk: PartUnderTest):
    man = uuid.UUID(int=1)
    desk.hears("registration", "ResidentRegistered", **someone(man) | {"sex": "male"})
    assert screen(desk, man).status_code == 200
    found = desk.http.get("/api/rules/trial", version=OLD).json
    assert found is not None
    assert (found["same"], found["untold"]) == (1, 0)


def test_of_old_screenings_nothing_is_said(desk: PartUnderTest):
    """Their answers were not kept."""
    people(desk, {})
    with desk.app.store.connection() as connection:
        connection.exec_driver_sql("UPDATE screenings SET temperature = NULL")
        connection.commit()
    found = desk.http.get("/api/rules/trial").json
    assert found is not None
    assert (found["untold"], found["same"]) == (1, 0)


@pytest.mark.parametrize("version", list(loading.versions()))
def test_the_rules_are_read_as_a_page(desk: PartUnderTest, version: str):
    page = desk.http.page("/rules", version=version).text
    for question in loading.versions()[version].questions:
        assert str(question) in page
    assert "37.3 ℃ 及以上" in page
    assert "须另一人同意" in page


def test_a_version_that_never_was_is_refused(desk: PartUnderTest):
    assert desk.http.get("/api/rules/trial", version="plan-1999.1").status_code == 422
    assert desk.http.page("/rules", version="plan-1999.1").status_code == 422
