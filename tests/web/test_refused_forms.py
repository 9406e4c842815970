"""A part's refused forms: which come back as they were sent, and which only say why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.access.test_sign_in import Desk
from tests.support.part import PartUnderTest

STOCK = {"batch": "SV-8", "product": "CoronaVac", "doses": "-3", "expiry": "2025-01-01"}


@pytest.fixture
def site(tmp_path: Path) -> PartUnderTest:
    return PartUnderTest(tmp_path, "appointments", "stadium")


def sent_from(part: PartUnderTest, page: str, url: str, **fields: Any) -> Any:
    """Send a form as a browser does that stands on a page."""
    client, own = part.http, part.part.address
    headers = client.bearer(client.person, Accept="text/html")
    if page:
        headers["Referer"] = page if "://" in page or page.startswith("http:") else own + page
    return client.client.post(url, data=fields | {"_key": "k"}, headers=headers)


def came_back(answer: Any) -> bool:
    return 'id="form-problem"' in answer.text


def test_it_comes_back_from_its_own_page_also_behind_tls(tmp_path: Path):
    for number, changes in enumerate(({}, {"tls_proxy": True})):
        part = PartUnderTest(tmp_path / str(number), "appointments", "stadium", **changes)
        answer = sent_from(part, "/stock", "/api/batches", **STOCK)
        assert (answer.status_code, came_back(answer)) == (422, True), changes
        assert 'value="SV-8"' in answer.text


@pytest.mark.parametrize(
    "page", ["", "http://elsewhere/stock", "http://[", "/nowhere", "/api/batches"]
)
def test_a_form_of_no_page_of_ours_is_told_on_a_page_of_its_own(site: PartUnderTest, page: str):
    answer = sent_from(site, page, "/api/batches", **STOCK)
    assert (answer.status_code, came_back(answer)) == (422, False)
    assert "请" in answer.text


def test_the_page_does_not_say_again_what_was_done_before(site: PartUnderTest):
    answer = sent_from(site, "/stock?_before=2024-04-01T09:00", "/api/batches", **STOCK)
    assert came_back(answer)
    assert 'class="banner" role="status"' not in answer.text


def test_a_wrong_password_keeps_the_login_and_the_page_that_was_wanted(tmp_path: Path):
    desk = Desk(tmp_path)
    page = "/sign-in?next=/audit"
    answer = sent_from(desk.part, page, "/sign-in", login="nurse", password="no", next="/audit")
    assert (answer.status_code, came_back(answer)) == (401, True)
    form = BeautifulSoup(answer.text, "html.parser").find("form", action="/sign-in")
    value = {each["name"]: each.get("value") for each in form.find_all("input")}
    assert (value["login"], value["password"], value["next"]) == ("nurse", None, "/audit")


def test_what_is_too_large_or_too_much_only_says_so(site: PartUnderTest):
    answer = sent_from(site, "/stock", "/api/batches", **STOCK | {"batch": "x" * 1_100_000})
    assert (answer.status_code, came_back(answer)) == (413, False)
    assert "内容太大" in answer.text


def test_an_error_of_no_field_of_the_form_is_told_above_it(site: PartUnderTest):
    answer = sent_from(site, "/stock", "/api/batches", **STOCK | {"doses": "3", "shelf": "4"})
    assert came_back(answer)
    above = BeautifulSoup(answer.text, "html.parser").find(id="form-problem")
    assert "没有这一项，请去掉。" in above.text


def test_what_a_rule_refuses_comes_back_with_what_was_typed(site: PartUnderTest):
    wanted = {"from_day": "2019-01-01", "to_day": "2019-01-02", "product": "CoronaVac"}
    answer = sent_from(site, "/sessions", "/api/sessions", **wanted)
    assert answer.status_code in (409, 422), answer.text
    assert came_back(answer)
    assert 'value="2019-01-02"' in answer.text


def test_a_page_that_is_refused_leads_back_to_where_one_came_from(site: PartUnderTest):
    client, own = site.http, site.part.address
    nobody = "/residents/00000000-0000-8000-8000-000000000000"
    for came_from, back in ((f"{own}/stock?day=2024-04-01", "/stock?day=2024-04-01"), ("", "/")):
        headers = client.bearer(client.person, Accept="text/html", Referer=came_from)
        page = client.client.get(nobody, headers=headers)
        assert page.status_code == 404
        button = BeautifulSoup(page.text, "html.parser").select_one(".problem a.button")
        assert button["href"] == back
