"""A day at the site over HTTP: who comes, is vaccinated, observed, or does not come."""

from __future__ import annotations

import pytest

from services.appointments.visits import commands
from shared.kit.eventstore import Context
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch, refused


@pytest.fixture
def here(site: Stadium) -> Stadium:
    """Anna is checked in for her first dose."""
    site.booked()
    site.at(FIRST)
    assert site.person(ANNA, "check-in").status_code == 200
    return site


def test_checking_in_says_for_what_and_a_repeat_says_the_same(site: Stadium):
    site.booked()
    site.at(FIRST)
    expected = {"resident": str(ANNA), "dose": 1, "day": FIRST, "time": "08:00", "number": 1}
    for _ in range(2):
        assert site.person(ANNA, "check-in").json == expected | {"status": "waiting"}
    assert len(site.events("ResidentCheckedIn")) == 1


def test_nobody_is_checked_in_without_an_appointment_today(site: Stadium):
    site.booked()
    refused(site.person(ANNA, "check-in"), "no-appointment", 409)


def test_a_dose_is_given_from_a_batch_and_says_when_the_second_is(here: Stadium):
    here.cleared(ANNA, FIRST)
    answer = here.give().json
    assert (answer["dose"], answer["day"], answer["batch"]) == (1, FIRST, "SV-1")
    assert answer["second"] == {"day": SECOND, "time": "08:00"}
    assert answer["due_from"] == SECOND
    [event] = here.events("DoseAdministered")
    assert (event["data"]["unit"], event["data"]["cohort"]) == ("v15", "general")
    assert len(here.events("DoseDrawn")) == 1


def test_the_same_dose_sent_twice_is_given_once(here: Stadium):
    here.cleared(ANNA, FIRST)
    body = {"batch": "SV-1", "vaccinator": "nurse-01"}
    url = f"/api/residents/{ANNA}/dose"
    answers = [here.http.post(url, body, key="one").json for _ in range(2)]
    assert answers[0] == answers[1]
    refused(here.give(), "too-early", 422)
    assert len(here.events("DoseAdministered")) == len(here.events("DoseDrawn")) == 1


def test_no_dose_without_check_in_or_clearance_of_the_day(site: Stadium):
    site.booked()
    site.at(FIRST)
    refused(site.give(), "not-checked-in", 409)
    site.person(ANNA, "check-in")
    refused(site.give(), "not-cleared-today", 409)
    site.cleared(ANNA, "2024-04-01")
    refused(site.give(), "not-cleared-today", 409)
    site.cleared(ANNA, FIRST)
    site.screened("ClearanceWithdrawn", ANNA, FIRST, reason="answer corrected")
    refused(site.give(), "not-cleared-today", 409)
    assert site.events("DoseDrawn") == []


def test_batches_that_may_not_be_used(here: Stadium):
    here.cleared(ANNA, FIRST)
    here.at("2024-04-01")
    here.ok("/api/batches", batch("OLD", expiry="2024-04-01"))
    here.at(FIRST)
    here.ok("/api/batches", batch("OTHER", product="BIBP"))
    here.ok("/api/batches", batch("RECALLED"))
    here.ok("/api/batches/RECALLED/recall", {"reason": "by the maker"})
    here.ok("/api/batches", batch("EMPTY", doses=1))
    here.ok("/api/batches/EMPTY/waste", {"doses": 1, "reason": "vial broken"})
    refused(here.give(batch_number="NONE"), "unknown-batch", 404)
    refused(here.give(batch_number="OLD"), "batch-expired", 422)
    refused(here.give(batch_number="OTHER"), "product-mismatch", 422)
    refused(here.give(batch_number="RECALLED"), "batch-recalled", 422)
    refused(here.give(batch_number="EMPTY"), "batch-empty", 409)
    assert here.events("DoseAdministered") == []


