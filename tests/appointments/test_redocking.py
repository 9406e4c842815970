"""A unit goes to another site: nobody is lost, nobody is booked twice, whatever is told twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.town.mirrors.dockings import stays_at
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch, refused

MOVE = "2024-04-08"
CARLA = uuid.UUID("7b2e0f3a-4d3c-8e5f-b061-2c3d4e5f6071")
SPAN = {"from_day": "2024-03-25", "to_day": "2024-06-20", "product": "CoronaVac"}


def redock(site: Stadium, to: str = "community", since: str = MOVE) -> None:
    site.hears("registration", "UnitDocked", unit="v15", site=to, since=since)


def order(site: Stadium, from_site: str = "stadium", from_day: str = MOVE) -> None:
    site.hears(
        "registration",
        "BookingsMoveOrdered",
        unit="v15",
        from_site=from_site,
        to_site="community",
        from_day=from_day,
    )


def ask(site: Stadium, resident: uuid.UUID = ANNA, at: str = "stadium", day: str = FIRST) -> None:
    site.hears("registration", "RebookingAsked", resident=resident, unit="v15", site=at, day=day)


def cancelled(site: Stadium) -> list[tuple[str, int, str]]:
    return [
        (each["data"]["resident"], each["data"]["dose"], each["data"]["reason"])
        for each in site.events("AppointmentCancelled")
    ]


# The old site


def test_what_has_not_begun_is_given_back_with_its_second_dose(site: Stadium):
    site.booked(from_day="2024-04-09")
    redock(site)
    order(site)
    assert cancelled(site) == [(str(ANNA), 1, "redocked"), (str(ANNA), 2, "redocked")]
    assert (site.taken("2024-04-09"), site.taken("2024-04-23")) == (0, 0)
    assert site.view() == site.rebuilt_view()


def test_what_lies_before_the_day_stays(site: Stadium):
    site.booked(from_day=FIRST)
    redock(site)
    order(site)
    assert cancelled(site) == []
    assert site.appointment(1)["status"] == "booked"


def test_whoever_is_checked_in_or_has_a_dose_stays(site: Stadium):
    site.consented(BO)
    site.consented(CARLA)
    for resident in (ANNA, BO, CARLA):
        site.booked(resident, from_day=FIRST)
    site.vaccinated(ANNA, FIRST)
    assert site.person(BO, "check-in").status_code == 200
    redock(site, since=FIRST)
    order(site, from_day=FIRST)
    assert cancelled(site) == [(str(CARLA), 1, "redocked"), (str(CARLA), 2, "redocked")]
    assert site.appointment(2)["status"] == "booked"
    site.vaccinated(ANNA, SECOND)


def test_an_order_that_comes_late_leaves_the_days_that_are_over(site: Stadium):
    site.consented(BO)
    site.booked(ANNA, from_day=MOVE)
    site.booked(BO, from_day="2024-04-10")
    site.at("2024-04-10T07:00")
    redock(site)
    order(site)
    assert {resident for resident, _, _ in cancelled(site)} == {str(BO)}
    assert site.ok(f"/api/days/{MOVE}/no-shows")["no_shows"] == 1


def test_an_order_told_twice_does_nothing_more(site: Stadium):
    site.booked(from_day="2024-04-09")
    redock(site)
    order(site)
    before = len(site.events())
    order(site)
    assert len(site.events()) == before


def test_an_order_for_another_site_or_unit_does_nothing(site: Stadium):
    site.booked(from_day="2024-04-09")
    order(site, from_site="centre")
    site.hears(
        "registration",
        "BookingsMoveOrdered",
        unit="v01",
        from_site="stadium",
        to_site="community",
        from_day=MOVE,
    )
    assert cancelled(site) == []


def test_after_the_day_the_old_site_begins_no_course_of_the_unit(site: Stadium):
    redock(site)
    refused(site.book(from_day=MOVE), "docked-elsewhere", 422)
    assert site.booked(from_day="2024-04-07", to_day="2024-04-20")["appointments"][0]["day"] == (
        "2024-04-07"
    )
    site.consented(BO)
    site.at(MOVE)
    refused(site.book(BO, from_day=MOVE), "not-registered-here", 404)


def test_a_search_over_the_day_ends_before_it(site: Stadium):
    redock(site)
    site.ok("/api/batches", batch("SV-2"))
    for n in range(3):
        someone = uuid.UUID(int=n + 1)
        site.consented(someone)
        found = site.booked(someone, from_day="2024-04-07", to_day="2024-05-01")
        assert found["appointments"][0]["day"] == "2024-04-07"


# The new site


@pytest.fixture
def new_site(tmp_path: Path) -> Stadium:
    """Open; the unit v15 comes here from `MOVE` on, Anna has consented."""
    site = Stadium(tmp_path)
    site.hears("registration", "UnitDocked", unit="v15", site="community", since="2024-03-25")
    redock(site, to="stadium")
    site.ok("/api/batches", batch("SV-1"))
    site.ok("/api/sessions", SPAN)
    site.consented(ANNA)
    return site


def test_the_new_site_books_from_the_day_of_the_old_booking(new_site: Stadium):
    ask(new_site, day="2024-04-12")
    first, second = new_site.known()["appointments"]
    assert (first["day"], second["day"]) == ("2024-04-12", "2024-04-26")
    assert new_site.view() == new_site.rebuilt_view()


def test_asked_twice_it_books_once(new_site: Stadium):
    ask(new_site, day="2024-04-12")
    ask(new_site, day="2024-04-10")
    assert len(new_site.events("AppointmentBooked")) == 2
    assert new_site.taken("2024-04-12") == 1


def test_whoever_has_booked_here_meanwhile_keeps_that(new_site: Stadium):
    new_site.booked(from_day="2024-04-20")
    ask(new_site, day="2024-04-12")
    assert [a["day"] for a in new_site.known()["appointments"]] == ["2024-04-20", "2024-05-04"]


def test_a_late_question_finds_the_dose_given(new_site: Stadium):
    new_site.booked(from_day="2024-04-09")
    new_site.vaccinated(ANNA, "2024-04-09")
    before = len(new_site.events())
    ask(new_site, day="2024-04-12")
    assert len(new_site.events()) == before


def test_before_the_unit_comes_the_new_site_books_only_later_days(new_site: Stadium):
    refused(new_site.book(from_day=FIRST), "docked-elsewhere", 422)
    found = new_site.booked(from_day=FIRST, to_day="2024-05-01")
    assert found["appointments"][0]["day"] == MOVE


def the_reasons(site: Stadium) -> Iterator[tuple[str, str]]:
    for each in site.events("AppointmentRefused"):
        yield each["data"]["resident"], each["data"]["reason"]


def test_what_cannot_be_booked_is_said(new_site: Stadium):
    new_site.hears("registration", "VaccinationDeclined", resident=ANNA, reason="no_time")
    ask(new_site)
    assert list(the_reasons(new_site)) == [(str(ANNA), "no-consent")]
    assert new_site.view() == new_site.rebuilt_view()


def test_a_site_that_is_not_open_says_so(tmp_path: Path):
    site = Stadium(tmp_path)
    site.dock("v15", "stadium")
    site.consented(ANNA)
    ask(site)
    assert list(the_reasons(site)) == [(str(ANNA), "site-not-open")]
    site.ok("/api/batches", batch("SV-1"))
    site.ok("/api/sessions", SPAN)
    ask(site)
    assert site.appointment(1)["status"] == "booked"


def test_after_the_cut_off_the_site_says_so(new_site: Stadium):
    ask(new_site, day="2024-06-10")
    assert list(the_reasons(new_site)) == [(str(ANNA), "after-cutoff")]


def test_a_question_to_another_site_is_not_answered(new_site: Stadium):
    ask(new_site, at="community")
    assert new_site.events("AppointmentBooked", "AppointmentRefused") == []


# Two sites with one course


def twice(site: Stadium, at: str = "stadium") -> None:
    site.hears(
        "registration", "BookedTwice", resident=ANNA, unit="v15", site=at, kept_at="community"
    )


def test_a_course_that_another_site_has_ends_here(site: Stadium):
    site.booked()
    twice(site)
    assert cancelled(site) == [(str(ANNA), 1, "other"), (str(ANNA), 2, "other")]
    before = len(site.events())
    twice(site)
    assert len(site.events()) == before


def test_a_course_begun_does_not_end(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    twice(site)
    assert cancelled(site) == []


def test_a_course_kept_here_goes_on(site: Stadium):
    site.booked()
    twice(site, at="community")
    assert cancelled(site) == []


# Whose days are whose

DAY = date(2024, 3, 25)


@given(
    st.dictionaries(st.integers(0, 60), st.sampled_from(["a", "b", "c"]), min_size=1, max_size=8),
    st.integers(-5, 70),
)
def test_every_day_belongs_to_exactly_the_site_of_the_latest_docking(
    said: dict[int, str], offset: int
):
    told = [(DAY + timedelta(days=n), site) for n, site in sorted(said.items())]
    day = DAY + timedelta(days=offset)
    begun = [site for since, site in told if since <= day]
    expected = begun[-1] if begun else told[0][1]
    holds = [
        site
        for site in ("a", "b", "c")
        if any(
            first <= day and (last is None or day <= last) for first, last in stays_at(site, told)
        )
    ]
    assert holds == [expected]
