"""The site's pages: one status, one reason, one next step; forms do what the API does."""

from __future__ import annotations

import re
import uuid

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.stadium import ANNA, BO, FIRST, SECOND, Stadium, batch

HERE = f"/residents/{ANNA}"


@pytest.mark.parametrize("url", ["/", "/sessions", "/plan", "/stock", HERE])
def test_every_page_answers_without_inline_script_or_style(site: Stadium, url: str):
    site.booked()
    page = site.http.page(url)
    assert page.status_code == 200, page.text
    assert not re.search(r"<script(?![^>]*src)|\sstyle=|\son\w+=|(src|action)=.http", page.text)


def test_every_page_answers_before_anything_has_happened(closed_site: Stadium):
    for url in ("/", "/sessions", "/plan", "/stock", HERE):
        assert closed_site.http.page(url).status_code == 200


def test_a_scanned_resident_id_opens_the_resident(site: Stadium):
    answer = site.http.form("/find", q=str(ANNA))
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    assert 'id="q"' in site.http.page("/").text
    assert "autofocus" in site.http.page("/").text


def test_the_next_step_follows_the_visit(site: Stadium):
    assert "/api/appointments" in site.http.page(HERE).text
    site.booked()
    assert "/check-in" not in site.http.page(HERE).text
    site.at(FIRST)
    assert f"/api{HERE}/check-in" in site.http.page(HERE).text
    assert "已签到" in site.http.follow(f"/api{HERE}/check-in", HERE).text
    assert f"/api{HERE}/dose" not in site.http.page(HERE).text
    site.cleared(ANNA, FIRST)
    assert f"/api{HERE}/dose" in site.http.page(HERE).text
    fields = {"batch": "SV-1", "vaccinator": "nurse-01", "seen": "true"}
    given = site.http.follow(f"/api{HERE}/dose", "/", **fields)
    assert f"/api{HERE}/observation-end" in site.http.page(HERE).text
    assert "已接种（批号 SV-1），请留观 30 分钟" in given.text


