"""People of a crowded site are sent on to another: exactly one site has them, and they may come back."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.support.stadium import ANNA, BO, FIRST, START, Stadium, batch, refused

SPAN = {"from_day": START, "to_day": "2024-06-20", "product": "CoronaVac"}
CARLA = uuid.UUID("7b2e0f3a-4d3c-8e5f-b061-2c3d4e5f6071")


def sent_to(
    site: Stadium,
    at: str = "stadium",
    *,
    who: uuid.UUID = ANNA,
    from_site: str = "community",
    day: str = FIRST,
    number: int = 1,
    alone: bool = True,
    unit: str = "v01",
) -> None:
    """Registration tells who has somebody from here on."""
    said: dict[str, Any] = {"resident": who, "unit": unit, "site": at, "from_site": from_site}
    said |= {"day": day, "number": number, "alone": alone}
    site.hears("registration", "ResidentSentTo", **said)


def wanted_back(site: Stadium, at: str = "stadium", number: int = 1, unit: str = "v01") -> None:
    said: dict[str, Any] = {"resident": ANNA, "unit": unit, "site": at, "to_site": "community"}
    site.hears("registration", "SendingBackAsked", **said, number=number)


def send(site: Stadium, to: str = "community", who: uuid.UUID = ANNA, **more: Any) -> Any:
    return site.person(who, "send-on", to=to, **more)


def names(site: Stadium, *kinds: str) -> list[str]:
    return [each["event"] for each in site.events(*kinds)]


def sent(site: Stadium) -> list[tuple[str, str, int]]:
    said = (each["data"] for each in site.events("ResidentSentOn"))
    return [(each["to_site"], each["day"], each["number"]) for each in said]


# The site that sends


def test_who_is_sent_on_gives_the_place_back_and_is_not_served_here(site: Stadium):
    site.booked()
    assert send(site, reason="a long queue").json == {
        "resident": str(ANNA),
        "to": "community",
        "day": FIRST,
    }
    assert site.taken(FIRST) == 0
    gone = site.events("AppointmentCancelled")
    assert [(e["data"]["dose"], e["data"]["reason"]) for e in gone] == [
        (1, "sent_on"),
        (2, "sent_on"),
    ]
    assert sent(site) == [("community", FIRST, 1)]
    site.at(FIRST)
    for answer in (site.book(), site.person(ANNA, "check-in"), site.give()):
        assert refused(answer, "sent-on", 409)["site"] == "community"
    assert site.view() == site.rebuilt_view()


def test_who_waits_may_be_sent_on(site: Stadium):
    site.booked()
    site.at(FIRST)
    assert site.person(ANNA, "check-in").status_code == 200
    assert send(site).status_code == 200
    refused(site.give(), "sent-on", 409)


def test_who_is_called_to_a_desk_is_not_sent_on(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    nurse = site.http.signed_in("nurse-01", ("site_staff", "site:stadium"))
    assert nurse.post("/api/queue/call-next").status_code == 200
    refused(send(site), "number-called", 409)
    called = nurse.get("/api/queue").json["line"][0]
    assert nurse.post("/api/queue/undo", {"number": called["number"]}).status_code == 200
    assert send(site).status_code == 200


def test_who_has_no_appointment_is_sent_for_today(site: Stadium):
    site.at(FIRST)
    assert send(site).json["day"] == FIRST
    assert site.events("AppointmentCancelled") == []


def test_sent_on_again_to_the_same_site_changes_nothing(site: Stadium):
    site.booked()
    first = send(site).json
    before = len(site.events())
    assert send(site).json == first
    assert len(site.events()) == before
    assert refused(send(site, "township"), "sent-on", 409)["site"] == "community"


def test_a_course_that_has_begun_stays(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    refused(send(site), "course-begun", 409)
    assert site.appointment(2)["status"] == "booked"
    assert sent(site) == []


def test_a_dose_of_a_linked_record_counts(site: Stadium):
    site.consented(BO)
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    refused(send(site, who=BO), "course-begun", 409)


def test_nobody_is_sent_to_the_own_or_an_unknown_site(site: Stadium):
    site.booked()
    refused(send(site, "stadium"), "not-another-site", 422)
    assert send(site, "nowhere").status_code in (404, 422)
    assert sent(site) == []


def test_who_has_not_consented_is_sent_nowhere(site: Stadium):
    site.registered(BO)
    refused(send(site, who=BO), "no-consent", 409)
    site.hears("registration", "VaccinationDeclined", resident=ANNA, reason="no_time")
    refused(send(site), "no-consent", 409)


def test_several_at_once_and_who_may_not_be_stays(site: Stadium):
    for who in (BO, CARLA):
        site.consented(who)
    for who in (ANNA, BO, CARLA):
        site.booked(who)
    site.vaccinated(BO, FIRST)
    body = {"residents": [str(ANNA), str(BO), str(CARLA), str(ANNA)], "to": "community"}
    answer = site.ok("/api/send-on", body)
    assert [each["resident"] for each in answer["sent"]] == [str(ANNA), str(CARLA)]
    assert answer["refused"] == [{"resident": str(BO), "code": "course-begun"}]
    assert site.taken(FIRST) == 1
    assert site.view() == site.rebuilt_view()


def test_only_the_sites_own_staff_send_on(site: Stadium):
    site.booked()
    url = f"/api/residents/{ANNA}/send-on"
    for role, scope in (
        ("unit_clerk", "unit:v15"),
        ("site_staff", "site:community"),
        ("office", "town"),
        ("screener", "site:stadium"),
    ):
        other = site.http.signed_in(f"{role}-01", (role, scope))
        assert other.post(url, {"to": "community"}).status_code == 403, role
    nurse = site.http.signed_in("nurse-01", ("site_staff", "site:stadium"))
    assert nurse.post(url, {"to": "community"}).status_code == 200


def test_registrations_word_of_the_same_number_counts(site: Stadium):
    site.booked()
    send(site, "community")
    sent_to(site, "township", from_site="gym", unit="v15")
    assert refused(site.book(), "sent-on", 409)["site"] == "township"


# The site that receives


@pytest.fixture
def other(tmp_path: Path) -> Stadium:
    """Open; Anna is of a unit that goes to another site."""
    other = Stadium(tmp_path)
    other.dock("v01", "community")
    other.ok("/api/batches", batch("SV-1"))
    other.ok("/api/sessions", SPAN)
    other.consented(ANNA, unit="v01")
    return other


def test_before_it_is_told_the_other_site_refuses(other: Stadium):
    other.at(FIRST)
    problem = refused(other.book(), "not-registered-here", 404)
    assert "请稍等再试" in problem["detail"]
    assert other.http.page(f"/residents/{ANNA}").status_code == 404


def test_who_is_sent_here_is_expected_and_vaccinated_here(other: Stadium):
    sent_to(other)
    assert other.appointment(1)["day"] == FIRST
    other.vaccinated(ANNA, FIRST)
    other.vaccinated(ANNA, "2024-04-16")
    assert other.view() == other.rebuilt_view()


def test_a_full_day_is_said_and_another_day_may_be_booked_here(other: Stadium):
    sent_to(other, day="2024-06-22")  # no session
    [said] = other.events("AppointmentRefused")
    assert said["data"]["reason"] in ("no-free-slot", "after-cutoff")
    assert other.booked()["appointments"][0]["day"] == FIRST


def test_told_twice_it_books_once(other: Stadium):
    sent_to(other)
    before = len(other.events())
    sent_to(other)
    assert len(other.events()) == before


def test_a_later_docking_takes_nobody_away_who_was_sent_here(other: Stadium):
    sent_to(other)
    other.hears("registration", "UnitDocked", unit="v01", site="township", since="2024-03-30")
    order = {"unit": "v01", "from_site": "stadium", "to_site": "township", "from_day": "2024-03-30"}
    other.hears("registration", "BookingsMoveOrdered", **order)
    other.vaccinated(ANNA, FIRST)


def test_somebody_linked_to_who_was_sent_here_is_served_here(other: Stadium):
    other.consented(BO, unit="v01")
    sent_to(other)
    other.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    assert other.person(BO, "move", day="2024-04-03", time="09:00").status_code == 200
    other.vaccinated(BO, "2024-04-03")
    assert other.view() == other.rebuilt_view()


def test_a_link_that_comes_first_is_served_here_too(other: Stadium):
    other.consented(BO, unit="v01")
    other.hears("registration", "ResidentsMerged", resident=ANNA, into=BO, doses=[])
    sent_to(other)
    other.vaccinated(BO, FIRST)


def test_who_is_sent_further_is_not_served_here_any_more(other: Stadium):
    sent_to(other)
    assert send(other, "township").status_code == 200
    assert sent(other) == [("township", FIRST, 2)]
    assert refused(other.book(), "sent-on", 409)["site"] == "township"


# Back again


def test_who_is_wanted_back_is_still_not_served_until_the_other_has_let_go(site: Stadium):
    site.booked()
    send(site)
    answer = site.person(ANNA, "want-back")
    assert answer.json == {"resident": str(ANNA), "at": "community"}
    assert site.person(ANNA, "want-back").json == answer.json
    assert len(site.events("ResidentWantedBack")) == 1
    refused(site.book(), "sent-on", 409)
    sent_to(site, "community", from_site="stadium", unit="v15")
    refused(site.book(), "sent-on", 409)
    sent_to(site, from_site="community", number=2, alone=False, unit="v15")
    assert site.appointment(1)["status"] == "booked"
    assert site.person(ANNA, "want-back").json["at"] is None
    assert site.view() == site.rebuilt_view()


def test_who_comes_back_has_the_own_slot_again(site: Stadium):
    site.booked(time="10:30")
    send(site)
    sent_to(site, from_site="community", number=2, alone=False, unit="v15")
    assert (site.appointment(1)["day"], site.appointment(1)["time"]) == (FIRST, "10:30")
    site.vaccinated(ANNA, FIRST)


def test_nobody_is_wanted_back_who_was_not_sent(site: Stadium):
    refused(site.person(ANNA, "want-back"), "not-sent-on", 409)


def test_who_has_not_begun_is_sent_back(other: Stadium):
    sent_to(other)
    wanted_back(other)
    assert sent(other) == [("community", FIRST, 2)]
    assert other.taken(FIRST) == 0
    refused(other.book(), "sent-on", 409)
    sent_to(other, "community", from_site="stadium", number=2, alone=False)
    refused(other.book(), "not-registered-here", 404)
    assert other.view() == other.rebuilt_view()


def test_who_could_not_be_booked_is_sent_back_too(other: Stadium):
    sent_to(other, day="2024-06-22")
    wanted_back(other)
    assert [each[0] for each in sent(other)] == ["community"]


@pytest.mark.parametrize("step", ["check-in", "dose"])
def test_who_has_begun_stays(other: Stadium, step: str):
    sent_to(other)
    other.at(FIRST)
    if step == "check-in":
        assert other.person(ANNA, "check-in").status_code == 200
    else:
        other.vaccinated(ANNA, FIRST)
    wanted_back(other)
    assert sent(other) == []


def test_what_is_asked_of_an_older_sending_is_not_done(other: Stadium):
    sent_to(other)
    wanted_back(other)
    sent_to(other, "community", from_site="stadium", number=2, alone=False)
    sent_to(other, number=3)
    wanted_back(other)
    assert other.appointment(1)["status"] == "booked"


# Its pages


def test_the_page_sends_on_and_says_where_the_person_is_and_asks_them_back(site: Stadium):
    site.booked()
    page = site.http.page(f"/residents/{ANNA}").text
    assert "转到其他接种点" in page
    here = f"/residents/{ANNA}"
    gone = site.http.follow(f"/api{here}/send-on", here, to="community", reason="")
    assert "已转走" in gone.text
    assert "已转到社区卫生服务中心" in gone.text or "已转到" in gone.text
    assert f'action="/api{here}/want-back"' in gone.text
    asked = site.http.follow(f"/api{here}/want-back", here)
    assert "已要求转回" in asked.text
    sent_to(site, from_site="community", number=2, alone=False, unit="v15")
    assert "改期或取消" in site.http.page(here).text


def test_who_has_begun_is_offered_no_other_site(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    assert "send-on" not in site.http.page(f"/residents/{ANNA}").text
