"""The end of a day: what it leaves open is gone through, then it is closed, and opened again with a reason."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup

from services.appointments.closing import queries
from shared.town.web.finding import PeopleFound
from tests.support.part import HttpClient
from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch, refused

CLOSE, REOPEN = f"/api/days/{FIRST}/close", f"/api/days/{FIRST}/reopen"
REVIEWS = f"/api/days/{FIRST}/reviews"
EVENING = f"{FIRST}T18:00"
TRACE = "83301550012345678901"
BECAUSE = {"note": "the keys are with the night watch"}


def leader(site: Stadium, login: str = "leader") -> HttpClient:
    return site.http.signed_in(login, ("site_leader", "site:stadium"))


def points(site: Stadium, day: str = FIRST) -> dict[str, int]:
    """What is open, and how much of it."""
    shown = site.read("/api/closing", day=day)["points"]
    return {each["point"]: each["open"] for each in shown if each["open"]}


def on_duty(site: Stadium, login: str = "nurse-01", desk: str = "1") -> None:
    nurse = site.http.signed_in(login, ("site_staff", "site:stadium"))
    body = {"posts": ["vaccinator"], "desk": desk}
    assert nurse.post("/api/duty", body).status_code == 200


def counted(site: Stadium, number: str = "SV-1") -> None:
    [row] = (each for each in site.read("/api/batches")["batches"] if each["batch"] == number)
    site.ok(f"/api/batches/{number}/count", {"counted": row["left"], "expected": row["left"]})


def fridge_read(site: Stadium, day: str = FIRST) -> None:
    for hour in (9, 16):
        site.at(f"{day}T{hour:02}:00")
        site.ok("/api/fridges/readings", {"fridge": "1", "celsius": 4.5})


@pytest.fixture
def day(site: Stadium) -> Stadium:
    """Anna has got her dose by a nurse on duty; Bo is booked and has not come."""
    site.consented(BO)
    site.booked()
    site.booked(BO)
    site.at(FIRST)
    on_duty(site)
    site.vaccinated(ANNA, FIRST)
    fridge_read(site)
    site.at(EVENING)
    return site


def settled(site: Stadium) -> Stadium:
    """Everything of the day is settled."""
    assert site.person(ANNA, "observation-end").status_code == 200
    site.ok(f"/api/days/{FIRST}/no-shows")
    counted(site)
    return site


def test_a_day_is_closed_once_everything_is_settled(day: Stadium):
    assert points(day) == {"observing": 1, "expected": 1, "counted": 1}
    settled(day)
    assert points(day) == {}
    answer = leader(day).post(CLOSE).json
    figures = {"first": 1, "second": 0, "people": 1, "not_come": 1, "wasted": 0}
    assert answer == {"day": FIRST, **figures, "open": []}
    [closed] = day.events("SessionClosed")
    assert closed["actor"] == "leader"
    said = {"site": "stadium", "day": FIRST, **figures, "open": [], "note": None}
    assert closed["data"] == said
    shown = day.read("/api/closing", day=FIRST)
    assert (shown["closed_by"], shown["version"]) == ("leader", 1)
    assert day.view() == day.rebuilt_view()


def test_with_points_open_a_reason_is_asked_and_kept(day: Stadium):
    problem = refused(leader(day).post(CLOSE), "points-open", 422)
    assert problem["points"] == ["observing", "expected", "counted"]
    assert "留观没有结束" in problem["detail"]
    assert day.events("SessionClosed") == []
    assert leader(day).post(CLOSE, BECAUSE).json["open"] == ["observing", "expected", "counted"]
    [closed] = day.events("SessionClosed")
    assert closed["data"]["note"] == BECAUSE["note"]


def test_the_page_asks_before_a_day_is_closed_with_points_open(day: Stadium):
    asked = leader(day).form(CLOSE, note="no time", version=0, _next="/closing")
    assert asked.status_code == 200
    assert "没来又没有登记未到" in asked.text
    assert day.events("SessionClosed") == []
    done = leader(day).press(asked)
    assert done.status_code == 303, done.text
    assert len(day.events("SessionClosed")) == 1


def test_a_day_that_is_settled_is_closed_without_a_question(day: Stadium):
    page = leader(settled(day)).follow(CLOSE, f"/closing?day={FIRST}", version="0")
    assert "已结束" in page.text
    assert "当天接种已结束" in page.text


def test_nobody_but_the_sites_leader_closes_and_opens(day: Stadium):
    settled(day)
    for role, scope in (
        ("site_staff", "site:stadium"),
        ("screener", "site:stadium"),
        ("site_leader", "site:township"),
        ("office", "town"),
        ("supervisor", "town"),
    ):
        other = day.http.signed_in("other", (role, scope))
        for url, body in (
            (CLOSE, {}),
            (REOPEN, {"reason": "x"}),
            (REVIEWS, {"item": "x", "note": "x"}),
        ):
            assert other.post(url, body).status_code == 403, (role, url)
    page = day.http.signed_in("nurse", ("site_staff", "site:stadium")).page(f"/closing?day={FIRST}")
    assert page.status_code == 200
    assert CLOSE not in page.text
    assert day.events("SessionClosed") == []


def test_once_closed_nobody_is_checked_in_vaccinated_or_booked_for_the_day(day: Stadium):
    cara = uuid.UUID(int=3)
    day.consented(cara)
    assert day.person(BO, "check-in").status_code == 200
    day.cleared(BO, FIRST)
    day.at(f"{FIRST}T08:30")
    assert leader(day).post(CLOSE, BECAUSE).status_code == 200
    for answer in (
        day.person(BO, "check-in"),
        day.give(BO),
        day.book(cara, FIRST),
        day.book(cara, FIRST, time="16:00"),
        day.person(BO, "move", day=FIRST, time="16:00", dose=1),
    ):
        problem = refused(answer, "session-closed", 409)
        assert problem["by"] == "leader"
        assert "08:30" in problem["detail"]
        assert "重新开放" in problem["detail"]
    free = day.session(FIRST)["slots"]
    assert {slot["free"] for slot in free} == {0}
    later = day.booked(cara, FIRST, to_day="2024-04-30")["appointments"]
    assert later[0]["day"] == "2024-04-03"


def test_once_closed_observations_reactions_and_stock_are_still_recorded(day: Stadium):
    assert leader(day).post(CLOSE, BECAUSE).status_code == 200
    assert day.person(ANNA, "observation-end").status_code == 200
    assert day.person(ANNA, "adverse-event", severity="mild", sign="fever").status_code == 200
    day.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "broken"})
    counted(day)
    day.ok(f"/api/days/{FIRST}/no-shows")


def test_a_closed_day_is_opened_again_with_a_reason_and_goes_on(day: Stadium):
    settled(day)
    assert leader(day).post(CLOSE).status_code == 200
    refused(leader(day).post(REOPEN, {}), "invalid-input", 422)
    for _ in range(2):
        assert leader(day).post(REOPEN, {"reason": "a bus has come"}).status_code == 200
    assert len(day.events("SessionReopened")) == 1
    cara = uuid.UUID(int=3)
    day.consented(cara)
    day.at(f"{FIRST}T15:30")
    day.booked(cara, FIRST, time="16:00")
    assert day.person(cara, "check-in").status_code == 200
    assert leader(day).post(CLOSE, BECAUSE).status_code == 200
    said = [(each.closed, each.why) for each in queries.history(day.app, day.today())]
    assert said == [(True, ""), (False, "a bus has come"), (True, BECAUSE["note"])]
    assert "a bus has come" in leader(day).page(f"/closing?day={FIRST}").text
    assert day.view() == day.rebuilt_view()


def test_a_day_closed_more_than_two_days_ago_is_opened_again_after_a_question(day: Stadium):
    settled(day)
    assert leader(day).post(CLOSE).status_code == 200
    day.at("2024-04-04T18:01")
    form = {"reason": "a dose was forgotten", "version": 1, "_next": f"/closing?day={FIRST}"}
    asked = leader(day).form(REOPEN, **form)
    assert asked.status_code == 200
    assert "重新开放4月2日" in asked.text
    assert day.events("SessionReopened") == []
    assert leader(day).press(asked).status_code == 303
    assert len(day.events("SessionReopened")) == 1


def test_a_day_just_closed_is_opened_again_without_a_question(day: Stadium):
    settled(day)
    assert leader(day).post(CLOSE).status_code == 200
    day.at("2024-04-04T17:59")
    leader(day).form(REOPEN, reason="a bus has come", version=1, _next="/closing")
    assert len(day.events("SessionReopened")) == 1


def test_of_two_who_close_at_once_the_second_is_told_of_the_first(day: Stadium):
    settled(day)
    assert leader(day, "one").post(CLOSE, {"version": 0}).status_code == 200
    problem = refused(leader(day, "two").post(CLOSE, {"version": 0}), "changed-since", 409)
    assert "结束当天接种" in problem["detail"]
    refused(leader(day, "two").post(CLOSE, BECAUSE), "session-closed", 409)
    assert len(day.events("SessionClosed")) == 1
    refused(leader(day, "two").post(REOPEN, {"reason": "x", "version": 0}), "changed-since", 409)
    assert leader(day, "two").post(REOPEN, {"reason": "x", "version": 1}).status_code == 200


def test_what_is_sent_twice_closes_once(day: Stadium):
    settled(day)
    for _ in range(2):
        assert leader(day).post(CLOSE, key="one").status_code == 200
    assert len(day.events("SessionClosed")) == 1


def test_no_day_to_come_and_no_day_without_a_session_is_closed(day: Stadium):
    refused(leader(day).post("/api/days/2024-04-03/close", BECAUSE), "day-to-come", 422)
    refused(leader(day).post("/api/days/2024-03-20/close", BECAUSE), "no-such-slot", 422)
    assert leader(day).post("/api/days/soon/close", BECAUSE).status_code == 422


def test_closing_takes_everybody_off_duty(day: Stadium):
    settled(day)
    assert leader(day).post(CLOSE).status_code == 200
    assert day.read("/api/duty", day=FIRST)["on_duty"] == []
    [left] = day.events("DutyLeft")
    assert (left["actor"], left["data"]["login"]) == ("leader", "nurse-01")


# What those who work see of a closed day


@pytest.fixture
def closed(day: Stadium) -> Stadium:
    """The day is closed while Anna is observed, Bo is expected and Cara waits for the dose."""
    cara = uuid.UUID(int=3)
    day.consented(cara)
    day.at(f"{FIRST}T15:00")
    day.booked(cara)
    assert day.person(cara, "check-in").status_code == 200
    day.cleared(cara, FIRST)
    day.at(EVENING)
    assert leader(day).post(CLOSE, BECAUSE).status_code == 200
    return day


@pytest.mark.parametrize(
    "url", ["/", "/now", "/queue", "/duty", f"/residents/{BO}", f"/residents/{uuid.UUID(int=3)}"]
)
def test_every_page_says_that_the_day_is_closed_by_whom_and_when(closed: Stadium, url: str):
    said = "当天接种已结束（leader，4月2日 18:00）"
    page = BeautifulSoup(leader(closed).page(url).text, "html.parser")
    [line] = page.select("[data-live=closed]")
    assert said in line.text.replace("\xa0", " ")
    assert "请负责人重新开放" in line.text
    for offered in ("check-in", "/dose", "/api/duty", "call-next", "/call"):
        assert not page.select(f'form[action$="{offered}"]'), offered
    assert "叫下一位" not in page.text
    assert not [each for each in page.select("a.button, button") if "结束当天接种" in each.text]
    assert leader(closed).post(REOPEN, {"reason": "a bus has come"}).status_code == 200
    page = BeautifulSoup(leader(closed).page(url).text, "html.parser")
    assert not page.select_one("[data-live=closed]").text.strip()


def test_the_find_box_says_that_the_day_is_closed_and_calls_nobody(
    closed: Stadium, monkeypatch: pytest.MonkeyPatch
):
    nobody = PeopleFound([], more=False)
    monkeypatch.setattr("services.appointments.board.http.people_found", lambda *_: nobody)
    nurse = closed.http.signed_in("nurse-01", ("site_staff", "site:stadium"))
    found = nurse.form("/find", q="nobody of this name")
    assert "当天接种已结束" in found.text
    refused(nurse.post("/api/queue/call-next"), "session-closed", 409)
    assert nurse.form("/find", q="").status_code == 303
    assert closed.events("TicketCalled") == []
    handed_over = nurse.form("/find", q=str(BO))
    assert "重新开放" in handed_over.text
    assert closed.person(ANNA, "observation-end").status_code == 200


def test_nobody_takes_duty_of_a_closed_day(closed: Stadium):
    answer = leader(closed).post("/api/duty", {"posts": ["vaccinator"], "desk": "1"})
    refused(answer, "session-closed", 409)


def test_a_closed_day_is_foretold_nothing(closed: Stadium):
    page = BeautifulSoup(leader(closed).page("/now").text, "html.parser")
    assert not page.select_one("[data-live=forecast]").text.strip()


# The points


def test_who_waits_keeps_a_day_open(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    assert points(site) == {"waiting": 1, "fridge": 2}
    page = BeautifulSoup(leader(site).page(f"/closing?day={FIRST}").text, "html.parser")
    assert page.select(f'#waiting a[href="/residents/{ANNA}"]')


def test_who_is_observed_is_shown_with_the_time_it_is_over(day: Stadium):
    page = BeautifulSoup(leader(day).page(f"/closing?day={FIRST}").text, "html.parser")
    [point] = page.select("#observing")
    assert "留观到 08:30" in point.text


def test_a_batch_is_counted_after_its_last_dose(day: Stadium):
    counted(day)
    assert "counted" not in points(day)
    cara = uuid.UUID(int=3)
    day.consented(cara)
    day.at(f"{FIRST}T15:00")
    day.booked(cara, FIRST)
    day.person(cara, "check-in")
    day.cleared(cara, FIRST)
    day.at(f"{FIRST}T19:00")
    assert day.give(cara).status_code == 200
    assert points(day)["counted"] == 1
    day.at("2024-04-03T08:00")
    counted(day)
    assert "counted" not in points(day), "counted in the morning, before the next dose"


def test_vials_agree_with_doses(site: Stadium):
    site.ok("/api/batches", batch("SV-2") | {"per_vial": 2})
    site.booked()
    site.at(FIRST)
    on_duty(site)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    assert site.give(batch_number="SV-2").status_code == 200
    assert points(site)["vials"] == 1
    site.ok("/api/batches/SV-2/waste", {"doses": 1, "reason": "broken"})
    assert points(site)["vials"] == 1, "a closed vial was broken"
    site.ok("/api/batches/SV-2/waste", {"doses": 1, "reason": "not_used_up"})
    assert "vials" not in points(site)


def test_a_reaction_whose_clock_runs_is_reported_up(day: Stadium):
    card = day.person(ANNA, "adverse-event", severity="mild", sign="fever").json["card"]
    assert points(day)["reactions"] == 1
    up = {"at": f"{FIRST}T18:00", "to": "county CDC"}
    day.ok(f"/api/reactions/{card}/reported-up", up)
    assert "reactions" not in points(day)


def test_who_gave_doses_was_on_duty_also_who_has_left(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    assert points(site)["vaccinators"] == 1
    on_duty(site)
    site.http.signed_in("nurse-01", ("site_staff", "site:stadium")).post("/api/duty/leave", {})
    assert "vaccinators" not in points(site)


def test_a_day_without_two_readings_of_the_fridge_leaves_a_point_open(site: Stadium):
    site.at(EVENING)
    assert points(site)["fridge"] == 2
    fridge_read(site)
    site.at(EVENING)
    assert "fridge" not in points(site)


def test_a_last_reading_out_of_range_leaves_a_point_open(day: Stadium):
    body = {"fridge": "1", "celsius": 9.5}
    day.ok("/api/fridges/readings", body)
    assert points(day)["fridge"] == 1
    page = BeautifulSoup(leader(day).page(f"/closing?day={FIRST}").text, "html.parser")
    assert "18:00 的读数 9.5 ℃" in page.select_one("#fridge").text
    day.ok("/api/fridges/1/readings/3/withdraw", {"reason": "read at the wrong one"})
    assert "fridge" not in points(day), "the reading before it counts"


def test_a_batch_in_quarantine_or_recalled_keeps_a_day_open_until_it_is_dealt_with(day: Stadium):
    day.ok("/api/batches", batch("SV-2", doses=5))
    day.ok("/api/batches/SV-2/fridge", {"fridge": "1"})
    day.ok("/api/fridges/readings", {"fridge": "1", "celsius": 9.5})
    day.ok("/api/batches/SV-1/recall", {"reason": "by the maker"})
    assert points(day)["held"] == 2
    page = BeautifulSoup(leader(day).page(f"/closing?day={FIRST}").text, "html.parser")
    told = page.select_one("#held").text
    assert "批号 SV-1：已召回，剩 999 剂" in told
    assert "批号 SV-2：隔离中，剩 5 剂" in told
    lifted = {"cause": "fridge", "reason": "harmless", "decided_by": "leader"}
    day.ok("/api/batches/SV-2/release", lifted)
    day.ok(
        "/api/batches/SV-1/waste", {"doses": 999, "reason": "other", "note": "fetched by the maker"}
    )
    assert "held" not in points(day)


# What needs review


def reviewed(site: Stadium) -> list[tuple[str, str]]:
    page = BeautifulSoup(leader(site).page(f"/closing?day={FIRST}").text, "html.parser")
    fields = page.select("#review input[name=item]")
    return [(str(each["value"]).split(":")[0], str(each["value"])) for each in fields]


def test_what_needs_review_is_listed_and_noted(site: Stadium):
    site.consented(BO)
    site.booked()
    site.booked(BO)
    site.at(FIRST)
    on_duty(site)
    for who in (ANNA, BO):
        site.person(who, "check-in")
        site.cleared(who, FIRST)
    assert (
        site.person(ANNA, "dose", batch="SV-1", vaccinator="nurse-01", trace_code=TRACE).status_code
        == 200
    )
    for _ in range(2):
        answer = site.person(BO, "dose", batch="SV-1", vaccinator="nurse-01", trace_code=TRACE)
        refused(answer, "trace-code-used", 409)
    assert site.give(BO).status_code == 200
    assert site.person(ANNA, "observation-end", early_reason="called home").status_code == 200
    site.ok("/api/batches/SV-1/waste", {"doses": 3, "reason": "broken"})
    found = dict(reviewed(site))
    assert found == {
        "package": f"package:{TRACE}:2",
        "early": f"early:{ANNA}:1",
        "loss": "loss:SV-1:3",
    }
    assert points(site)["review"] == 3
    for item in found.values():
        for _ in range(2):
            answer = leader(site).post(REVIEWS, {"item": item, "note": "seen, all right"})
            assert answer.status_code == 200
    assert len(site.events("ReviewNoted")) == 3
    assert "review" not in points(site)
    assert "seen, all right" in leader(site).page(f"/closing?day={FIRST}").text
    site.ok("/api/batches/SV-1/waste", {"doses": 1, "reason": "broken"})
    assert points(site)["review"] == 1, "more was lost than was looked at"
    assert site.view() == site.rebuilt_view()


def test_a_usual_loss_needs_no_look(day: Stadium):
    day.ok("/api/batches/SV-1/waste", {"doses": 2, "reason": "broken"})
    assert "review" not in points(day)


def test_a_dose_after_the_cut_off_needs_a_look(site: Stadium):
    late = "2024-06-10"
    site.booked(ANNA, late, override="goes abroad")
    site.vaccinated(ANNA, late)
    assert points(site, late)["review"] == 1


def test_a_batch_that_looks_like_another_needs_a_look(site: Stadium):
    site.at(FIRST)
    site.ok("/api/batches", batch("SV-l") | {"different": True})
    assert points(site)["review"] == 1


def test_two_batches_that_look_alike_and_came_together_are_listed_once(site: Stadium):
    site.at(FIRST)
    for number in ("SX-1", "SX-l"):
        site.ok("/api/batches", batch(number) | {"different": True})
    assert points(site)["review"] == 1


def test_nothing_is_noted_of_what_is_not_there(day: Stadium):
    for body in ({"item": "loss:SV-1:9", "note": "x"},):
        refused(leader(day).post(REVIEWS, body), "nothing-to-review", 404)
    for item in ("x", "loss:", "unknown:x", f"loss:{'9' * 101}"):
        answer = leader(day).post(REVIEWS, {"item": item, "note": "x"})
        refused(answer, "invalid-input", 422)


# Figures


def counted_from(events: list[dict[str, Any]], day: str) -> dict[str, int]:
    """A day's figures from the events alone."""
    of_day = [each for each in events if each["data"].get("day") == day]
    names = [each["event"] for each in of_day]
    doses = [each["data"]["dose"] for each in of_day if each["event"] == "DoseAdministered"]
    return {
        "came": names.count("ResidentCheckedIn"),
        "not_come": names.count("NoShowRecorded"),
        "first": doses.count(1),
        "second": doses.count(2),
    }


