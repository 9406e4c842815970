"""What nothing takes back is confirmed first: what will happen is said, and nothing is recorded before."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from tests.support.part import PartUnderTest
from tests.support.stadium import ANNA, BO, FIRST, Stadium

NO_SHOWS = f"/api/days/{FIRST}/no-shows"
WASTE = "/api/batches/SV-1/waste"
RECALL = "/api/batches/SV-1/recall"


@pytest.fixture
def site(tmp_path: Path) -> Stadium:
    site = Stadium(tmp_path).opens()
    for resident in (ANNA, BO):
        site.consented(resident)
        site.booked(resident)
    site.at(FIRST)
    return site


def question(page: TestResponse) -> str:
    """What a confirmation asks; empty: this page asks nothing."""
    found = BeautifulSoup(page.text, "html.parser").select_one("#question")
    return " ".join(found.get_text(" ").split()) if found else ""


def statuses(site: Stadium) -> list[str]:
    return [site.appointment(1, resident)["status"] for resident in (ANNA, BO)]


def sent_from(site: Stadium, page: str, url: str, **fields: Any) -> TestResponse:
    headers = site.http.bearer(
        site.http.person, Accept="text/html", Referer=site.part.address + page
    )
    return site.http.client.post(url, data=fields | {"_key": str(uuid.uuid4())}, headers=headers)


def test_it_says_what_will_happen_and_records_nothing(site: Stadium):
    asked = site.http.form(NO_SHOWS, _next="/")
    assert asked.status_code == 200
    assert "还有 2 人没有签到，将全部登记为未到" in question(asked)
    assert "不能撤销" in question(asked)
    assert statuses(site) == ["booked", "booked"]


def test_the_button_with_the_focus_does_it_and_the_page_says_what_was_done(site: Stadium):
    done = site.http.press(site.http.form(NO_SHOWS, _next="/?day=2024-04-02"))
    assert done.status_code == 303
    assert statuses(site) == ["no_show", "no_show"]
    assert "已登记未到 2 人。" in site.http.page(done.location).text


def test_it_works_by_keys_and_without_script(site: Stadium):
    asked = sent_from(site, "/?day=2024-04-02", NO_SHOWS, _next="/?day=2024-04-02")
    page = BeautifulSoup(asked.text, "html.parser")
    button = page.select_one("form.confirm button[type=submit][autofocus]")
    back = page.select_one("form.confirm a[data-key=Escape]")
    assert isinstance(button, Tag)
    assert isinstance(back, Tag)
    assert button.text == "确认登记未到"
    assert button["aria-describedby"] == "question"
    assert back["href"] == "/?day=2024-04-02"


def test_a_number_that_has_changed_is_asked_about_again(site: Stadium):
    asked = site.http.form(NO_SHOWS, _next="/")
    assert site.person(BO, "check-in").status_code == 200
    again = site.http.press(asked)
    assert "还有 1 人没有签到" in question(again)
    assert statuses(site) == ["booked", "waiting"]
    assert site.http.press(again).status_code == 303
    assert statuses(site) == ["no_show", "waiting"]


def test_a_yes_to_something_else_is_none(site: Stadium):
    page = BeautifulSoup(site.http.form(WASTE, doses="1", reason="破损").text, "html.parser")
    answer = page.select_one("[name=_confirmed]")
    assert isinstance(answer, Tag)
    more = site.http.form(WASTE, doses="100", reason="破损", _confirmed=answer["value"])
    assert "登记损耗 100 剂" in question(more)
    assert site.read("/api/batches")["batches"][0]["wasted"] == 0


@pytest.mark.parametrize(("url", "sent"), [(WASTE, {"doses": "1"}), (RECALL, {})])
def test_doses_given_meanwhile_do_not_ask_about_a_batch_again(
    site: Stadium, url: str, sent: dict[str, str]
):
    asked = site.http.form(url, reason="破损", **sent)
    assert question(asked)
    site.vaccinated(ANNA, FIRST)
    assert site.http.press(asked).status_code == 303


def test_errors_come_back_before_anything_is_asked(site: Stadium):
    for fields in ({"doses": "-3", "reason": "x"}, {"doses": "5000", "reason": "破损"}):
        refused = sent_from(site, "/stock", WASTE, **fields)
        assert refused.status_code in (409, 422)
        assert question(refused) == ""
        assert 'id="form-problem"' in refused.text


def test_what_is_refused_after_a_yes_comes_back_at_the_form_it_was_sent_from(site: Stadium):
    asked = sent_from(site, "/stock", WASTE, doses="900", reason="断电", _next="/stock")
    form = BeautifulSoup(asked.text, "html.parser").select_one("form.confirm")
    assert isinstance(form, Tag)
    site.ok(WASTE, {"doses": 200, "reason": "断电"})
    fields = {str(each["name"]): str(each["value"]) for each in form.find_all("input")}
    headers = site.http.bearer(
        site.http.person, Accept="text/html", Referer=site.part.address + WASTE
    )
    refused = site.http.client.post(str(form["action"]), data=fields, headers=headers)
    assert refused.status_code == 409
    assert 'id="form-problem"' in refused.text
    assert 'value="900"' in refused.text


def test_pressed_twice_it_is_done_once_and_said(site: Stadium):
    asked = site.http.form(WASTE, doses="1", reason="破损", _next="/stock")
    first, second = site.http.press(asked), site.http.press(asked)
    assert (first.status_code, second.status_code) == (303, 303)
    assert site.read("/api/batches")["batches"][0]["wasted"] == 1
    assert "已经处理过，没有重复执行" in site.http.page(second.location).text


def test_programs_are_not_asked(site: Stadium):
    assert site.ok(NO_SHOWS)["no_shows"] == 2


def test_nothing_to_lose_nothing_to_ask(site: Stadium):
    site.ok(NO_SHOWS)
    done = site.http.form(NO_SHOWS, _next="/")
    assert done.status_code == 303
    assert "没有登记未到" in site.http.page(done.location).text


def test_whoever_may_not_is_not_asked_either(site: Stadium):
    nurse = site.http.signed_in("nurse", ("site_staff", "site:culture-centre"))
    assert nurse.form(NO_SHOWS).status_code == 403
    assert site.http.anonymous().form(NO_SHOWS).status_code == 401


def test_only_an_observation_ended_early_is_asked_about(site: Stadium):
    url = f"/api/residents/{ANNA}/observation-end"
    site.vaccinated(ANNA, FIRST)  # at 08:00
    site.at(f"{FIRST}T08:29")
    asked = site.http.form(url, early_reason="家中急事")
    assert "08:30 才满 30 分钟" in question(asked)
    site.at(f"{FIRST}T08:30")
    assert site.http.form(url).status_code == 303
    assert site.appointment(1)["status"] == "done"


def test_the_way_back_leads_to_no_foreign_page(site: Stadium):
    fields = {"_key": "k", "reason": "x"}
    headers = site.http.bearer(site.http.person, Accept="text/html")
    for said in ("//elsewhere/", "/\\elsewhere", "/elsewhere/中", "elsewhere", "%00", "/%ff"):
        asked = site.http.client.post(f"{RECALL}?_from={said}", data=fields, headers=headers)
        assert question(asked), said
        back = BeautifulSoup(asked.text, "html.parser").select_one("form.confirm a")
        assert isinstance(back, Tag)
        assert "elsewhere" not in str(back), said
        refused = site.http.client.post(
            f"{RECALL}?_from={said}",
            data={"_key": "l"},
            headers=headers | {"Referer": f"{site.part.address}{RECALL}"},
        )
        assert refused.status_code == 422, said


def test_sessions_that_are_open_are_not_said_to_have_been_opened(site: Stadium):
    week = {"from_day": "2024-04-08", "to_day": "2024-04-14", "product": "CoronaVac"}
    done = site.http.form("/api/sessions", **week, _next="/sessions")
    told = site.http.page(done.location).text
    assert "没有新开场次：这 7 天此前都已开设" in told
    assert not re.search("已开设 . 天场次", told)


def test_sessions_are_opened_after_a_yes(tmp_path: Path):
    part = PartUnderTest(tmp_path, "appointments", "stadium")
    week = {"from_day": "2024-04-08", "to_day": "2024-04-09", "product": "CoronaVac"}
    asked = part.http.form("/api/sessions", **week, _next="/sessions")
    assert "将开设 2 天场次" in question(asked)
    done = part.http.press(asked)
    assert "已开设 2 天场次。" in part.http.page(done.location).text
