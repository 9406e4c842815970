"""Losses, counts, doses sent on, recalls: every dose of a batch is accounted for."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.town.contracts import catalogue
from tests.support.stadium import ANNA, BO, FIRST, Stadium, batch, refused
from tests.web.test_confirmation import question

WASTE, COUNT, SEND = (f"/api/batches/SV-1/{step}" for step in ("waste", "count", "send"))
COUNTED = ("received", "used", "wasted", "moved", "lost", "left")
SENT = {"to_site": "township", "doses": 300, "note": "T-1"}
ORDER = {"batch": "SV-1", "product": "CoronaVac", "reason": "by the maker"}


def books(site: Stadium, number: str = "SV-1") -> tuple[int, ...]:
    """received, used, wasted, moved, lost, left of a batch, which add up."""
    rows = site.read("/api/batches")["batches"]
    [row] = [each for each in rows if each["batch"] == number]
    found = tuple(row[name] for name in COUNTED)
    assert found[0] == sum(found[1:])
    return found


# Losses


def wasted(site: Stadium, **body: Any) -> dict[str, Any]:
    site.ok(WASTE, {"doses": 1, **body})
    data = site.events("DosesWasted")[-1]["data"]
    return {name: data[name] for name in ("reason", "opened", "note")}


def test_a_loss_has_a_code_and_says_whether_the_vial_was_open(site: Stadium):
    assert wasted(site, reason="broken") == {"reason": "broken", "opened": False, "note": None}
    assert wasted(site, reason="not_used_up")["opened"] is True
    assert wasted(site, reason="broken", opened=True)["opened"] is True
    noted = wasted(site, reason="cold_chain", note="the fridge was off")
    assert noted == {"reason": "cold_chain", "opened": False, "note": "the fridge was off"}


def test_words_of_before_are_codes_now_and_other_words_are_a_note(site: Stadium):
    assert wasted(site, reason="开瓶超时") == {
        "reason": "not_used_up",
        "opened": True,
        "note": None,
    }
    assert wasted(site, reason="flood") == {"reason": "other", "opened": False, "note": "flood"}


def test_another_reason_wants_words(site: Stadium):
    for body in ({"reason": "other"}, {"reason": "flood", "note": "also"}):
        assert site.http.post(WASTE, {"doses": 1, **body}).status_code == 422
    assert books(site) == (1000, 0, 0, 0, 0, 1000)
    assert wasted(site, reason="other", note="flood")["reason"] == "other"


@pytest.mark.parametrize(
    ("reason", "code", "note"),
    [
        ("破损", "broken", None),
        ("vial open too long", "not_used_up", None),
        ("水淹", "other", "水淹"),
    ],
)
def test_a_loss_of_before_is_read_with_its_code(reason: str, code: str, note: str | None):
    old = {"site": "stadium", "batch": "SV-1", "doses": 2, "reason": reason}
    _, new = catalogue.upcast("DosesWasted", 1, old)
    assert new == old | {"reason": code, "opened": None, "note": note}


def test_the_page_writes_a_vial_off_by_one_key_and_a_yes(site: Stadium):
    site.ok("/api/batches", batch("D-2") | {"per_vial": 2})
    page = site.http.page("/stock").text
    assert 'value="broken">破损</button>' in page
    asked = site.http.form("/api/batches/D-2/waste", _next="/stock", doses="2", reason="broken")
    assert "损耗 2 剂（破损）" in question(asked)
    assert site.http.press(asked).status_code == 303
    assert books(site, "D-2") == (1000, 0, 2, 0, 0, 998)


# Counts


def test_the_books_follow_a_count_once_the_difference_is_explained(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    unexplained = site.http.post(COUNT, {"counted": 990})
    assert refused(unexplained, "count-unexplained", 422)["left"] == 999
    assert site.ok(COUNT, {"counted": 990, "explanation": "a tray was dropped"})["left"] == 990
    assert books(site) == (1000, 1, 0, 0, 9, 990)
    site.ok(COUNT, {"counted": 992, "explanation": "two were behind the tray"})
    assert books(site) == (1000, 1, 0, 0, 7, 992)
    assert site.view() == site.rebuilt_view()


def test_a_count_that_agrees_is_evidence_and_changes_nothing(site: Stadium):
    site.ok(COUNT, {"counted": 1000})
    assert books(site) == (1000, 0, 0, 0, 0, 1000)
    [said] = site.events("StockCounted")
    assert (said["data"]["counted"], said["data"]["expected"]) == (1000, 1000)


def test_a_dose_given_while_one_counts_is_no_loss(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    late = {"counted": 1000, "expected": 1000}
    refused(site.http.post(COUNT, late), "counted-meanwhile", 409)
    assert site.events("StockCounted") == []


def test_the_page_asks_before_the_books_change(site: Stadium):
    fields = {"counted": "998", "expected": "1000", "explanation": "两剂找不到"}
    asked = site.http.form(COUNT, _next="/stock", **fields)
    assert "账面 1000 剂，实有 998 剂" in question(asked)
    assert books(site)[-1] == 1000
    assert site.http.press(asked).status_code == 303
    assert books(site) == (1000, 0, 0, 0, 2, 998)
    agrees = site.http.form(COUNT, _next="/stock", counted="998", expected="998")
    assert agrees.status_code == 303


# From site to site


def test_doses_sent_on_leave_the_stock_once_a_note(site: Stadium):
    for _ in range(2):
        assert site.ok(SEND, SENT)["left"] == 700
    assert books(site) == (1000, 0, 0, 300, 0, 700)
    refused(site.http.post(SEND, SENT | {"doses": 2}), "note-differs", 409)
    refused(site.http.post(SEND, SENT | {"doses": 701, "note": "T-2"}), "batch-empty", 409)
    refused(site.http.post(SEND, SENT | {"to_site": "stadium"}), "not-another-site", 422)
    refused(site.http.post(SEND, SENT | {"to_site": "nowhere"}), "unknown-code", 404)
    assert site.view() == site.rebuilt_view()


def test_a_recalled_batch_is_not_sent_on(site: Stadium):
    site.ok("/api/batches/SV-1/recall", {"reason": "by the maker"})
    refused(site.http.post(SEND, SENT), "batch-recalled", 422)


# Recalls at all sites


def test_a_recall_of_all_sites_stops_the_own_stock_and_what_comes_later(site: Stadium):
    site.booked()
    site.hears("supervision", "RecallOrdered", **ORDER)
    site.hears("supervision", "RecallOrdered", **ORDER | {"batch": "LATER"})
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    refused(site.give(), "batch-recalled", 422)
    assert site.ok("/api/batches", batch("LATER"))["recalled"] is True
    arrival = batch("LATER", 5) | {"from_site": "township", "note": "T-3"}
    assert site.ok("/api/arrivals", arrival)["left"] == 1005
    assert len(site.events("BatchRecalled")) == 2
    assert site.view() == site.rebuilt_view()


def test_a_recall_of_another_product_with_the_same_number_leaves_the_batch(site: Stadium):
    site.hears("supervision", "RecallOrdered", **ORDER | {"product": "BIBP"})
    assert site.read("/api/batches")["batches"][0]["recalled"] is None


def test_everybody_who_got_a_dose_of_a_batch_is_on_its_list(site: Stadium):
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who)
        site.vaccinated(who, FIRST)
    site.ok("/api/batches", batch("SV-2"))
    listed = site.read("/api/batches/SV-1/recipients")["recipients"]
    assert [(each["resident"], each["dose"]) for each in listed] == [(str(ANNA), 1), (str(BO), 1)]
    assert site.read("/api/batches/SV-2/recipients")["recipients"] == []
    assert str(BO) in site.http.page("/batches/SV-1/recipients").text
    answer = site.http.page("/batches/SV-1/recipients.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        "4月2日（周二）"
    ] * 2
    refused(site.http.get("/api/batches/NONE/recipients"), "unknown-batch", 404)


def test_the_own_leader_the_office_and_oversight_see_who_got_a_batch(site: Stadium):
    nurse = site.http.signed_in("nurse", ("site_staff", "site:stadium"))
    assert nurse.get("/api/batches/SV-1/recipients").status_code == 403
    auditor = site.http.signed_in("auditor", ("auditor", "town"))
    assert auditor.get("/api/batches/SV-1/recipients").status_code == 200
    elsewhere = site.http.signed_in("other", ("site_leader", "site:township"))
    assert elsewhere.get("/api/batches/SV-1/recipients").status_code == 403
