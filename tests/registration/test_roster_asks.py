"""What a file does not say is asked once, before anything is written, and remembered for the unit."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from services.registration.rosters.reading.roster_lines import Ask
from services.registration.rosters.views import imports_asked
from tests.registration.asked_rosters import answer, code_of, job, reads_otherwise, result, sent
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

TIE: Ask = {"ask": "tie", "rows": 2, "choices": []}
MOBILE: Ask = {"ask": "mobile", "rows": 2, "choices": ["手机", "联系电话"]}
TWO = roster(person(101), person(102))


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def ties(town: PartUnderTest) -> list[str]:
    return [each["data"]["tie"] for each in town.events("ResidentRegistered")]


def test_a_file_that_leaves_something_open_asks_and_writes_nothing(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, asks=(TIE,))
    head = town.app.store.head()
    number = sent(town, TWO)
    asked = job(town, number)
    assert asked["state"] == "asking"
    assert asked["questions"]["stops"] == []
    [ask] = asked["questions"]["asks"]
    assert (ask["ask"], ask["rows"], ask["remembered"]) == ("tie", 2, None)
    assert ask["choices"] == ["household", "home", "workplace"]
    assert town.app.store.head() == head
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (409, "import-asks")
    assert town.work() == 0, "it holds no lease and waits"


def test_the_answer_lets_the_file_be_read_again_with_it(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    told = reads_otherwise(monkeypatch, asks=(TIE,))
    number = sent(town, TWO)
    assert answer(town, number, tie="home").json["state"] == "queued"
    assert told == [{}, {"tie": "home"}]
    assert job(town, number)["state"] == "done"
    assert ties(town) == ["home", "home"]
    assert result(town, number)["guessed"] == []
    assert town.view() == town.rebuilt_view()


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, (422, "answer-missing")),
        ({"tie": "home"}, (422, "answer-missing")),
        ({"tie": "home", "mobile": "姓名"}, (422, "no-such-answer")),
    ],
)
def test_every_question_has_to_be_answered_with_one_of_its_choices(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], refused: object
):
    reads_otherwise(monkeypatch, asks=(TIE, MOBILE))
    number = sent(town, TWO)
    assert code_of(answer(town, number, **said)) == refused
    assert job(town, number)["state"] == "asking"
    assert answer(town, number, tie="home", mobile="手机").status_code == 200
    assert job(town, number)["state"] == "done"


def test_the_unit_is_not_asked_twice_and_told_what_was_guessed(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, asks=(TIE,))
    answer(town, sent(town, TWO), tie="home")
    number = sent(town, roster(person(103), person(104)))
    assert ties(town) == ["home"] * 4
    [guess] = result(town, number)["guessed"]
    assert (guess["ask"], guess["answer"], guess["rows"]) == ("tie", "home", 2)
    assert "类别按上次回答：居住" in town.http.page(f"/imports/{number}").text
    other = sent(town, roster(person(201)), unit="v02")
    assert job(town, other)["state"] == "asking", "another unit has its own answers"


def test_what_was_guessed_can_be_said_otherwise(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, asks=(TIE,))
    answer(town, sent(town, TWO), tie="home")
    number = sent(town, roster(person(103), person(104)))
    again = answer(town, number, tie="workplace")
    assert again.status_code == 200
    assert again.json["import"] != number
    assert result(town, again.json["import"])["corrected"] == 2
    third = sent(town, roster(person(105)))
    assert result(town, third)["guessed"][0]["answer"] == "workplace"


def test_a_job_that_asks_nothing_takes_no_answer(town: PartUnderTest):
    number = sent(town, TWO)
    assert code_of(answer(town, number, tie="home")) == (409, "nothing-asked")


def test_a_job_that_asks_can_be_cancelled(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    reads_otherwise(monkeypatch, asks=(TIE,))
    number = sent(town, TWO)
    assert town.http.post(f"/api/imports/{number}/cancel").json["state"] == "cancelled"  # type: ignore[index]
    assert code_of(answer(town, number, tie="home")) == (409, "nothing-asked")
    row = town.app.row(select(imports_asked).where(imports_asked.c.id == number))
    assert row is not None
    assert (row["questions"], row["said"]) == (None, None)
    assert town.events("ResidentRegistered") == []


def test_the_page_asks_with_nothing_chosen_beforehand(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, asks=(TIE, MOBILE))
    number = sent(town, TWO)
    page = town.http.page(f"/imports/{number}")
    assert "还没有登记任何人" in page.text
    assert page.text.count('type="radio"') == 5
    assert "checked" not in page.text
    form = {"tie": "household", "mobile": "联系电话", "_next": f"/imports/{number}"}
    assert town.http.form(f"/api/imports/{number}/answers", **form).status_code == 303
    town.work()
    assert ties(town) == ["household", "household"]


def test_what_is_asked_and_answered_lies_sealed(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    secret: Ask = {"ask": "mobile", "rows": 2, "choices": ["演练手机列"]}
    reads_otherwise(monkeypatch, asks=(secret,))
    sent(town, TWO)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("registration.db*"))
    assert "演练手机列".encode() not in on_disk


def test_an_erasure_ends_a_job_that_asks(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    town.http.upload("/api/units/v01/roster", roster(person(101)))
    reads_otherwise(monkeypatch, asks=(TIE,))
    number = sent(town, TWO)
    resident = town.events("ResidentRegistered")[0]["data"]["resident"]
    town.http.post(f"/api/residents/{resident}/erase", {"reason": "by_request"})
    assert "只保存两天" in town.http.page(f"/imports/{number}").text
    assert code_of(town.http.post(f"/api/imports/{number}/answers", {"tie": "home"})) == (
        410,
        "import-not-kept",
    )
    town.work()
    assert job(town, number)["state"] == "failed"
    assert code_of(town.http.get(f"/api/imports/{number}/result")) == (410, "import-not-kept")
    assert len(town.events("ResidentRegistered")) == 1


def test_a_job_that_asks_is_forgotten_after_two_days(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, asks=(TIE,))
    number = sent(town, TWO)
    town.at("2024-03-30")
    town.work()
    assert job(town, number)["state"] == "failed"


def test_only_the_unit_answers(town: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    reads_otherwise(monkeypatch, asks=(TIE,))
    number = sent(town, TWO)
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    refused = other.post(f"/api/imports/{number}/answers", {"tie": "home"})
    assert code_of(refused) == (403, "not-allowed")
