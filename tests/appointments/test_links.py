"""Two records of one person at a site: one course, one place, both intervals kept (R04)."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.appointments.visits.queries import day_list
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, refused

ELSEWHERE = "community"


class Linked(Stadium):
    """The stadium, told of links between records."""

    def merge(self, yields: Any = BO, stays: Any = ANNA, *doses: dict[str, Any]) -> None:
        self.hears(
            "registration", "ResidentsMerged", resident=yields, into=stays, doses=list(doses)
        )

    def unmerge(self, yields: Any = BO, stays: Any = ANNA) -> None:
        self.hears("registration", "MergeUndone", resident=yields, into=stays)

    def proven(self) -> None:
        """The views are those of a rebuild, and as many places are held as are booked."""
        assert self.view() == self.rebuilt_view()
        live = [row for row in self.view()["appointments"] if row[6] in ("booked", "waiting")]
        came = [row for row in self.view()["appointments"] if row[6] in ("vaccinated", "done")]
        missed = [row for row in self.view()["appointments"] if row[6] == "no_show"]
        taken = sum(row[4] for row in self.view()["slots"])
        assert taken == len(live) + len(came) + len(missed)


def told(resident: Any, day: str, site: str = ELSEWHERE, dose: int = 1) -> dict[str, Any]:
    return {
        "resident": str(resident),
        "site": site,
        "dose": dose,
        "day": day,
        "product": "CoronaVac",
    }


@pytest.fixture
def site(tmp_path: Path) -> Linked:
    site = Linked(tmp_path)
    site.opens()
    site.dock("v99", ELSEWHERE)
    for who in (ANNA, BO):
        site.consented(who)
    return site


def test_a_booking_held_twice_is_held_once(site: Linked):
    site.booked(ANNA)
    site.booked(BO)
    before = site.taken(FIRST)
    site.merge()
    assert site.taken(FIRST) == before - 1
    cancelled = [each["data"] for each in site.events("AppointmentCancelled")]
    assert {(each["resident"], each["dose"]) for each in cancelled} == {(str(BO), 1), (str(BO), 2)}
    assert {each["reason"] for each in cancelled} == {"merged"}
    assert site.appointment(1, ANNA)["status"] == "booked"
    site.proven()


def test_a_booking_lost_by_a_merge_is_there_again_when_it_is_undone(site: Linked):
    site.booked(ANNA)
    site.booked(BO)
    before = {who: site.appointment(1, who) for who in (ANNA, BO)}
    held = site.taken(FIRST)
    site.merge()
    site.unmerge()
    assert {who: site.appointment(1, who) for who in (ANNA, BO)} == before
    assert site.appointment(2, BO)["status"] == "booked"
    assert site.taken(FIRST) == held
    site.proven()


def test_whose_place_is_taken_meanwhile_has_the_next_and_who_declined_has_none(site: Linked):
    site.booked(ANNA)
    site.booked(BO)
    lost = site.appointment(1, BO)
    site.merge()
    for _ in range(200):
        other = uuid.uuid4()
        site.consented(other)
        if site.book(other, lost["day"], time=lost["time"]).status_code == 409:
            break  # the slot is full
    site.unmerge()
    again = site.appointment(1, BO)
    assert again["status"] == "booked"
    assert (again["day"], again["time"]) > (lost["day"], lost["time"])
    site.merge()
    site.hears("registration", "VaccinationDeclined", resident=BO, reason="other")
    site.unmerge()
    assert site.appointment(1, BO)["status"] == "cancelled"
    site.proven()


def test_the_booking_of_the_yielded_record_stands_when_the_other_has_none(site: Linked):
    site.booked(BO)
    before = len(site.events())
    site.merge()
    assert len(site.events()) == before
    # Asked under either id, it is the same course.
    for who in (ANNA, BO):
        assert site.known(who)["appointments"][0]["status"] == "booked"
        assert site.book(who).status_code == 200
    assert len(site.events("AppointmentBooked")) == 2  # the first and the second dose of BO
    site.unmerge()
    assert site.known(ANNA)["appointments"] == []
    assert site.appointment(1, BO)["status"] == "booked"
    site.proven()


def test_the_second_dose_follows_the_first_of_the_other_record(site: Linked):
    site.booked(BO)
    site.vaccinated(BO, FIRST)
    site.merge()
    assert site.person(ANNA, "observation-end", early_reason="has to go").json["dose"] == 1
    assert site.person(ANNA, "cancel", dose=2, reason="by_resident").status_code == 200
    refused(site.book(ANNA, "2024-04-10", to_day="2024-04-12"), "too-early", 422)
    site.booked(ANNA, "2024-04-10", to_day=SECOND)
    site.at(SECOND)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, SECOND)
    answer = site.give(ANNA)
    assert (answer.status_code, answer.json["dose"]) == (200, 2)
    given = [each["data"] for each in site.events("DoseAdministered")]
    assert [(each["resident"], each["dose"]) for each in given] == [(str(BO), 1), (str(BO), 2)]
    refused(site.book(ANNA, "2024-05-20"), "course-complete", 409)
    site.proven()


def test_a_first_dose_after_the_merge_is_a_second_one(site: Linked):
    site.booked(ANNA)
    site.vaccinated(ANNA, FIRST)
    site.booked(BO, "2024-04-10")
    site.merge()
    # BO's first dose on 10 April would be nine days after ANNA's.
    assert {
        row["status"] for row in site.known(BO)["appointments"] if row["resident"] == str(BO)
    } == {"cancelled"}
    assert site.appointment(2, BO)["day"] == SECOND
    site.at("2024-04-10")
    site.cleared(BO, "2024-04-10")
    refused(site.give(BO), "too-early", 422)
    site.proven()


def test_a_spare_place_that_is_late_enough_becomes_the_second_dose(site: Linked):
    site.booked(ANNA)
    site.vaccinated(ANNA, FIRST)
    site.person(ANNA, "cancel", dose=2, reason="by_resident")
    site.booked(BO, "2024-04-20", time="09:00")
    site.merge()
    second = next(
        row
        for row in site.known(ANNA)["appointments"]
        if (row["resident"], row["dose"]) == (str(ANNA), 2)
    )
    assert (second["day"], second["time"], second["status"]) == ("2024-04-20", "09:00", "booked")
    site.proven()


def test_two_first_doses_complete_the_course_and_free_the_second(site: Linked):
    for who, day in ((ANNA, FIRST), (BO, "2024-04-05")):
        site.booked(who, day)
        site.vaccinated(who, day)
    site.merge()
    assert site.known(ANNA)["status"] == "complete"
    refused(site.book(BO, "2024-05-20"), "course-complete", 409)
    assert all(row["status"] != "booked" for row in site.known(ANNA)["appointments"])
    site.unmerge()
    assert site.book(BO, "2024-05-20").status_code == 200
    site.proven()


def test_a_dose_of_another_site_keeps_the_course_there(site: Linked):
    site.booked(ANNA)
    site.merge(BO, ANNA, told(BO, "2024-03-26"))
    assert all(row[6] == "cancelled" for row in site.view()["appointments"])
    assert refused(site.book(ANNA), "course-elsewhere", 409)["site"] == ELSEWHERE
    refused(site.book(BO), "course-elsewhere", 409)
    site.unmerge()
    assert site.book(ANNA).status_code == 200
    site.proven()


def test_doses_at_two_sites_complete_the_course(site: Linked):
    site.booked(ANNA)
    site.vaccinated(ANNA, FIRST)
    site.merge(BO, ANNA, told(ANNA, FIRST, "stadium"), told(BO, "2024-03-26"))
    refused(site.book(ANNA, "2024-05-20"), "course-complete", 409)
    site.proven()


def test_a_booking_goes_with_the_record_that_stays(site: Linked):
    """ANNA stays and belongs to another site: BO's place here is free again."""
    site.registered(ANNA, unit="v99")
    site.booked(BO)
    site.merge()
    assert site.taken(FIRST) == 0
    refused(site.book(BO), "not-registered-here", 404)
    site.unmerge()
    assert site.book(BO).status_code == 200
    site.proven()


