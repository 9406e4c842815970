"""One person is added by hand: looked for first, checked as a roster's row, taken back the same day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.registration.test_taken_back import Town
from tests.support.workbooks import card, person
from tests.web.test_refused_forms import sent_from

URL = "/api/units/v01/residents"
ONE = {"name": "演练一", "card_number": card(301), "tie": "household"}


class ByHand(Town):
    """Registration in which people are added one by one."""

    def add(self, unit: str = "v01", **said: Any) -> Any:
        return self.http.post(f"/api/units/{unit}/residents", ONE | said)

    def added(self, **said: Any) -> str:
        answer = self.add(**said)
        assert answer.status_code == 200, answer.text
        return answer.json["resident"]

    def take_entry_back(self, resident: str) -> Any:
        version = len(self.app.store.stream(resident))
        return self.http.post(f"/api/residents/{resident}/take-back", {"version": version})

    def errors(self, **said: Any) -> set[str]:
        answer = self.add(**said)
        assert (answer.status_code, answer.json["code"]) == (422, "invalid-input")
        return set(answer.json["errors"])

    def enrolled(self, login: str, scope: str) -> Any:
        self.hears("supervision", "StaffEnrolled", login=login)
        self.hears("supervision", "RoleGranted", login=login, role="unit_cadre", scope=scope)
        return self.http.signed_in(login, ("unit_cadre", scope))


@pytest.fixture
def town(tmp_path: Path) -> ByHand:
    part = ByHand(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def test_a_person_added_by_hand_is_registered_like_a_row_of_a_roster(town: ByHand):
    one = town.added(phone="13800000301", address="东河村1号", cohort="party_member")
    shown = town.shown(one).json
    assert shown["name"] == "演练一"
    assert (shown["phone"], shown["address"]) == ("13800000301", "东河村1号")
    assert (shown["cohorts"], shown["tie"]) == (["party_member"], "household")
    assert (shown["birth_date"], shown["sex"]) == ("1979-05-21", "male")
    assert town.unit()["registered"] == 1
    assert town.found("演练一") == [one]
    _, [same] = town.imported(person(301, "演练一"))
    assert same == one
    assert town.as_rebuilt()


def test_without_a_cohort_it_is_the_units_own(town: ByHand):
    one = town.added()
    _, [other] = town.imported(person(302, cohort=""))
    assert town.shown(one).json["cohort"] == town.shown(other).json["cohort"]
    two = town.added(card_number=card(303), cohort="teacher", cohorts=["merchant"])
    assert town.shown(two).json["cohorts"] == ["teacher", "merchant"]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("card_number", card(301)[:-1] + "0"),
        ("card_number", ""),
        ("name", ""),
        ("name", "=1+1"),
        ("phone", "1380000"),
        ("email", "nobody"),
        ("tie", ""),
        ("birth_date", "1980-01-01"),
        ("sex", "female"),
        ("cadre", "nobody-here"),
    ],
)
def test_what_a_roster_refuses_is_refused_at_its_field(town: ByHand, field: str, said: str):
    assert field in town.errors(**{field: said})
    assert town.events("ResidentRegistered") == []


def test_a_number_without_birth_date_and_sex_needs_them(town: ByHand):
    passport = {"card_number": "E12345678", "document_kind": "passport"}
    assert "birth_date" in town.errors(**passport)
    one = town.added(**passport, birth_date="1980-02-03", sex="female")
    assert town.shown(one).json["birth_date"] == "1980-02-03"


def test_a_known_number_says_where(town: ByHand):
    one = town.added()
    here = town.add()
    assert (here.status_code, here.json["code"]) == (409, "known-here")
    assert here.json["resident"] == one
    elsewhere = town.add("v02")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (409, "known-elsewhere")
    assert elsewhere.json["unit_code"] == "v01"
    assert "青石村" in elsewhere.json["detail"]
    assert len(town.events("ResidentRegistered")) == 1


def test_a_sector_lists_whom_a_village_counts(town: ByHand):
    one = town.added()
    answer = town.add("s01", tie="workplace", cohort="merchant")
    assert answer.json["status"] == "listed_too"
    assert [each["unit"] for each in town.shown(one).json["also"]] == ["s01"]
    assert town.add("s01").json["code"] == "known-here"


def test_who_was_erased_at_their_own_wish_is_asked_about_with_the_day(town: ByHand):
    one = town.added()
    town.http.post(f"/api/residents/{one}/erase", {"reason": "by_request"})
    town.at("2024-03-28")
    refused = town.add()
    assert (refused.status_code, refused.json["code"]) == (409, "erased-at-own-wish")
    assert "3月26日" in refused.json["detail"]
    assert town.added(despite_wish=True) == one
    assert town.shown(one).json["name"] == "演练一"
    assert town.as_rebuilt()


def test_who_was_erased_for_another_reason_is_registered_again(town: ByHand):
    one = town.added()
    town.http.post(f"/api/residents/{one}/erase", {"reason": "registered_in_error"})
    assert town.added() == one


def test_under_age_is_said_before(town: ByHand):
    child = {"card_number": card(301, "20230105")}
    refused = town.add(**child)
    assert (refused.status_code, refused.json["code"]) == (422, "under-age")
    assert town.events("ResidentRegistered") == []
    town.added(**child, despite_age=True)


def test_likely_duplicates_are_found_as_in_an_import(town: ByHand):
    _, [known] = town.imported(person(101))
    again = town.add(name="李小明", card_number=card(121), phone=person(101)[2])
    assert [each["resident"] for each in again.json["matches"]] == [known]
    assert town.http.get("/api/matches").json["left"] == 1  # type: ignore[index]


def test_whoever_is_known_is_shown_before_anybody_is_added(town: ByHand):
    page = town.http.page("/units/v01/add")
    assert page.status_code == 200
    one = town.added()

    def looked(text: str, unit: str = "v01", born: str = "") -> str:
        return town.http.form(f"/units/{unit}/add", text=text, born=born).text

    assert f"/residents/{one}" in looked(card(301))
    assert "已在青石村登记" in looked(card(301), "v02")
    assert f"/residents/{one}" in looked("演练一", born="1979-05-21")
    assert "没有找到" in looked("演练二")
    assert "可以同时列入本单位" in looked(card(301), "s01")
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    seen = other.form("/units/v02/add", text="演练一", born="1979-05-21").text
    assert one not in seen


def test_nothing_is_chosen_beforehand(town: ByHand):
    page = BeautifulSoup(town.http.page("/units/v01/add").text, "html.parser")
    form = page.select_one(f"form[action='{URL}']")
    assert form is not None
    assert form.select("input[checked], option[selected]") == []


def test_a_form_that_is_refused_keeps_what_was_typed(town: ByHand):
    said = {**ONE, "phone": "1380000", "_next": "/units/v01/add"}
    back = sent_from(town, "/units/v01/add", URL, **said)
    assert back.status_code == 422
    page = BeautifulSoup(back.text, "html.parser")
    name = page.select_one("form [name=name]")
    assert name is not None
    assert name["value"] == "演练一"
    assert "手机号应为11位" in back.text or "不是手机号" in back.text


def test_the_banner_takes_the_entry_back(town: ByHand):
    page = town.http.follow(URL, "/units/v01/add", **ONE)
    assert "已登记" in page.text
    [event] = town.events("ResidentRegistered")
    one = event["data"]["resident"]
    town.http.press(page, f"form[action='/api/residents/{one}/take-back']")
    assert town.shown(one).status_code == 404
    [back] = town.events("RegistrationTakenBack")
    assert (back["data"]["cause"], back["data"]["import_id"]) == ("by_hand", None)
    assert town.unit()["registered"] == 0
    assert town.added() == one
    assert town.as_rebuilt()


def test_an_entry_is_taken_back_on_its_day_alone_and_while_nothing_is_built_on_it(town: ByHand):
    one, two = town.added(), town.added(card_number=card(303))
    town.consents(one)
    refused = town.take_entry_back(one)
    assert (refused.status_code, refused.json["code"]) == (409, "built-upon")
    assert "已答复" in refused.json["detail"]
    town.at("2024-03-27")
    late = town.take_entry_back(two)
    assert (late.status_code, late.json["code"]) == (409, "day-over")
    _, [three] = town.imported(person(105))
    came = town.take_entry_back(three)
    assert (came.status_code, came.json["code"]) == (409, "came-with-roster")


def test_with_a_cadre_who_is_told_at_once(town: ByHand):
    town.enrolled("v01-a", "unit:v01")
    one = town.added(cadre="v01-a")
    assert town.http.get(f"/api/residents/{one}/responsible").json["cadre"] == "v01-a"  # type: ignore[index]
    assert town.take_entry_back(one).status_code == 200
    assert town.added(cadre="v01-a") == one
    assert town.as_rebuilt()


def test_only_the_units_own_and_the_office_add(town: ByHand):
    chief = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    assert chief.post(URL, ONE).status_code == 200
    for grant in (("unit_chief", "unit:v02"), ("unit_cadre", "list:v01"), ("auditor", "town")):
        other = town.http.signed_in("somebody", grant)
        assert other.post(URL, ONE).status_code == 403
        assert other.page("/units/v01/add").status_code == 403
    office = town.http.signed_in("office", ("office", "town"))
    assert office.page("/units/v01/add").status_code == 200
    assert "新增一人" in chief.page("/units/v01").text
