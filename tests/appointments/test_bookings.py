"""Bookings of a site over HTTP: what is booked, moved and cancelled together."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, facts, refused


def test_a_first_dose_brings_its_second(site: Stadium):
    answer = site.booked()
    assert answer["appointments"] == [
        {"dose": 1, "day": FIRST, "time": "08:00", "product": "CoronaVac"},
        {"dose": 2, "day": SECOND, "time": "08:00", "product": "CoronaVac"},
    ]
    assert (answer["second_dose"], answer["second_due_from"]) == ("booked", SECOND)
    assert (site.taken(FIRST), site.taken(SECOND)) == (1, 1)


def test_booking_again_gives_the_same_answer_and_takes_no_place(site: Stadium):
    assert site.booked() == site.booked(from_day="2024-04-05")
    assert site.taken(FIRST) == 1
    assert len(site.events("AppointmentBooked")) == 2


def test_the_same_key_is_the_same_command(site: Stadium):
    body = {"resident": str(ANNA), "from_day": FIRST}
    first = site.http.post("/api/appointments", body, key="k")
    again = site.http.post("/api/appointments", body, key="k")
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_exact_time_is_kept_for_both_doses(site: Stadium):
    answer = site.booked(time="14:30")
    assert [each["time"] for each in answer["appointments"]] == ["14:30", "14:30"]
    site.consented(BO)
    refused(site.book(BO, time="12:30"), "no-such-slot", 422)


def test_who_may_not_be_booked(site: Stadium):
    strangers = uuid.uuid4()
    refused(site.book(strangers), "not-registered-here", 404)
    site.registered(BO, unit="v01")
    refused(site.book(BO), "not-registered-here", 404)
    site.registered(strangers)
    refused(site.book(strangers), "no-consent", 409)
    site.hears("registration", "VaccinationDeclined", resident=strangers, reason="no_time")
    refused(site.book(strangers), "no-consent", 409)


def test_who_is_deferred_or_contraindicated_is_not_booked(site: Stadium):
    site.screened("ResidentDeferred", ANNA, "2024-03-25", until="2024-04-09", reasons=["fever"])
    assert refused(site.book(), "deferred", 409)["until"] == "2024-04-09"
    site.booked(from_day="2024-04-09")
    site.consented(BO)
    site.screened("ContraindicationFound", BO, "2024-03-25", reasons=["severe_allergy"])
    assert refused(site.book(BO), "contraindicated", 409)["reasons"] == ["severe_allergy"]


def test_under_age_and_too_late_are_refused(site: Stadium):
    site.consented(BO, birth="2006-04-03")
    refused(site.book(BO), "under-age", 422)
    refused(site.book(from_day="2024-06-06"), "after-cutoff", 422)
    refused(site.book(from_day="2024-03-24"), "day-over", 422)
    assert site.events("SlotTaken") == []


def test_an_override_with_a_reason_passes_the_cutoff_and_leaves_the_second_for_later(
    site: Stadium,
):
    answer = site.booked(from_day="2024-06-10", override="back from sea on 9 June")
    assert [each["day"] for each in answer["appointments"]] == ["2024-06-10"]
    assert (answer["second_dose"], answer["second_due_from"]) == ("none_fits", "2024-06-24")
    [row] = site.read("/api/overrides")["overrides"]
    assert (row["resident"], row["reason"]) == (str(ANNA), "back from sea on 9 June")
    page = site.http.page("/overrides").text
    assert "back from sea on 9 June" in page
    assert "第二剂排不进接种期" in page


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("unit_cadre", "unit:v15", 403),
        ("unit_chief", "unit:v15", 403),
        ("site_staff", "site:stadium", 403),
        ("site_leader", "site:stadium", 200),
        ("office", "town", 200),
    ],
)
def test_the_cutoff_is_passed_by_those_alone_who_may(
    site: Stadium, role: str, scope: str, status: int
):
    who = site.http.signed_in(f"the-{role}", (role, scope))
    body = {"resident": str(ANNA), "from_day": "2024-06-10", "override": "back from sea"}
    answer = who.post("/api/appointments", body)
    assert answer.status_code == status, answer.text
    assert len(site.events("AppointmentBooked")) == (status == 200)
    assert who.page("/overrides").status_code == status
    if status == 403:
        assert answer.json is not None
        assert answer.json["code"] == "may-not-override"
        page = who.form("/api/appointments", **body)
        assert "须由镇办公室或接种点负责人" in page.text


def test_a_window_that_reaches_past_the_cutoff_of_one_product_finds_the_other(tmp_path: Path):
    site = Stadium(tmp_path)
    site.dock("v15", "stadium")
    site.consented(ANNA)
    site.ok("/api/batches", {"batch": "B", "product": "BIBP", "doses": 9, "expiry": "2025-01-01"})
    for day, product in (("2024-06-03", "BIBP"), ("2024-06-04", "CoronaVac")):
        site.ok("/api/sessions", {"from_day": day, "to_day": day, "product": product})
    answer = site.booked(from_day="2024-06-01", to_day="2024-06-20")
    assert answer["appointments"][0]["product"] == "CoronaVac"


def test_no_session_in_the_window_says_what_is_free_next(tmp_path: Path):
    site = Stadium(tmp_path)
    site.dock("v15", "stadium")
    site.consented(ANNA)
    site.ok("/api/batches", {"batch": "B", "product": "BIBP", "doses": 9, "expiry": "2025-01-01"})
    span = {"from_day": "2024-04-05", "to_day": "2024-04-05", "product": "BIBP"}
    site.ok("/api/sessions", span)
    problem = refused(site.book(), "no-free-slot", 409)
    assert problem["next_free"][0] == {"day": "2024-04-05", "time": "08:00", "free": 50}


def test_slots_close_by_the_clock_of_the_site(site: Stadium):
    site.at(f"{FIRST}T08:31")
    assert site.session(FIRST)["slots"][0]["free"] == 0
    refused(site.book(time="08:00"), "day-over", 422)
    assert site.booked()["appointments"][0]["time"] == "08:30"
    site.consented(BO)
    site.at(f"{FIRST}T23:00")
    problem = refused(site.book(BO), "no-free-slot", 409)
    assert problem["next_free"][0]["day"] == "2024-04-03"


def test_moving_a_first_dose_takes_a_second_that_became_too_early_along(site: Stadium):
    site.booked()
    answer = site.person(ANNA, "move", day="2024-04-05", time="09:00").json
    assert [each["day"] for each in answer["appointments"]] == ["2024-04-05", "2024-04-19"]
    days = (FIRST, SECOND, "2024-04-05", "2024-04-19")
    assert [site.taken(day) for day in days] == [0, 0, 1, 1]


def test_moving_a_first_dose_earlier_leaves_the_second(site: Stadium):
    site.booked()
    answer = site.person(ANNA, "move", day="2024-04-01", time="08:00").json
    assert [each["day"] for each in answer["appointments"]] == ["2024-04-01", SECOND]


def test_a_second_dose_without_room_after_a_move_is_cancelled(site: Stadium):
    site.booked(from_day="2024-06-05", time="08:00")
    reason = {"override": "back from sea"}
    site.consented(BO)
    site.booked(BO, from_day="2024-06-05", **reason)
    answer = site.person(BO, "move", day="2024-06-10", time="08:00")
    assert answer.json["second_dose"] == "none_fits"
    assert site.taken("2024-06-19") == 1


def test_moving_twice_to_the_same_slot_is_moving_once(site: Stadium):
    site.booked()
    for _ in range(2):
        site.person(ANNA, "move", day=FIRST, time="10:00")
    assert len(site.events("AppointmentMoved")) == 1
    assert site.taken(FIRST) == 1


def test_what_cannot_be_moved(site: Stadium):
    refused(site.person(ANNA, "move", day=FIRST, time="08:00"), "no-appointment", 409)
    site.booked()
    move = {"day": "2024-04-15", "time": "08:00"}
    refused(site.person(ANNA, "move", dose=2, **move), "too-early", 422)
    refused(site.person(ANNA, "move", day="2024-06-06", time="08:00"), "after-cutoff", 422)
    refused(site.person(ANNA, "move", day="2024-03-24", time="08:00"), "no-such-slot", 422)
    assert [site.taken(day) for day in (FIRST, SECOND)] == [1, 1]


def test_cancelling_a_first_dose_cancels_both_and_frees_their_places(site: Stadium):
    site.booked()
    for _ in range(2):
        answer = site.person(ANNA, "cancel", reason="by_resident")
        assert (answer.status_code, answer.json["appointments"]) == (200, [])
    assert len(site.events("AppointmentCancelled")) == 2
    assert (site.taken(FIRST), site.taken(SECOND)) == (0, 0)
    assert len(site.booked()["appointments"]) == 2


def test_cancelling_a_second_dose_leaves_the_first(site: Stadium):
    site.booked()
    answer = site.person(ANNA, "cancel", dose=2, reason="by_resident").json
    assert [each["dose"] for each in answer["appointments"]] == [1]
    refused(site.person(BO, "cancel", reason="by_resident"), "not-registered-here", 404)


@pytest.mark.parametrize(
    ("source", "event", "more", "reason"),
    [
        ("screening", "ContraindicationFound", {"reasons": ["epilepsy_own"]}, "contraindicated"),
        ("registration", "VaccinationDeclined", {"reason": "safety_worry"}, "declined"),
        ("registration", "AnswerTakenBack", {"answer": "none"}, "other"),
        ("registration", "AnswerTakenBack", {"answer": "decline", "reason": "health"}, "declined"),
    ],
)
def test_whoever_must_or_will_not_be_vaccinated_is_no_longer_expected(
    site: Stadium, source: str, event: str, more: dict[str, Any], reason: str
):
    site.booked()
    if source == "screening":
        site.screened(event, ANNA, FIRST, **more)
    else:
        site.hears(source, event, resident=ANNA, **more)
    assert (site.taken(FIRST), site.taken(SECOND)) == (0, 0)
    assert {e["data"]["reason"] for e in site.events("AppointmentCancelled")} == {reason}
    assert site.appointment(1)["reason"] == reason


def test_a_mistaken_refusal_taken_back_leaves_who_consents_expected(site: Stadium):
    site.booked()
    site.hears(
        "registration",
        "AnswerTakenBack",
        resident=ANNA,
        answer="consent",
        wished_week="2024-W14",
    )
    assert (site.taken(FIRST), site.taken(SECOND)) == (1, 1)
    site.hears("registration", "AnswerTakenBack", resident=ANNA, answer="none")
    refused(site.book(ANNA), "no-consent", 409)


def took_back(site: Stadium) -> None:
    answer = {"answer": "consent", "wished_week": "2024-W14"}
    site.hears("registration", "AnswerTakenBack", resident=ANNA, **answer)


def test_a_place_lost_by_a_mistaken_refusal_is_there_again_when_it_is_taken_back(site: Stadium):
    before = site.booked()["appointments"]
    site.hears("registration", "VaccinationDeclined", resident=ANNA, reason="no_time")
    assert (site.taken(FIRST), site.taken(SECOND)) == (0, 0)
    took_back(site)
    assert (site.taken(FIRST), site.taken(SECOND)) == (1, 1)
    assert site.booked()["appointments"] == before
    took_back(site)
    assert len(site.events("AppointmentBooked")) == 4


def test_only_a_second_dose_is_booked_again_after_the_first(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.hears("registration", "VaccinationDeclined", resident=ANNA, reason="no_time")
    assert site.appointment(2)["status"] == "cancelled"
    took_back(site)
    assert site.appointment(2)["status"] == "booked"
    assert (site.taken(FIRST), site.taken(SECOND)) == (1, 1)


def test_what_was_cancelled_for_another_reason_stays_cancelled(site: Stadium):
    site.booked()
    site.person(ANNA, "cancel", reason="by_resident")
    site.hears("registration", "VaccinationDeclined", resident=ANNA, reason="no_time")
    took_back(site)
    assert (site.taken(FIRST), site.taken(SECOND)) == (0, 0)


def test_a_deferral_cancels_what_lies_before_its_end_and_a_second_without_its_first(site: Stadium):
    site.booked()
    site.screened("ResidentDeferred", ANNA, FIRST, until="2024-04-09", reasons=["fever"])
    assert (site.taken(FIRST), site.taken(SECOND)) == (0, 0)
    assert site.known()["status"] == "cancelled"
    assert site.known()["until"] == "2024-04-09"


def test_a_deferral_leaves_a_second_dose_that_is_later(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.screened("ResidentDeferred", ANNA, FIRST, until="2024-04-09", reasons=["fever"])
    assert site.appointment(2)["status"] == "booked"
    site.screened("ResidentDeferred", ANNA, "2024-04-15", until="2024-04-22", reasons=["fever"])
    assert site.appointment(2)["status"] == "cancelled"


def test_news_of_people_without_appointments_changes_nothing(site: Stadium):
    before = len(site.events())
    site.hears("registration", "VaccinationDeclined", resident=uuid.uuid4(), reason="no_time")
    site.screened("ContraindicationFound", uuid.uuid4(), FIRST, reasons=["epilepsy_own"])
    assert len(site.events()) == before


def test_a_course_stays_here_when_the_person_moves_to_a_unit_of_another_site(site: Stadium):
    site.booked()
    site.hears("registration", "ResidentCorrected", **facts(ANNA, unit="v01"))
    site.vaccinated(ANNA, FIRST)
    site.at("2024-04-17")
    assert site.ok("/api/days/2024-04-16/no-shows")["no_shows"] == 1
    site.booked(from_day="2024-04-18")
    site.screened("ContraindicationFound", ANNA, "2024-04-17", reasons=["epilepsy_own"])
    assert site.appointment(2)["status"] == "cancelled"


def test_the_views_rebuilt_from_zero_are_the_same(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.consented(BO)
    site.booked(BO, from_day=FIRST)
    site.person(BO, "move", day="2024-04-05", time="09:00")
    site.person(BO, "cancel", reason="by_resident")
    site.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "vial broken"})
    assert site.view() == site.rebuilt_view()
