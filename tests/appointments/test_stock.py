"""Stock and sessions of a site over HTTP."""

from __future__ import annotations

import pytest

from tests.support.stadium import ANNA, FIRST, SLOTS, START, Stadium, batch, refused


def test_the_first_batch_opens_the_site(closed_site: Stadium):
    refused(closed_site.book(), "site-not-open", 409)
    assert closed_site.read("/api/site")["opened"] is None
    closed_site.ok("/api/batches", batch("SV-1"))
    closed_site.at("2024-03-26")
    closed_site.ok("/api/batches", batch("SV-2"))
    assert closed_site.read("/api/site")["opened"] == START
    assert len(closed_site.events("SiteOpened")) == 1


def test_a_batch_that_has_expired_or_is_of_an_unknown_product_is_not_received(site: Stadium):
    gone = batch("SV-2", expiry="2024-03-24")
    refused(site.http.post("/api/batches", gone), "batch-expired", 422)
    refused(site.http.post("/api/batches", batch("X", product="Tea")), "unknown-code", 404)


def test_stock_is_used_and_wasted_and_left(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.ok("/api/batches/SV-1/waste", {"doses": 2, "reason": "vial broken"})
    [row] = site.read("/api/batches")["batches"]
    assert (row["received"], row["used"], row["wasted"], row["left"]) == (1000, 1, 2, 997)
    too_many = {"doses": 998, "reason": "flood"}
    refused(site.http.post("/api/batches/SV-1/waste", too_many), "batch-empty", 409)


def test_a_recall_is_recorded_once_and_of_known_batches_only(site: Stadium):
    site.ok("/api/batches/SV-1/recall", {"reason": "by the maker"})
    assert site.ok("/api/batches/SV-1/recall", {"reason": "again"})["recalled"] is True
    assert len(site.events("BatchRecalled")) == 1
    answer = site.http.post("/api/batches/NONE/recall", {"reason": "x"})
    refused(answer, "unknown-batch", 404)


def test_sessions_are_opened_once_with_the_campaigns_slots(site: Stadium):
    span = {"from_day": "2024-04-01", "to_day": "2024-04-02", "product": "CoronaVac"}
    answer = site.ok("/api/sessions", span)
    assert answer == {"opened": [], "already": ["2024-04-01", "2024-04-02"]}
    session = site.session(FIRST)
    assert (len(session["slots"]), session["capacity"]) == (SLOTS, SLOTS * 50)
    assert session["slots"][0] == {"time": "08:00", "capacity": 50, "taken": 0, "free": 50}


@pytest.mark.parametrize(
    ("from_day", "to_day"),
    [("2024-03-24", FIRST), (FIRST, "2024-06-21"), (FIRST, START), (START, "9999-12-31")],
)
def test_no_sessions_outside_the_campaign(site: Stadium, from_day: str, to_day: str):
    span = {"from_day": from_day, "to_day": to_day, "product": "CoronaVac"}
    refused(site.http.post("/api/sessions", span), "outside-campaign", 422)


def test_a_weeks_plan_counts_its_bookings_and_is_published_once(site: Stadium):
    site.booked()
    row = {"unit": "v15", "day": FIRST, "dose": 1, "planned": 1}
    for _ in range(2):
        answer = site.ok("/api/weeks/2024-W14/plan")
        assert answer == {"week": "2024-W14", "rows": [row]}
    assert len(site.events("WeeklyPlanPublished")) == 1
    site.person(ANNA, "cancel", reason="by_resident")
    assert site.ok("/api/weeks/2024-W14/plan")["rows"] == []
    assert len(site.events("WeeklyPlanPublished")) == 2


def test_a_week_that_does_not_exist_has_no_plan(site: Stadium):
    for week in ("2024-W60", "soon"):
        refused(site.http.post(f"/api/weeks/{week}/plan"), "bad-week", 422)


def test_a_batch_number_may_hold_a_slash(site: Stadium):
    site.ok("/api/batches", batch("2024/05"))
    page = site.http.page("/stock")
    assert page.status_code == 200, page.text
    assert "/api/batches/2024/05/recall" in page.text
    wasted = site.ok("/api/batches/2024%2F05/waste", {"doses": 2, "reason": "vial broken"})
    assert (wasted["batch"], wasted["wasted"]) == ("2024/05", 2)
    assert site.ok("/api/batches/2024/05/recall", {"reason": "by the maker"})["recalled"] is True


@pytest.mark.parametrize("number", ["/5", "5/", "5//6", "..", "5/../6"])
def test_a_batch_number_that_no_address_can_hold_is_refused(site: Stadium, number: str):
    assert site.http.post("/api/batches", batch(number)).status_code == 422
