"""At a site's desk: whoever hands over a slip is served at once, and nobody types a thing twice."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tests.support.stadium import ANNA, BO, FIRST, SECOND, START, Stadium, batch, refused

HERE = f"/residents/{ANNA}"


def test_a_slip_checks_in_who_is_expected_today(site: Stadium):
    site.booked()
    assert site.http.form("/find", q=str(ANNA)).location == HERE, "another day"
    site.at(FIRST)
    answer = site.http.form("/find", q=str(ANNA))
    assert answer.location.startswith("/?_told=")
    assert site.appointment(1)["status"] == "waiting"
    board = site.http.page(answer.location).text
    assert f'<a href="{HERE}">' in board.partition("已签到")[0].partition('class="banner"')[2]
    assert "去筛查" in board
    assert site.http.form("/find", q=str(ANNA)).location == HERE, "here already: to be screened"
    [event] = site.events("ResidentCheckedIn")
    assert event["actor"] == "tester"


def test_a_slip_ends_an_observation_that_is_over_and_none_before(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    assert site.http.form("/find", q=str(ANNA)).location == HERE
    assert "还需留观 30 分钟" in site.http.page(HERE).text
    day = BeautifulSoup(site.http.page("/").text, "html.parser")
    assert "还需留观 30 分钟" in day.text
    site.at(f"{FIRST}T08:29")
    assert site.http.form("/find", q=str(ANNA)).location == HERE
    site.at(f"{FIRST}T08:30")
    assert "留观时间已到" in site.http.page(HERE).text
    assert "留观结束" in site.http.page(site.http.form("/find", q=str(ANNA)).location).text
    assert site.appointment(1)["status"] == "done"


def test_a_serious_reaction_is_not_scanned_away(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    told = site.person(ANNA, "adverse-event", severity="severe", signs=["anaphylaxis"])
    site.at(f"{FIRST}T08:30")
    assert site.http.form("/find", q=str(ANNA)).location == HERE
    assert site.appointment(1)["status"] == "vaccinated"
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    [line] = page.select("main .banner.bad")
    assert "过敏性休克" in line.text
    assert line.select_one(f"a[href='/reactions/{told.json['card']}']")
    assert line.find_next("h1") is None or line.find_previous("h1"), "first after the name"
    assert page.select_one("#early_reason[required]")
    url = f"/api{HERE}/observation-end"
    said = refused(site.http.post(url, {}), "serious-reaction-observed", 422)
    assert "写明去向" in said["detail"]
    assert site.http.form(url).status_code == 422
    assert site.http.form(url, early_reason="转送县医院", _next="/").status_code == 303
    [event] = site.events("ObservationEnded")
    assert event["data"]["early_reason"] == "转送县医院"
    assert site.person(ANNA, "observation-end").status_code == 200, "a repeat changes nothing"


def test_whoever_only_looks_on_checks_nobody_in(site: Stadium):
    site.booked()
    site.at(FIRST)
    for role, scope in (("office", "town"), ("auditor", "town"), ("screener", "site:stadium")):
        onlooker = site.http.signed_in(role, (role, scope))
        assert onlooker.form("/find", q=str(ANNA)).location == HERE
    assert site.events("ResidentCheckedIn") == []


def test_nothing_typed_shows_onlookers_who_is_next_and_calls_nobody(site: Stadium):
    site.consented(BO)
    site.booked(ANNA, time="08:00")
    site.booked(BO, time="08:30")
    site.at(FIRST)
    onlooker = site.http.signed_in("auditor", ("auditor", "town"))
    assert onlooker.form("/find", q="").location == "/"
    for who in (ANNA, BO):
        site.person(who, "check-in")
    site.cleared(BO, FIRST)
    assert onlooker.form("/find", q="").location == f"/residents/{BO}"
    site.cleared(ANNA, FIRST)
    assert onlooker.form("/find", q=" ").location == HERE
    assert site.events("NumberCalled") == []


def test_who_waits_stands_before_who_is_expected_and_figures_after_all(site: Stadium):
    site.consented(BO)
    site.booked(ANNA, time="08:00")
    site.booked(BO, time="15:00")
    site.at(FIRST)
    site.person(BO, "check-in")
    page = site.http.page("/").text
    order = [page.index(each) for each in ('id="q"', f"/residents/{BO}", HERE, 'class="figure"')]
    assert order == sorted(order)
    only = site.http.page("/", status="waiting").text
    assert f"/residents/{BO}" in only
    assert HERE not in only


def test_a_long_day_is_shown_a_page_at_a_time(site: Stadium):
    from uuid import UUID

    for number in range(55):
        site.consented(UUID(int=number + 1))
        site.booked(UUID(int=number + 1))
    first = site.http.page("/", day=FIRST).text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    rest = site.http.page(following.replace("&amp;", "&")).text
    seen = [set(re.findall(r"/residents/([0-9a-f-]{36})", page)) for page in (first, rest)]
    assert (len(seen[0]), len(seen[1])) == (50, 5)
    assert not seen[0] & seen[1]
    assert 'rel="next"' not in rest


def test_the_batch_is_that_of_ones_last_dose(site: Stadium):
    site.ok("/api/batches", batch("SOON", expiry="2024-06-01"))
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who)
    site.vaccinated(ANNA, FIRST)
    site.person(BO, "check-in")
    site.cleared(BO, FIRST)
    page = site.http.page(f"/residents/{BO}").text
    assert '<option value="SV-1" selected' in page
    other = site.http.signed_in("another", ("site_staff", "site:stadium"))
    page = other.page(f"/residents/{BO}").text
    assert 'value="SV-1" selected' not in page


def test_a_second_dose_is_offered_days_on_which_it_may_be_given(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    [days] = re.findall(r'<select id="day2".*?</select>', site.http.page(HERE).text, re.DOTALL)
    offered = re.findall(r'value="([\d-]+)"', days)
    assert offered[0] == SECOND
    assert offered[-1] == "2024-06-20"
    moved = site.http.form(f"/api{HERE}/move", dose="2", day="2024-05-09", time="08:00", _next=HERE)
    assert moved.status_code == 303


def test_a_light_reaction_is_one_press(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    page = site.http.page(HERE).text
    assert 'name="sign" value="头晕"' in page
    sent = site.http.form(f"/api{HERE}/adverse-event", severity="mild", sign="头晕", _next=HERE)
    assert "已记录不良反应：轻" in site.http.page(sent.location).text
    [event] = site.events("AdverseEventReported")
    assert (event["data"]["severity"], event["data"]["signs"]) == ("mild", ["dizziness"])


def test_a_severe_reaction_is_asked_about(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    asked = site.http.form(f"/api{HERE}/adverse-event", severity="severe", sign="晕厥", _next=HERE)
    assert "将登记" in asked.text
    assert site.events("AdverseEventReported") == []
    assert "已记录不良反应：重" in site.http.page(site.http.press(asked).location).text


def days_offered(site: Stadium, dose: int) -> list[str]:
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    return [str(each["value"]) for each in page.select(f"#day{dose} option")]


def test_a_second_dose_is_not_offered_days_before_a_first_that_is_booked(site: Stadium):
    site.booked()
    assert days_offered(site, 1)[0] == START
    assert days_offered(site, 2)[0] == SECOND
    site.person(ANNA, "move", dose=1, day="2024-04-05", time="08:00")
    assert days_offered(site, 2)[0] == "2024-04-19"


def test_where_no_day_is_left_for_a_second_dose_the_page_says_so(tmp_path: Path):
    site = Stadium(tmp_path)
    site.dock("v15", "stadium")
    site.consented(ANNA)
    site.ok("/api/batches", batch("SV-1"))
    for day in (FIRST, SECOND):
        site.ok("/api/sessions", {"from_day": day, "to_day": day, "product": "CoronaVac"})
    site.booked()
    assert days_offered(site, 2) == [SECOND]
    site.at(f"{SECOND}T23:30")
    assert days_offered(site, 2) == []
    assert "第二剂改期：4月16日（周二）起没有空位。" in site.http.page(HERE).text


def test_a_second_dose_that_is_to_be_booked_is_proposed_when_it_is_due(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.person(ANNA, "observation-end", early_reason="has to go")
    site.person(ANNA, "cancel", dose=2, reason="by_resident")
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    day = page.select_one("#from_day")
    assert isinstance(day, Tag)
    assert day["value"] == day["min"] == SECOND
    assert next_free(site).startswith("4月16日")


def next_free(site: Stadium) -> str:
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    shown = page.select_one("form[action='/api/appointments'] .slot")
    return shown.text if isinstance(shown, Tag) else ""


def slots_offered(site: Stadium) -> list[str]:
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    return [str(each["value"]) for each in page.select("#free option")]


def test_no_slot_that_is_over_is_proposed_the_one_that_runs_is(site: Stadium):
    site.at(f"{FIRST}T14:10")
    assert slots_offered(site)[0] == "14:00"
    assert next_free(site).split() == ["4月2日（周二）14:00", "·", "余", "50", "个"]
    times = {each["time"]: each["free"] for each in site.session(FIRST)["slots"]}
    assert (times["10:00"], times["11:00"], times["14:00"]) == (0, 0, 50)
    refused(site.book(time="10:00"), "day-over", 422)
    refused(site.book(time="11:00"), "day-over", 422)
    assert site.booked()["appointments"][0]["time"] == "14:00"
    site.at(f"{FIRST}T23:00")
    site.person(ANNA, "cancel", reason="by_resident")
    assert slots_offered(site) == []
    assert next_free(site).split()[0] == "4月3日（周三）08:00"


def test_whoever_is_late_is_proposed_a_slot_that_is_still_to_come(site: Stadium):
    site.booked(time="10:00")
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    assert page.find(id="time1", attrs={"value": "10:00"})
    site.at(f"{FIRST}T14:10")
    late = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    assert late.find(id="time1", attrs={"value": "14:00"})
    assert late.find(id="time2", attrs={"value": "10:00"})


def test_the_page_of_a_person_leads_to_screening_for_who_may_go_there(site: Stadium):
    site.booked()
    screening = site.deployment.part("screening").address
    assert f'href="{screening}{HERE}"' in site.http.page(HERE).text
    office = site.http.signed_in("office", ("office", "town"))
    assert f"{screening}{HERE}" not in office.page(HERE).text


def test_the_stock_page_says_for_how_many_days_the_vaccine_will_do(site: Stadium):
    assert "近期没有使用和预约" in site.http.page("/stock").text
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who, from_day="2024-04-01")
    site.at("2024-04-01")
    page = site.http.page("/stock").text
    assert "够用 3500 天" in page, "two in a week, and a thousand doses"
    site.ok("/api/batches/SV-1/waste", {"doses": 998, "reason": "broken"})
    page = site.http.page("/stock").text
    assert "够用 7 天" in page
    assert "少于已预约 2 剂" in page, "two second doses are booked as well"
    site.ok("/api/batches/SV-1/recall", {"reason": "by the maker"})
    assert "够用 0 天" in site.http.page("/stock").text


def test_a_broken_vial_and_a_recall_are_one_press(site: Stadium):
    page = site.http.page("/stock").text
    for offered in ('name="reason" value="broken"', 'name="reason" value="厂家通知召回"'):
        assert offered in page


def test_full_and_past_slots_are_told_apart(site: Stadium):
    from uuid import UUID

    for number in range(50):
        site.consented(UUID(int=number + 1))
        site.booked(UUID(int=number + 1), time="16:30")
    site.at(f"{FIRST}T12:00")
    page = site.http.page("/sessions", **{"from": FIRST}).text
    assert page.count("已满") == 1
    assert "已过" in page


def test_sessions_and_plan_begin_with_next_week(site: Stadium):
    site.at(FIRST)
    for url in ("/sessions", "/plan"):
        assert "第15周（4月8日—14日）" in site.http.page(url).text


def test_the_week_to_open_is_the_first_without_sessions(closed_site: Stadium):
    site = closed_site
    assert 'name="from_day" type="date" value="2024-03-25"' in site.http.page("/sessions").text
    span = {"from_day": "2024-03-25", "to_day": "2024-04-02", "product": "CoronaVac"}
    site.ok("/api/sessions", span)
    page = site.http.page("/sessions").text
    assert 'name="from_day" type="date" value="2024-04-03"' in page
    assert re.search('name="to_day"[^>]* type="date" value="2024-04-07"', page)
    site.ok("/api/sessions", span | {"to_day": "2024-06-20"})
    page = site.http.page("/sessions").text
    assert 'name="from_day" type="date" value="2024-04-08"' in page, "the week after the one shown"


def test_a_plan_adds_its_units_up(site: Stadium):
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who)
    page = site.http.page("/plan", week="2024-W14").text
    assert "合计" in page
    assert page.index("发布这一周的计划") < page.index("<table")


def test_whoever_only_looks_on_is_offered_nothing_that_would_be_refused(site: Stadium):
    site.booked()
    site.at(FIRST)
    auditor = site.http.signed_in("auditor", ("auditor", "town"))
    for url in ("/", HERE, "/stock", "/sessions", "/plan", f"/?day={FIRST}"):
        page = auditor.page(url).text
        assert 'action="/api/' not in page, url
    assert "由接种点工作人员办理" in auditor.page(HERE).text
    village = site.http.signed_in("chief", ("unit_chief", "unit:v15"))
    assert 'href="/?day=' not in village.page("/sessions").text
