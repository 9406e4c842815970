"""A site opens whom registration has listed for it, whatever the site says itself."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from services.registration.domain.resident import Resident
from services.registration.duplicates.commands import record_matches
from services.registration.residents import queries as residents
from shared.town.contracts import catalogue
from tests.registration.test_matches import pair
from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster
from tests.trust.test_parts_trust import SITE, Town

OTHER, THIRD = "appointments/community", "appointments/township"
DOSE = {
    "site": "stadium",
    "unit": "v15",
    "dose": 1,
    "day": "2024-04-01",
    "cohort": "general",
    "product": "CoronaVac",
    "batch": "B",
    "vaccinator": "n",
}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def opened_by(town: Town, resident: str) -> set[str]:
    """The sites that get a resident's keys."""
    return {site for site in (SITE, OTHER, THIRD) if town.asks(site, [resident])[0]}


def moved(town: Town, resident: str, unit: str) -> None:
    """Let another unit count a resident from now on."""
    with town.transaction():
        person = town.app.get(Resident, UUID(resident))
        rows = list(residents.registered(town.app, [resident]))
        person._on_resident_corrected(
            resident=person.id,
            unit=unit,
            tie=person.tie,
            cohort=person.cohort,
            sex=person.sex,
            birth_date=person.birth_date,
            document_kind=person.document_kind,
            identity=residents.identities(town.app, rows)[resident],
        )
        town.app.save(person)


def docked(town: Town, unit: str, site: str, since: str) -> None:
    answer = town.http.post(f"/api/units/{unit}/dock", {"site": site, "since": since})
    assert answer.status_code == 200, answer.text


def linked(town: Town, yields: str, stays: str) -> None:
    with town.transaction():
        record_matches(town.app, [pair(yields, stays)])
    answer = town.http.post(f"/api/matches/{yields}/{stays}/same", {"stays": stays})
    assert answer.status_code == 200, answer.text


# Strangers


def of_a_resident() -> list[str]:
    """What a site may say of one resident."""
    mine = [each for each in catalogue if each.service in ("appointments", "every")]
    return [each.name for each in mine if {"resident", "residents"} & each.example.keys()]


def says_of(town: Town, source: str, event: str, resident: str, **more: object) -> None:
    """Let a site say an event as well-formed as any of a resident."""
    given = catalogue.latest(event).example
    about = {"resident": resident, "residents": [resident], "site": source.partition("/")[2]}
    town.hears(source, event, **given | {k: v for k, v in about.items() if k in given} | more)


@pytest.mark.parametrize("event", of_a_resident())
def test_whatever_a_site_says_of_a_stranger_it_gets_no_key(town: Town, event: str):
    stranger, *others = town.others
    assert town.asks(SITE, [stranger]) == (set(), {stranger})
    says_of(town, SITE, event, stranger)
    assert town.asks(SITE, [stranger]) == (set(), {stranger})
    assert town.asks(SITE, [*town.own, stranger, *others]) == (set(town.own), set(town.others))
    counts = [(each["asked"], each["withheld"]) for each in town.handouts()]
    assert counts == [(1, 1), (1, 1), (14, 10)]


def test_a_whole_course_that_a_site_makes_up_gets_it_no_key(town: Town):
    stranger = town.others[0]
    assert {"AppointmentBooked", "ResidentCheckedIn", "DoseAdministered"} <= {*of_a_resident()}
    for event in of_a_resident():
        says_of(town, SITE, event, stranger)
    # Nor does what registration answers it.
    for dose in (2, 1):
        says_of(town, SITE, "AppointmentBooked", stranger, dose=dose)
        says_of(town, SITE, "AppointmentCancelled", stranger, dose=dose, reason="redocked")
    asked = [each["data"]["site"] for each in town.events("RebookingAsked")]
    assert asked == ["community"]
    assert opened_by(town, stranger) == {OTHER}
    assert town.rebuilt_view() == town.view()
    assert opened_by(town, stranger) == {OTHER}


def test_a_strangers_other_records_open_none_of_them(town: Town):
    one, two, *_ = town.others
    linked(town, two, one)
    for resident in (one, two):
        town.hears(SITE, "DoseAdministered", resident=resident, **DOSE)
        assert opened_by(town, resident) == {OTHER}


# Whom a site has had to do with


@pytest.mark.parametrize("begun", [True, False])
def test_who_moves_to_a_unit_of_another_site_stays_known_to_the_first(town: Town, begun: bool):
    resident, unit = town.own[0], town._unit("community")
    if begun:
        town.hears(SITE, "DoseAdministered", resident=resident, **DOSE)
    assert opened_by(town, resident) == {SITE}
    moved(town, resident, unit)
    assert opened_by(town, resident) == {SITE, OTHER}
    # There and back, and on: each unit once.
    for there in (town._unit("stadium"), unit, town._unit("township")):
        moved(town, resident, there)
    assert opened_by(town, resident) == {SITE, OTHER, THIRD}
    assert town.rebuilt_view() == town.view()
    assert opened_by(town, resident) == {SITE, OTHER, THIRD}
    assert opened_by(town, town.own[1]) == {SITE}