@pytest.mark.parametrize("of", [ANNA, BO])
def test_a_contraindication_of_either_record_stops_the_course(site: Linked, of: Any):
    site.screened("ContraindicationFound", of, "2024-03-26", reasons=["epilepsy_own"])
    other = ANNA if of == BO else BO
    site.cleared(other, FIRST)
    site.booked(other)
    site.merge()
    assert site.taken(FIRST) == 0
    refused(site.book(other), "contraindicated", 409)
    site.unmerge()
    assert site.book(other).status_code == 200
    site.proven()


def test_a_finding_that_comes_after_the_merge_counts_for_both(site: Linked):
    site.booked(ANNA)
    site.merge()
    site.screened("ContraindicationFound", BO, "2024-03-26", reasons=["epilepsy_own"])
    assert site.taken(FIRST) == 0
    site.proven()


def test_the_newest_answer_of_both_stands(site: Linked):
    site.booked(ANNA)
    site.hears("registration", "VaccinationDeclined", resident=BO, reason="no_time")
    site.merge()
    assert site.taken(FIRST) == 0
    refused(site.book(ANNA), "no-consent", 409)
    site.hears("registration", "ConsentGiven", resident=ANNA, wished_week="2024-W15")
    assert site.book(BO).status_code == 200
    site.proven()


