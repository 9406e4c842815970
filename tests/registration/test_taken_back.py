"""An import can be taken back as a whole: its people are off the list as if never on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.town.mirrors.notes import noted_of
from shared.town.privacy import KeyId
from tests.support.part import PartUnderTest
from tests.support.workbooks import HEADINGS, card, person, roster, workbook

SITE = "appointments/stadium"
WEEK = "2024-W14"
CLEARED = {"site": "stadium", "unit": "v01", "day": "2024-03-28"}


class Town(PartUnderTest):
    """Registration with imports to take back."""

    def imported(
        self, *rows: list[Any], unit: str = "v01", **changes: Any
    ) -> tuple[str, list[str]]:
        """Import a roster; return its job and its people."""
        told = self.http.upload(f"/api/units/{unit}/roster", roster(*rows, **changes))
        assert told.status_code == 200, told.text
        people = [each["resident"] for each in told.json["entries"]]  # type: ignore[index]
        return told.json["import"], people  # type: ignore[index]

    def take_back(self, job: str) -> Any:
        found = self.preview(job)
        people = found.get("taken_back", 0) + found.get("restored", 0)
        return self.http.post(f"/api/imports/{job}/take-back", {"people": people})

    def preview(self, job: str) -> dict[str, Any]:
        return self.http.get(f"/api/imports/{job}/take-back").json or {}

    def shown(self, resident: str) -> Any:
        return self.http.get(f"/api/residents/{resident}")

    def found(self, text: str) -> list[str]:
        answer = self.http.post("/api/residents/search", {"text": text}).json
        return [each["resident"] for each in answer["residents"]]  # type: ignore[index]

    def unit(self, code: str = "v01") -> dict[str, Any]:
        units = self.http.get("/api/units").json["units"]  # type: ignore[index]
        return next(each for each in units if each["unit"] == code)

    def consents(self, resident: str) -> None:
        url = f"/api/residents/{resident}/consent"
        assert self.http.post(url, {"wished_week": WEEK}).status_code == 200

    def keys_of(self, resident: str) -> set[str]:
        names = [KeyId(resident, each, v) for each in ("facts", "contact") for v in (1, 2)]
        return {str(name) for name in self.app.privacy.table.keys(names)}

    def as_rebuilt(self) -> bool:
        return self.view() == self.rebuilt_view()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    part = Town(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def test_an_import_taken_back_leaves_no_trace_in_any_count_or_list(town: Town):
    kept, _ = town.imported(person(101))
    before = town.unit()
    statuses = town.http.get("/api/units/v01/residents").json
    job, people = town.imported(person(102), person(103, cohort="党员、商户"))
    assert town.unit() != before
    preview = town.preview(job)
    assert [preview[name] for name in ("taken_back", "restored", "stays")] == [2, 0, 0]
    answer = town.take_back(job)
    assert answer.json == {
        "import": job,
        "unit": "v01",
        "taken_back": 2,
        "restored": 0,
        "stays": 0,
    }
    assert town.unit() == before
    assert town.http.get("/api/units/v01/residents").json == statuses
    for resident in people:
        assert town.shown(resident).status_code == 404
        assert town.keys_of(resident) == set()
    assert town.found("张建国") == []
    assert town.found(card(102)[-6:]) == []
    assert kept != job
    assert town.as_rebuilt()


def test_each_person_and_the_import_are_told(town: Town):
    job, [one] = town.imported(person(101))
    town.take_back(job)
    [event] = town.events("RegistrationTakenBack")
    assert event["data"] == {
        "resident": one,
        "unit": "v01",
        "cause": "import",
        "import_id": job,
    }
    [of_unit] = town.events("RosterTakenBack")
    counts = {name: of_unit["data"][name] for name in ("taken_back", "restored", "stays")}
    assert counts == {"taken_back": 1, "restored": 0, "stays": 0}
    assert of_unit["data"]["import_id"] == job


def test_the_same_roster_registers_its_people_again_without_a_question(town: Town):
    job, people = town.imported(person(101), person(102))
    before = town.unit(), town.http.get("/api/units/v01/residents").json
    town.take_back(job)
    again, same = town.imported(person(101), person(102))
    assert same == people
    after = town.unit(), town.http.get("/api/units/v01/residents").json
    assert after == before
    assert town.http.get(f"/api/imports/{again}/result").json["new"] == 2  # type: ignore[index]
    assert town.keys_of(people[0]) == {f"{people[0]}.{c}.2" for c in ("facts", "contact")}
    assert town.found(card(101)[-6:]) == [people[0]]
    assert len(town.events("ResidentRegistered")) == 2
    assert town.as_rebuilt()


def test_a_person_registered_again_answers_like_anybody_and_is_taken_back_again(town: Town):
    job, [one] = town.imported(person(101))
    town.take_back(job)
    again, _ = town.imported(person(101))
    assert town.take_back(again).json["taken_back"] == 1
    town.imported(person(101), unit="v02")
    assert town.unit("v02")["registered"] == 1
    assert town.unit("v01")["registered"] == 0
    town.consents(one)
    assert town.shown(one).json["status"] == "consented"
    assert town.as_rebuilt()


def test_corrected_people_are_as_before(town: Town):
    _, [one, two] = town.imported(person(101), person(102))
    before = [town.shown(each).json for each in (one, two)]
    renamed = person(101, "李小朋", phone="13900000009", cohort="党员、商户")
    job, _ = town.imported(renamed, person(102))
    assert town.found("李小朋") == [one]
    answer = town.take_back(job)
    assert [answer.json[n] for n in ("taken_back", "restored", "stays")] == [0, 1, 0]
    after = [town.shown(each).json for each in (one, two)]
    for earlier, later in zip(before, after, strict=True):
        for state in (earlier, later):
            state.pop("history")
    assert after == before
    assert town.found("李小朋") == []
    assert town.found("李小明") == [one]
    assert town.as_rebuilt()


def test_second_lists_are_undone(town: Town):
    _, [one] = town.imported(person(101))
    job, _ = town.imported(person(101, tie="工作", cohort="商户"), unit="s01")
    assert town.shown(one).json["also"]
    town.take_back(job)
    assert town.shown(one).json["also"] == []
    assert town.shown(one).json["cohorts"] == ["party_member"]
    assert town.unit("s01")["also"] == 0
    assert town.as_rebuilt()


def something_done(town: Town) -> dict[str, Any]:
    """What may be done for a person: what it is called, and how."""
    post = town.http.post

    def heard(event: str, **data: Any):
        return lambda who: town.hears(SITE, event, resident=who, **data)

    def merged(who: str) -> None:
        _, [other] = town.imported(person(140, "演练旁人", card=card(140, "19600101")))
        post(f"/api/matches/{who}/{other}/same")

    visit = {"site": "stadium", "unit": "v01", "dose": 1, "day": "2024-04-02"}
    call = {"channel": "phone", "outcome": "not_reached"}
    given = {"cohort": "general", "product": "CoronaVac", "batch": "SV-1", "vaccinator": "tester"}
    return {
        "answered": town.consents,
        "contacted": lambda who: post(f"/api/residents/{who}/contacts", call),
        "booked": heard("AppointmentBooked", **visit, time="08:30", product="CoronaVac"),
        "screened": lambda who: town.hears(
            "screening", "ResidentDeferred", resident=who, dose=1, day="2024-04-02",
            until="2024-04-12", reasons=["fever"], rules="1", answers={},
        ),
        "vaccinated": heard("DoseAdministered", **visit, **given),
        "merged": merged,
        "listed": lambda who: town.imported(person(101, tie="工作"), unit="s01"),
        "corrected": lambda who: town.imported(person(101, phone="13911112222")),
        "erased": lambda who: post(f"/api/residents/{who}/erase", {"reason": "by_request"}),
    }  # fmt: skip


@pytest.mark.parametrize(
    "what",
    [
        "answered",
        "contacted",
        "booked",
        "vaccinated",
        "merged",
        "listed",
        "corrected",
        "erased",
    ],
)
def test_on_whom_something_was_built_stays_and_is_named(town: Town, what: str):
    job, [one, two] = town.imported(person(101), person(102))
    something_done(town)[what](one)
    preview = town.preview(job)
    assert [preview[n] for n in ("taken_back", "restored", "stays")] == [1, 0, 1]
    assert [(each["resident"], each["built"]) for each in preview["who"]] == [(one, [what])]
    page = town.http.page(f"/imports/{job}/take-back")
    assert page.status_code == 200
    assert "1 人" in page.text
    assert town.take_back(job).json["stays"] == 1
    assert town.shown(one).status_code == 200
    assert town.shown(two).status_code == 404
    assert town.as_rebuilt()


def test_nothing_is_taken_back_where_something_was_built_on_everybody(town: Town):
    job, [one] = town.imported(person(101))
    town.consents(one)
    refused = town.take_back(job)
    assert (refused.status_code, refused.json["code"]) == (409, "nothing-to-take-back")
    assert town.events("RosterTakenBack") == []


def test_a_second_time_is_refused(town: Town):
    job, _ = town.imported(person(101))
    assert town.take_back(job).status_code == 200
    refused = town.take_back(job)
    assert (refused.status_code, refused.json["code"]) == (409, "already-taken-back")
    assert "已经撤回" in town.http.page(f"/imports/{job}/take-back").text
    assert "已撤回" in town.http.page("/units/v01").text
    assert len(town.events("RosterTakenBack")) == 1


def test_it_works_when_nothing_is_kept_of_the_result(town: Town):
    job, [one] = town.imported(person(101))
    town.at("2024-03-30")
    town.imported(person(102))
    assert town.http.get(f"/api/imports/{job}/result").status_code == 410
    assert "撤回整次导入" in town.http.page(f"/imports/{job}").text
    assert town.take_back(job).json["taken_back"] == 1
    assert town.shown(one).status_code == 404


def test_an_import_that_waits_or_was_never_written_is_refused(town: Town):
    sent = town.http.send("/api/units/v01/roster", roster(person(101))).json["import"]  # type: ignore[index]
    refused = town.take_back(sent)
    assert (refused.status_code, refused.json["code"]) == (409, "import-running")
    town.http.post(f"/api/imports/{sent}/cancel")
    assert town.take_back(sent).json["code"] == "nothing-to-take-back"
    assert town.take_back(str(uuid4())).status_code == 404


def test_only_its_own_people_go_however_many_imports_there_were(town: Town):
    first, [one] = town.imported(person(101))
    second, [two] = town.imported(person(102))
    town.imported(person(103))
    town.take_back(second)
    assert town.shown(one).status_code == 200
    assert town.shown(two).status_code == 404
    assert town.take_back(first).json["taken_back"] == 1
    assert town.unit()["registered"] == 1


def test_likely_duplicates_of_people_taken_back_are_not_asked_about(town: Town):
    town.imported(person(101))
    twin = person(101, card=card(121, "19790521"))
    job, _ = town.imported(twin)
    assert town.http.get("/api/matches").json["left"] == 1  # type: ignore[index]
    town.take_back(job)
    assert town.http.get("/api/matches").json["left"] == 0  # type: ignore[index]
    town.imported(twin)
    assert town.http.get("/api/matches").json["left"] == 1  # type: ignore[index]
    assert town.as_rebuilt()


def test_who_came_with_a_cadre_and_is_taken_back_has_none(town: Town):
    town.hears("supervision", "StaffEnrolled", login="v01-a")
    town.hears("supervision", "RoleGranted", login="v01-a", role="unit_cadre", scope="unit:v01")
    rows = [[*HEADINGS, "包保干部"], [*person(101), "v01-a"]]
    told = town.http.upload("/api/units/v01/roster", workbook(rows)).json
    job, one = told["import"], told["entries"][0]["resident"]  # type: ignore[index]
    assert len(town.events("CadreAssigned")) == 1
    assert town.take_back(job).json["taken_back"] == 1
    again = town.http.upload("/api/units/v01/roster", workbook(rows)).json
    assert again["new"] == 1  # type: ignore[index]
    assert town.http.get(f"/api/residents/{one}/responsible").json["cadre"] == "v01-a"  # type: ignore[index]
    assert town.as_rebuilt()


def test_on_a_page_it_is_asked_first_with_the_counts(town: Town):
    job, [one] = town.imported(person(101))
    url = f"/api/imports/{job}/take-back"
    asked = town.http.form(url, people="1", _next="/units/v01")
    assert asked.status_code == 200
    assert "1 人的登记撤回" in asked.text
    assert town.shown(one).status_code == 200
    page = town.http.follow(url, "/units/v01", people="1")
    assert "已撤回导入：撤回登记 1 人" in page.text
    assert town.shown(one).status_code == 404


def test_whoever_may_not_import_may_not_take_back(town: Town):
    job, _ = town.imported(person(101))
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    assert other.post(f"/api/imports/{job}/take-back", {"people": 1}).status_code == 403
    assert other.page(f"/imports/{job}/take-back").status_code == 403
    auditor = town.http.signed_in("v01-a", ("unit_cadre", "list:v01"))
    assert auditor.post(f"/api/imports/{job}/take-back", {"people": 1}).status_code == 403


def test_what_is_other_than_the_preview_is_not_done(town: Town):
    job, [one, _] = town.imported(person(101), person(102))
    town.consents(one)
    refused = town.http.post(f"/api/imports/{job}/take-back", {"people": 2})
    assert (refused.status_code, refused.json["code"]) == (409, "other-than-previewed")
    assert town.events("RegistrationTakenBack") == []


MARKED = ["姓名", "证件号码", "手机号", "住址", "类别", "人群", "备注"]


def test_what_an_import_noted_is_as_before(town: Town):
    first = workbook([MARKED, [*person(101), "怀孕"], [*person(102), ""]])
    one = town.http.upload("/api/units/v01/roster", first).json["entries"][0]["resident"]
    before = noted_of(town.app, one)
    second = workbook([MARKED, [*person(101), "外出务工"], [*person(102), "青霉素过敏"]])
    job = town.http.upload("/api/units/v01/roster", second).json["import"]
    assert noted_of(town.app, one) != before
    assert town.take_back(job).json["restored"] == 2
    assert noted_of(town.app, one) == before
    assert town.as_rebuilt()


def test_of_who_is_taken_back_nothing_noted_is_left(town: Town):
    content = workbook([MARKED, [*person(101), "怀孕"]])
    job = town.http.upload("/api/units/v01/roster", content).json["import"]
    town.take_back(job)
    _, [one] = town.imported(person(101))
    assert noted_of(town.app, one) == ([], [])
    assert town.as_rebuilt()


def test_who_came_by_an_answer_is_taken_back_with_the_import(town: Town):
    town.imported(person(101))
    content = workbook([MARKED, [*person(102), "死亡"], [*person(103), ""]])
    job = town.http.upload("/api/units/v01/roster", content).json["import"]
    url = f"/api/imports/{job}/questions/1"
    told = town.http.post(url, {"answer": "register"})
    assert told.status_code == 200, told.text
    assert town.take_back(job).json["taken_back"] == 2
    assert town.unit()["registered"] == 1
    assert town.as_rebuilt()
