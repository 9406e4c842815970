"""Syringes: received = used + wasted + lost + left, one for each dose, and whether they will do."""

from __future__ import annotations

import pytest

from tests.support.stadium import ANNA, FIRST, Stadium, refused
from tests.web.test_confirmation import question

CAME, SPOILT, COUNT = (f"/api/syringes/{step}" for step in ("deliveries", "waste", "count"))


def books(site: Stadium) -> tuple[int, ...]:
    found = site.read("/api/syringes")
    row = tuple(found[name] for name in ("received", "used", "wasted", "lost", "left"))
    assert row[0] == sum(row[1:])
    return row


def test_each_dose_takes_a_syringe(site: Stadium):
    site.booked()
    site.ok(CAME, {"syringes": 100})
    site.vaccinated(ANNA, FIRST)
    site.ok(SPOILT, {"syringes": 2, "reason": "damaged"})
    assert books(site) == (100, 1, 2, 0, 97)
    refused(site.http.post(SPOILT, {"syringes": 98, "reason": "damaged"}), "syringes-short", 409)
    assert site.view() == site.rebuilt_view()


def test_a_note_counts_once(site: Stadium):
    for note in ("D-1", "D-1", " ｄ-1"):
        site.ok(CAME, {"syringes": 100, "note": note})
    again = site.http.form(CAME, _next="/syringes", syringes="100", note="D-1")
    assert "单号 D-1 已登记过 100 支，这次没有再记" in site.http.page(again.location).text
    assert books(site)[0] == 100
    refused(site.http.post(CAME, {"syringes": 99, "note": "D-1"}), "syringe-note-differs", 409)


def test_a_count_is_followed_once_the_difference_is_explained(site: Stadium):
    site.ok(CAME, {"syringes": 100})
    refused(site.http.post(COUNT, {"counted": 98}), "syringe-count-unexplained", 422)
    late = {"counted": 98, "explanation": "x", "expected": 99}
    refused(site.http.post(COUNT, late), "syringes-used-meanwhile", 409)
    site.ok(COUNT, {"counted": 98, "explanation": "a box was torn"})
    assert books(site) == (100, 0, 0, 2, 98)
    site.ok(COUNT, {"counted": 98})
    assert books(site) == (100, 0, 0, 2, 98)
    assert site.view() == site.rebuilt_view()


def test_a_count_begins_books_that_nobody_kept(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    found = site.read("/api/syringes")
    assert (found["kept"], found["left"], found["short"]) == (False, -1, False)
    site.ok(COUNT, {"counted": 50, "explanation": "第一次盘点"})
    assert books(site) == (0, 1, 0, -51, 50)
    assert site.read("/api/syringes")["kept"] is True


def test_too_few_for_the_people_booked_next_is_said(site: Stadium):
    site.booked()
    site.ok(CAME, {"syringes": 1})
    assert site.read("/api/syringes")["short"] is False
    site.ok(SPOILT, {"syringes": 1, "reason": "unsterile"})
    assert site.read("/api/syringes")["short"] is True
    for page in ("/", "/stock", "/syringes"):
        assert "注射器余 0 支" in site.http.page(page).text


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "", "9999999"])
def test_what_is_no_number_of_syringes_is_refused(site: Stadium, number: str):
    assert site.http.post(CAME, {"syringes": number}).status_code == 422
    assert site.events("SyringesReceived") == []


def test_the_page_asks_first_and_the_leader_alone_records(site: Stadium):
    asked = site.http.form(CAME, _next="/syringes", syringes="100")
    assert "100 支" in question(asked)
    assert books(site)[0] == 0
    assert site.http.press(asked).status_code == 303
    assert books(site)[0] == 100
    nurse = site.http.signed_in("nurse", ("site_staff", "site:stadium"))
    assert nurse.post(CAME, {"syringes": 1}).status_code == 403
    assert nurse.page("/syringes").status_code == 200