def test_the_figures_are_those_of_the_events_and_of_the_board(day: Stadium):
    cara, dora = uuid.UUID(int=3), uuid.UUID(int=4)
    for who in (cara, dora):
        day.consented(who)
        day.at(f"{FIRST}T08:00")
        day.booked(who)
        day.person(who, "check-in")
    day.screened("ResidentDeferred", cara, FIRST, until="2024-04-09", reasons=["fever"])
    day.screened("ContraindicationFound", dora, FIRST, reasons=["severe_allergy"])
    day.at(EVENING)
    settled(day)
    found = day.read("/api/closing", day=FIRST)["figures"]
    board = day.read("/api/site")["today"]
    told = counted_from(day.events(), FIRST)
    assert {name: found[name] for name in told} == told
    assert found["first"] + found["second"] == board["doses"]
    assert (found["not_come"], found["expected"]) == (board["no_show"], board["booked"])
    assert (found["deferred"], found["contraindicated"]) == (1, 1)
    assert (found["came"], found["booked"], found["floor_reached"]) == (3, 4, False)
    day.at("2024-04-03")
    day.booked(BO, "2024-04-04")
    assert day.read("/api/closing", day=FIRST)["figures"] == found, "booked again, still not come"


def test_the_board_leads_to_the_end_of_the_day(day: Stadium):
    board = BeautifulSoup(day.http.page("/").text, "html.parser")
    assert board.select(f'a[href="/closing?day={FIRST}"]')
    page = leader(day).page(f"/closing?day={FIRST}").text
    assert f'action="/api/days/{FIRST}/no-shows"' in page
    assert (
        f'action="/api/days/{SECOND}/no-shows"'
        not in leader(day).page(f"/closing?day={SECOND}").text
    )


def test_the_page_stays_small_on_a_full_day(site: Stadium):
    for number in range(10, 90):
        site.consented(uuid.UUID(int=number))
        site.booked(uuid.UUID(int=number))
    site.at(FIRST)
    text = leader(site).page(f"/closing?day={FIRST}").text
    assert len(text.encode()) < 60_000
    assert "另有 60 项" in text
