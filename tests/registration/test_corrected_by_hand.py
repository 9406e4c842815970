"""One person is corrected by hand: only what differs is told, and the day's correction is undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.registration.test_by_hand import ByHand
from tests.support.workbooks import card, person


class Corrected(ByHand):
    """Registration with one person to correct."""

    def correct(self, resident: str, **said: Any) -> Any:
        return self.http.post(f"/api/residents/{resident}/correct", said)

    def undo(self, resident: str, **said: Any) -> Any:
        return self.http.post(f"/api/residents/{resident}/correct/undo", said)

    def state(self, resident: str) -> dict[str, Any]:
        shown = self.shown(resident).json
        return {name: value for name, value in shown.items() if name != "history"}


@pytest.fixture
def town(tmp_path: Path) -> Corrected:
    part = Corrected(tmp_path, "registration")
    part.at("2024-03-26")
    return part


@pytest.fixture
def one(town: Corrected) -> str:
    _, [resident] = town.imported(person(101, "演练一"))
    return resident


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "13911112222"),
        ("phone", ""),
        ("address", "西河村2号"),
        ("address", ""),
        ("email", "lian@example.org"),
        ("name", "演练改名"),
        ("tie", "home"),
        ("cohort", "teacher"),
    ],
)
def test_one_thing_is_corrected_and_the_rest_stays(
    town: Corrected, one: str, field: str, value: str
):
    before = town.state(one)
    answer = town.correct(one, **{field: value}).json
    assert answer["told"] is True
    assert [each["field"] for each in answer["changes"]] == [field]
    after = town.state(one)
    different = {name for name in after if after[name] != before[name]}
    assert different == ({"cohort", "cohorts"} if field == "cohort" else {field})
    assert (after[field] or "") == value
    assert town.as_rebuilt()
    undone = town.undo(one, version=answer["version"])
    assert undone.status_code == 200
    assert town.state(one) == before
    assert town.as_rebuilt()


def test_nothing_different_is_told_of_nobody(town: Corrected, one: str):
    events = len(town.events())
    answer = town.correct(one, phone=person(101)[2], name="演练一").json
    assert (answer["told"], answer["changes"]) == (False, [])
    assert len(town.events()) == events
    told = town.http.follow(f"/api/residents/{one}/correct", f"/residents/{one}", name="演练一")
    assert "没有变化" in told.text


def test_birth_date_and_sex_are_corrected_where_the_number_has_none(town: Corrected, one: str):
    refused = town.correct(one, birth_date="1980-01-01")
    assert "birth_date" in refused.json["errors"]
    passport = {"card_number": "E12345678", "document_kind": "passport"}
    two = town.added(**passport, birth_date="1980-02-03", sex="female")
    assert town.correct(two, birth_date="1981-02-03", sex="male").json["told"]
    shown = town.shown(two).json
    assert (shown["birth_date"], shown["sex"]) == ("1981-02-03", "male")


def test_a_wrong_value_is_refused_at_its_field(town: Corrected, one: str):
    assert "phone" in town.correct(one, phone="138").json["errors"]
    assert "name" in town.correct(one, name="").json["errors"]
    assert town.events("ResidentCorrected") == []


def test_further_cohorts_are_set_and_taken_away(town: Corrected, one: str):
    town.correct(one, cohorts=["merchant", "teacher"])
    assert town.shown(one).json["cohorts"] == ["party_member", "merchant", "teacher"]
    version = town.correct(one, cohorts=[""]).json["version"]
    assert town.shown(one).json["cohorts"] == ["party_member"]
    town.undo(one, version=version)
    assert town.shown(one).json["cohorts"] == ["party_member", "merchant", "teacher"]
    assert town.as_rebuilt()


def test_whoever_is_corrected_is_found_by_the_new_name_alone(town: Corrected, one: str):
    town.correct(one, name="演练改名")
    assert town.found("演练改名") == [one]
    assert town.found("演练一") == []
    town.undo(one)
    assert town.found("演练一") == [one]


def test_a_page_that_was_shown_before_somebody_else_changed_it_is_refused(
    town: Corrected, one: str
):
    version = town.correct(one, phone="13911112222").json["version"]
    assert town.correct(one, phone="13911113333", version=version).status_code == 200
    late = town.correct(one, phone="13911114444", version=version)
    assert (late.status_code, late.json["code"]) == (409, "changed-since")
    refused = town.undo(one, version=version)
    assert (refused.status_code, refused.json["code"]) == (409, "changed-since")


def test_a_correction_is_taken_back_on_its_day_and_not_what_a_roster_said(
    town: Corrected, one: str
):
    assert town.undo(one).json["code"] == "no-correction"
    town.correct(one, phone="13911112222")
    assert "撤回今天的更正" in town.http.page(f"/residents/{one}").text
    town.at("2024-03-27")
    assert "撤回今天的更正" not in town.http.page(f"/residents/{one}").text
    assert town.undo(one).json["code"] == "day-over"


def test_a_cadre_corrects_how_to_reach_the_people_of_the_own_list(town: Corrected, one: str):
    cadre = town.enrolled("v01-a", "list:v01")
    url = f"/api/residents/{one}/correct"
    assert cadre.post(url, {"phone": "13911112222"}).status_code == 403
    town.http.post(f"/api/residents/{one}/cadre", {"cadre": "v01-a"})
    assert cadre.post(url, {"phone": "13911112222", "address": ""}).status_code == 200
    refused = cadre.post(url, {"name": "演练改名"})
    assert (refused.status_code, refused.json["code"]) == (403, "only-contact")
    page = cadre.page(f"/residents/{one}/correct").text
    assert 'name="phone"' in page
    assert 'name="name"' not in page


def test_nobody_erased_or_unknown_is_corrected(town: Corrected, one: str):
    town.http.post(f"/api/residents/{one}/erase", {"reason": "by_request"})
    assert town.correct(one, phone="13911112222").json["code"] == "erased"
    assert town.http.page(f"/residents/{one}/correct").status_code == 409
    other = town.added(card_number=card(305))
    town.take_entry_back(other)
    assert town.correct(other, phone="").status_code == 404


def test_a_look_at_the_person_is_recorded(town: Corrected, one: str):
    before = len(town.events("PersonalDataViewed"))
    town.http.page(f"/residents/{one}/correct")
    assert len(town.events("PersonalDataViewed")) == before + 1
