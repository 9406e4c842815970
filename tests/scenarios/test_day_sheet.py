"""The day's sheet names people: whoever takes it has looked at each of them."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from tests.scenarios.test_found_at_a_desk import DAY, PEOPLE, Desks, desks
from tests.support.stadium import batch

__all__ = ["desks"]


def test_the_days_sheet_is_a_look_at_all_who_stand_on_it(desks: Desks):
    site, here = desks.site, [101, 105]
    before = len(desks.registration.app.store.log(0, 10_000))
    for order in here:
        wish = {"wished_week": "2024-W14"}
        who = f"/api/residents/{desks.ids[order]}"
        assert desks.registration.http.post(f"{who}/consent", wish).status_code == 200
    site.hears_log("registration", desks.registration.app.store.log(before, 10_000))
    assert site.http.post("/api/batches", batch("SV-1")).status_code == 200
    span = {"from_day": DAY, "to_day": DAY, "product": "CoronaVac"}
    assert site.http.post("/api/sessions", span).status_code == 200
    for order in here:
        body = {"resident": desks.ids[order], "from_day": DAY}
        assert site.http.post("/api/appointments", body).status_code == 200
    leader = site.http.signed_in("leader", ("site_leader", "site:stadium"))
    answer = leader.page(f"/closing/{DAY}.xlsx")
    rows = load_workbook(BytesIO(answer.data))["人员"].iter_rows(min_row=2, values_only=True)
    assert sorted(row[2] for row in rows) == sorted(PEOPLE[order][0] for order in here)
    [look] = [each["data"] for each in site.events("PersonalDataViewed")]
    assert (look["login"], look["viewed"]) == ("leader", ["name"])
    assert sorted(look["residents"]) == sorted(desks.ids[order] for order in here)
