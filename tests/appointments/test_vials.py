"""Opened vials: of several doses, used for some hours from the first, then written off."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from services.appointments.stock.queries import opened_vials
from tests.support.stadium import FIRST, Stadium, batch, refused
from tests.web.test_confirmation import question

PEOPLE = [uuid.UUID(int=number, version=4) for number in range(1, 6)]
CODE = "83301550012345678901"


@pytest.fixture
def site(site: Stadium) -> Stadium:
    """Two doses to a vial of batch D-2; five people wait and are cleared."""
    site.ok("/api/batches", batch("D-2", 10) | {"per_vial": 2})
    for who in PEOPLE:
        site.consented(who)
        site.booked(who)
    site.at(f"{FIRST}T08:00")
    for who in PEOPLE:
        site.person(who, "check-in")
        site.cleared(who, FIRST)
    return site


def give(site: Stadium, who: int, **more: Any) -> Any:
    return site.person(PEOPLE[who], "dose", batch="D-2", vaccinator="nurse-01", **more)


def opened(site: Stadium) -> list[tuple[str | None, int, int, bool]]:
    found = opened_vials(site.app, site.today())
    return [(each["trace_code"], each["left"], each["minutes"], each["over"]) for each in found]


def test_a_vial_is_open_from_its_first_dose_and_empty_with_its_second(site: Stadium):
    assert give(site, 0).status_code == 200
    assert opened(site) == [(None, 1, 360, False)]
    site.at(f"{FIRST}T10:30")
    assert opened(site) == [(None, 1, 210, False)]
    assert give(site, 1).status_code == 200
    assert opened(site) == []
    assert site.view() == site.rebuilt_view()


def test_a_vial_of_one_dose_is_never_open(site: Stadium):
    site.person(PEOPLE[0], "dose", batch="SV-1", vaccinator="nurse-01")
    assert opened(site) == []


def test_a_scanned_vial_is_its_own_and_the_rest_is_not_taken_from_it(site: Stadium):
    give(site, 0, trace_code=CODE)
    give(site, 1)
    assert sorted(opened(site), key=str) == [(CODE, 1, 360, False), (None, 1, 360, False)]
    give(site, 2)
    assert opened(site) == [(CODE, 1, 360, False)]


def test_a_dose_of_a_vial_open_too_long_is_refused_before_the_needle(site: Stadium):
    give(site, 0)
    site.at(f"{FIRST}T14:00")
    assert opened(site) == [(None, 1, 0, False)]
    site.at(f"{FIRST}T14:01")
    problem = refused(give(site, 1), "vial-open-too-long", 422)
    assert (problem["hours"], problem["left"]) == (6, 1)
    assert "没有记录接种" in problem["detail"]
    [row] = [each for each in site.read("/api/batches")["batches"] if each["batch"] == "D-2"]
    assert row["used"] == 1


def test_whoever_gives_doses_writes_the_rest_off_and_opens_another(site: Stadium):
    give(site, 0)
    site.at(f"{FIRST}T14:01")
    nurse = site.http.signed_in("nurse", ("site_staff", "site:stadium"))
    page = nurse.page("/stock").text
    assert "已超时，不能再用" in page
    [vial] = site.read("/api/opened-vials")["vials"]
    at, fields = "/api/batches/D-2/opened-vial/waste", {"opened_at": vial["opened_at"]}
    asked = nurse.form(at, _next="/stock", **fields)
    assert "余下的 1 剂" in question(asked)
    assert nurse.press(asked).status_code == 303
    said = site.events("DosesWasted")[-1]["data"]
    assert (said["doses"], said["reason"], said["opened"]) == (1, "not_used_up", True)
    assert nurse.post(at, fields).json["wasted"] == 1
    assert opened(site) == []
    assert give(site, 1).status_code == 200
    assert opened(site) == [(None, 1, 360, False)]
    assert site.view() == site.rebuilt_view()


def test_a_closed_vial_that_breaks_leaves_the_opened_one(site: Stadium):
    give(site, 0)
    site.ok("/api/batches/D-2/waste", {"doses": 2, "reason": "broken"})
    assert opened(site) == [(None, 1, 360, False)]
    site.ok("/api/batches/D-2/waste", {"doses": 1, "reason": "broken", "opened": True})
    assert opened(site) == []


def test_the_page_of_a_dose_and_the_board_say_what_is_open(site: Stadium):
    give(site, 0)
    assert "还可用 6 小时 0 分" in site.http.page(f"/residents/{PEOPLE[1]}").text
    assert "开瓶超时" not in site.http.page("/").text
    site.at(f"{FIRST}T14:01")
    assert "批号 D-2 有一支开瓶超时" in site.http.page("/").text


def test_a_vial_left_open_overnight_is_open_too_long(site: Stadium):
    give(site, 0)
    site.at("2024-04-03T08:00")
    assert opened(site)[0][3] is True


def test_the_last_dose_of_a_batch_leaves_no_vial_open(site: Stadium):
    site.ok("/api/batches", batch("D-3", 3) | {"per_vial": 2})
    for who in range(3):
        site.person(PEOPLE[who], "dose", batch="D-3", vaccinator="nurse-01")
    assert opened(site) == []
    give(site, 3)
    site.ok("/api/batches/D-2/count", {"counted": 0, "explanation": "all are gone"})
    assert opened(site) == []
    assert site.view() == site.rebuilt_view()
