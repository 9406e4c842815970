"""Docking over HTTP: previewed, told, then bookings follow; nobody is lost or booked twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.part import PartUnderTest
from tests.support.workbooks import person, roster

OLD, NEW = "stadium", "community"
SINCE = "2024-04-15"


class Town(PartUnderTest):
    """Registration, hearing what two sites say of the people of unit v15."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "registration")
        self.at("2024-04-01")
        unit = next(each for each in self.app.campaign.units if each.site == OLD)
        self.unit = unit.code
        answer = self.ok_upload(roster(*(person(n) for n in range(101, 105))))
        self.people: list[str] = [each["resident"] for each in answer["entries"]]
        for each in self.people:
            self.ok(f"/api/residents/{each}/consent", wished_week="2024-W15")

    def ok_upload(self, content: bytes, unit: str | None = None) -> dict[str, Any]:
        answer = self.http.upload(f"/api/units/{unit or self.unit}/roster", content)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def ok(self, url: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(url, body)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def read(self, url: str, **query: Any) -> dict[str, Any]:
        answer = self.http.get(url, **query)
        assert answer.status_code == 200, answer.text
        return answer.json or {}

    def site_says(self, event: str, who: int, dose: int, day: str, site: str, **more: Any) -> None:
        common = {"site": site, "resident": self.people[who], "unit": self.unit, "dose": dose}
        times = {} if event == "DoseAdministered" else {"time": "09:00"}
        self.hears(f"appointments/{site}", event, **common, day=day, **times, **more)

    def booked(self, who: int, first: str, second: str, site: str = OLD) -> None:
        for dose, day in ((1, first), (2, second)):
            more = {"product": "CoronaVac", "override": None}
            self.site_says("AppointmentBooked", who, dose, day, site, **more)

    def given_back(self, who: int, first: str, second: str, site: str = OLD) -> None:
        for dose, day in ((1, first), (2, second)):
            self.site_says("AppointmentCancelled", who, dose, day, site, reason="redocked")

    def vaccinated(self, who: int, day: str, site: str = OLD, dose: int = 1) -> None:
        more = {"cohort": "general", "product": "CoronaVac", "batch": "B", "vaccinator": "n"}
        self.site_says("DoseAdministered", who, dose, day, site, **more)

    def dock(self, site: str = NEW, since: str = SINCE) -> dict[str, Any]:
        return self.ok(f"/api/units/{self.unit}/dock", site=site, since=since)

    def asked(self) -> list[tuple[int, str, str]]:
        return [
            (self.people.index(e["data"]["resident"]), e["data"]["site"], e["data"]["day"])
            for e in self.events("RebookingAsked")
        ]

    def again(self) -> list[tuple[int, str | None]]:
        rows = self.read(f"/api/units/{self.unit}/to-be-booked-again")["residents"]
        return [(self.people.index(row["resident"]), row["reason"]) for row in rows]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def refused(town: Town, url: str, **body: Any) -> tuple[int, str]:
    answer = town.http.post(url, body)
    document: dict[str, Any] = answer.json or {}
    return answer.status_code, document["code"]


# Dockings


def test_a_docking_has_a_first_day_and_a_history(town: Town):
    assert town.dock()["told"]
    url = f"/api/units/{town.unit}/dockings"
    assert town.read(url, day="2024-04-14")["site"] == OLD
    told = town.read(url, day=SINCE)
    assert told["site"] == NEW
    entries = [(each["site"], each["since"], each["actor"]) for each in told["history"]]
    assert entries == [(NEW, SINCE, "tester"), (OLD, "2024-03-25", "system")]
    assert town.view() == town.rebuilt_view()


def test_the_same_docking_is_told_once(town: Town):
    town.dock()
    before = len(town.events())
    assert not town.dock()["told"]
    assert len(town.events()) == before


def test_a_restart_leaves_the_offices_decision(town: Town):
    town.dock()
    town.start()
    town.at("2024-04-20")
    town.start()
    units = {each["unit"]: each for each in town.read("/api/units")["units"]}
    assert units[town.unit]["site"] == NEW


def test_those_to_be_booked_again_come_in_pages_that_stay_while_others_come_and_go(town: Town):
    for who in range(4):
        town.booked(who, "2024-04-16", "2024-05-14")
    town.dock()
    for who, day in ((0, "16"), (1, "17"), (2, "18")):
        town.given_back(who, f"2024-04-{day}", "2024-05-14")
    url = f"/api/units/{town.unit}/to-be-booked-again"
    first = town.read(url, limit=2)
    assert [each["resident"] for each in first["residents"]] == town.people[:2]
    assert (first["people"], first["next"]) == (3, town.people[1])
    town.booked(1, "2024-04-17", "2024-05-14", NEW)  # whom the next page begins after
    town.given_back(3, "2024-04-19", "2024-05-14")
    rest = town.read(url, limit=2, after=first["next"])
    assert [each["resident"] for each in rest["residents"]] == town.people[2:]
    assert (rest["people"], rest["next"]) == (3, None)
    page = town.http.page(f"/units/{town.unit}", again_after=first["next"]).text
    shown = page[page.index('id="again"') : page.index('id="roster"')]
    assert [who in shown for who in town.people] == [False, False, True, True]
    assert re.search(r"待重新预约 3</span>", shown)
    assert "第一页" in shown
    assert town.view() == town.rebuilt_view()


def test_the_list_of_units_shows_the_site_of_the_day(town: Town):
    town.dock()
    sites = list[str]()
    for day in ("2024-04-14", SINCE):
        town.at(day)
        units = {each["unit"]: each for each in town.read("/api/units")["units"]}
        sites.append(units[town.unit]["site"])
        assert town.read(f"/api/residents/{town.people[0]}")["site"] == sites[-1]
    assert sites == [OLD, NEW]


def test_impossible_dockings_are_refused(town: Town):
    url = f"/api/units/{town.unit}/dock"
    assert refused(town, url, site="moon", since=SINCE) == (422, "unknown-site")
    assert refused(town, url, site=NEW, since="2024-03-31") == (422, "docking-past")
    assert refused(town, url, site=NEW, since="2024-06-21") == (422, "docking-past")
    assert refused(town, "/api/units/x99/dock", site=NEW, since=SINCE) == (404, "unknown-unit")


def test_only_the_office_docks(town: Town):
    chief = town.http.signed_in("v15-chief", ("unit_chief", f"unit:{town.unit}"))
    answer = chief.post(f"/api/units/{town.unit}/dock", {"site": NEW, "since": SINCE})
    assert answer.status_code == 403
    assert chief.get(f"/api/units/{town.unit}/dockings").status_code == 200


# The preview


def test_the_preview_counts_what_would_move_and_what_stays(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.booked(1, "2024-04-16", "2024-05-02")
    town.booked(2, "2024-04-12", "2024-04-26")
    town.booked(3, "2024-04-01", "2024-04-15")
    town.vaccinated(3, "2024-04-01")
    before = len(town.events())
    url = f"/api/units/{town.unit}/dock/preview"
    preview = town.read(url, site=NEW, since=SINCE)
    moving = [(row["site"], row["day"], row["dose"], row["bookings"]) for row in preview["moving"]]
    assert moving == [
        (OLD, "2024-04-16", 1, 2),
        (OLD, "2024-04-30", 2, 1),
        (OLD, "2024-05-02", 2, 1),
    ]
    assert (preview["people"], preview["now"]) == (2, OLD)
    assert preview["staying"] == [{"site": OLD, "people": 1}]
    assert len(town.events()) == before


def test_whoever_waits_at_the_site_or_is_done_does_not_move(town: Town):
    town.booked(0, SINCE, "2024-04-29")
    town.site_says("ResidentCheckedIn", 0, 1, SINCE, OLD)
    town.booked(1, "2024-04-01", "2024-04-15")
    town.vaccinated(1, "2024-04-01")
    town.vaccinated(1, "2024-04-15", dose=2)
    preview = town.read(f"/api/units/{town.unit}/dock/preview", site=NEW, since=SINCE)
    assert (preview["people"], preview["staying"]) == (0, [{"site": OLD, "people": 1}])


def test_the_preview_refuses_as_the_docking_would(town: Town):
    url = f"/api/units/{town.unit}/dock/preview"
    assert town.http.get(url, site="moon", since=SINCE).status_code == 422
    assert town.http.get(url, site=NEW, since="2024-03-01").status_code == 422


# The order to move


def test_the_order_names_the_site_that_gives_back(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    answer = town.ok(f"/api/units/{town.unit}/move-bookings")
    assert (answer["ordered"], answer["people"]) == ([OLD], 1)
    (order,) = town.events("BookingsMoveOrdered")
    assert order["data"] == {
        "unit": town.unit,
        "from_site": OLD,
        "to_site": NEW,
        "from_day": SINCE,
    }
    assert town.view() == town.rebuilt_view()


def test_an_order_is_given_again_only_while_bookings_are_known_to_stand(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    url = f"/api/units/{town.unit}/move-bookings"
    town.ok(url)
    assert town.ok(url)["ordered"] == [OLD]
    town.given_back(0, "2024-04-16", "2024-04-30")
    assert town.ok(url)["ordered"] == []


def test_without_another_site_there_is_nothing_to_move(town: Town):
    assert refused(town, f"/api/units/{town.unit}/move-bookings") == (409, "nothing-to-move")


# Who is booked again


def test_what_was_given_back_is_asked_of_the_new_site(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.given_back(0, "2024-04-16", "2024-04-30")
    assert town.asked() == [(0, NEW, "2024-04-16")]
    assert town.again() == [(0, None)]
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    assert town.again() == []
    assert town.view() == town.rebuilt_view()


def test_a_cancellation_for_any_other_reason_asks_nobody(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    for dose, day in ((1, "2024-04-16"), (2, "2024-04-30")):
        town.site_says("AppointmentCancelled", 0, dose, day, OLD, reason="by_resident")
    assert (town.asked(), town.again()) == ([], [])


def test_a_docking_taken_back_meanwhile_asks_the_site_of_the_day(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.dock(site=OLD)
    town.given_back(0, "2024-04-16", "2024-04-30")
    assert town.asked() == [(0, OLD, "2024-04-16")]
    town.booked(0, "2024-04-16", "2024-04-30")
    assert town.again() == []


def refuse(town: Town, who: int, reason: str) -> None:
    data = {"site": NEW, "resident": town.people[who], "unit": town.unit}
    town.hears(f"appointments/{NEW}", "AppointmentRefused", **data, day="2024-04-16", reason=reason)


def test_whom_the_site_cannot_book_stands_on_the_units_page_until_it_can(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.given_back(0, "2024-04-16", "2024-04-30")
    refuse(town, 0, "no-free-slot")
    assert town.again() == [(0, "no-free-slot")]
    page = town.http.page(f"/units/{town.unit}").text
    assert "待重新预约" in page
    assert "没有空位" in page
    assert "待重新预约" in town.http.page("/").text
    assert town.ok(f"/api/units/{town.unit}/ask-again")["asked"] == 1
    assert town.asked() == [(0, NEW, "2024-04-16")] * 2
    town.booked(0, "2024-04-20", "2024-05-04", site=NEW)
    assert town.again() == []
    assert town.ok(f"/api/units/{town.unit}/ask-again")["asked"] == 0
    assert town.view() == town.rebuilt_view()


def test_whoever_has_declined_since_is_not_to_be_booked(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.given_back(0, "2024-04-16", "2024-04-30")
    town.ok(f"/api/residents/{town.people[0]}/decline", reason="no_time")
    assert town.again() == []


def test_whoever_cancelled_the_new_booking_is_not_to_be_booked(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.given_back(0, "2024-04-16", "2024-04-30")
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    for dose, day in ((1, "2024-04-17"), (2, "2024-05-01")):
        town.site_says("AppointmentCancelled", 0, dose, day, NEW, reason="by_resident")
    assert town.again() == []


# Two sites with one course


def ends(town: Town) -> list[tuple[str, str]]:
    told = town.events("BookedTwice")
    return [(each["data"]["site"], each["data"]["kept_at"]) for each in told]


def test_of_two_bookings_the_one_where_the_unit_goes_that_day_stays(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    assert ends(town) == [(OLD, NEW)]


def test_a_booking_of_the_old_site_that_is_heard_late_ends_too(town: Town):
    town.dock()
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    town.booked(0, "2024-04-16", "2024-04-30")
    assert ends(town) == [(OLD, NEW)]


def test_a_course_begun_stays_where_it_began(town: Town):
    town.booked(0, "2024-04-02", "2024-04-16")
    town.vaccinated(0, "2024-04-02")
    town.dock()
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    assert ends(town) == [(NEW, OLD)]


def test_a_dose_given_at_one_of_two_sites_ends_the_other(town: Town):
    town.dock()
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    town.vaccinated(0, "2024-04-02")
    assert ends(town) == [(NEW, OLD)]


def test_one_booking_after_the_other_is_no_double(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    town.dock()
    town.given_back(0, "2024-04-16", "2024-04-30")
    town.booked(0, "2024-04-17", "2024-05-01", site=NEW)
    assert ends(town) == []


# Pages


def test_the_page_leads_from_the_preview_over_the_docking_to_the_move(town: Town):
    town.booked(0, "2024-04-16", "2024-04-30")
    url = f"/units/{town.unit}/docking"
    page = town.http.page(url, site=NEW, since=SINCE).text
    assert "预览" in page
    assert "转移这些预约" not in page
    form = {"site": NEW, "since": SINCE, "_next": url}
    answer = town.http.form(f"/api/units/{town.unit}/dock", **form)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, url)
    page = town.http.page(answer.location).text
    assert "对应接种点已调整" in page
    assert "转移这些预约" in page
    town.ok(f"/api/units/{town.unit}/move-bookings", from_day=SINCE)
    town.given_back(0, "2024-04-16", "2024-04-30")
    page = town.http.page(url).text
    assert "转移这些预约" not in page
    assert "待重新预约" in page


def test_a_docking_that_cannot_be_is_said_on_its_page(town: Town):
    page = town.http.page(f"/units/{town.unit}/docking", site=NEW, since="2024-03-01")
    assert page.status_code == 200
    assert "已过的日子不能改" in page.text
