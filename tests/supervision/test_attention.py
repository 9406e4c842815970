"""Supervision begins with what has to be looked into: who is behind, what does not add up."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.supervision.part import PART
from shared.town.access import Grant
from shared.town.access.landing_pages import landing_of
from shared.town.campaign import Unit, standings
from tests.screening.test_service import ANNA, someone
from tests.supervision.test_service import dose
from tests.support.one_language import texts
from tests.support.part import HttpClient, PartUnderTest, a_person

STADIUM = "appointments/stadium"
VILLAGE = Unit("v01", "village", "东河村", "Donghe", "stadium", target=10)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[PartUnderTest]:
    group = PartUnderTest(tmp_path, "supervision")
    group.at("2024-04-09")
    group.hears("registration", "ResidentRegistered", **someone(ANNA))
    yield group
    group.app.store.close()


def batch(group: PartUnderTest, event: str, **data: object) -> None:
    group.hears(STADIUM, event, site="stadium", batch="B1", **data)


def row(page: str, begins: str) -> list[str]:
    """The cells of the row that begins with a link of this name."""
    [found] = [each for each in re.findall(r"<tr>.*?</tr>", page, re.S) if f">{begins}</a>" in each]
    return texts(found)


def test_whoever_has_done_less_than_the_town_is_behind_and_comes_first():
    other, small = replace(VILLAGE, code="v02"), replace(VILLAGE, code="v03", target=0)
    found = standings([VILLAGE, other, small], {"v01": (9, 1), "v02": (4, 0)})
    assert [each.unit.code for each in found] == ["v02", "v01", "v03"]
    assert [each.share for each in found] == [0.2, 0.5, 1.0]
    assert [each.behind for each in found] == [True, False, False]
    assert not [each for each in standings([VILLAGE, other], {}) if each.behind]


def test_the_first_page_shows_units_that_are_behind_before_the_others(group: PartUnderTest):
    unit = group.app.campaign.unit("v01")
    for number in range(4):
        dose(group, "2024-04-08", resident=uuid.UUID(int=number))
    page = group.http.page("/").text
    shown = re.findall(r'<th scope="row"><a href="/units/([^"]+)"', page)
    assert len(shown) == len(group.app.campaign.units)
    assert shown[-1] == "v01"
    assert row(page, unit.name_zh)[1:5] == [str(unit.target), "4", "0", "0.1%"]
    assert row(page, unit.name_zh)[5] == "正常"
    assert row(page, group.app.campaign.unit(shown[0]).name_zh)[5] == "落后"
    assert group.view() == group.rebuilt_view()


def test_the_first_page_leads_to_last_weeks_report_and_to_the_lists_of_cadres(group: PartUnderTest):
    at = {part.source: part.address for part in group.deployment.parts}
    page = group.http.page("/").text
    assert f'href="{at["reporting"]}/weeks/2024-W14"' in page
    assert f'href="{at["registration"]}/units/v01/cadres"' in page
    group.at("2024-03-27")
    assert "/weeks/" not in group.http.page("/").text


def test_a_sites_stock_adds_up_or_not(group: PartUnderTest):
    site = group.app.campaign.site("stadium").name_zh
    batch(group, "BatchReceived", product="CoronaVac", doses=10, expiry="2025-01-31", per_vial=1)
    batch(group, "DosesWasted", doses=2, reason="broken")
    batch(group, "DoseDrawn", resident=ANNA, dose=1)
    dose(group, "2024-04-08")
    assert row(group.http.page("/").text, site)[1:] == ["10", "1", "2", "0", "0", "7", "账平"]
    batch(group, "DoseDrawn", resident=ANNA, dose=2)
    assert row(group.http.page("/").text, site)[1:] == [
        "10",
        "1",
        "2",
        "0",
        "0",
        "6",
        "出库与接种相差 1 剂",
    ]
    dose(group, "2024-04-08", 2)
    batch(group, "DosesWasted", doses=7, reason="broken")
    assert row(group.http.page("/").text, site)[-1] == "用的比到货多"


def test_an_auditor_begins_with_the_audit_and_a_supervisor_with_what_to_look_into(
    group: PartUnderTest,
):
    for role, landing in (("auditor", "/audit"), ("supervisor", "/"), ("office", "/")):
        person = a_person("somebody", (Grant(role, "town"),))
        assert landing_of(PART, group.part, person) == landing
        assert HttpClient(group, person).page(landing).status_code == 200
        assert HttpClient(group, person).page("/", stay="yes").status_code == 200
    auditor = HttpClient(group, a_person("somebody", (Grant("auditor", "town"),)))
    assert auditor.page("/").location == "/audit"


def test_the_check_code_is_kept_on_the_page_of_the_audit(group: PartUnderTest):
    page = group.http.follow("/api/checkpoints", "/audit").text
    assert "已留存核对码" in page
    assert page.count("上次留存核对码：至第 1 条") == 1
    assert "核对码" not in group.http.page("/").text


# A person by the beginning of the number


def test_somebody_is_found_by_the_first_eight_signs_of_the_number(group: PartUnderTest):
    who = str(ANNA)
    for typed in (who, who[:8], who[:8].upper(), who[:13], f" {who[:20]} "):
        assert group.http.form("/find", q=typed).location == f"/residents/{who}"
        assert group.http.form("/looks/find", q=typed).location == f"/looks?resident={who}"
    for typed in (who[:7], "ffffffff", "nowhere"):
        assert group.http.form("/find", q=typed).status_code == 404


def test_of_several_numbers_that_begin_alike_none_is_guessed(group: PartUnderTest):
    other = uuid.UUID(str(ANNA)[:-1] + "0")
    group.hears("registration", "ConsentGiven", resident=other, wished_week="2024-W14")
    refused = group.http.form("/find", q=str(ANNA)[:8])
    assert refused.status_code == 409
    assert "再多输几位" in refused.text
    assert group.http.form("/find", q=str(other)).location == f"/residents/{other}"


def test_a_history_is_one_click_from_the_end_of_each_week(group: PartUnderTest):
    page = group.http.page("/units/v01").text
    assert re.findall(r'href="\?as_of=([\d-]+)"', page) == ["2024-04-07", "2024-03-31"]
    assert "办理记录" in texts(page)


def test_whose_looks_are_shown_is_chosen_by_post(group: PartUnderTest):
    group.http.post("/api/staff", {"login": "v01-chief", "post": "东河村主任"})
    page = group.http.page("/looks", login="v01-chief").text
    assert '<option value="v01-chief" selected>东河村主任</option>' in page


def test_nobody_is_led_where_they_are_refused(group: PartUnderTest):
    led = {"supervisor": True, "auditor": True, "office": False, "administrator": False}
    for role, reads in led.items():
        who = HttpClient(group, a_person("somebody", (Grant(role, "town"),)))
        page = who.page("/", stay="yes").text
        for address in ('href="/units/', 'action="/find"', "/cadres", "/stock"):
            assert (address in page) is reads, (role, address)


def test_looks_are_turned_a_page_at_a_time(group: PartUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.supervision.looks.queries.PAGE", 2)
    for number in range(3):
        group.at(f"2024-04-09T09:0{number}")
        told = {"login": "nurse", "residents": [str(ANNA)], "viewed": ["name"]}
        group.hears(STADIUM, "PersonalDataViewed", page="/", reason=None, **told)
    times = {page: group.http.page("/looks", login="nurse", page=page).text for page in (1, 2)}
    assert re.findall(r'<th scope="row">4月9日 (09:0\d)</th>', times[1]) == ["09:02", "09:01"]
    assert re.findall(r'<th scope="row">4月9日 (09:0\d)</th>', times[2]) == ["09:00"]
    assert 'rel="next" href="/looks?login=nurse&amp;page=2"' in times[1]
    assert 'rel="prev" href="/looks?login=nurse&amp;page=1"' in times[2]
    assert ('rel="prev"' in times[1], 'rel="next"' in times[2]) == (False, False)
