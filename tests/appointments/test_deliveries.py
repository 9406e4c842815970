"""Deliveries: every dose that comes is counted once, and no batch is two by a slip of the hand (E16)."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from services.appointments.domain.batch import Batch, looks
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
    assert site.ok("/api/batches", noted) == site.ok("/api/batches", noted)
    assert doses(site) == {"SV-1": 1540}
    other = site.http.post("/api/batches", noted | {"doses": 41})
    assert refused(other, "note-differs", 409)["doses"] == 40
    assert doses(site) == {"SV-1": 1540}


@pytest.mark.parametrize("other", [{"product": "BIBP"}, {"expiry": "2025-02-28"}])
def test_a_batch_of_another_product_or_expiry_is_refused(site: Stadium, other: dict[str, str]):
    refused(site.http.post("/api/batches", batch("SV-1") | other), "batch-differs", 409)
    assert doses(site) == {"SV-1": 1000}


@pytest.mark.parametrize("typed", ["SV-I", "SV-l", "sv-1", "SV -1", "ＳＶ-１", "SV—1", "SV-|"])
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
    for number in ("SV-2", "SV-11", "SV1", "2024-1-12", "2024-11-2"):
        site.ok("/api/batches", batch(number))
    assert looks("B-01") != looks("B-001")


def test_the_page_asks_whether_it_is_the_batch_that_one_has(site: Stadium):
    asked = site.http.form("/api/batches", _next="/stock", **batch("SV-I"))
    assert "手里的是不是 SV-1" in question(asked)
    assert doses(site) == {"SV-1": 1000}
    assert site.http.press(asked).status_code == 303
    assert doses(site) == {"SV-1": 1000, "SV-I": 1000}


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
