"""Officers, second lists and cohorts over HTTP, and the pages that show them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.registration.rosters.reading.headings import COHORTS
from services.registration.units import queries as of_units
from shared.town.terms import GROUPS
from tests.support import workbooks
from tests.support.part import PartUnderTest
from tests.support.workbooks import roster


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    part = PartUnderTest(tmp_path, "registration")
    part.at("2024-03-26")
    return part


def person(order: int, **changes: str) -> list[Any]:
    """A roster's row that says no cohort."""
    return workbooks.person(order, **{"cohort": ""} | changes)


def imported(town: PartUnderTest, unit: str, *rows: list[Any]) -> dict[str, Any]:
    answer = town.http.upload(f"/api/units/{unit}/roster", roster(*rows))
    assert answer.status_code == 200, answer.text
    return answer.json or {}


def ok(town: PartUnderTest, url: str, **body: Any) -> dict[str, Any]:
    answer = town.http.post(url, body)
    assert answer.status_code == 200, answer.text
    return answer.json or {}


def refused(town: PartUnderTest, url: str, **body: Any) -> tuple[int, str]:
    answer = town.http.post(url, body)
    document: dict[str, Any] = answer.json or {}
    return answer.status_code, document["code"]


def read(town: PartUnderTest, url: str, **query: Any) -> dict[str, Any]:
    answer = town.http.get(url, **query)
    assert answer.status_code == 200, answer.text
    return answer.json or {}


def enrolled(town: PartUnderTest, *logins: str) -> None:
    for login in logins:
        town.hears("supervision", "StaffEnrolled", login=login)


def units(town: PartUnderTest) -> dict[str, dict[str, Any]]:
    return {each["unit"]: each for each in read(town, "/api/units")["units"]}


# Officers (R14)


def test_officers_are_named_as_logins_and_kept_in_the_history(town: PartUnderTest):
    enrolled(town, "v01-chief", "v01-clerk", "leader")
    ok(town, "/api/units/v01/officers", chief="v01-chief", clerk="v01-clerk")
    town.at("2024-04-02")
    ok(town, "/api/units/v01/officers", chief="v01-chief", contact_leader="leader")
    history = read(town, "/api/units/v01/officers")["history"]
    assert [(each["clerk"], each["contact_leader"], each["since"]) for each in history] == [
        (None, "leader", "2024-04-02"),
        ("v01-clerk", None, "2024-03-26"),
    ]
    assert town.view() == town.rebuilt_view()


def test_the_clerk_of_a_day_can_be_asked(town: PartUnderTest):
    enrolled(town, "v01-clerk", "other")
    ok(town, "/api/units/v01/officers", clerk="v01-clerk")
    ok(town, "/api/units/v01/officers", clerk="other", since="2024-04-10")
    days = (date(2024, 3, 25), date(2024, 3, 26), date(2024, 4, 9), date(2024, 4, 10))
    assert [of_units.officers_of(town.app, "v01", day)["clerk"] for day in days] == [
        None,
        "v01-clerk",
        "v01-clerk",
        "other",
    ]
    assert of_units.officers_of(town.app, "v02", days[-1])["clerk"] is None


def test_the_same_officers_are_told_once(town: PartUnderTest):
    enrolled(town, "v01-clerk")
    assert ok(town, "/api/units/v01/officers", clerk="v01-clerk")["told"]
    assert not ok(town, "/api/units/v01/officers", clerk="v01-clerk")["told"]
    assert len(town.events("UnitOfficersNamed")) == 1


def test_officers_without_an_account_or_before_the_last_ones_are_refused(town: PartUnderTest):
    enrolled(town, "v01-clerk")
    url = "/api/units/v01/officers"
    assert refused(town, url, clerk="nobody") == (422, "unknown-staff")
    ok(town, url, clerk="v01-clerk", since="2024-04-10")
    assert refused(town, url, since="2024-04-01") == (422, "named-later")
    assert refused(town, "/api/units/x99/officers") == (404, "unknown-unit")