def test_who_leaves_a_second_list_stays_known_to_its_site(town: Town):
    shared = town.others[0]
    assert opened_by(town, shared) == {OTHER}
    for _ in range(2):
        answer = town.http.upload("/api/units/s01/roster", roster(person(201)))
        assert answer.status_code == 200, answer.text
        assert opened_by(town, shared) == {OTHER, SITE}
        answer = town.http.post("/api/units/s01/unlist", {"resident": shared})
        assert answer.json["told"]
        assert opened_by(town, shared) == {OTHER, SITE}
    assert town.rebuilt_view() == town.view()
    assert opened_by(town, shared) == {OTHER, SITE}


def test_of_linked_records_each_is_opened_where_any_is_until_they_are_apart(town: Town):
    mine, theirs = town.own[0], town.others[0]
    linked(town, mine, theirs)
    assert opened_by(town, mine) == opened_by(town, theirs) == {SITE, OTHER}
    town.hears(SITE, "DoseAdministered", resident=mine, **DOSE)
    moved(town, mine, town._unit("township"))
    everywhere = {SITE, OTHER, THIRD}
    assert opened_by(town, mine) == opened_by(town, theirs) == everywhere
    assert town.http.post(f"/api/residents/{mine}/unmerge").status_code == 200
    assert (opened_by(town, mine), opened_by(town, theirs)) == ({SITE, THIRD}, {OTHER})
    assert town.rebuilt_view() == town.view()


def test_a_unit_that_has_gone_from_site_to_site_is_opened_by_each_of_them(town: Town):
    resident, unit = town.own[0], town._unit("stadium")
    town.hears(SITE, "DoseAdministered", resident=resident, **DOSE)
    docked(town, unit, "community", "2024-04-15")
    assert opened_by(town, resident) == {SITE, OTHER}
    # Said of the same day by mistake first: who has prepared for them goes on to see whom.
    docked(town, unit, "township", "2024-04-15")
    town.at("2024-05-01")
    assert opened_by(town, resident) == {SITE, OTHER, THIRD}
    assert opened_by(town, town.others[0]) == {OTHER}


# What the owner of a part's key can still do, and what shows it


def test_a_look_that_a_part_makes_up_stands_under_the_parts_name(tmp_path: Path):
    group = PartUnderTest(tmp_path, "supervision")
    stranger, login = catalogue.latest("ResidentRegistered").example["resident"], "township-leader"
    facts = {"residents": [stranger], "viewed": ["name"], "page": "/day"}
    group.hears(SITE, "PersonalDataViewed", login=login, **facts)
    [look] = group.http.get("/api/looks", login=login).json["looks"]
    assert (look["login"], look["source"], look["resident"]) == (login, SITE, stranger)
    shown = group.http.page("/looks", login=login).text
    assert group.app.campaign.site("stadium").name_zh in shown
    # Who got keys, and how many, is registration's to say.
    example = catalogue.latest("KeysHandedOut").example | {"part": OTHER}
    group.hears(SITE, "KeysHandedOut", **example)
    assert group.view()["handouts"] == []
    group.hears("registration", "KeysHandedOut", **example)
    assert len(group.view()["handouts"]) == 1


def test_what_a_site_makes_up_of_a_stranger_stands_under_its_name(town: Town):
    stranger = town.others[0]
    town.hears(SITE, "DoseAdministered", resident=stranger, **DOSE)
    told = town.http.get(f"/api/residents/{stranger}").json["history"]
    assert [each["source"] for each in told if each["event"] == "DoseAdministered"] == [SITE]
    assert opened_by(town, stranger) == {OTHER}


# Whom another site sends on


def sends_on(town: Town, source: str, resident: str, to: str, number: int = 1) -> None:
    says_of(town, source, "ResidentSentOn", resident, to_site=to, number=number)


def test_who_is_sent_on_is_opened_by_the_other_site_too(town: Town):
    resident = town.own[0]
    sends_on(town, SITE, resident, "township")
    assert opened_by(town, resident) == {SITE, THIRD}
    sends_on(town, THIRD, resident, "stadium", number=2)
    assert opened_by(town, resident) == {SITE, THIRD}
    assert town.rebuilt_view() == town.view()
    assert opened_by(town, resident) == {SITE, THIRD}


def test_a_site_sends_no_stranger_on_to_itself_or_anybody(town: Town):
    stranger = town.others[0]
    for to in ("stadium", "township"):
        for number in (1, 2):
            sends_on(town, SITE, stranger, to, number)
    assert town.events("ResidentSentTo") == []
    assert opened_by(town, stranger) == {OTHER}
