"""An erased person at a site: not expected any more, the place is free, nothing new begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stadium import ANNA, FIRST, START, Stadium, facts

ERASED = {"classes": ["facts", "contact"], "reason": "by_request", "retained_until": None}


@pytest.fixture
def stadium(tmp_path: Path) -> Stadium:
    site = Stadium(tmp_path).opens()
    site.consented(ANNA)
    return site


def taken(site: Stadium) -> int:
    sessions = site.read("/api/sessions", **{"from": START, "to": "2024-06-20"})["sessions"]
    return sum(session["taken"] for session in sessions)


def test_the_places_of_an_erased_person_are_free_again(stadium: Stadium):
    stadium.booked()
    assert taken(stadium) == 2
    stadium.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    assert taken(stadium) == 0
    cancelled = stadium.events("AppointmentCancelled")
    assert [(e["data"]["dose"], e["data"]["reason"]) for e in cancelled] == [
        (1, "other"),
        (2, "other"),
    ]
    assert {e["causation"] for e in cancelled} == {"registration:4"}
    assert stadium.view() == stadium.rebuilt_view()


def test_an_erased_person_is_not_booked(stadium: Stadium):
    stadium.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    answer = stadium.book()
    assert (answer.status_code, answer.json["code"]) == (409, "erased")
    assert stadium.events("AppointmentBooked") == []


def test_an_erased_person_who_waits_gets_no_dose(stadium: Stadium):
    stadium.booked()
    stadium.at(FIRST)
    stadium.ok(f"/api/residents/{ANNA}/check-in")
    stadium.cleared(ANNA, FIRST)
    stadium.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    body = {"batch": "SV-1", "vaccinator": "tester"}
    answer = stadium.http.post(f"/api/residents/{ANNA}/dose", body)
    assert answer.status_code == 409
    assert stadium.events("DoseAdministered") == []


def test_the_pages_say_that_the_person_is_erased(stadium: Stadium):
    stadium.booked()
    stadium.hears("registration", "ResidentErased", resident=ANNA, **ERASED)
    assert "已删除" in stadium.http.page("/", day=FIRST).text
    page = stadium.http.page(f"/residents/{ANNA}").text
    assert "已删除" in page
    assert 'action="/api/appointments"' not in page


def test_whoever_is_registered_again_is_booked_again(stadium: Stadium):
    stadium.hears("registration", "ResidentErased", resident=ANNA, **ERASED)

    stadium.hears("registration", "ResidentCorrected", **facts(ANNA, "v15", "1980-01-01"))
    assert stadium.book().status_code == 200