def test_a_third_dose_does_not_exist(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.vaccinated(ANNA, SECOND)
    refused(site.give(), "course-complete", 409)
    refused(site.book(from_day="2024-05-01"), "course-complete", 409)
    assert site.known()["status"] == "complete"


def test_observation_ends_once_and_only_after_a_dose(here: Stadium):
    refused(
        here.person(ANNA, "observation-end", early_reason="has to go"), "nothing-to-observe", 409
    )
    here.cleared(ANNA, FIRST)
    here.give()
    for _ in range(2):
        answer = here.person(ANNA, "observation-end", early_reason="has to go").json
        assert answer == {"resident": str(ANNA), "dose": 1, "status": "done"}
    assert len(here.events("ObservationEnded")) == 1


def test_an_adverse_event_is_recorded_with_its_batch(here: Stadium):
    sign = {"severity": "mild", "sign": "fever"}
    refused(here.person(ANNA, "adverse-event", **sign), "nothing-to-observe", 409)
    here.cleared(ANNA, FIRST)
    here.give()
    assert here.person(ANNA, "adverse-event", **sign).status_code == 200
    [event] = here.events("AdverseEventReported")
    assert event["data"]["batch"] == "SV-1"
    refused(here.person(ANNA, "adverse-event", severity="odd", sign="x"), "invalid-input", 422)


def test_no_shows_are_recorded_once_and_never_ahead(site: Stadium):
    site.booked()
    refused(site.http.post(f"/api/days/{FIRST}/no-shows"), "day-to-come", 422)
    site.at(f"{FIRST}T20:00")
    assert site.ok(f"/api/days/{FIRST}/no-shows")["no_shows"] == 1
    assert site.ok(f"/api/days/{FIRST}/no-shows")["no_shows"] == 0
    assert site.taken(FIRST) == 1, "a place in the past is not given back"


def test_a_missed_first_dose_gives_the_place_of_the_second_back_and_both_are_booked_again(
    site: Stadium,
):
    site.booked()
    site.at(f"{FIRST}T20:00")
    site.ok(f"/api/days/{FIRST}/no-shows")
    assert site.appointment(2)["status"] == "cancelled"
    assert site.taken(SECOND) == 0
    answer = site.booked(from_day="2024-04-10")
    assert [each["day"] for each in answer["appointments"]] == ["2024-04-10", "2024-04-24"]


def test_a_missed_second_dose_is_booked_again_alone(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.at(f"{SECOND}T20:00")
    site.ok(f"/api/days/{SECOND}/no-shows")
    refused(site.book(from_day="2024-04-15", to_day="2024-04-15"), "day-over", 422)
    answer = site.booked(from_day="2024-04-20")
    assert [(a["dose"], a["day"]) for a in answer["appointments"]] == [(2, "2024-04-20")]


def test_a_second_dose_is_never_booked_into_the_interval(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.person(ANNA, "cancel", reason="by_resident")
    refused(site.book(from_day=FIRST, to_day="2024-04-15"), "too-early", 422)
    answer = site.booked(from_day=FIRST, to_day="2024-04-30")
    assert answer["appointments"][0]["day"] == SECOND


def test_the_head_count_follows_people_through_the_site(site: Stadium):
    site.consented(BO)
    site.booked()
    site.booked(BO)
    site.at(FIRST)

    def counts() -> tuple[int, ...]:
        today = site.read("/api/site")["today"]
        return tuple(today[key] for key in ("booked", "waiting", "observing", "done", "no_show"))

    assert counts() == (2, 0, 0, 0, 0)
    site.person(ANNA, "check-in")
    assert counts() == (1, 1, 0, 0, 0)
    site.cleared(ANNA, FIRST)
    site.give()
    assert counts() == (1, 0, 1, 0, 0)
    site.person(ANNA, "observation-end", early_reason="has to go")
    site.ok(f"/api/days/{FIRST}/no-shows")
    assert counts() == (0, 0, 0, 1, 1)
    today = site.read("/api/site")["today"]
    assert (today["doses"], today["floor_left"]) == (1, 599)


def test_the_days_list_says_where_everybody_is(here: Stadium):
    [row] = here.read("/api/appointments", day=FIRST)["appointments"]
    assert (row["resident"], row["status"], row["unit"]) == (str(ANNA), "waiting", "v15")


def test_a_dose_is_listed_when_it_was_given_not_when_it_was_recorded(here: Stadium):
    here.cleared(ANNA, FIRST)
    given = here.app.now()
    here.at(f"{FIRST}T09:00")
    with here.app.store.transaction(Context("late", "tester", "test", occurred_at=given)):
        commands.give_dose(here.app, ANNA, "SV-1", "nurse-01")
    [dose] = here.known()["doses"]
    assert dose["given_at"] == given.isoformat()


def test_a_day_is_closed_without_a_question_once_nobody_may_come_any_more(site: Stadium):
    site.booked()
    url = f"/api/days/{FIRST}/no-shows"
    site.at(f"{FIRST}T17:59")
    asked = site.http.form(url)
    assert asked.status_code == 200
    assert "还有 1 人没有签到" in asked.text
    site.at(f"{FIRST}T18:00")
    assert site.http.form(url).status_code == 303
    assert len(site.events("NoShowRecorded")) == 1
