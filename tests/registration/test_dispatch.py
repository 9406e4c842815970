"""Registration says which one site has somebody whom another sends on; nobody is lost between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.registration.test_docking import NEW, OLD, Town

DAY = "2024-04-16"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def sent_on(
    town: Town, who: int = 0, site: str = OLD, to: str = NEW, number: int = 1, day: str = DAY
) -> None:
    """A site gives somebody away, with the places they held."""
    said: dict[str, Any] = {"site": site, "resident": town.people[who], "unit": town.unit}
    said |= {"day": day, "to_site": to, "number": number}
    town.hears(f"appointments/{site}", "ResidentSentOn", **said)


def given_up(town: Town, who: int = 0, site: str = OLD) -> None:
    for dose, day in ((1, DAY), (2, "2024-05-14")):
        town.site_says("AppointmentCancelled", who, dose, day, site, reason="sent_on")


def wanted_back(town: Town, who: int = 0, site: str = OLD, number: int = 1) -> None:
    said = {"site": site, "resident": town.people[who], "unit": town.unit, "number": number}
    town.hears(f"appointments/{site}", "ResidentWantedBack", **said)


def refused_by(town: Town, who: int, site: str, reason: str = "no-free-slot") -> None:
    said = {"site": site, "resident": town.people[who], "unit": town.unit, "day": DAY}
    town.hears(f"appointments/{site}", "AppointmentRefused", **said, reason=reason)


def told(town: Town) -> list[tuple[str, int, bool]]:
    said = (each["data"] for each in town.events("ResidentSentTo"))
    return [(each["site"], each["number"], each["alone"]) for each in said]


def test_the_site_that_somebody_is_sent_to_has_them(town: Town):
    town.booked(0, DAY, "2024-05-14")
    given_up(town)
    sent_on(town)
    [said] = town.events("ResidentSentTo")
    about = {"resident": town.people[0], "unit": town.unit, "site": NEW, "from_site": OLD}
    assert said["data"] == about | {"day": DAY, "number": 1, "alone": True}
    assert town.asked() == [], "the other site books because it has the person"
    assert town.view() == town.rebuilt_view()


def test_whoever_the_other_site_cannot_book_is_to_be_booked_again(town: Town):
    town.booked(0, DAY, "2024-05-14")
    given_up(town)
    sent_on(town)
    assert town.again() == [(0, None)]
    refused_by(town, 0, NEW)
    assert town.again() == [(0, "no-free-slot")]
    town.ok(f"/api/units/{town.unit}/ask-again")
    assert town.asked() == [(0, NEW, DAY)], "of the site that has the person, not of the unit's"
    town.booked(0, DAY, "2024-05-14", NEW)
    assert town.again() == []
    assert town.view() == town.rebuilt_view()


def test_who_had_no_appointment_is_to_be_booked_too(town: Town):
    town.booked(0, "2024-04-03", "2024-05-14")
    town.site_says("NoShowRecorded", 0, 1, "2024-04-03", OLD)
    sent_on(town)
    assert town.again() == [(0, None)]
    town.booked(0, DAY, "2024-05-14", NEW)
    assert town.again() == []


def test_of_two_sites_that_give_somebody_away_the_first_is_believed(town: Town):
    town.dock(since=DAY)
    sent_on(town, to="township")
    sent_on(town, site=NEW, to="gym")
    assert told(town) == [("township", 1, True)]


def test_sent_further_and_back_to_where_the_unit_goes(town: Town):
    sent_on(town)
    sent_on(town, site=NEW, to="township", number=2)
    sent_on(town, site="township", to=OLD, number=3)
    assert told(town) == [(NEW, 1, True), ("township", 2, True), (OLD, 3, False)]


def test_a_site_that_does_not_have_somebody_cannot_send_them(town: Town):
    sent_on(town, site="township", to="gym")
    sent_on(town)
    sent_on(town, to="township", number=2)  # of the site that has given them away
    assert told(town) == [(NEW, 1, True)]


def test_whoever_has_the_person_is_asked_to_give_them_back(town: Town):
    sent_on(town)
    sent_on(town, site=NEW, to="township", number=2)
    wanted_back(town)
    [said] = town.events("SendingBackAsked")
    about = {"resident": town.people[0], "unit": town.unit, "site": "township", "to_site": OLD}
    assert said["data"] == about | {"number": 2}
    sent_on(town, site="township", to=OLD, number=3)
    wanted_back(town, number=2)
    assert len(town.events("SendingBackAsked")) == 1, "they are there"


def test_a_stranger_wants_nobody_back(town: Town):
    sent_on(town)
    wanted_back(town, site="gym")
    assert town.events("SendingBackAsked") == []


def test_a_docking_leaves_who_was_sent_elsewhere_alone(town: Town):
    for who in (0, 1):
        town.booked(who, DAY, "2024-05-14")
    given_up(town)
    sent_on(town, to="township")
    town.booked(0, DAY, "2024-05-14", "township")
    preview = town.read(f"/api/units/{town.unit}/dock/preview", site=NEW, since="2024-04-15")
    assert preview["people"] == 1
    town.dock()
    assert town.ok(f"/api/units/{town.unit}/move-bookings")["people"] == 1


def test_of_two_bookings_the_one_where_the_person_was_sent_stays(town: Town):
    sent_on(town)
    town.booked(0, DAY, "2024-05-14", NEW)
    town.booked(0, "2024-04-17", "2024-05-15", OLD)
    [said] = town.events("BookedTwice")
    assert (said["data"]["site"], said["data"]["kept_at"]) == (OLD, NEW)


def test_the_first_site_learns_of_the_dose_that_the_other_gave(town: Town):
    sent_on(town)
    town.booked(0, DAY, "2024-05-14", NEW)
    town.vaccinated(0, DAY, NEW)
    [kept] = town.events("CoursesKept")
    assert (kept["data"]["site"], kept["data"]["doses"][0]["resident"]) == (NEW, town.people[0])


def test_a_booking_that_is_taken_back_there_is_made_there_again(town: Town):
    sent_on(town)
    town.booked(0, DAY, "2024-05-14", NEW)
    town.given_back(0, DAY, "2024-05-14", NEW)
    assert town.asked() == [(0, NEW, DAY)]