def test_the_units_page_names_officers_and_shows_its_form_to_the_office_only(town: PartUnderTest):
    enrolled(town, "v01-clerk")
    form = {"clerk": "v01-clerk", "chief": "", "_next": "/units/v01#officers"}
    named = town.http.form("/api/units/v01/officers", **form)
    page = town.http.page(named.location.partition("#")[0]).text
    assert "指定已登记" in page
    assert "指定" in page
    again = town.http.form("/api/units/v01/officers", **form)
    assert "没有变化" in town.http.page(again.location.partition("#")[0]).text
    chief = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    page = chief.page("/units/v01").text
    assert "v01-clerk" in page
    assert 'action="/api/units/v01/officers"' not in page
    assert chief.post("/api/units/v01/officers", {}).status_code == 403


# Second lists (R08, R16)


def test_a_sector_lists_a_villager_who_counts_in_the_village(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    answer = imported(town, "s01", person(101, tie="工作"))
    (shared,) = answer["entries"]
    assert shared | {"sheet": "", "row": 0} == {
        "sheet": "",
        "row": 0,
        "outcome": "corrected",
        "resident": entry["resident"],
        "counted_in": "v01",
        "changes": [{"field": "tie", "before": "", "after": "workplace"}],
    }
    assert (answer["corrected"], answer["errors"]) == (1, [])
    counts = units(town)
    assert [(counts[u]["registered"], counts[u]["also"]) for u in ("v01", "s01")] == [
        (1, 0),
        (0, 1),
    ]
    for unit in ("v01", "s01"):
        (row,) = read(town, f"/api/units/{unit}/residents")["residents"]
        assert (row["resident"], row["unit"]) == (entry["resident"], "v01")
    assert read(town, f"/api/residents/{entry['resident']}")["also"] == [
        {"unit": "s01", "tie": "workplace"}
    ]
    assert len(town.events("ResidentRegistered")) == 1
    assert town.view() == town.rebuilt_view()


def test_a_village_lists_whom_a_sector_registered_first(town: PartUnderTest):
    imported(town, "s01", person(101))
    imported(town, "v01", person(101))
    counts = units(town)
    assert [(counts[u]["registered"], counts[u]["also"]) for u in ("v01", "s01")] == [
        (0, 1),
        (1, 0),
    ]


def test_the_second_list_again_changes_nothing(town: PartUnderTest):
    imported(town, "v01", person(101))
    imported(town, "s01", person(101))
    before = len(town.events())
    answer = imported(town, "s01", person(101))
    assert (answer["unchanged"], answer["corrected"]) == (1, 0)
    assert len(town.events()) == before
    imported(town, "v01", person(101))
    assert len(town.events("ResidentCorrected", "ResidentAlsoListed")) == 1


@pytest.mark.parametrize(("first", "second"), [("v01", "v02"), ("s01", "s03")])
def test_two_villages_or_two_sectors_do_not_share_a_person(
    town: PartUnderTest, first: str, second: str
):
    imported(town, first, person(101))
    answer = imported(town, second, person(101))
    assert (answer["entries"], len(answer["errors"])) == ([], 1)
    assert town.app.campaign.unit(first).name_zh in answer["errors"][0]["problem"]
    assert town.events("ResidentAlsoListed") == []


def test_whoever_the_sector_lists_is_no_strangers_villager(town: PartUnderTest):
    imported(town, "v01", person(101))
    imported(town, "s01", person(101))
    assert len(imported(town, "s03", person(101))["errors"]) == 1
    assert len(imported(town, "v02", person(101))["errors"]) == 1


def test_the_sectors_cohort_becomes_a_tag_once(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    url = f"/api/residents/{entry['resident']}"
    imported(town, "s01", person(101))
    assert read(town, url)["cohorts"] == ["general", "merchant"]
    ok(town, f"{url}/cohorts", cohorts=["general"])
    imported(town, "s01", person(101))
    assert read(town, url)["cohorts"] == ["general"]


def test_both_units_answer_for_a_shared_person_and_nobody_else(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    imported(town, "s01", person(101))
    resident = entry["resident"]
    url = f"/api/residents/{resident}"
    consent = {"wished_week": "2024-W15"}
    for unit, may in (("v01", True), ("s01", True), ("v02", False), ("s03", False)):
        cadre = town.http.signed_in(f"{unit}-cadre", ("unit_cadre", f"unit:{unit}"))
        assert (cadre.post(f"{url}/consent", consent).status_code == 200) is may, unit
        assert (cadre.get(url).status_code == 200) is may, unit
    answers = [{"resident": resident, "answer": "decline", "reason": "no_time"}]
    assert ok(town, "/api/units/s01/answers", answers=answers)["declined"] == 1
    assert refused(town, "/api/units/v02/answers", answers=answers) == (422, "bad-answers")


def test_both_units_find_a_shared_person(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    imported(town, "s01", person(101))
    for unit, may in (("v01", True), ("s01", True), ("v02", False)):
        cadre = town.http.signed_in(f"{unit}-cadre", ("unit_cadre", f"unit:{unit}"))
        answer = cadre.post("/api/residents/search", {"text": "李小明"})
        found = [each["resident"] for each in (answer.json or {})["residents"]]
        assert found == ([entry["resident"]] if may else []), unit


def test_leaving_the_second_list_ends_what_its_unit_may_see(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    imported(town, "s01", person(101))
    resident = entry["resident"]
    cadre = town.http.signed_in("s01-cadre", ("unit_cadre", "unit:s01"))
    answer = cadre.post("/api/units/s01/unlist", {"resident": resident})
    assert (answer.status_code, (answer.json or {})["told"]) == (200, True)
    assert not ok(town, "/api/units/s01/unlist", resident=resident)["told"]
    assert cadre.get(f"/api/residents/{resident}").status_code == 403
    assert refused(town, "/api/units/v01/unlist", resident=resident) == (409, "counts-here")
    assert units(town)["s01"]["also"] == 0
    assert town.view() == town.rebuilt_view()


def test_pages_say_where_a_shared_person_counts(town: PartUnderTest):
    imported(town, "v01", person(101))
    content = roster(person(101))
    result = town.http.form_upload("/api/units/s01/roster", content, "s01.xlsx").text
    name = town.app.campaign.unit("v01").name_zh
    assert f"由{name}计数" in result
    assert f"由{name}计数" in town.http.page("/units/s01").text
    assert f"由{name}计数" not in town.http.page("/units/v01").text


def test_only_those_who_may_see_the_button_that_ends_a_second_list(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    imported(town, "s01", person(101))
    url = f"/residents/{entry['resident']}"
    button = 'action="/api/units/s01/unlist"'
    for unit, shown in (("v01", False), ("s01", True)):
        cadre = town.http.signed_in(f"{unit}-cadre", ("unit_cadre", f"unit:{unit}"))
        page = cadre.page(url).text
        assert "也列入" in page
        assert (button in page) is shown
    form = {"resident": entry["resident"], "_next": "/units/s01"}
    cadre = town.http.signed_in("s01-cadre", ("unit_cadre", "unit:s01"))
    asked = cadre.form("/api/units/s01/unlist", **form)
    assert "只有再次导入名册才能加回" in asked.text
    assert "已移出" in cadre.page(cadre.press(asked).location).text


# Cohorts (R20)


def cohorts(town: PartUnderTest, **query: Any) -> dict[str, tuple[int, int, int, int, float]]:
    rows = read(town, "/api/cohorts", **query)["cohorts"]
    numbers = ("people", "consented", "first", "second", "percent")
    return {row["cohort"]: tuple(row[name] for name in numbers) for row in rows}  # type: ignore[misc]


def dose(town: PartUnderTest, resident: str, number: int, day: str) -> None:
    data: dict[str, Any] = {"site": "stadium", "resident": resident, "unit": "v01"}
    data |= {
        "cohort": "general",
        "dose": number,
        "day": day,
        "product": "CoronaVac",
        "batch": "B",
        "vaccinator": "n",
    }
    town.hears("appointments/stadium", "DoseAdministered", **data)


def test_a_person_in_two_cohorts_counts_in_each_and_once_in_the_town(town: PartUnderTest):
    entries = imported(town, "v01", person(101), person(102), person(103))["entries"]
    one, two, _ = (entry["resident"] for entry in entries)
    assert ok(town, f"/api/residents/{one}/cohorts", cohorts=["cadre", "party_member"])["told"]
    ok(town, f"/api/residents/{two}/cohorts", cohorts=["cadre"])
    ok(town, f"/api/residents/{one}/consent", wished_week="2024-W14")
    dose(town, one, 1, "2024-04-01")
    dose(town, one, 2, "2024-04-15")
    assert cohorts(town) == {
        "general": (3, 1, 1, 1, 33.3),
        "cadre": (2, 1, 1, 1, 50.0),
        "party_member": (1, 1, 1, 1, 100.0),
    }
    assert read(town, "/api/cohorts")["people"] == 3
    assert cohorts(town, unit="v02") == {}
    assert cohorts(town, unit="v01")["cadre"][0] == 2
    assert town.view() == town.rebuilt_view()


def test_tags_are_told_once_and_can_be_taken_back(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    url = f"/api/residents/{entry['resident']}/cohorts"
    ok(town, url, cohorts=["cadre"])
    assert not ok(town, url, cohorts=["general", "cadre"])["told"]
    assert ok(town, url, cohorts=["general"])["cohorts"] == ["general"]
    assert len(town.events("CohortsTagged")) == 2
    assert town.view() == town.rebuilt_view()


def test_a_cohort_nobody_knows_is_refused(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    url = f"/api/residents/{entry['resident']}/cohorts"
    assert refused(town, url, cohorts=["cadre", "astronaut"]) == (422, "unknown-cohort")
    assert town.http.post(url, {"cohorts": []}).status_code == 422
    assert town.events("CohortsTagged") == []


def test_a_corrected_main_cohort_leaves_the_tags(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    url = f"/api/residents/{entry['resident']}"
    ok(town, f"{url}/cohorts", cohorts=["cadre", "party_member"])
    imported(town, "v01", person(101, cohort="党员"))
    assert read(town, url)["cohorts"] == ["party_member", "cadre"]
    assert cohorts(town).keys() == {"cadre", "party_member"}
    assert town.view() == town.rebuilt_view()


def test_the_units_list_can_be_filtered_by_cohort_and_status(town: PartUnderTest):
    entries = imported(town, "v01", person(101), person(102))["entries"]
    one = entries[0]["resident"]
    ok(town, f"/api/residents/{one}/cohorts", cohorts=["cadre"])

    def listed(**query: str) -> list[str]:
        rows = read(town, "/api/units/v01/residents", **query)["residents"]
        return [row["resident"] for row in rows]

    assert listed(cohort="cadre") == [one]
    assert len(listed(cohort="general")) == 2
    assert listed(cohort="cadre", status="consented") == []
    page = town.http.page("/units/v01", cohort="cadre").text
    assert one in page
    assert entries[1]["resident"] not in page


def test_tags_are_set_with_the_boxes_of_the_residents_page(town: PartUnderTest):
    (entry,) = imported(town, "v01", person(101))["entries"]
    resident = entry["resident"]
    fields = {"is_general": "on", "is_cadre": "on", "_next": f"/residents/{resident}"}
    answer = town.http.form(f"/api/residents/{resident}/cohorts", **fields)
    assert answer.status_code == 303, answer.text
    page = town.http.page(answer.location).text
    assert "人群已登记" in page
    assert 'name="is_cadre" checked' in page


def test_rosters_can_say_every_cohort_that_pages_name():
    assert COHORTS.keys() == GROUPS["cohorts"].keys()
    assert all(term.zh in COHORTS[code] for code, term in GROUPS["cohorts"].items())


# The town's page


def test_the_town_says_what_needs_attention(town: PartUnderTest):
    enrolled(town, "v01-clerk")
    ok(town, "/api/units/v01/officers", clerk="v01-clerk")
    imported(town, "v01", person(101))
    page = town.http.page("/").text
    total = len(town.app.campaign.units)
    assert f"还没有名册 {total - 1}" in page
    assert f"没有经办人 {total - 1}" in page
    assert "市场" in page


@pytest.mark.parametrize("sort", ["unit", "target", "registered", "second", "coverage", "again"])
@pytest.mark.parametrize("order", ["up", "down"])
def test_the_town_is_sorted_as_asked(town: PartUnderTest, sort: str, order: str):
    imported(town, "v03", person(101))
    page = town.http.page("/", sort=sort, order=order)
    assert page.status_code == 200
    first = page.text.index('id="units"')
    places = {
        each.code: page.text.index(f'href="/units/{each.code}"', first)
        for each in town.app.campaign.units
    }
    shown = sorted(places, key=places.__getitem__)
    plan = [each.code for each in town.app.campaign.units]
    if sort == "unit":
        assert shown == (plan if order == "up" else plan[::-1])
    if sort == "registered":
        assert (shown[-1] if order == "up" else shown[0]) == "v03"