def test_no_press_too_many_gives_a_dose(site: Stadium):
    """An Enter of the hand or the scanner says of nobody that it is this person."""
    site.consented(BO)
    for who in (ANNA, BO):
        site.booked(who)
    site.vaccinated(BO, FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    assert [each["id"] for each in page.find_all(autofocus=True)] == ["shown"]
    buttons = page.select(f"form[action='/api{HERE}/dose'] button")
    keys = [(each.get("data-key"), each.get("name")) for each in buttons]
    assert keys == [(None, None), ("*", "seen")], "Enter presses the first, which says nothing"
    assert all(each.has_attr("data-careful") for each in buttons)


def test_where_nobody_is_on_duty_a_dose_is_that_of_who_records_it(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    page = BeautifulSoup(site.http.page(HERE).text, "html.parser")
    given_by = page.select_one("input[name=vaccinator]")
    assert isinstance(given_by, Tag)
    assert (given_by["type"], given_by["value"]) == ("hidden", "tester")


def test_observation_can_be_ended_also_when_a_contraindication_was_found_meanwhile(site: Stadium):
    site.booked()
    site.vaccinated(ANNA, FIRST)
    site.screened("ContraindicationFound", ANNA, FIRST, reasons=["severe_allergy"])
    assert f"/api{HERE}/observation-end" in site.http.page(HERE).text
    site.person(ANNA, "observation-end", early_reason="has to go")
    page = site.http.page(HERE).text
    assert "不宜接种" in page
    assert "/api/appointments" not in page


def test_batches_are_offered_oldest_expiry_first_and_unusable_ones_not(site: Stadium):
    site.ok("/api/batches", batch("SOON", expiry="2024-06-01"))
    site.ok("/api/batches", batch("TODAY", expiry="2024-03-25"))
    site.ok("/api/batches", batch("RECALLED"))
    site.ok("/api/batches/RECALLED/recall", {"reason": "by the maker"})
    site.ok("/api/batches", batch("OTHER", product="BIBP"))
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.cleared(ANNA, FIRST)
    offered = re.findall(r'<option value="([A-Z0-9-]+)"', site.http.page(HERE).text)
    assert offered[:2] == ["SOON", "SV-1"]
    assert not {"TODAY", "RECALLED", "OTHER"} & set(offered)


def test_a_deferred_person_shows_until_when_and_why(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    site.screened("ResidentDeferred", ANNA, FIRST, until="2024-04-09", reasons=["fever"])
    page = site.http.page("/").text
    assert "推迟接种，到4月9日（周二）再筛查" in page
    assert "发热" in page


def test_a_cancelled_appointment_shows_why(site: Stadium):
    site.booked()
    site.person(ANNA, "cancel", reason="by_resident")
    assert "本人要求" in site.http.page("/", day=FIRST).text


def test_every_reason_that_the_form_offers_cancels(site: Stadium):
    site.booked()
    page = site.http.page(HERE).text
    (choices, *_) = re.findall(r'<select id="reason1".*?</select>', page)
    offered = re.findall(r'<option value="(\w+)"', choices)
    assert "by_resident" in offered
    for reason in offered:
        answer = site.person(ANNA, "cancel", dose=1, reason=reason)
        assert answer.status_code == 200, answer.text
        site.booked()


def test_a_refused_form_says_what_to_do(site: Stadium):
    form = site.http.form(f"/api{HERE}/check-in", _next="/")
    assert form.status_code == 409
    assert "没有预约" in form.text


def test_the_plan_page_shows_whether_the_plan_changed_since(site: Stadium):
    site.booked()
    assert "未发布" in site.http.page("/plan", week="2024-W14").text
    site.ok("/api/weeks/2024-W14/plan")
    assert "已发布" in site.http.page("/plan", week="2024-W14").text
    site.person(ANNA, "move", day="2024-04-03", time="08:00")
    assert "发布后有变化" in site.http.page("/plan", week="2024-W14").text


def test_a_week_or_day_that_does_not_exist_is_a_readable_page(site: Stadium):
    assert site.http.page("/plan", week="2024-W60").status_code == 422
    assert site.http.page("/", day="yesterday").status_code == 422


def test_the_sessions_page_shows_every_slot_with_its_free_places(site: Stadium):
    site.booked(time="14:30")
    page = site.http.page("/sessions", **{"from": FIRST, "to": FIRST}).text
    assert "14:30" in page
    assert "1 / 800" in page
    assert "第14周（4月1日—7日）" in page
    assert page.count(">49<") == 1
    assert f"day={SECOND}" not in page


def test_the_days_list_offers_a_dose_only_to_who_is_cleared_today(site: Stadium):
    site.booked()
    site.at(FIRST)
    site.person(ANNA, "check-in")
    assert "查看（待筛查）" in site.http.page("/").text
    site.cleared(ANNA, "2024-04-01")
    assert "查看（待筛查）" in site.http.page("/").text
    site.cleared(ANNA, FIRST)
    assert "查看（待筛查）" not in site.http.page("/").text
    assert ">去接种</a>" in site.http.page("/").text


def as_sent_from(site: Stadium, page: str, url: str, key: str | None = None, **fields: str):
    """Send a form as a browser does, which names the page it stands on."""
    client = site.http
    headers = client.bearer(client.person, Accept="text/html", Referer=f"{site.part.url}{page}")
    data = fields | {"_key": key or str(uuid.uuid4())}
    return client.client.post(url, data=data, headers=headers, base_url=site.part.url)


def test_a_form_that_is_refused_comes_back_as_it_was_sent(site: Stadium):
    page, typed = "/stock", {"batch": "SV-8", "product": "CoronaVac", "doses": "-3", "expiry": "x"}
    answer = as_sent_from(site, page, "/api/batches", **typed)
    assert answer.status_code == 422
    assert 'id="form-problem"' in answer.text
    assert re.search(r'name="doses"[^>]*value="-3"|value="-3"[^>]*name="doses"', answer.text)
    assert "SV-8" in answer.text
    assert answer.text.count("autofocus") == 1


def test_a_refusal_of_the_rules_stands_above_the_form_that_was_sent(site: Stadium):
    site.booked()
    early = as_sent_from(site, HERE, f"/api{HERE}/check-in")
    assert early.status_code == 409
    assert 'id="form-problem"' not in early.text, "nothing to check in today: the form is not there"


def test_a_form_that_is_sent_twice_is_done_once_and_says_so(site: Stadium):
    sent = {"batch": "SV-9", "product": "CoronaVac", "doses": "10", "expiry": "2025-01-01"}
    first = site.http.form("/api/batches", key="once", _next="/stock#SV-9", **sent)
    again = site.http.form("/api/batches", key="once", _next="/stock#SV-9", **sent)
    assert first.headers["Location"].startswith("/stock?_told=")
    assert first.headers["Location"].endswith("#SV-9")
    leads = again.headers["Location"]
    assert leads.startswith("/stock?_before=")
    assert leads.endswith("#SV-9")
    assert "没有重复执行" in site.http.page(leads.partition("#")[0]).text
    assert "没有重复执行" not in site.http.page("/stock", _before="<b>").text
