"""Residents with other documents than the identity card: registered, known again, corrected (R08)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.town.privacy.sealing import class_of
from tests.support.part import PartUnderTest
from tests.support.workbooks import card, workbook

HEADING = ["姓名", "证件类型", "证件号码", "性别", "出生日期", "电话", "邮箱", "类别"]


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def imported(town: PartUnderTest, **changes: Any) -> dict[str, Any]:
    values = {
        "name": "演练甲",
        "kind": "护照",
        "number": "E12345678",
        "sex": "女",
        "born": "1979-05-21",
        "phone": "10000000001",
        "email": "",
        "tie": "居住",
    }
    content = workbook([HEADING, list((values | changes).values())])
    answer = town.http.upload("/api/units/v01/roster", content)
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def test_a_passport_is_registered_with_its_kind(town: PartUnderTest):
    (entry,) = imported(town, email="a@example.com")["entries"]
    data = town.events("ResidentRegistered")[0]["data"]
    assert (data["document_kind"], data["sex"], data["birth_date"]) == (
        "passport",
        "female",
        "1979-05-21",
    )
    assert "E12345678" not in str(data)
    shown = town.http.get(f"/api/residents/{entry['resident']}").json
    assert shown is not None
    assert (shown["card_number"], shown["name"]) == ("E12345678", "演练甲")


def test_an_email_is_forgotten_with_the_telephone():
    assert class_of("email") == class_of("phone") == "contact"


def test_an_old_number_is_the_same_person_as_the_new_one(town: PartUnderTest):
    number = card(102)
    first = imported(town, kind="", number=number)
    again = imported(town, kind="", number=number[:6] + number[8:17])
    assert (first["new"], again["unchanged"]) == (1, 1)
    assert "15" in again["notes"][0]["notes"][0]


def test_a_renewed_permit_is_the_same_person(town: PartUnderTest):
    assert imported(town, kind="回乡证", number="H1234567800")["new"] == 1
    assert imported(town, kind="", number="h12345678 01")["unchanged"] == 1


def test_the_same_number_of_another_kind_is_another_person(town: PartUnderTest):
    assert imported(town, kind="护照", number="12345678")["new"] == 1
    values = {"name": "某人乙", "sex": "男", "born": "1990-01-01", "phone": "10000000002"}
    assert imported(town, kind="台胞证", number="12345678", **values)["new"] == 1
    assert len(town.events("ResidentRegistered")) == 2


def test_birth_date_and_sex_can_be_corrected_where_the_number_has_none(town: PartUnderTest):
    imported(town)
    for changes in ({"born": "1979-05-22"}, {"born": "1979-05-22", "sex": "男"}):
        asked = imported(town, **changes)
        assert (asked["asked"], asked["corrected"]) == (1, 0), "who somebody is, is asked"
        url = f"/api/imports/{asked['import']}/questions/1"
        assert town.http.post(url, {"answer": "same_person"}).json["outcome"] == "corrected"  # type: ignore[index]
    data = [event["data"] for event in town.events("ResidentCorrected")]
    assert [(each["birth_date"], each["sex"]) for each in data] == [
        ("1979-05-22", "female"),
        ("1979-05-22", "male"),
    ]
    assert imported(town, born="1979-05-22", sex="男")["unchanged"] == 1
    assert town.view() == town.rebuilt_view()


def test_a_passports_number_does_not_turn_one_person_into_another(town: PartUnderTest):
    imported(town)
    (question,) = imported(town, name="某人乙", born="1990-01-01")["questions"]
    assert question["why"] == ["document", "name", "birth_date"]
    assert "E12345678" not in str(question)
    assert not town.events("ResidentCorrected")


def test_an_email_that_is_added_is_a_correction_once(town: PartUnderTest):
    imported(town)
    assert imported(town)["unchanged"] == 1
    assert imported(town, email="a@example.com")["corrected"] == 1
    assert imported(town)["unchanged"] == 1, "an empty cell leaves what is known"


def test_somebody_born_tomorrow_is_not_registered(town: PartUnderTest):
    (error,) = imported(town, born="2024-03-27")["errors"]
    assert error["code"] == "date_future"
    assert imported(town, born="2024-03-26")["new"] == 1


def test_the_result_page_tells_what_was_put_right_and_where_every_row_went(town: PartUnderTest):
    content = workbook(
        [["名册"], HEADING, ["演练甲", "", card(102).replace("4", "４"), "", "", "", "", "居住"]]
    )
    answer = town.http.form_upload("/api/units/v01/roster", content, "roster.xlsx")
    assert answer.status_code == 200
    assert "已自动改正的写法" in answer.text
    assert "每一行的去向" in answer.text