def test_a_clearance_of_either_record_is_good_for_the_dose(site: Linked):
    site.booked(ANNA)
    site.merge()
    site.at(FIRST)
    site.person(BO, "check-in")
    site.cleared(BO, FIRST)
    assert site.give(ANNA).json["dose"] == 1
    site.proven()


def test_a_dose_given_between_merge_and_undo_stays_with_its_record(site: Linked):
    site.booked(BO)
    site.merge()
    site.vaccinated(ANNA, FIRST)  # under ANNA's id; BO's record holds the course
    site.unmerge()
    assert [len(site.known(who)["doses"]) for who in (ANNA, BO)] == [0, 1]
    assert site.book(ANNA, "2024-04-03").json["appointments"][0]["dose"] == 1
    site.proven()


def test_a_link_heard_twice_frees_nothing_twice(site: Linked):
    site.booked(ANNA)
    site.booked(BO)
    site.merge()
    before = len(site.events())
    follower = site.follower("registration")
    follower.receive(follower.fetch_log(follower.health.position - 1, 1))
    assert len(site.events()) == before
    site.proven()


def test_an_erased_person_is_not_expected_under_either_record(site: Linked):
    site.booked(BO)
    site.merge()
    for who in (ANNA, BO):
        site.hears(
            "registration",
            "ResidentErased",
            resident=who,
            classes=["facts", "contact"],
            reason="by_request",
            retained_until=None,
        )
    assert site.taken(FIRST) == 0
    refused(site.book(ANNA), "erased", 409)
    site.proven()


def test_no_show_of_the_yielded_record_is_its_own(site: Linked):
    site.booked(BO)
    site.merge()
    site.at("2024-04-03")
    assert site.ok(f"/api/days/{FIRST}/no-shows")["no_shows"] == 1
    (missed,) = site.events("NoShowRecorded")
    assert missed["data"]["resident"] == str(BO)
    assert site.book(ANNA, "2024-04-04").status_code == 200
    assert site.view() == site.rebuilt_view()


def test_the_desk_shows_one_person_under_both_ids(site: Linked):
    site.booked(BO)
    site.merge()
    for who in (ANNA, BO):
        page = site.http.page(f"/residents/{who}")
        assert page.status_code == 200 and FIRST in page.text
    site.screened("ResidentDeferred", ANNA, FIRST, reasons=["fever"], until="2024-04-01")
    (row,) = day_list(site.app, date.fromisoformat(FIRST))
    assert (row["resident"], row["screening"]) == (str(BO), "deferred")
