"""Every look at a person is recorded: who, when, why, which fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registration.residents import queries as residents
from services.supervision.checks import commands
from services.supervision.looks.queries import PAGE
from tests.support.part import HttpClient, PartUnderTest
from tests.support.workbooks import person, roster


@pytest.fixture
def town(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "registration")


def registered(town: PartUnderTest, *numbers: int) -> list[str]:
    answer = town.http.upload("/api/units/v01/roster", roster(*(person(n) for n in numbers)))
    return [entry["resident"] for entry in answer.json["entries"]]  # type: ignore[index]


def looks(town: PartUnderTest) -> list[dict[str, Any]]:
    return [
        event["data"] | {"actor": event["actor"]} for event in town.events("PersonalDataViewed")
    ]


def a_chief(town: PartUnderTest) -> HttpClient:
    return town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))


def identity(town: PartUnderTest, resident: str) -> dict[str, Any]:
    """Who a resident is, without anybody looking."""
    [row] = list(residents.registered(town.app, [resident]))
    return town.app.privacy.read(resident, row["identity"] or "")


def test_an_import_by_a_program_shows_nobody(town: PartUnderTest):
    registered(town, 101, 102)
    registered(town, 101, 102)
    assert looks(town) == []


def test_a_list_is_one_look_at_all_who_stand_on_it(town: PartUnderTest):
    residents = registered(town, 101, 102, 103)
    page = a_chief(town).page("/units/v01")
    assert page.status_code == 200
    [look] = looks(town)
    assert sorted(look["residents"]) == sorted(residents)
    assert (look["login"], look["actor"]) == ("v01-chief", "v01-chief")
    assert (look["viewed"], look["page"], look["reason"]) == (["name"], "/units/<unit>", None)


def test_a_person_s_page_says_which_fields_were_shown(town: PartUnderTest):
    [resident] = registered(town, 101)
    assert a_chief(town).page(f"/residents/{resident}").status_code == 200
    [look] = looks(town)
    assert look["residents"] == [resident]
    assert {"name", "phone", "address"} <= set(look["viewed"])


def test_what_is_refused_shows_nothing_and_records_nothing(town: PartUnderTest):
    [resident] = registered(town, 101)
    stranger = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    assert stranger.page(f"/residents/{resident}").status_code == 403
    assert a_chief(town).page(f"/residents/{uuid4()}").status_code == 404
    assert looks(town) == []


def test_an_auditor_reads_without_names_and_leaves_no_look(town: PartUnderTest):
    [resident] = registered(town, 101)
    auditor = town.http.signed_in("auditor", ("auditor", "town"))
    page = auditor.page(f"/residents/{resident}")
    named = a_chief(town).page(f"/residents/{resident}")
    name = identity(town, resident)["name"]
    assert page.status_code == 200
    assert name in named.text
    assert name not in page.text
    assert [look["login"] for look in looks(town)] == ["v01-chief"]


def test_an_answer_whose_look_cannot_be_recorded_does_not_leave(
    town: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    [resident] = registered(town, 101)
    name = identity(town, resident)["name"]
    assert name in a_chief(town).page(f"/residents/{resident}").text

    def full(rows: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(town.app.store, "append", full)
    answer = a_chief(town).page(f"/residents/{resident}")
    assert answer.status_code == 500
    assert name not in answer.text


# What supervision makes of it


RESIDENT = UUID("5f0c8d1e-2b1a-8c3d-9e4f-0a1b2c3d4e5f")


@pytest.fixture
def group(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "supervision")


def looked(group: PartUnderTest, login: str, *residents: UUID, page: str) -> None:
    facts = {"login": login, "residents": [str(r) for r in residents], "viewed": ["name"]}
    group.hears(
        "registration", "PersonalDataViewed", stream=str(uuid4()), page=page, reason=None, **facts
    )


def test_auditors_see_who_looked_and_a_resident_can_be_told(group: PartUnderTest):
    looked(group, "v01-chief", RESIDENT, uuid4(), page="/units/<unit>")
    looked(group, "v01-cadre", RESIDENT, page="/residents/<uuid:resident>")
    office = group.http.signed_in("office", ("office", "town"))
    told = office.get("/api/looks", resident=str(RESIDENT)).json["looks"]  # type: ignore[index]
    assert {look["login"] for look in told} == {"v01-chief", "v01-cadre"}
    assert "v01-cadre" in office.page("/looks", resident=str(RESIDENT)).text
    assert office.form("/looks/find", q=str(RESIDENT)).location == f"/looks?resident={RESIDENT}"
    auditor = group.http.signed_in("auditor", ("auditor", "town"))
    assert auditor.form("/looks/find", q="nobody").status_code == 404
    assert office.form("/looks/find", q="nobody").status_code == 409, "registration is not there"
    cadre = group.http.signed_in("v01-cadre", ("unit_cadre", "unit:v01"))
    assert cadre.get("/api/looks").status_code == 403
    assert group.rebuilt_view()["looks"] == group.view()["looks"]


def test_looks_are_shown_page_by_page_each_of_them_once(group: PartUnderTest):
    people = sorted(uuid4() for _ in range(PAGE + 5))
    looked(group, "v01-chief", *people, page="/units/<unit>")
    office = group.http.signed_in("office", ("office", "town"))
    first, second = (office.page("/looks", login="v01-chief", page=n).text for n in (1, 2))
    shown = [[str(who) in page for who in people] for page in (first, second)]
    assert [sum(each) for each in shown] == [PAGE, 5]
    assert all(one != other for one, other in zip(*shown, strict=True))
    assert 'href="/looks?login=v01-chief&amp;page=2"' in first
    assert 'href="/looks?login=v01-chief&amp;page=1"' in second
    assert "page=3" not in second


def test_an_identity_is_opened_for_a_stated_reason_and_the_reason_is_kept(group: PartUnderTest):
    auditor = group.http.signed_in("auditor", ("auditor", "town"))
    url = f"/residents/{RESIDENT}/identity"
    assert auditor.form(url, reason="").status_code == 422
    assert auditor.form(url, reason="short").status_code == 422
    assert (
        group.http.signed_in("office", ("office", "town")).form(url, reason="x" * 20).status_code
        == 403
    )


def test_many_looks_by_one_account_are_flagged_once(
    group: PartUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(commands, "MOST_ALONE", 3)
    monkeypatch.setattr(commands, "MOST_A_DAY", 6)
    for _ in range(3):
        looked(group, "nurse", uuid4(), page="/residents/<uuid:resident>")
    looked(group, "chief", *(uuid4() for _ in range(6)), page="/units/<unit>")
    with group.transaction():
        assert commands.flag_curious(group.app) == 0
    looked(group, "nurse", uuid4(), page="/residents/<uuid:resident>")
    looked(group, "chief", uuid4(), page="/units/<unit>")
    for _ in range(2):
        with group.transaction():
            assert commands.flag_curious(group.app) == 2
    found = [event["data"] for event in group.events("AnomalyFlagged")]
    assert [(one["kind"], one["subject"].split()[0]) for one in found] == [
        ("many_looks", "chief"),
        ("many_looks", "nurse"),
    ]
