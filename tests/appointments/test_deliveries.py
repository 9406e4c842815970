"""Deliveries: every dose that comes is counted once, and no batch is two by a slip of the hand (E16)."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from services.appointments.domain.batch import Batch
from shared.town.batch_numbers import are_alike
from tests.support.stadium import ANNA, FIRST, START, Stadium, batch, refused
from tests.web.test_confirmation import question


def doses(site: Stadium) -> dict[str, int]:
    """What was received of each batch."""
    return {row["batch"]: row["received"] for row in site.read("/api/batches")["batches"]}


def test_openmsupply_4846_a_second_delivery_of_a_batch_adds_its_doses(site: Stadium):
    again = site.ok("/api/batches", batch("SV-1", doses=500))
    assert (again["received"], again["left"]) == (1500, 1500)
    assert doses(site) == {"SV-1": 1500}
    assert site.view() == site.rebuilt_view()


def test_the_same_delivery_sent_twice_is_one(site: Stadium):
    for _ in range(2):
        assert site.http.post("/api/batches", batch("SV-1", 500), key="one").status_code == 200
    noted = batch("SV-1", 40) | {"note": "D-7"}
    first, again = site.ok("/api/batches", noted), site.ok("/api/batches", noted)
    assert (first.pop("already"), again.pop("already")) == (None, 40)
    assert first == again
    site.ok("/api/batches", noted | {"note": " ｄ-7 "})
    assert doses(site) == {"SV-1": 1540}
    other = site.http.post("/api/batches", noted | {"doses": 41})
    assert refused(other, "note-differs", 409)["doses"] == 40
    assert doses(site) == {"SV-1": 1540}


@pytest.mark.parametrize("other", [{"product": "BIBP"}, {"expiry": "2025-02-28"}])
def test_a_batch_of_another_product_or_expiry_is_refused(site: Stadium, other: dict[str, str]):
    refused(site.http.post("/api/batches", batch("SV-1") | other), "batch-differs", 409)
    assert doses(site) == {"SV-1": 1000}


@pytest.mark.parametrize(
    "typed",
    [
        "SV-I",
        "SV-l",
        "sv-1",
        "SV -1",
        "ＳＶ-１",
        "SV—1",
        "SV-|",
        "SV1",
        "SV--1",
        "SV-1-",
        "SV/1.",
        "SV-01",
    ],
)
def test_a_number_that_looks_like_one_that_is_here_is_questioned(site: Stadium, typed: str):
    answer = site.http.post("/api/batches", batch(typed))
    assert refused(answer, "batch-looks-alike", 409)["known"] == "SV-1"
    assert doses(site) == {"SV-1": 1000}
    site.ok("/api/batches", batch(typed) | {"different": True})
    assert doses(site) == {"SV-1": 1000, typed: 1000}


def test_a_number_that_looks_like_one_ordered_back_is_questioned(site: Stadium):
    order = {"batch": "XX-O1", "product": "CoronaVac", "reason": "by the maker"}
    site.hears("supervision", "RecallOrdered", **order)
    answer = site.http.post("/api/batches", batch("XX-01"))
    assert refused(answer, "batch-looks-alike", 409)["known"] == "XX-O1"


def test_numbers_that_only_begin_alike_are_not_questioned(site: Stadium):
    for number in ("SV-2", "SV-11", "SV-10", "SV-101", "SW-1", "2024-1-12"):
        site.ok("/api/batches", batch(number))


@pytest.mark.parametrize("other", ["SV001", "SV--001", "SV-001-", "sv_001.", "SV-01", "SV-1"])
def test_signs_and_leading_zeros_of_a_number_are_nothing_to_tell_it_by(other: str):
    assert are_alike("SV-001", other)
    assert are_alike("COSTA-04", "COSTA-004")
    assert are_alike("2024-05", "2024-5")
    assert are_alike("A1-05", "A105")
    assert not are_alike("SV-100", other)
    assert not are_alike("COSTA-04", "COSTA-40")


def test_the_page_asks_whether_it_is_the_batch_that_one_has(site: Stadium):
    asked = site.http.form("/api/batches", _next="/stock", **batch("SV-I"))
    assert "手里的是不是 SV-1" in question(asked)
    assert doses(site) == {"SV-1": 1000}
    assert site.http.press(asked).status_code == 303
    assert doses(site) == {"SV-1": 1000, "SV-I": 1000}


def told(site: Stadium, answer: TestResponse) -> str:
    """What the banner says on the page that follows a form."""
    assert answer.status_code == 303, answer.text
    page = BeautifulSoup(site.http.page(answer.location).text, "html.parser")
    return " ".join(each.text for each in page.select("[role=status]"))


def test_what_was_recorded_before_is_not_said_to_be_recorded_now(site: Stadium):
    noted = batch("SV-1", 20) | {"note": "D-101"}
    site.ok("/api/batches", noted)
    again = site.http.form("/api/batches", _next="/stock", **noted | {"note": "d-101 "})
    assert "已登记过 20 剂，这次没有再记" in told(site, again)
    arrival = batch("SV-2", 20) | {"from_site": "township", "note": "T-1"}
    assert "调入已登记" in told(site, site.http.form("/api/arrivals", _next="/stock", **arrival))
    again = site.http.form("/api/arrivals", _next="/stock", **arrival)
    assert "单号 T-1 已登记过 20 剂，这次没有再记" in told(site, again)
    sending = {"to_site": "township", "doses": 3, "note": "T-2"}
    site.ok("/api/batches/SV-1/send", sending)
    again = site.http.form("/api/batches/SV-1/send", _next="/stock", **sending)
    assert "单号 T-2 已登记过 3 剂，这次没有再记" in told(site, again)
    assert doses(site) == {"SV-1": 1020, "SV-2": 20}


def test_a_refusal_says_what_is_on_the_books_and_which_differs(site: Stadium):
    other = batch("SV-1", expiry="2025-02-28")
    detail = refused(site.http.post("/api/batches", other), "batch-differs", 409)["detail"]
    assert "有效期至" in detail
    assert "这次填的有效期不同" in detail


def test_an_expiry_beyond_what_vaccine_keeps_is_asked_about(site: Stadium):
    far = batch("SV-2", expiry="2052-01-31")
    asked = site.http.form("/api/batches", _next="/stock", **far)
    assert "超过 5 年" in question(asked)
    assert doses(site) == {"SV-1": 1000}
    assert site.http.press(asked).status_code == 303
    alike = site.http.form("/api/batches", _next="/stock", **far | {"batch": "SV-1."})
    assert "超过 5 年" in question(alike)
    assert "手里的是不是 SV-1" in question(alike)


def test_more_than_the_books_have_is_a_surplus_and_more_than_ever_came_is_asked_about(
    site: Stadium,
):
    site.ok("/api/batches/SV-1/waste", {"doses": 10, "reason": "broken"})
    at, count = "/api/batches/SV-1/count", {"explanation": "找到一盒"}
    asked = question(site.http.form(at, _next="/stock", counted=995, **count))
    assert "盘盈 5 剂" in asked
    assert "总共只到过" not in asked
    asked = question(site.http.form(at, _next="/stock", counted=1200, **count))
    assert "总共只到过 1000 剂" in asked
    site.ok(at, count | {"counted": 995})
    assert "盘盈 5" in site.http.page("/stock").text


def test_the_page_asks_before_it_adds_to_a_batch(site: Stadium):
    asked = site.http.form("/api/batches", _next="/stock", **batch("SV-1", doses=7))
    assert "已经到过 1000 剂" in question(asked)
    assert doses(site) == {"SV-1": 1000}
    assert site.http.press(asked).status_code == 303
    assert doses(site) == {"SV-1": 1007}


def test_doses_per_vial_are_those_of_the_product_unless_typed(site: Stadium):
    assert site.ok("/api/batches", batch("P-1"))["per_vial"] == 1
    assert site.ok("/api/batches", batch("P-2") | {"per_vial": 2})["per_vial"] == 2
    assert site.http.post("/api/batches", batch("P-3") | {"per_vial": 3}).status_code == 422
    page = BeautifulSoup(site.http.page("/stock").text, "html.parser")
    vials = page.select("form[action$='/P-2/waste'] input[name=doses][type=hidden]")
    assert [each["value"] for each in vials] == ["2", "1"]


def test_more_of_a_batch_has_vials_as_it_had_before_and_no_others(site: Stadium):
    site.ok("/api/batches", batch("P-2") | {"per_vial": 2})
    arrival = batch("P-2", 4) | {"from_site": "township", "note": "T-1"}
    assert site.ok("/api/arrivals", arrival)["per_vial"] == 2
    problem = refused(
        site.http.post("/api/batches", batch("P-2") | {"per_vial": 1}), "batch-differs", 409
    )
    assert "每瓶 2 剂" in problem["detail"]
    assert "这次填的每瓶剂数不同" in problem["detail"]


def test_doses_from_another_site_open_this_one_and_count_once(closed_site: Stadium):
    arrival = batch("SV-1", 200) | {"from_site": "township", "note": "T-1"}
    for _ in range(2):
        assert closed_site.ok("/api/arrivals", arrival)["left"] == 200
    refused(closed_site.http.post("/api/arrivals", arrival | {"doses": 9}), "note-differs", 409)
    own = closed_site.http.post("/api/arrivals", arrival | {"from_site": "stadium"})
    refused(own, "not-another-site", 422)
    assert closed_site.read("/api/site")["opened"] == START
    assert len(closed_site.events("DosesArrived")) == 1
    assert closed_site.view() == closed_site.rebuilt_view()


def test_what_is_stored_of_a_batch_before_counts_is_read(site: Stadium):
    """A snapshot of before has neither notes nor what was moved and lost."""
    site.booked()
    site.vaccinated(ANNA, FIRST)
    now = site.app.get(Batch, Batch.create_id("stadium", "SV-1"))
    state = dict(vars(now))
    for new in ("moved", "lost", "per_vial", "notes"):
        del state[new]
    Batch.upcast_v1_v2(state)
    assert {name: state[name] for name in ("moved", "lost", "notes")} == {
        "moved": 0,
        "lost": 0,
        "notes": {},
    }
