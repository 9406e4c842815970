"""A row that changes who somebody is, or says they are gone, is a question: nothing happens to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.registration.rosters.name_rule import is_other_name
from tests.registration.asked_rosters import (
    answer_row,
    code_of,
    marked,
    reads_otherwise,
    result,
    sent,
)
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, person, roster


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def named(town: PartUnderTest) -> dict[str, str]:
    listed = town.http.get("/api/units/v01/residents").json["residents"]  # type: ignore[index]
    return {each["resident"]: each["name"] for each in listed}


# Names


@pytest.mark.parametrize(
    ("known", "says", "asks"),
    [
        ("演练甲", "演练甲", False),
        ("张小明", "張小明", False),
        ("阿依古丽·买买提", "阿依古丽买买提", False),
        ("李小明", "LI Xiaoming", False),
        ("李小明", "李晓明", False),
        ("李建国", "李建军", False),
        ("李秀英", "王李秀英", False),
        ("Anna Kim", "Anna Maria Kim", False),
        ("李小明", "王建国", True),
        ("李小明", "王小明", True),
        ("张三", "张伟", True),
        ("李小明", "李建国", True),
        ("李小明", "KIM Anna", True),
        ("Anna Kim", "John Smith", True),
    ],
)
def test_a_wholly_different_name_is_a_question_and_a_spelling_is_not(
    known: str, says: str, asks: bool
):
    assert is_other_name(known, says) is asks
    assert is_other_name(says, known) is asks


def test_one_row_with_a_known_number_and_another_name_is_asked_about(town: PartUnderTest):
    sent(town, roster(person(101, "李小明"), person(102, "王建国")))
    number = sent(town, roster(person(101, "赵海燕"), person(102, "王建国"), person(103)))
    found = result(town, number)
    assert (found["asked"], found["unchanged"], found["new"]) == (1, 1, 1)
    [question] = found["questions"]
    assert question["why"] == ["name"]
    assert question["choices"] == ["same_person", "keep"]
    assert question["changes"] == [{"field": "name", "before": "李小明", "after": "赵海燕"}]
    assert "lines" not in found
    assert {"李小明", "王建国"} <= {*named(town).values()}
    assert town.events("ResidentCorrected") == []
    told = town.events("RosterImported")[-1]
    assert (told["version"], told["data"]["asked"], told["data"]["rows"]) == (3, 1, 3)
    assert town.view() == town.rebuilt_view()


def test_the_row_is_taken_over_when_it_is_the_same_person(town: PartUnderTest):
    sent(town, roster(person(101, "李小明")))
    number = sent(town, roster(person(101, "赵海燕", phone="13911112222")))
    answered = answer_row(town, number, 1, "same_person")
    assert answered.json["outcome"] == "corrected"
    found = result(town, number)
    assert (found["asked"], found["corrected"], found["rows"]) == (0, 1, 1)
    assert {*named(town).values()} == {"赵海燕"}
    assert code_of(answer_row(town, number, 1, "keep")) == (409, "question-answered")
    assert len(town.events("ResidentCorrected")) == 1
    assert town.view() == town.rebuilt_view()


def test_what_is_known_is_left_when_the_unit_says_so(town: PartUnderTest):
    sent(town, roster(person(101, "李小明")))
    number = sent(town, roster(person(101, "赵海燕")))
    assert answer_row(town, number, 1, "keep").json["outcome"] == "unchanged"
    found = result(town, number)
    assert (found["asked"], found["unchanged"]) == (0, 1)
    assert {*named(town).values()} == {"李小明"}
    assert town.events("ResidentCorrected") == []
    counts = town.http.get(f"/api/imports/{number}").json["counts"]  # type: ignore[index]
    assert (counts["unchanged"], counts["asked"]) == (1, 0)


@pytest.mark.parametrize(
    ("question", "said", "refused"),
    [
        (2, "keep", (404, "unknown-question")),
        (1, "register", (422, "no-such-answer")),
        (1, "perhaps", (422, "invalid")),
    ],
)
def test_what_was_not_asked_cannot_be_answered(
    town: PartUnderTest, question: int, said: str, refused: tuple[int, str]
):
    sent(town, roster(person(101, "李小明")))
    number = sent(town, roster(person(101, "赵海燕")))
    assert answer_row(town, number, question, said).status_code == refused[0]
    assert result(town, number)["asked"] == 1


# What a passport does not say


def passport(**changes: str) -> list[Any]:
    values = {"name": "KIM Anna", "born": "1990-05-21", "sex": "女"} | changes
    return [values["name"], "M12345678", "护照", values["born"], values["sex"], "居住"]


def passports(row: list[Any]) -> bytes:
    from tests.support.workbooks import workbook

    return workbook([["姓名", "证件号码", "证件类型", "出生日期", "性别", "类别"], row])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"born": "1994-05-22"}, ["birth_date"]),
        ({"sex": "男"}, ["sex"]),
        ({"name": "SMITH John", "born": "1971-01-01"}, ["document", "name", "birth_date"]),
    ],
)
def test_another_birth_date_sex_or_person_under_a_passport_is_asked_about(
    town: PartUnderTest, changes: dict[str, str], why: list[str]
):
    sent(town, passports(passport()))
    number = sent(town, passports(passport(**changes)))
    [question] = result(town, number)["questions"]
    assert question["why"] == why
    assert town.events("ResidentCorrected") == []
    assert answer_row(town, number, 1, "same_person").json["outcome"] == "corrected"


# Marks


@pytest.mark.parametrize("mark", ["died", "moved_away", "not_found"])
def test_who_is_marked_as_gone_is_not_registered_until_the_unit_says_so(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch, mark: str
):
    reads_otherwise(monkeypatch, marked(演练甲=(mark,)))
    rows = [person(101, "演练甲"), *(person(order) for order in range(102, 106))]
    number = sent(town, roster(*rows))
    found = result(town, number)
    assert (found["new"], found["asked"]) == (4, 1)
    assert found["questions"][0]["why"] == ["marked"]
    assert found["questions"][0]["choices"] == ["register", "leave_out"]
    assert answer_row(town, number, 1, "leave_out").json["outcome"] == "left_out"
    found = result(town, number)
    assert (found["left_out"], found["rows"], len(named(town))) == (1, 5, 4)


def test_who_is_marked_as_gone_can_be_registered_all_the_same(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    reads_otherwise(monkeypatch, marked(演练甲=("moved_away",)))
    number = sent(town, roster(person(101, "演练甲"), person(102)))
    assert answer_row(town, number, 1, "register").json["outcome"] == "new"
    assert town.events("ResidentNoted")[-1]["data"]["marks"] == ["moved_away"]
    assert len(named(town)) == 2
    assert town.view() == town.rebuilt_view()


def test_nothing_changes_for_a_known_person_who_is_marked_as_dead(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    rows = [person(101, "演练甲"), *(person(order) for order in range(102, 106))]
    sent(town, roster(*rows))
    reads_otherwise(monkeypatch, marked(演练甲=("died",)))
    head = town.app.store.head()
    number = sent(town, roster(*rows))
    assert town.events("ResidentNoted") == []
    assert town.app.store.head() == head + 1, "only that a roster was imported"
    assert answer_row(town, number, 1, "same_person").status_code == 200
    assert town.events("ResidentNoted")[-1]["data"]["marks"] == ["died"]
    again = sent(town, roster(*rows))
    assert result(town, again)["asked"] == 0, "it is noted, and not asked again"


# Nobody back against their will


def erased(town: PartUnderTest, reason: str) -> str:
    sent(town, roster(person(101, "演练甲")))
    [resident] = named(town)
    town.http.post(f"/api/residents/{resident}/erase", {"reason": reason})
    return resident


@pytest.mark.parametrize("reason", ["by_request", "consent_withdrawn"])
def test_who_was_erased_at_their_own_wish_does_not_come_back_silently(
    town: PartUnderTest, reason: str
):
    erased(town, reason)
    number = sent(town, roster(person(101, "演练甲"), person(102)))
    [question] = result(town, number)["questions"]
    assert (question["why"], question["erased"]) == (["own_wish"], "2024-03-26")
    assert question["choices"] == ["register", "leave_out"]
    assert question["changes"] == []
    assert town.events("ResidentCorrected") == []
    assert answer_row(town, number, 1, "leave_out").status_code == 200
    assert "演练甲" not in town.http.get("/api/units/v01/residents").text


def test_who_was_erased_and_wants_to_take_part_again_is_registered(town: PartUnderTest):
    resident = erased(town, "by_request")
    number = sent(town, roster(person(101, "演练甲")))
    assert answer_row(town, number, 1, "register").json["outcome"] == "corrected"
    assert named(town) == {resident: "演练甲"}
    assert town.view() == town.rebuilt_view()


def test_who_was_erased_by_mistake_comes_back_with_the_next_roster(town: PartUnderTest):
    erased(town, "registered_in_error")
    number = sent(town, roster(person(101, "演练甲")))
    assert (result(town, number)["asked"], result(town, number)["corrected"]) == (0, 1)


# Under age


def test_a_child_is_registered_and_counted_apart_and_cannot_consent(town: PartUnderTest):
    child, elder = card(111, born="20110301"), card(112, born="19590801")
    number = sent(town, roster(person(101, card=child), person(102, card=elder), person(103)))
    found = result(town, number)
    assert found["new"] == 3
    assert [each["row"] for each in found["entries"] if each.get("child")] == [2]
    page = town.http.page(f"/imports/{number}", group="children").text
    assert "未满 18 周岁" in page
    resident = next(each["resident"] for each in found["entries"] if each.get("child"))
    week = {"wished_week": "2024-W14"}
    refused = town.http.post(f"/api/residents/{resident}/consent", week)
    assert code_of(refused) == (422, "under-age")
    contact = {"channel": "phone", "outcome": "willing", **week}
    refused = town.http.post(f"/api/residents/{resident}/contacts", contact)
    assert code_of(refused) == (422, "under-age")
    line = {"resident": resident, "answer": "consent", **week}
    refused = town.http.post("/api/units/v01/answers", {"answers": [line]})
    assert code_of(refused) == (422, "bad-answers")
    assert town.events("ConsentGiven") == []
    older = found["entries"][1]["resident"]
    assert town.http.post(f"/api/residents/{older}/consent", week).status_code == 200


# The page


def test_the_page_shows_questions_first_and_answers_by_a_button(town: PartUnderTest):
    sent(town, roster(person(101, "李小明")))
    number = sent(town, roster(person(101, "赵海燕"), person(102, card="420"), person(103)))
    page = town.http.page(f"/imports/{number}")
    assert "1 行要您确认" in page.text
    assert "姓名不同" in page.text
    assert "3 = 1 待确认 + 1 错误 + 1 新登记" in " ".join(page.text.split())
    answered = town.http.press(page, f'form[action="/api/imports/{number}/questions/1"]')
    assert answered.status_code == 303
    assert {*named(town).values()} >= {"赵海燕"}


def test_who_is_not_on_a_newer_roster_is_told_and_stays(town: PartUnderTest):
    sent(town, roster(*(person(order) for order in range(101, 111))))
    number = sent(town, roster(*(person(order) for order in range(101, 108))))
    found = result(town, number)
    assert len(found["missing"]) == 3
    assert len(named(town)) == 10
    page = town.http.page(f"/imports/{number}", group="missing").text
    assert [name in page for name in sorted(named(town).values())].count(True) == 3
    few = sent(town, roster(*(person(order) for order in range(101, 104))))
    assert result(town, few)["missing"] == [], "a few rows are no whole list"


def test_a_question_that_nobody_can_read_any_more_is_not_answered(town: PartUnderTest):
    sent(town, roster(person(101, "李小明"), person(102)))
    number = sent(town, roster(person(101, "赵海燕")))
    other = next(who for who, name in named(town).items() if name != "李小明")
    town.http.post(f"/api/residents/{other}/erase", {"reason": "by_request"})
    assert code_of(answer_row(town, number, 1, "same_person")) == (410, "import-not-kept")


def test_only_the_unit_answers_for_its_rows(town: PartUnderTest):
    sent(town, roster(person(101, "李小明")))
    number = sent(town, roster(person(101, "赵海燕")))
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    refused = other.post(f"/api/imports/{number}/questions/1", {"answer": "keep"})
    assert code_of(refused) == (403, "not-allowed")
